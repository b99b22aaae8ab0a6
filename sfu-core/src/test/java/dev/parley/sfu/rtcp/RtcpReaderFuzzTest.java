package dev.parley.sfu.rtcp;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.rtp.Packets;

final class RtcpReaderFuzzTest {
    private final PacketPool pool = PacketPool.bounded(1);
    private final RtcpReader reader = new RtcpReader();

    @FuzzTest
    void staysWithinTheCompound(byte[] data) {
        if (data.length <= 2_048) {
            PacketBuffer packet = Packets.of(data, pool);
            check(reader, packet);
            packet.release();
        }
    }

    static void check(RtcpReader reader, PacketBuffer packet) {
        if (!reader.wrap(packet)) {
            return;
        }
        int end = 0;
        while (reader.next()) {
            assertTrue(reader.offset() >= end);
            assertTrue(reader.length() >= 4);
            end = reader.offset() + reader.length();
            assertTrue(end <= packet.length());
            reader.ssrc();
            readReports(reader);
            readFeedback(reader);
            readTransportFeedback(reader);
            readSources(reader);
            readExtendedReport(reader);
        }
    }

    private static void readReports(RtcpReader reader) {
        assertTrue(!new SenderReport().wrap(reader) || reader.type() == 200);
        ReportBlock block = new ReportBlock();
        for (int i = 0; i < ReportBlock.count(reader); i++) {
            assertTrue(block.wrap(reader, i));
            assertTrue(block.fractionLost() <= 255);
        }
    }

    private static void readFeedback(RtcpReader reader) {
        Nack nack = new Nack();
        if (nack.wrap(reader)) {
            nack.forEachSequenceNumber(number -> assertTrue(number >= 0 && number <= 0xFFFF));
        }
        assertTrue(!new Pli().wrap(reader) || reader.length() >= 12);
        Fir fir = new Fir();
        if (fir.wrap(reader)) {
            for (int i = 0; i < fir.count(); i++) {
                fir.ssrc(i);
                assertTrue(fir.sequenceNumber(i) <= 255);
            }
        }
        Remb remb = new Remb();
        if (remb.wrap(reader)) {
            assertTrue(remb.bitrateBps() >= 0);
            for (int i = 0; i < remb.count(); i++) {
                remb.ssrc(i);
            }
        }
    }

    private static void readTransportFeedback(RtcpReader reader) {
        TransportFeedback feedback = new TransportFeedback();
        if (!feedback.wrap(reader)) {
            return;
        }
        int statuses = 0;
        while (feedback.next()) {
            assertTrue(feedback.sequenceNumber() == (feedback.baseSequenceNumber() + statuses & 0xFFFF));
            if (feedback.isReceived()) {
                assertTrue(feedback.arrivalNs() % 250_000 == 0);
            }
            statuses++;
        }
        assertTrue(statuses == feedback.statusCount());
    }

    private static void readSources(RtcpReader reader) {
        Bye bye = new Bye();
        if (bye.wrap(reader)) {
            for (int i = 0; i < bye.count(); i++) {
                bye.ssrc(i);
            }
        }
        Sdes sdes = new Sdes();
        if (sdes.wrap(reader)) {
            int chunks = 0;
            while (sdes.next()) {
                String cname = sdes.cname();
                assertTrue(cname == null || cname.length() <= 255);
                chunks++;
            }
            assertTrue(chunks <= reader.count());
        }
    }

    private static void readExtendedReport(RtcpReader reader) {
        Xr xr = new Xr();
        if (!xr.wrap(reader)) {
            return;
        }
        while (xr.nextBlock()) {
            if (xr.blockType() == Xr.RECEIVER_REFERENCE_TIME) {
                xr.referenceTime();
            }
            for (int i = 0; i < xr.dlrrCount(); i++) {
                assertTrue(xr.delaySinceLastRr(i) >= 0);
                xr.dlrrSsrc(i);
                xr.lastRr(i);
            }
        }
    }
}
