package dev.parley.benchmarks.jitsi;

import dev.parley.benchmarks.jitsi.FakeEndpoint.Source;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.rtcp.Nack;
import dev.parley.sfu.rtcp.Pli;
import dev.parley.sfu.rtcp.RtcpKind;
import dev.parley.sfu.rtcp.RtcpReader;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.rtp.Vp8Descriptor;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A conference of a fake videobridge: sound goes to everybody as it comes, and of each camera in VP8 the largest encoding
 * that the receiver wants, as the first one's SSRC. What a receiver asks for again it gets, in the stream that the publisher
 * has for that; a publisher's packets are taken never to be lost. Guarded by its monitor.
 */
final class FakeConference implements AutoCloseable {
    /** Lines of a camera's first encoding, as a videobridge takes for granted. */
    private static final int FIRST_LINES = 180;

    private final String id;
    private final int ownVideoSsrc;
    /** Of so many packets of video to a receiver one is not sent at first; 0 for none. */
    private final int lostOneIn;

    private int packets;
    private final Map<String, FakeEndpoint> endpoints = new LinkedHashMap<>();
    private final Vp8Descriptor vp8 = new Vp8Descriptor();

    FakeConference(String id, int ownVideoSsrc, int lostOneIn) {
        this.id = id;
        this.ownVideoSsrc = ownVideoSsrc;
        this.lostOneIn = lostOneIn;
    }

    String id() {
        return id;
    }

    int ownVideoSsrc() {
        return ownVideoSsrc;
    }

    Map<String, FakeEndpoint> endpoints() {
        return endpoints;
    }

    /** A decrypted packet of an endpoint's. */
    void onRtp(FakeEndpoint from, RtpPacket rtp) {
        for (Source source : from.sources()) {
            int encoding = source.encodings().indexOf(rtp.ssrc());
            if (encoding >= 0) {
                endpoints.values().stream()
                        .filter(to -> to != from && to.isConnected())
                        .forEach(to -> forward(from, to, source, encoding, rtp));
            }
        }
    }

    private void forward(FakeEndpoint from, FakeEndpoint to, Source source, int encoding, RtpPacket rtp) {
        if (source.audio()) {
            to.forward(rtp);
            return;
        }
        FakeProjection projection = to.projection(source);
        int target = target(to, source);
        if (target != projection.encoding() && target >= 0) {
            if (encoding == target && vp8.wrap(rtp) && beginsKeyframe(rtp)) {
                projection.take(target, rtp.sequenceNumber());
                to.pad(ownVideoSsrc, rtp.payloadType());
            } else if (projection.mayAsk(System.nanoTime())) {
                from.askForKeyframe(ownVideoSsrc, source.encodings().get(target));
            }
        }
        if (encoding == projection.encoding()) {
            int number = projection.number(rtp.sequenceNumber());
            projection.keep(rtp, number);
            packets++;
            if (lostOneIn == 0 || packets % lostOneIn != 0) {
                to.forward(rtp, source.encodings().getFirst(), number);
            }
        }
    }

    /** RFC 7741 §4.3: the lowest bit of a keyframe's first octet is 0. */
    private boolean beginsKeyframe(RtpPacket rtp) {
        return vp8.startOfFrame() && (rtp.packet().u8(rtp.payloadOffset() + vp8.length()) & 1) == 0;
    }

    private static int target(FakeEndpoint to, Source source) {
        int lines = to.wantedLines(source.name());
        int target = lines > 0 ? 0 : FakeProjection.NONE;
        while (target >= 0 && target + 1 < source.encodings().size() && FIRST_LINES << target + 1 <= lines) {
            target++;
        }
        return target;
    }

    /** A decrypted compound of an endpoint's: its requests for keyframes go to whose stream it is. */
    void onRtcp(FakeEndpoint from, PacketBuffer packet) {
        RtcpReader reader = new RtcpReader();
        Pli pli = new Pli();
        Nack nack = new Nack();
        if (!reader.wrap(packet)) {
            return;
        }
        while (reader.next()) {
            if (reader.kind() == RtcpKind.PLI && pli.wrap(reader)) {
                askForKeyframe(from, pli.mediaSsrc());
            } else if (reader.kind() == RtcpKind.NACK && nack.wrap(reader)) {
                nack.forEachSequenceNumber(number -> resend(from, nack.mediaSsrc(), number));
            }
        }
    }

    private void resend(FakeEndpoint to, int ssrc, int number) {
        for (FakeEndpoint publisher : endpoints.values()) {
            for (Source source : publisher.sources()) {
                FakeProjection projection = to.projection(source);
                FakeProjection.Sent kept = projection.sent(number);
                if (source.encodings().getFirst() == ssrc && kept != null) {
                    to.resend(kept.packet(), kept.headerLength(), source.retransmissions(), projection.nextResent());
                }
            }
        }
    }

    private void askForKeyframe(FakeEndpoint from, int ssrc) {
        for (FakeEndpoint publisher : endpoints.values()) {
            for (Source source : publisher.sources()) {
                int encoding = from.projection(source).encoding();
                if (source.encodings().getFirst() == ssrc && encoding >= 0) {
                    publisher.askForKeyframe(ownVideoSsrc, source.encodings().get(encoding));
                }
            }
        }
    }

    @Nullable
    FakeEndpoint endpoint(String name) {
        return endpoints.get(name);
    }

    @Override
    public void close() throws IOException {
        for (FakeEndpoint endpoint : endpoints.values()) {
            endpoint.close();
        }
        endpoints.clear();
    }
}
