package dev.parley.benchmarks.load.bot;

import dev.parley.benchmarks.load.media.DescriptorWriter;
import dev.parley.benchmarks.load.media.EncodedFrame;
import dev.parley.benchmarks.load.media.PacketizedEncoding;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.rtcp.RtcpWriter;
import dev.parley.sfu.rtp.AbsSendTime;
import dev.parley.sfu.rtp.Codec;
import dev.parley.sfu.rtp.RtpExtension;
import dev.parley.sfu.rtp.RtpHeaderWriter;
import dev.parley.sfu.time.NtpTime;
import java.util.Arrays;

/**
 * One encoding of a track as it is sent: frame by frame when each is due, over and over, a keyframe when one is asked for.
 * At most ten packets leave at a time, so that a keyframe is spread over some milliseconds as a browser's pacer does.
 * Owned by the bots' thread.
 */
final class SentStream {
    private static final int BURST = 10;
    private static final long PACE_NS = 1_000_000;
    /** After being away for longer than this, what was due is left out. */
    private static final long STALL_NS = 1_000_000_000L;

    private static final int HISTORY = 1_024;
    private static final int AUDIO_LEVEL = 0x80 | 30;

    /** How its packets leave. */
    interface Outlet {
        /** The transport-wide number of the next packet. */
        int nextTransportSequence();

        /** Encrypts and queues a packet whose payload stands behind its header; releases it if that fails. */
        void protect(PacketBuffer packet, int headerLength, int payloadLength, int ssrc, int sequence);

        /** Sends what is queued, and tells the time just before. */
        long flush();

        PacketBuffer acquire();
    }

    private final SentTrack track;
    private final int encoding;
    private final PacketizedEncoding packets;
    private final SentFormat format;
    private final Outlet outlet;
    private final Totals totals;
    private final RtpHeaderWriter header = new RtpHeaderWriter();
    private final int ssrc;
    private final int rtxSsrc;
    private final int timestampBase;

    private final int[] sentPacket = new int[HISTORY];
    private final int[] sentSequence = new int[HISTORY];
    private final int[] sentTimestamp = new int[HISTORY];
    private final int[] sentPicture = new int[HISTORY];
    private final long[] resentNs = new long[HISTORY];

    private long startNs;
    private long baseNs;
    private int frame;
    private int packet;
    private long nextNs = Long.MAX_VALUE;
    private int sequence;
    private int rtxSequence;
    private int picture;
    private int tl0PicIdx;
    private int frameNumber;
    private boolean named;
    private boolean rtxNamed;
    private boolean keyframeAsked;
    private long packetCount;
    private long octetCount;

    SentStream(SentTrack track, int encoding, SentFormat format, int ssrc, Outlet outlet, Totals totals) {
        this.track = track;
        this.encoding = encoding;
        this.packets = track.packets().encoding(encoding);
        this.format = format;
        this.ssrc = ssrc;
        this.rtxSsrc = ssrc + 1;
        this.outlet = outlet;
        this.totals = totals;
        this.timestampBase = ssrc * 31;
        this.picture = ssrc & 0x3FFF;
        this.sequence = ssrc >>> 8 & 0x7FFF;
        this.rtxSequence = ssrc >>> 16 & 0x7FFF;
        Arrays.fill(sentSequence, -1);
    }

    int ssrc() {
        return ssrc;
    }

    int rtxSsrc() {
        return rtxSsrc;
    }

    long nextNs() {
        return nextNs;
    }

    /** Begins with the keyframe after the track's phase. */
    void start(long nowNs) {
        frame = packets.keyframeAfter((int) (track.phase() * (packets.frames() - 1)));
        packet = packets.firstPacket(frame);
        startNs = nowNs;
        // Not all encodings of all bots at once.
        nextNs = nowNs + (long) (track.phase() * 20_000_000);
        baseNs = nextNs - timeNs(frame);
    }

    private long timeNs(int of) {
        return packets.frame(of).timeTicks() * 1_000_000_000L / track.clip().clockRateHz();
    }

    /** Whoever asks gets the clip's next keyframe as the next frame. */
    void keyframeAsked() {
        keyframeAsked = track.clip().codec().isVideo();
    }

    /** The other side has reported on one of its SSRCs, so knows what that is: packets need not say it any more. */
    void reportedOn(int reported) {
        named |= reported == ssrc;
        rtxNamed |= reported == rtxSsrc;
    }

    /** Sends what is due, at most a burst. */
    void send(long nowNs) {
        if (nowNs < nextNs) {
            return;
        }
        if (nowNs - nextNs > STALL_NS) {
            baseNs += nowNs - nextNs;
            totals.stalls++;
        }
        if (packets.startsFrame(packet)) {
            totals.lateness(nowNs - baseNs - timeNs(frame));
        }
        int first = packet;
        int end = packets.firstPacket(frame + 1);
        int last = Math.min(first + BURST, end);
        int timestamp = timestampBase + ticks(baseNs + timeNs(frame) - startNs);
        for (; packet < last; packet++) {
            write(packet, sequence, timestamp, picture, tl0PicIdx, nowNs);
            remember(timestamp);
            sequence = sequence + 1 & 0xFFFF;
        }
        long epochNs = outlet.flush();
        for (int sent = first; sent < last; sent++) {
            track.sent(track.packets().number(encoding, sent), epochNs);
        }
        if (last == end) {
            advance();
        } else {
            nextNs = nowNs + PACE_NS;
        }
    }

    private int ticks(long ns) {
        return (int) (ns * track.clip().clockRateHz() / 1_000_000_000L);
    }

    private void advance() {
        EncodedFrame sent = packets.frame(frame);
        frameNumber = frameNumber + 1 & 0xFFFF;
        if (sent.lastOfPicture()) {
            picture = picture + 1 & 0x7FFF;
        }
        long dueNs;
        if (frame + 1 < packets.frames()) {
            frame++;
            dueNs = baseNs + timeNs(frame);
        } else {
            frame = 0;
            baseNs +=
                    track.clip().durationTicks() * 1_000_000_000L / track.clip().clockRateHz();
            dueNs = baseNs + timeNs(frame);
        }
        EncodedFrame next = packets.frame(frame);
        if (keyframeAsked && sent.lastOfPicture()) {
            keyframeAsked = false;
            if (!next.keyframe()) {
                frame = packets.keyframeAfter(frame);
                next = packets.frame(frame);
                baseNs = dueNs - timeNs(frame);
            }
        }
        if (next.temporalId() == 0 && next.spatialId() == 0) {
            tl0PicIdx = tl0PicIdx + 1 & 0xFF;
        }
        packet = packets.firstPacket(frame);
        nextNs = dueNs;
    }

    private void remember(int timestamp) {
        int at = sequence & HISTORY - 1;
        sentPacket[at] = packet;
        sentSequence[at] = sequence;
        sentTimestamp[at] = timestamp;
        sentPicture[at] = picture | tl0PicIdx << 16;
        resentNs[at] = 0;
    }

    /** Sends a packet again as a retransmission (RFC 4588), if it is still known and was not just sent. */
    void resend(int asked, long nowNs, long leastIntervalNs) {
        int at = asked & HISTORY - 1;
        if (format.rtxPayloadType() < 0 || sentSequence[at] != asked || nowNs - resentNs[at] < leastIntervalNs) {
            return;
        }
        resentNs[at] = nowNs;
        PacketBuffer buffer = outlet.acquire();
        int number = sentPacket[at];
        header.begin(buffer, format.rtxPayloadType(), marker(number), rtxSequence, sentTimestamp[at], rtxSsrc);
        extensions(number, RtpExtension.REPAIRED_RID, rtxNamed, nowNs);
        int headerLength = header.finish();
        buffer.putU16(headerLength, asked);
        int bytes = 2 + payload(buffer, headerLength + 2, number, sentPicture[at] & 0x7FFF, sentPicture[at] >>> 16);
        outlet.protect(buffer, headerLength, bytes, rtxSsrc, rtxSequence);
        rtxSequence = rtxSequence + 1 & 0xFFFF;
        totals.retransmitted++;
    }

    private boolean marker(int number) {
        return track.isAudio()
                ? packetCount == 0
                : packets.endsFrame(number)
                        && packets.frame(packets.frameOf(number)).lastOfPicture();
    }

    private void write(int number, int sequenceNumber, int timestamp, int pictureId, int tl0, long nowNs) {
        PacketBuffer buffer = outlet.acquire();
        header.begin(buffer, format.payloadType(), marker(number), sequenceNumber, timestamp, ssrc);
        extensions(number, RtpExtension.RID, named, nowNs);
        int headerLength = header.finish();
        int bytes = payload(buffer, headerLength, number, pictureId, tl0);
        packetCount++;
        octetCount += bytes;
        totals.packetsSent++;
        totals.bytesSent += headerLength + bytes;
        outlet.protect(buffer, headerLength, bytes, ssrc, sequenceNumber);
    }

    private int payload(PacketBuffer buffer, int at, int number, int pictureId, int tl0) {
        Codec codec = track.clip().codec();
        int descriptor = DescriptorWriter.write(codec, buffer, at, packets, number, pictureId, tl0);
        buffer.copyFrom(at + descriptor, packets.payloads(), packets.offset(number), packets.length(number));
        return descriptor + packets.length(number);
    }

    private void extensions(int number, RtpExtension ridExtension, boolean known, long nowNs) {
        if (!known) {
            header.extensionBytes(format.id(RtpExtension.MID), format.mid());
            if (format.rid(encoding).length > 0) {
                header.extensionBytes(format.id(ridExtension), format.rid(encoding));
            }
        }
        header.extensionU24(format.id(RtpExtension.ABS_SEND_TIME), AbsSendTime.fromNs(nowNs));
        header.extensionU16(format.id(RtpExtension.TRANSPORT_CC), outlet.nextTransportSequence());
        if (track.isAudio()) {
            header.extensionU8(format.id(RtpExtension.AUDIO_LEVEL), AUDIO_LEVEL);
        } else {
            descriptor(number);
        }
    }

    /** The dependency descriptor (AV1 RTP specification §A.8): whole in a frame's first packet, three bytes in others. */
    private void descriptor(int number) {
        byte[] written = packets.frame(packets.frameOf(number)).dependencyDescriptor();
        int id = format.id(RtpExtension.DEPENDENCY_DESCRIPTOR);
        if (written.length < 3 || id == 0) {
            return;
        }
        byte[] scratch = format.scratch();
        int length = packets.startsFrame(number) ? written.length : 3;
        System.arraycopy(written, 0, scratch, 0, length);
        int flags = (packets.startsFrame(number) ? 0x80 : 0) | (packets.endsFrame(number) ? 0x40 : 0);
        scratch[0] = (byte) (written[0] & 0x3F | flags);
        scratch[1] = (byte) (frameNumber >>> 8);
        scratch[2] = (byte) frameNumber;
        header.extensionBytes(id, scratch, 0, length);
    }

    /** Adds a sender report; false when it does not fit. */
    boolean report(RtcpWriter writer, long epochNs, long nowNs) {
        if (packetCount == 0) {
            return true;
        }
        int timestamp = timestampBase + ticks(nowNs - startNs);
        return writer.senderReport(ssrc, NtpTime.fromEpochNs(epochNs), timestamp, packetCount, octetCount);
    }
}
