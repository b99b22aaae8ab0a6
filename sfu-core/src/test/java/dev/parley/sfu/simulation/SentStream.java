package dev.parley.sfu.simulation;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.rtcp.RtcpWriter;
import dev.parley.sfu.rtp.AbsSendTime;
import dev.parley.sfu.rtp.RtpHeaderWriter;
import dev.parley.sfu.rtp.RtxPayload;
import dev.parley.sfu.time.NtpTime;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One RTP stream that a client publishes, with its retransmissions and sender reports. Its timestamps run by the
 * client's own clock.
 */
public final class SentStream {
    private static final int HISTORY = 1_000;
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private final SimulatedClient client;
    private final SimulatedOffer.Section section;
    private final @Nullable String rid;
    private final int clockRateHz;
    private final RtpHeaderWriter header = new RtpHeaderWriter();
    private final Map<Integer, Sent> history = new HashMap<>();
    private int ssrc;
    private int rtxSsrc;
    private int payloadType;
    private int nextSequence = 1_000;
    private int nextRtxSequence = 500;
    private int timestampBase = 0x1234_5678;
    private boolean saysMid = true;
    private long packets;
    private long octets;
    private long keyframeRequests;
    private long nacked;

    /** A packet that may be asked for again. */
    @SuppressWarnings("ArrayRecordComponent") // Written once, compared by nobody.
    private record Sent(byte[] payload, int timestamp, boolean marker) {}

    SentStream(SimulatedClient client, SimulatedOffer.Section section, @Nullable String rid, int ssrc, int rtxSsrc) {
        this.client = client;
        this.section = section;
        this.rid = rid;
        this.ssrc = ssrc;
        this.rtxSsrc = rtxSsrc;
        this.clockRateHz = section.isVideo() ? 90_000 : 48_000;
        this.payloadType = section.isVideo() ? SimulatedOffer.VP8 : SimulatedOffer.OPUS;
    }

    public int ssrc() {
        return ssrc;
    }

    int rtxSsrc() {
        return rtxSsrc;
    }

    /** Goes on under other SSRCs, as a browser does that makes its encoder anew. */
    void ssrcs(int media, int rtx) {
        ssrc = media;
        rtxSsrc = rtx;
    }

    void payloadType(int next) {
        payloadType = next;
    }

    /** Where sequence numbers and timestamps go on from. */
    void startAt(int sequence, int timestamp) {
        nextSequence = sequence;
        timestampBase += timestamp - timestamp(client.clockNs());
    }

    /** Whether packets carry the mid, and the rid where there is one. */
    void saysMid(boolean says) {
        saysMid = says;
    }

    /** PLI and FIR that the server has sent for this stream. */
    public long keyframeRequests() {
        return keyframeRequests;
    }

    /** Sequence numbers that the server has asked for again. */
    public long nacked() {
        return nacked;
    }

    public long packets() {
        return packets;
    }

    void countKeyframeRequest() {
        keyframeRequests++;
    }

    /** The timestamp of something captured when the client's clock read {@code clientNs}. */
    int timestamp(long clientNs) {
        long units = Math.floorDiv(clientNs, NS_PER_SECOND) * clockRateHz
                + Math.floorMod(clientNs, NS_PER_SECOND) * clockRateHz / NS_PER_SECOND;
        return timestampBase + (int) units;
    }

    void send(byte[] payload, int timestamp, boolean marker, int audioLevelDbov) {
        int sequence = nextSequence++ & 0xFFFF;
        history.put(sequence, new Sent(payload, timestamp, marker));
        history.remove(sequence - HISTORY & 0xFFFF);
        packets++;
        octets += payload.length;
        PacketBuffer packet = client.acquire();
        header.begin(packet, payloadType, marker, sequence, timestamp, ssrc);
        if (!section.isVideo()) {
            header.extensionU8(SimulatedOffer.AUDIO_LEVEL, audioLevelDbov);
        }
        int headerLength = finish(SimulatedOffer.RID);
        packet.length(headerLength + payload.length);
        packet.putBytes(headerLength, payload, 0, payload.length);
        client.sendRtp(packet, headerLength, ssrc, sequence);
    }

    /** Sends a packet again that the server has missed, if it may and still can (RFC 4588). */
    void onNack(int sequence) {
        nacked++;
        Sent sent = history.get(sequence);
        if (sent == null || rtxSsrc == 0) {
            return;
        }
        int rtxSequence = nextRtxSequence++ & 0xFFFF;
        PacketBuffer packet = client.acquire();
        header.begin(packet, SimulatedOffer.VP8_RTX, sent.marker(), rtxSequence, sent.timestamp(), rtxSsrc);
        int headerLength = finish(SimulatedOffer.REPAIRED_RID);
        int payloadLength = RtxPayload.HEADER_LENGTH + sent.payload().length;
        packet.length(headerLength + payloadLength);
        RtxPayload.writeOriginalSequenceNumber(packet, headerLength, sequence);
        packet.putBytes(headerLength + RtxPayload.HEADER_LENGTH, sent.payload(), 0, sent.payload().length);
        client.sendRtp(packet, headerLength, rtxSsrc, rtxSequence);
    }

    private int finish(int ridExtension) {
        header.extensionU24(SimulatedOffer.ABS_SEND_TIME, AbsSendTime.fromNs(client.clockNs()));
        header.extensionU16(SimulatedOffer.TRANSPORT_CC, client.nextTransportSequence());
        if (saysMid) {
            header.extensionBytes(SimulatedOffer.MID, section.mid.getBytes(StandardCharsets.US_ASCII));
            if (rid != null) {
                header.extensionBytes(ridExtension, rid.getBytes(StandardCharsets.US_ASCII));
            }
        }
        return header.finish();
    }

    void writeSenderReport(RtcpWriter writer) {
        if (packets > 0) {
            long clientNs = client.clockNs();
            long ntp = NtpTime.fromEpochNs(SimulatedSfu.EPOCH_OFFSET_NS + clientNs);
            writer.senderReport(ssrc, ntp, timestamp(clientNs), packets, octets);
        }
    }
}
