package dev.parley.benchmarks.forward;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The C program, compiled by this machine's compiler for this machine, against what libraries it has.
 *
 * @param program the executable, or {@code null} when it could not be built
 * @param ciphers what it can encrypt with: {@code ipsec-mb}, {@code openssl}
 * @param missing what keeps it from more, each a sentence that ends with what to type
 */
record CLimit(@Nullable Path program, Set<String> ciphers, List<String> missing) {
    static final String IPSEC_MB = "ipsec-mb";
    static final String OPENSSL = "openssl";

    private static final String SOURCE = "/forward.c";
    private static final long COMPILE_SECONDS = 60;

    /** A library that the program can use. */
    private record Library(String cipher, String macro, String header, String link, String debianPackage) {}

    private static final List<Library> LIBRARIES = List.of(
            new Library(IPSEC_MB, "HAVE_IPSEC_MB", "intel-ipsec-mb.h", "-lIPSec_MB", "libipsec-mb-dev"),
            new Library(OPENSSL, "HAVE_OPENSSL", "openssl/evp.h", "-lcrypto", "libssl-dev"));

    CLimit {
        ciphers = Set.copyOf(ciphers);
        missing = List.copyOf(missing);
    }

    /** Builds the program in {@code folder}. */
    static CLimit build(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        if (!compiles(folder, "#include <sys/socket.h>\nint main(void) { return 0; }\n", List.of())) {
            return without("gcc is missing, so there is no limit in C to compare with: "
                    + "apt-get install gcc libc6-dev libipsec-mb-dev libssl-dev");
        }
        List<String> missing = new ArrayList<>();
        Set<String> ciphers = new LinkedHashSet<>();
        List<String> defines = new ArrayList<>();
        List<String> links = new ArrayList<>();
        for (Library library : LIBRARIES) {
            String probe = "#include <" + library.header() + ">\nint main(void) { return 0; }\n";
            if (compiles(folder, probe, List.of(library.link()))) {
                ciphers.add(library.cipher());
                defines.add("-D" + library.macro());
                links.add(library.link());
            } else {
                missing.add(library.header() + " is missing, so there is no limit in C with " + library.cipher()
                        + ": apt-get install " + library.debianPackage());
            }
        }
        if (ciphers.isEmpty()) {
            return new CLimit(null, ciphers, missing);
        }
        Path source = folder.resolve("forward.c");
        try (InputStream text = CLimit.class.getResourceAsStream(SOURCE)) {
            if (text == null) {
                throw new IOException("forward.c is not in the jar");
            }
            Files.copy(text, source, StandardCopyOption.REPLACE_EXISTING);
        }
        Path program = folder.resolve("forward");
        List<String> arguments = new ArrayList<>(List.of("-O3", "-march=native", "-Wall", "-Wextra"));
        arguments.addAll(defines);
        arguments.addAll(List.of(source.toString(), "-o", program.toString()));
        arguments.addAll(links);
        String complaint = gcc(arguments, "");
        if (complaint != null) {
            missing.add("gcc cannot compile forward.c: " + complaint.strip());
            return new CLimit(null, Set.of(), missing);
        }
        return new CLimit(program, ciphers, missing);
    }

    static CLimit without(String why) {
        return new CLimit(null, Set.of(), List.of(why));
    }

    /** Which of its ciphers a provider of Parley is to be compared with; the JDK's has none of its kind in C. */
    @Nullable
    String counterpart(String provider) {
        String wanted = provider.equals(IPSEC_MB) ? IPSEC_MB : OPENSSL;
        return ciphers.contains(wanted) ? wanted : null;
    }

    private static boolean compiles(Path folder, String text, List<String> links)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(
                List.of("-x", "c", "-", "-o", folder.resolve("probe").toString()));
        arguments.addAll(links);
        return gcc(arguments, text) == null;
    }

    /** What the compiler has to complain of, or {@code null} when it has done its work. */
    private static @Nullable String gcc(List<String> arguments, String input) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("gcc", "-std=c11"));
        command.addAll(arguments);
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            return "no gcc: " + e.getMessage();
        }
        try (OutputStream standardInput = process.getOutputStream()) {
            standardInput.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // It has ended without reading, which its exit code tells.
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(COMPILE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return "it takes too long";
        }
        return process.exitValue() == 0 ? null : output;
    }
}
