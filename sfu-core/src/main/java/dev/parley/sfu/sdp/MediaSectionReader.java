package dev.parley.sfu.sdp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gathers the lines of one media section. Used by one thread. */
final class MediaSectionReader {
    /** RFC 9143 sets no limit; what fits a header extension with room to spare does. */
    private static final int MAX_MID_LENGTH = 32;

    private final int line;
    private final String media;
    private final int port;
    private final String protocol;
    private final String formats;
    private final TransportReader transport = new TransportReader();
    private final CodecReader codecs = new CodecReader();
    private final SimulcastReader simulcast = new SimulcastReader();
    private final List<ExtMap> extensions = new ArrayList<>();
    private final Set<Msid> msids = new LinkedHashSet<>();
    private final Map<Integer, String> cnames = new LinkedHashMap<>();
    private final List<SsrcGroup> ssrcGroups = new ArrayList<>();
    private String mid = "";
    private @Nullable Direction direction;
    private boolean bundleOnly;
    private boolean extensionsMixed;
    private boolean rtcpMux;
    private boolean rtcpReducedSize;
    private boolean receiverReferenceTime;

    private MediaSectionReader(int line, String media, int port, String protocol, String formats) {
        this.line = line;
        this.media = media;
        this.port = port;
        this.protocol = protocol;
        this.formats = formats;
    }

    static MediaSectionReader begin(String value, int line) throws SdpException {
        String[] fields = value.split(" ", 4);
        if (fields.length < 4 || fields[3].isBlank()) {
            throw SdpException.malformed(line, "m= must have a kind, a port, a protocol and at least one format");
        }
        if (!SdpSyntax.isToken(fields[0]) || !SdpSyntax.isToken(fields[2].replace("/", ""))) {
            throw SdpException.malformed(line, "kind and protocol of m= must be tokens");
        }
        // A number of ports may follow, RFC 8866 §5.14; ICE has no use for it.
        int port = (int) SdpSyntax.requireNumber(SdpSyntax.before(fields[1], '/'), 0, 0xFFFF, line, "the port of m=");
        MediaSectionReader reader = new MediaSectionReader(line, fields[0], port, fields[2], fields[3].strip());
        if (reader.isRtp()) {
            reader.codecs.formats(reader.formats, line);
        }
        return reader;
    }

    private boolean isRtp() {
        return MediaType.fromSdp(media).isRtp() && protocol.contains("RTP/");
    }

    void attribute(String name, String value, int at) throws SdpException {
        if (transport.accept(name, value, at)) {
            return;
        }
        switch (name) {
            case "mid" -> mid(value, at);
            case "bundle-only" -> bundleOnly = true;
            case "sendrecv", "sendonly", "recvonly", "inactive" -> direction = Direction.fromSdp(name);
            default -> {
                if (isRtp()) {
                    rtpAttribute(name, value, at);
                }
            }
        }
    }

    private void rtpAttribute(String name, String value, int at) throws SdpException {
        switch (name) {
            case "rtpmap" -> codecs.rtpmap(value, at);
            case "fmtp" -> codecs.fmtp(value, at);
            case "rtcp-fb" -> codecs.feedback(value, at);
            case "rid" -> simulcast.rid(value);
            case "simulcast" -> simulcast.simulcast(value, at);
            case "extmap" -> extmap(value, at);
            case "extmap-allow-mixed" -> extensionsMixed = true;
            case "msid" -> msid(value, at);
            case "ssrc" -> ssrc(value, at);
            case "ssrc-group" -> ssrcGroup(value, at);
            case "rtcp-mux" -> rtcpMux = true;
            case "rtcp-rsize" -> rtcpReducedSize = true;
            case "rtcp-xr" -> receiverReferenceTime |= value.contains("rcvr-rtt");
            default -> {
                // RFC 8866 §5.13: attributes that are not understood are ignored.
            }
        }
    }

    private void mid(String value, int at) throws SdpException {
        if (!SdpSyntax.isToken(value) || value.length() > MAX_MID_LENGTH) {
            throw SdpException.malformed(at, "a=mid must be a token of 1 to " + MAX_MID_LENGTH + " characters");
        }
        if (!mid.isEmpty() && !mid.equals(value)) {
            throw SdpException.malformed(at, "the section has two mids");
        }
        mid = value;
    }

    private void extmap(String value, int at) throws SdpException {
        String[] fields = value.split(" ", 3);
        if (fields.length < 2 || fields[1].isEmpty()) {
            throw SdpException.malformed(at, "a=extmap must have a number and a URI");
        }
        String number = SdpSyntax.before(fields[0], '/');
        String way = SdpSyntax.after(fields[0], '/');
        Direction only = Direction.fromSdp(way);
        if (only == null && !way.isEmpty()) {
            throw SdpException.malformed(at, "a=extmap has an unknown direction");
        }
        // RFC 8285 §5: 4096 to 4351 are asked for where numbers run out; nobody here needs them.
        int id = (int) SdpSyntax.requireNumber(number, 0, 4351, at, "the number of a=extmap");
        if (id >= 1 && id <= 255) {
            extensions.add(new ExtMap(id, only, fields[1]));
        }
    }

    private void msid(String value, int at) throws SdpException {
        String[] fields = value.strip().split(" +", 2);
        if (!SdpSyntax.isToken(fields[0])) {
            throw SdpException.malformed(at, "a=msid must have a stream id, or '-'");
        }
        msids.add(new Msid(fields[0], fields.length > 1 ? fields[1] : ""));
    }

    private void ssrc(String value, int at) throws SdpException {
        int ssrc = ssrcNumber(SdpSyntax.before(value, ' '), at);
        String attribute = SdpSyntax.after(value, ' ');
        String cname = attribute.startsWith("cname:") ? attribute.substring("cname:".length()) : "";
        cnames.merge(ssrc, cname, (known, next) -> known.isEmpty() ? next : known);
    }

    private void ssrcGroup(String value, int at) throws SdpException {
        String[] fields = value.strip().split(" +", -1);
        List<Integer> ssrcs = new ArrayList<>(fields.length);
        for (int i = 1; i < fields.length; i++) {
            ssrcs.add(ssrcNumber(fields[i], at));
        }
        ssrcGroups.add(new SsrcGroup(fields[0], ssrcs));
    }

    private static int ssrcNumber(String text, int at) throws SdpException {
        return (int) SdpSyntax.requireNumber(text, 0, 0xFFFF_FFFFL, at, "an SSRC");
    }

    MediaSection finish(@Nullable Direction sessionDirection, boolean sessionExtensionsMixed) throws SdpException {
        Direction fallback = sessionDirection == null ? Direction.SENDRECV : sessionDirection;
        List<SsrcSource> ssrcs = new ArrayList<>(cnames.size());
        cnames.forEach((ssrc, cname) -> ssrcs.add(new SsrcSource(ssrc, cname)));
        return new MediaSection(
                line,
                mid,
                media,
                port,
                protocol,
                formats,
                bundleOnly,
                direction == null ? fallback : direction,
                transport.finish(),
                codecs.finish(),
                extensions,
                extensionsMixed || sessionExtensionsMixed,
                simulcast.rids(),
                simulcast.simulcast(),
                List.copyOf(msids),
                ssrcs,
                ssrcGroups,
                rtcpMux,
                rtcpReducedSize,
                receiverReferenceTime);
    }
}
