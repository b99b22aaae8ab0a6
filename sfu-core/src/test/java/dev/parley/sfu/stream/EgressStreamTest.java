package dev.parley.sfu.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.layers.BestLayerSelector;
import dev.parley.sfu.rtcp.Nack;
import dev.parley.sfu.rtcp.ReportBlock;
import dev.parley.sfu.rtcp.RtcpReader;
import dev.parley.sfu.rtcp.RtcpWriter;
import dev.parley.sfu.rtcp.SenderReport;
import dev.parley.sfu.rtp.AbsSendTime;
import dev.parley.sfu.rtp.BitWriter;
import dev.parley.sfu.rtp.RtpExtensionMap;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.rtp.RtxPayload;
import dev.parley.sfu.rtp.Vp8Descriptor;
import dev.parley.sfu.stats.DropCounters;
import dev.parley.sfu.stats.DropReason;
import dev.parley.sfu.time.NtpTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class EgressStreamTest {
    private static final long MS = 1_000_000L;
    private static final int SSRC = 0x1111;
    private static final int RTX_SSRC = 0x2222;
    private static final int PUBLISHER_ID_OF_DD = 12;
    /** RFC 6184 §5.2: types of NAL units. */
    private static final int SLICE = 0x41;

    private static final int IDR = 0x65;
    private static final int PARAMETERS = 0x67;

    private final PacketPool pool = PacketPool.bounded(1_024);
    private final Packets packets = new Packets(pool);
    private final DropCounters drops = new DropCounters();
    private final List<byte[]> sent = new ArrayList<>();
    private final FakeSink sink = new FakeSink(pool, this::record);
    private final EgressStream slot = slot(true, SSRC, RTX_SSRC);
    private final IngressTrack track = new IngressTrack(true);
    private final IngressTrack otherTrack = new IngressTrack(true);
    private final IngressStream source = ingress(track, 0xA, true);
    private final PacketBuffer rtcp = Objects.requireNonNull(pool.acquire());
    private final RtcpWriter writer = new RtcpWriter();
    private long nowNs = 1_000 * MS;
    /** Of each packet sent: the bytes of payload that are not shared with other subscribers. */
    private final List<Integer> prefixLengths = new ArrayList<>();

    @AfterEach
    void everyPacketIsBackInThePool() {
        slot.close();
        List.of(track, otherTrack).forEach(IngressTrack::forgetPackets);
        rtcp.release();
        assertEquals(0, pool.outstanding());
        pool.close();
    }

    @Test
    void headerIsTheSubscribersAndThePayloadThePublishers() {
        slot.source(track, nowNs);
        vp8(source, 500, 90_000, 7, true);
        RtpPacket out = out(0);
        assertEquals(SSRC, out.ssrc());
        assertEquals(Packets.SUBSCRIBER_VP8_PT, out.payloadType());
        assertTrue(out.marker());
        assertEquals("slot0", out.extensionText(1));
        assertEquals(0, out.packet().u16(out.extensionOffset(5)));
        assertEquals(AbsSendTime.fromNs(nowNs - MS), out.packet().u24(out.extensionOffset(6)));
        assertEquals(1, out.packet().u8(out.extensionOffset(7)));
        assertEquals(4, out.extensionCount());
        assertArrayEquals(
                packet(packets.vp8(0xA, 500, 90_000, 7, true, 20)).payload(), new Parsed(sent.get(0)).payload());
        assertEquals(List.of(0), prefixLengths);
        assertEquals(1, slot.packetsSent());
        assertEquals(26, slot.octetsSent());
    }

    @Test
    void sequenceAndTimestampKeepTheirDistances() {
        slot.source(track, nowNs);
        vp8(source, 0xFFFF, 0xFFFF_FF00, 7, true);
        vp8(source, 0, 0xFFFF_FF00 + 3_000, 8, false);
        vp8(source, 2, 0xFFFF_FF00 + 6_000, 9, false);
        int firstSequence = out(0).sequenceNumber();
        int firstTimestamp = out(0).timestamp();
        assertEquals(firstSequence + 1, out(1).sequenceNumber());
        assertEquals(firstTimestamp + 3_000, out(1).timestamp());
        assertEquals(firstSequence + 3, out(2).sequenceNumber());
        assertEquals(firstTimestamp + 6_000, out(2).timestamp());
        assertTrue(firstSequence > 0 && firstSequence < 0x8000);
    }

    @Test
    void videoStartsAtAKeyframeAndAsksForOne() {
        slot.source(track, nowNs);
        assertTrue(source.takeKeyframeRequest(nowNs));
        vp8(source, 1, 0, 1, false);
        vp8(source, 2, 0, 1, false);
        assertEquals(2, drops.value(DropReason.AWAITING_KEYFRAME));
        vp8(source, 3, 3_000, 2, true);
        vp8(source, 4, 3_000, 2, false);
        assertEquals(2, sent.size());
        assertSame(source, slot.currentLayer());
    }

    @Test
    void keyframeStartThatComesLateIsAskedForAnew() {
        slot.source(track, nowNs);
        source.takeKeyframeRequest(nowNs);
        vp8(source, 1, 0, 1, false);
        vp8(source, 3, 3_000, 2, false);
        vp8(source, 2, 3_000, 2, true);
        assertEquals(0, sent.size());
        assertTrue(source.takeKeyframeRequest(nowNs + 500 * MS));
    }

    /** Its picture would be decoded by the parameters of the layer before. */
    @Test
    void pictureOfH264WhoseParametersAreLateIsNoPlaceToStart() {
        slot.source(track, nowNs);
        source.takeKeyframeRequest(nowNs);
        h264(1, 0, SLICE);
        h264(3, 3_000, IDR);
        assertEquals(0, sent.size());
        h264(2, 3_000, PARAMETERS);
        assertEquals(0, sent.size());
        assertTrue(source.takeKeyframeRequest(nowNs + 500 * MS));
        h264(4, 6_000, PARAMETERS);
        h264(5, 6_000, IDR);
        assertEquals(3, sent.size());
    }

    /** Whoever loses them does not notice: they are sent twice, and one who asks for them still is given another keyframe. */
    @Test
    void parametersOfH264AreSentTwiceWhereTheyAreNew() {
        slot.source(track, nowNs);
        h264(1, 0, PARAMETERS);
        h264(2, 0, IDR);
        assertEquals(List.of(SSRC, RTX_SSRC, SSRC), ssrcs());
        assertEquals(out(0).sequenceNumber(), RtxPayload.originalSequenceNumber(out(1)));
        assertEquals(out(0).timestamp(), out(1).timestamp());
        assertEquals(out(0).payloadLength() + RtxPayload.HEADER_LENGTH, out(1).payloadLength());
        source.takeKeyframeRequest(nowNs);
        nowNs += 600 * MS;
        nack(out(2).sequenceNumber());
        assertFalse(source.takeKeyframeRequest(nowNs), "the picture can still come");
        nack(out(0).sequenceNumber());
        assertTrue(source.takeKeyframeRequest(nowNs));
        sent.clear();
        h264(3, 3_000, PARAMETERS);
        h264(4, 3_000, IDR);
        h264(5, 6_000, PARAMETERS);
        h264(6, 6_000, IDR);
        assertEquals(List.of(SSRC, RTX_SSRC, SSRC, SSRC, SSRC), ssrcs(), "what the receiver has is not new");
    }

    @Test
    void pictureOfH264WithoutParametersIsAPlaceToStartWhereNoneAreMissing() {
        slot.source(track, nowNs);
        h264(1, 0, SLICE);
        h264(2, 3_000, IDR);
        h264(3, 3_000, IDR);
        assertEquals(List.of(SSRC, RTX_SSRC, SSRC), ssrcs());
    }

    @Test
    void whoAsksForWhatIsNotKeptAnyMoreIsGivenAKeyframe() {
        slot.source(track, nowNs);
        source.takeKeyframeRequest(nowNs);
        vp8(source, 10, 0, 1, true);
        vp8(source, 12, 0, 1, false);
        nowNs += 600 * MS;
        nack(out(0).sequenceNumber() + 1);
        assertFalse(source.takeKeyframeRequest(nowNs), "the publisher's link has lost it, and it can still come");
        nowNs += 600 * MS;
        vp8(source, 13, 3_000, 2, false);
        nack(out(0).sequenceNumber() + 1);
        assertTrue(source.takeKeyframeRequest(nowNs));
    }

    @Test
    void wayIsProbedByPaddingBeforeTheFirstPicture() {
        assertEquals(0, slot.sendPadding(600, nowNs), "nothing is to come");
        slot.source(track, nowNs);
        assertTrue(slot.sendPadding(600, nowNs) >= 600);
        assertEquals(RTX_SSRC, out(0).ssrc());
        assertEquals(Packets.SUBSCRIBER_VP8_RTX_PT, out(0).payloadType());
        assertEquals(0, out(0).payloadLength());
        vp8(source, 1, 0, 1, true);
        RtpPacket first = out(sent.size() - 1);
        assertEquals(SSRC, first.ssrc());
    }

    @Test
    void recoveredPacketTakesThePlaceThatWasKeptForIt() {
        slot.source(track, nowNs);
        vp8(source, 10, 0, 1, true);
        vp8(source, 12, 0, 1, false);
        vp8(source, 11, 0, 1, false);
        vp8(source, 9, 0, 1, false);
        assertEquals(out(0).sequenceNumber() + 2, out(1).sequenceNumber());
        assertEquals(out(0).sequenceNumber() + 1, out(2).sequenceNumber());
        assertEquals(3, sent.size());
        assertEquals(1, drops.value(DropReason.RTP_TOO_OLD));
    }

    @Test
    void paddingIsLeftOutWithoutAGap() {
        slot.source(track, nowNs);
        vp8(source, 10, 0, 1, true);
        receive(source, packets.padding(0xA, 11, 0));
        vp8(source, 12, 3_000, 2, false);
        assertEquals(2, sent.size());
        assertEquals(out(0).sequenceNumber() + 1, out(1).sequenceNumber());
    }

    @Test
    void anotherSourceContinuesTheStream() {
        IngressStream other = ingress(otherTrack, 0xB, true);
        slot.source(track, nowNs);
        vp8(source, 10, 50_000, 0x7FFF, true);
        slot.source(otherTrack, nowNs);
        assertTrue(other.takeKeyframeRequest(nowNs));
        vp8(source, 11, 53_000, 0, false);
        nowNs += 99 * MS;
        vp8(other, 60_000, 7, 300, true);
        vp8(other, 60_001, 3_007, 301, false);

        assertEquals(3, sent.size());
        assertEquals(out(0).sequenceNumber() + 1, out(1).sequenceNumber());
        assertEquals(out(0).timestamp() + 9_090, out(1).timestamp());
        assertEquals(out(0).timestamp() + 12_090, out(2).timestamp());
        assertEquals(0, descriptor(1).pictureId());
        assertEquals(1, descriptor(2).pictureId());
        assertEquals(descriptor(0).tl0PicIdx() + 1 & 0xFF, descriptor(1).tl0PicIdx());
        // Only the descriptor's numbers differ from what B sent.
        byte[] payload = new Parsed(sent.get(1)).payload();
        byte[] original = packet(packets.vp8(0xB, 60_000, 7, 300, true, 20)).payload();
        for (int i = 0; i < payload.length; i++) {
            assertTrue(i >= 2 && i <= 4 || payload[i] == original[i], "byte " + i);
        }
        assertEquals(List.of(0, descriptor(1).length(), descriptor(2).length()), prefixLengths);
    }

    @Test
    void frameNumbersOfDependencyDescriptorsContinueAcrossSources() {
        IngressStream other = ingress(otherTrack, 0xB, true);
        slot.source(track, nowNs);
        receive(source, withDescriptor(packets.opus(0xA, 1, 0, 0), 0x9234));
        slot.source(otherTrack, nowNs);
        receive(other, withDescriptor(packets.opus(0xB, 1, 0, 0), 5));
        assertEquals(0x9234, out(0).packet().u16(out(0).extensionOffset(8) + 1));
        assertEquals(0x9235, out(1).packet().u16(out(1).extensionOffset(8) + 1));
    }

    @Test
    void simulcastSwitchesLayersAtAKeyframeAndNotBefore() {
        IngressStream low = source;
        IngressStream high = ingress(track, 0xC, true);
        slot.source(track, nowNs);
        vp8(low, 0, 0, 0, true);
        for (int i = 1; i < 60; i++) {
            nowNs += 20 * MS;
            vp8(low, i, i * 1_800, i, false);
            receive(high, packets.vp8(0xC, 1_000 + i, 77 + i * 1_800, 5_000 + i, i == 40, 400));
            assertEquals(i < 40, slot.currentLayer() == low, "packet " + i);
        }
        assertEquals(61, sent.size());
        for (int i = 1; i < sent.size(); i++) {
            assertEquals(out(i - 1).sequenceNumber() + 1, out(i).sequenceNumber());
        }
        assertEquals(400 + 6, out(41).payloadLength());
        assertEquals(descriptor(40).pictureId() + 1, descriptor(41).pictureId());
    }

    @Test
    void fallsToALowerLayerWhenTheBetterHasBeenSilent() {
        IngressStream high = ingress(track, 0xC, true);
        slot.source(track, nowNs);
        vp8(high, 1, 0, 1, true);
        vp8(source, 1, 0, 1, false);
        assertSame(high, slot.currentLayer());
        nowNs += 1_300 * MS;
        vp8(source, 2, 0, 2, false);
        assertTrue(source.takeKeyframeRequest(nowNs));
        vp8(source, 3, 0, 2, true);
        assertSame(source, slot.currentLayer());
    }

    @Test
    void nackIsAnsweredOnTheRetransmissionStream() {
        slot.source(track, nowNs);
        vp8(source, 10, 5_000, 1, true);
        vp8(source, 11, 5_000, 1, false);
        nack(out(1).sequenceNumber());
        assertEquals(3, sent.size());
        RtpPacket rtx = out(2);
        assertEquals(RTX_SSRC, rtx.ssrc());
        assertEquals(Packets.SUBSCRIBER_VP8_RTX_PT, rtx.payloadType());
        assertEquals(out(1).timestamp(), rtx.timestamp());
        assertEquals(out(1).marker(), rtx.marker());
        assertEquals(out(1).sequenceNumber(), rtx.packet().u16(rtx.payloadOffset()));
        byte[] payload = new Parsed(sent.get(2)).payload();
        byte[] original = new Parsed(sent.get(1)).payload();
        assertEquals(original.length + 2, payload.length);
        for (int i = 0; i < original.length; i++) {
            assertEquals(original[i], payload[i + 2]);
        }
        // A transport-wide number of its own, and numbers of its own stream.
        assertEquals(2, rtx.packet().u16(rtx.extensionOffset(5)));
        nowNs += 100 * MS;
        nack(out(0).sequenceNumber());
        assertEquals(out(2).sequenceNumber() + 1, out(3).sequenceNumber());
        assertEquals(2, slot.packetsRetransmitted());
        assertEquals(2, slot.packetsSent());
    }

    @Test
    void retransmissionAfterASwitchSaysWhatTheOriginalSaid() {
        IngressStream other = ingress(otherTrack, 0xB, true);
        slot.source(track, nowNs);
        vp8(source, 10, 50_000, 100, true);
        slot.source(otherTrack, nowNs);
        vp8(other, 60_000, 7, 300, true);
        nack(out(1).sequenceNumber());
        byte[] original = new Parsed(sent.get(1)).payload();
        byte[] again = new Parsed(sent.get(2)).payload();
        for (int i = 0; i < original.length; i++) {
            assertEquals(original[i], again[i + 2]);
        }
        // What was sent from the source before the switch can be asked for as well.
        nack(out(0).sequenceNumber());
        assertEquals(4, sent.size());
    }

    @Test
    void unansweredNacksAreCounted() {
        slot.source(track, nowNs);
        vp8(source, 10, 0, 1, true);
        int sequence = out(0).sequenceNumber();
        nack(sequence + 5);
        assertEquals(1, drops.value(DropReason.RETRANSMISSION_MISS));
        nack(sequence);
        nack(sequence);
        assertEquals(1, drops.value(DropReason.RETRANSMISSION_THROTTLED));
        assertEquals(2, sent.size());

        EgressStream withoutRtx = slot(true, 9, 0);
        writer.begin(rtcp);
        writer.nack(1, 9, new int[] {1, 2, 3}, 3);
        withoutRtx.onNack(readNack(), nowNs);
        assertEquals(3, drops.value(DropReason.RETRANSMISSION_NOT_NEGOTIATED));
    }

    @Test
    void keptPacketsAreReleasedWhenNoMoreCome() {
        slot.source(track, nowNs);
        vp8(source, 10, 0, 1, true);
        vp8(source, 11, 0, 1, false);
        slot.paused(true, nowNs);
        assertEquals(1 + 2, pool.outstanding());
        for (int i = 0; i < 3 && slot.nextDeadlineNs() != Long.MAX_VALUE; i++) {
            nowNs = slot.nextDeadlineNs();
            writer.begin(rtcp);
            assertFalse(slot.writeSenderReport(writer, nowNs, 0));
        }
        assertEquals(Long.MAX_VALUE, slot.nextDeadlineNs());
        assertEquals(1, pool.outstanding());
    }

    @Test
    void keptPacketsAreReleasedWithTheirStream() {
        slot.source(track, nowNs);
        vp8(source, 10, 0, 1, true);
        track.remove(source);
        assertEquals(1, pool.outstanding());
        nack(out(0).sequenceNumber());
        assertEquals(1, drops.value(DropReason.RETRANSMISSION_MISS));
    }

    @Test
    void retransmissionsFindTheirPacketsWhateverWasLeftOut() {
        slot.source(track, nowNs);
        vp8(source, 10, 0, 1, true);
        vp8(source, 12, 0, 1, false);
        receive(source, packets.padding(0xA, 13, 0));
        receive(source, packets.padding(0xA, 14, 0));
        vp8(source, 16, 0, 2, false);
        vp8(source, 11, 0, 1, false);
        vp8(source, 15, 0, 2, false);
        nowNs += 100 * MS;
        for (int i = 0; i < 5; i++) {
            nack(out(i).sequenceNumber());
            byte[] original = new Parsed(sent.get(i)).payload();
            byte[] again = new Parsed(sent.get(5 + i)).payload();
            assertArrayEquals(original, Arrays.copyOfRange(again, 2, again.length));
            assertEquals(out(i).timestamp(), out(5 + i).timestamp());
        }
    }

    @Test
    void codecThatTheSubscriberLacksIsCounted() {
        slot.source(track, nowNs);
        PacketBuffer vp9 = packets.vp8(0xA, 1, 0, 1, true, 20);
        vp9.putU8(1, 98);
        // VP9: B and a frame that is not inter-predicted.
        vp9.putU8(packets.view(vp9).payloadOffset(), 0x08);
        receive(source, vp9);
        assertEquals(1, drops.value(DropReason.CODEC_NOT_NEGOTIATED));
        assertEquals(0, sent.size());
    }

    @Test
    void audioFlowsFromItsFirstPacketWithItsLevel() {
        EgressStream audioSlot = slot(false, 5, 0);
        IngressTrack audioTrack = new IngressTrack(false);
        IngressStream audio = ingress(audioTrack, 0xD, false, audioSlot);
        audioSlot.source(audioTrack, nowNs);
        receive(audio, packets.opus(0xD, 1, 960, 33));
        receive(audio, packets.opus(0xD, 2, 1_920, 34));
        assertEquals(2, sent.size());
        assertEquals(Packets.SUBSCRIBER_OPUS_PT, out(1).payloadType());
        assertEquals(34, out(1).packet().u8(out(1).extensionOffset(2)));
        assertEquals(0, drops.value(DropReason.AWAITING_KEYFRAME));
    }

    @Test
    void pausedSlotSendsNothingAndResumesAtAKeyframeWithoutAGap() {
        slot.source(track, nowNs);
        vp8(source, 1, 0, 1, true);
        slot.paused(true, nowNs);
        vp8(source, 2, 0, 2, true);
        vp8(source, 3, 0, 3, false);
        assertEquals(1, sent.size());
        slot.paused(false, nowNs);
        vp8(source, 4, 0, 4, false);
        vp8(source, 5, 0, 5, true);
        assertEquals(2, sent.size());
        assertEquals(out(0).sequenceNumber() + 1, out(1).sequenceNumber());
    }

    @Test
    void pictureLossIsPassedOnToTheSource() {
        slot.onKeyframeRequest(nowNs);
        slot.source(track, nowNs);
        vp8(source, 1, 0, 1, true);
        nowNs += 1_000 * MS;
        assertFalse(source.takeKeyframeRequest(nowNs));
        slot.onKeyframeRequest(nowNs);
        assertTrue(source.takeKeyframeRequest(nowNs));
    }

    @Test
    void senderReportMapsTheEgressTimestampToTheServersClock() {
        assertNull(slot.source());
        slot.source(track, nowNs);
        source.onSenderReport(NtpTime.fromEpochNs(5_000_000 * MS), 0, nowNs);
        vp8(source, 1, 90_000, 1, true);
        assertEquals(nowNs - MS, slot.nextDeadlineNs());
        long ntp = NtpTime.fromEpochNs(1_790_000_000_000L * MS);
        long reportNs = nowNs + 500 * MS;
        writer.begin(rtcp);
        assertTrue(slot.writeSenderReport(writer, reportNs, ntp));
        RtcpReader reader = new RtcpReader();
        SenderReport report = new SenderReport();
        assertTrue(reader.wrap(rtcp) && reader.next() && report.wrap(reader));
        assertEquals(SSRC, report.ssrc());
        assertEquals(ntp, report.ntpTimestamp());
        assertEquals(1, report.packetCount());
        assertEquals(26, report.octetCount());
        // The packet's clock began when it arrived: RTP 90,000 at that moment, 501 ms before the report.
        assertEquals(out(0).timestamp() + 501 * 90, report.rtpTimestamp());
        assertEquals(reportNs + 1_000 * MS, slot.nextDeadlineNs());
    }

    @Test
    void reportBlockGivesTheRoundTripAndEndsTheMid() {
        slot.source(track, nowNs);
        long ntp = NtpTime.fromEpochNs(1_790_000_000_000L * MS);
        writer.begin(rtcp);
        writer.receiverReport(1);
        // The report went out 90 ms ago, and the subscriber held it for 50 ms of that.
        int lsr = NtpTime.middle32(ntp - (90L << 32) / 1_000);
        writer.reportBlock(SSRC, 26, 3, 77, 120, lsr, NtpTime.durationFromNs(50 * MS));
        RtcpReader reader = new RtcpReader();
        ReportBlock block = new ReportBlock();
        assertTrue(reader.wrap(rtcp) && reader.next() && block.wrap(reader, 0));
        vp8(source, 1, 0, 1, true);
        slot.onReportBlock(block, ntp);
        vp8(source, 2, 0, 1, false);
        assertEquals(40.0, slot.reports().rttNs() / 1e6, 0.1);
        assertEquals(26, slot.reports().fractionLost());
        assertNotEquals(-1, out(0).extensionOffset(1));
        assertEquals(-1, out(1).extensionOffset(1));
    }

    @Test
    void emptyPoolIsCountedAndHarmsNothing() {
        slot.source(track, nowNs);
        PacketBuffer last = packets.vp8(0xA, 1, 0, 1, true, 20);
        List<PacketBuffer> taken = new ArrayList<>();
        for (PacketBuffer packet = pool.acquire(); packet != null; packet = pool.acquire()) {
            taken.add(packet);
        }
        receive(source, last);
        assertEquals(1, sink.refused());
        assertEquals(0, slot.packetsSent());
        taken.forEach(PacketBuffer::release);
    }

    @Test
    void newOfferChangesPayloadTypesAndExtensions() {
        slot.source(track, nowNs);
        vp8(source, 1, 0, 1, true);
        slot.renegotiated(Packets.PUBLISHER_TYPES, RtpExtensionMap.EMPTY);
        vp8(source, 2, 0, 1, false);
        assertEquals(Packets.VP8_PT, out(1).payloadType());
        assertEquals(0, out(1).extensionCount());
    }

    private EgressStream slot(boolean video, int ssrc, int rtxSsrc) {
        return new EgressStream(
                new EgressSettings(
                        "slot0", video, ssrc, rtxSsrc, Packets.SUBSCRIBER_TYPES, Packets.SUBSCRIBER_EXTENSIONS),
                new BestLayerSelector(),
                sink,
                drops,
                new Random(1));
    }

    private IngressStream ingress(IngressTrack of, int ssrc, boolean video) {
        return ingress(of, ssrc, video, slot);
    }

    private IngressStream ingress(IngressTrack of, int ssrc, boolean video, EgressStream to) {
        IngressStream stream = new IngressStream(
                new IngressSettings(ssrc, video, null, video, Packets.PUBLISHER_TYPES, Packets.PUBLISHER_EXTENSIONS),
                new PublisherClock(),
                new DirectRouter(to));
        of.add(stream);
        return stream;
    }

    private void vp8(IngressStream stream, int sequence, int timestamp, int pictureId, boolean keyframe) {
        receive(stream, packets.vp8(stream.ssrc(), sequence, timestamp, pictureId, keyframe, 20));
        nowNs += MS;
    }

    private void h264(int sequence, int timestamp, int nalUnitHeader) {
        receive(source, packets.h264(source.ssrc(), sequence, timestamp, nalUnitHeader, 0x42));
        nowNs += MS;
    }

    private void receive(IngressStream stream, PacketBuffer packet) {
        assertNull(stream.onRtp(packets.view(packet), nowNs));
        packet.release();
    }

    /** Puts a dependency descriptor that starts a sequence in front of the payload, and makes it VP8's. */
    private static PacketBuffer withDescriptor(PacketBuffer packet, int frameNumber) {
        int payload = packet.i32(packet.length() - 4);
        // A structure of two spatial layers, which are templates and decode targets as well, without chains.
        byte[] descriptor = new BitWriter()
                .f(8, 0x80)
                .f(16, frameNumber)
                .all(1, 1, 0, 0, 0, 0)
                .f(6, 0)
                .f(5, 1)
                .all(2, 2, 3)
                .all(2, 2, 2, 0, 2)
                .all(1, 0, 0)
                .ns(3, 0)
                .f(1, 0)
                .toBytes();
        packet.putU16(12, 0xBEDE);
        packet.putU16(14, 3);
        packet.putU8(16, PUBLISHER_ID_OF_DD << 4 | descriptor.length - 1);
        packet.putI64(17, 0);
        packet.putI32(24, 0);
        packet.putBytes(17, descriptor, 0, descriptor.length);
        packet.putI32(28, payload);
        packet.length(32);
        packet.putU8(1, Packets.VP8_PT);
        return packet;
    }

    private void nack(int sequence) {
        writer.begin(rtcp);
        writer.nack(1, SSRC, new int[] {sequence & 0xFFFF}, 1);
        slot.onNack(readNack(), nowNs);
    }

    private Nack readNack() {
        RtcpReader reader = new RtcpReader();
        Nack nack = new Nack();
        assertTrue(reader.wrap(rtcp) && reader.next() && nack.wrap(reader));
        return nack;
    }

    private void record(OutgoingPacket packet) {
        prefixLengths.add(packet.prefixLength());
        sent.add(FakeSink.bytes(packet));
    }

    /** A packet that was sent, read anew. */
    private RtpPacket out(int index) {
        return new Parsed(sent.get(index)).packet;
    }

    private List<Integer> ssrcs() {
        return IntStream.range(0, sent.size()).mapToObj(i -> out(i).ssrc()).toList();
    }

    private Vp8Descriptor descriptor(int index) {
        Vp8Descriptor descriptor = new Vp8Descriptor();
        assertTrue(descriptor.wrap(out(index)));
        return descriptor;
    }

    private Parsed packet(PacketBuffer packet) {
        byte[] bytes = packet.toByteArray();
        packet.release();
        return new Parsed(bytes);
    }

    private static final PacketPool COPIES = PacketPool.bounded(65_536);

    private static final class Parsed {
        private final RtpPacket packet = new RtpPacket();

        Parsed(byte[] bytes) {
            PacketBuffer copy = Objects.requireNonNull(COPIES.acquire());
            copy.putBytes(0, bytes, 0, bytes.length);
            copy.length(bytes.length);
            assertTrue(packet.wrap(copy) && packet.refreshPayload());
        }

        byte[] payload() {
            byte[] payload = new byte[packet.payloadLength()];
            packet.packet().getBytes(packet.payloadOffset(), payload, 0, payload.length);
            return payload;
        }
    }
}
