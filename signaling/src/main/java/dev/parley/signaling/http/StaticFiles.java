package dev.parley.signaling.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The web client's files, all read, hashed and compressed at the start. A request only looks its path up among them,
 * so none can reach another file. Any thread.
 *
 * <p>Files under {@code /assets/} have their hash in their name and are cached for ever; all others are asked for
 * again each time, and answered 304 while they are the same. {@code /r/<room>} is the page itself.
 */
public final class StaticFiles implements Route {
    private static final String CLASS_PATH_FOLDER = "dev/parley/web";
    private static final String INDEX = "/index.html";
    private static final String ROOM_PREFIX = "/r/";
    private static final String ASSETS_PREFIX = "/assets/";
    private static final String HTML = "text/html; charset=utf-8";
    private static final String IMMUTABLE = "public, max-age=31536000, immutable";
    private static final String REVALIDATE = "no-cache";
    private static final int ETAG_BYTES = 12;

    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("html", HTML),
            Map.entry("js", "text/javascript; charset=utf-8"),
            Map.entry("mjs", "text/javascript; charset=utf-8"),
            Map.entry("css", "text/css; charset=utf-8"),
            Map.entry("json", "application/json"),
            Map.entry("map", "application/json"),
            Map.entry("webmanifest", "application/manifest+json"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("png", "image/png"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("webp", "image/webp"),
            Map.entry("ico", "image/x-icon"),
            Map.entry("woff2", "font/woff2"),
            Map.entry("wasm", "application/wasm"),
            Map.entry("mp3", "audio/mpeg"),
            Map.entry("ogg", "audio/ogg"),
            Map.entry("wav", "audio/wav"),
            Map.entry("txt", "text/plain; charset=utf-8"));

    private static final String NOT_BUILT = page(
            "Parley runs, without its web client",
            "The server was packaged without the web client. Build it with <code>./parley build</code>, or <code>mvn"
                    + " package</code>, and start the server again.");

    private static final String NOT_FOUND =
            page("Not found", "There is nothing at this address. <a href=\"/\">Start a call</a>");

    private final Map<String, File> files = new HashMap<>();

    /** One file in the forms that it is sent in; {@code gzip} is null where compression gains nothing. */
    private record File(Reply plain, @Nullable Reply gzip) {}

    StaticFiles(Map<String, byte[]> contents) {
        contents.forEach((path, content) -> files.put(path, prepare(path, content)));
        files.computeIfAbsent(INDEX, path -> prepare(path, NOT_BUILT.getBytes(StandardCharsets.UTF_8)));
    }

    /** The files that the module {@code web-client} has put on the class path. */
    public static StaticFiles fromClassPath() {
        URL index = StaticFiles.class.getClassLoader().getResource(CLASS_PATH_FOLDER + INDEX);
        if (index == null) {
            return new StaticFiles(Map.of());
        }
        try {
            URI uri = index.toURI();
            if (uri.getScheme().equals("jar")) {
                try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
                    return new StaticFiles(read(jar.getPath(CLASS_PATH_FOLDER)));
                }
            }
            return new StaticFiles(read(Path.of(uri).resolveSibling(".").normalize()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the web client from " + index, e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the class loader names no URI: " + index, e);
        }
    }

    private static Map<String, byte[]> read(Path folder) throws IOException {
        Map<String, byte[]> contents = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) paths.filter(Files::isRegularFile)::iterator) {
                String name = folder.relativize(path).toString().replace('\\', '/');
                contents.put("/" + name, Files.readAllBytes(path));
            }
        }
        return contents;
    }

    private static File prepare(String path, byte[] content) {
        String type = TYPES.getOrDefault(path.substring(path.lastIndexOf('.') + 1), "application/octet-stream");
        String caching = path.startsWith(ASSETS_PREFIX) ? IMMUTABLE : REVALIDATE;
        String hash = hash(content);
        byte[] compressed = isCompressible(type) ? gzip(content) : content;
        Reply plain = reply(type, caching, "\"" + hash + "\"", content);
        // RFC 9110 §8.8.3.3: each encoding is a representation of its own, with its own strong validator.
        Reply gzip = compressed.length < content.length
                ? reply(type, caching, "\"" + hash + "-gzip\"", compressed).with("Content-Encoding", "gzip")
                : null;
        return new File(plain, gzip);
    }

    private static Reply reply(String type, String caching, String etag, byte[] body) {
        return Reply.of(HttpResponseStatus.OK, type, body)
                .with("Cache-Control", caching)
                .with("Vary", "Accept-Encoding")
                .with("ETag", etag);
    }

    private static boolean isCompressible(String type) {
        return type.startsWith("text/") || type.contains("json") || type.contains("svg") || type.contains("wasm");
    }

    private static byte[] gzip(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static String hash(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return HexFormat.of().formatHex(digest, 0, ETAG_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static String page(String title, String sentence) {
        return "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\""
                + " content=\"width=device-width\"><title>" + title + "</title></head><body><h1>" + title + "</h1><p>"
                + sentence + "</p></body></html>\n";
    }

    @Override
    public boolean handles(String path) {
        return true;
    }

    @Override
    public CompletionStage<Reply> handle(Request request) {
        return CompletableFuture.completedStage(reply(request));
    }

    private Reply reply(Request request) {
        File file = find(request);
        if (file == null) {
            return Reply.of(HttpResponseStatus.NOT_FOUND, HTML, NOT_FOUND.getBytes(StandardCharsets.UTF_8))
                    .with("Cache-Control", REVALIDATE);
        }
        if (!request.isRead()) {
            return Reply.methodNotAllowed("GET, HEAD");
        }
        boolean gzipAccepted = acceptsGzip(request.headers().getAll(HttpHeaderNames.ACCEPT_ENCODING));
        Reply full = gzipAccepted && file.gzip() != null ? file.gzip() : file.plain();
        return isKnown(
                        request.header(HttpHeaderNames.IF_NONE_MATCH),
                        full.headers().get("ETag"))
                ? notModified(full)
                : full;
    }

    private @Nullable File find(Request request) {
        String path = request.path();
        boolean isPage = path.equals("/")
                || path.startsWith(ROOM_PREFIX)
                        && request.segments().size() == 2
                        && !request.segments().get(1).isBlank();
        return files.get(isPage ? INDEX : path);
    }

    /** RFC 9110 §15.4.5: the headers that the full response would have for caching, and no body. */
    private static Reply notModified(Reply full) {
        return Reply.empty(HttpResponseStatus.NOT_MODIFIED)
                .with("Cache-Control", full.headers().get("Cache-Control"))
                .with("Vary", full.headers().get("Vary"))
                .with("ETag", full.headers().get("ETag"));
    }

    /** RFC 9110 §13.1.2: compared weakly. */
    private static boolean isKnown(@Nullable String ifNoneMatch, @Nullable String etag) {
        if (ifNoneMatch == null || etag == null) {
            return false;
        }
        for (String candidate : ifNoneMatch.split(",", -1)) {
            String tag = candidate.strip();
            if (tag.equals("*") || tag.equals(etag) || tag.equals("W/" + etag)) {
                return true;
            }
        }
        return false;
    }

    /** RFC 9110 §12.5.3; a weight of zero refuses. */
    private static boolean acceptsGzip(Iterable<String> acceptEncoding) {
        for (String line : acceptEncoding) {
            for (String coding : line.split(",", -1)) {
                String[] parts = coding.strip().split(";", 2);
                boolean named = parts[0].strip().equalsIgnoreCase("gzip");
                boolean refused = parts.length == 2 && parts[1].strip().matches("q=0(\\.0*)?");
                if (named) {
                    return !refused;
                }
            }
        }
        return false;
    }
}
