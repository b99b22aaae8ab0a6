package dev.parley.sfu.srtp;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.crypto.JdkSrtpCipherProvider;
import dev.parley.sfu.crypto.SrtpProfile;
import dev.parley.sfu.stats.DropReason;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

class SrtpReceiverFuzzTest {
    /** The first byte chooses profile and header length, the rest is a packet that nobody with the key has made. */
    @FuzzTest
    void refusesAnyForgedRtp(byte[] data) {
        if (data.length == 0) {
            return;
        }
        int choice = data[0] & 0xFF;
        byte[] datagram = datagram(data);
        refused(choice, datagram, (receiver, packet) -> {
            int headerLength = 4 * (choice >>> 2);
            int ssrc = datagram.length >= 12 ? packet.i32(8) : choice;
            int sequenceNumber = datagram.length >= 12 ? packet.u16(2) : choice;
            return receiver.unprotectRtp(packet, headerLength, ssrc, sequenceNumber);
        });
    }

    @FuzzTest
    void refusesAnyForgedRtcp(byte[] data) {
        if (data.length == 0) {
            return;
        }
        refused(data[0] & 0xFF, datagram(data), SrtpReceiver::unprotectRtcp);
    }

    private interface Unprotect {
        @Nullable
        DropReason apply(SrtpReceiver receiver, PacketBuffer packet);
    }

    private static void refused(int choice, byte[] datagram, Unprotect unprotect) {
        SrtpProfile profile = SrtpProfile.values()[choice % SrtpProfile.values().length];
        try (PacketPool pool = PacketPool.bounded(1);
                SrtpReceiver receiver = new SrtpReceiver(
                        profile,
                        new byte[profile.keyLength()],
                        new byte[profile.saltLength()],
                        new JdkSrtpCipherProvider())) {
            PacketBuffer packet = Objects.requireNonNull(pool.acquire());
            packet.putBytes(0, datagram, 0, datagram.length);
            packet.length(datagram.length);
            if (unprotect.apply(receiver, packet) == null) {
                throw new AssertionError("took a forged packet");
            }
            if (receiver.ssrcCount() != 0 || !Arrays.equals(datagram, packet.toByteArray())) {
                throw new AssertionError("a forged packet changed something");
            }
            packet.release();
        }
    }

    private static byte[] datagram(byte[] data) {
        return Arrays.copyOfRange(data, 1, Math.min(data.length, PacketPool.PACKET_CAPACITY));
    }
}
