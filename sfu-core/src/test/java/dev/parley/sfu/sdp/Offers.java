package dev.parley.sfu.sdp;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Offers captured from browsers, as they wrote them; and a small one to bend. */
final class Offers {
    static final List<String> ALL = List.of(
            "chromium-156-audio-pcm-only",
            "chromium-156-data-channel",
            "chromium-156-first-stopped",
            "chromium-156-ice-restart",
            "chromium-156-publish-and-slots",
            "chromium-156-screen-added",
            "chromium-156-screen-inactive",
            "chromium-156-screen-stopped",
            "chromium-156-section-recycled",
            "chromium-156-sendrecv",
            "chromium-156-simulcast",
            "chromium-156-whep",
            "chromium-156-whip",
            "chromium-156-whip-gathered",
            "firefox-153-data-channel",
            "firefox-153-first-stopped",
            "firefox-153-sendrecv",
            "firefox-153-simulcast-and-slots",
            "firefox-153-whep",
            "firefox-153-whip");

    /** Those that are short enough to be damaged in every place. */
    static final List<String> SHORT =
            ALL.stream().filter(name -> read(name).length() < 8_000).toList();

    /** An offer with all that is needed and no more. */
    static final String SMALL = """
            v=0
            o=- 1 1 IN IP4 127.0.0.1
            s=-
            t=0 0
            a=group:BUNDLE a v
            a=ice-ufrag:abcd
            a=ice-pwd:abcdefghijklmnopqrstuvwx
            a=fingerprint:sha-256 F2:B3:A1:6F:E8:32:80:93:CF:79:84:F2:72:55:60:25:99:F2:0C:92:E3:7A:DA:3F:9A:D4:B6:1D:02:23:C5:BC
            a=setup:actpass
            m=audio 9 UDP/TLS/RTP/SAVPF 111
            a=mid:a
            a=sendonly
            a=rtcp-mux
            a=rtpmap:111 opus/48000/2
            m=video 9 UDP/TLS/RTP/SAVPF 96 97
            a=mid:v
            a=sendonly
            a=rtcp-mux
            a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
            a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
            a=rtpmap:96 VP8/90000
            a=rtpmap:97 rtx/90000
            a=fmtp:97 apt=96
            """;

    private Offers() {}

    static String read(String name) {
        try (InputStream in = Offers.class.getResourceAsStream("offers/" + name + ".sdp")) {
            if (in == null) {
                throw new IllegalArgumentException("no offer named " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static SessionDescription parse(String name) throws SdpException {
        return SessionDescription.parse(read(name));
    }
}
