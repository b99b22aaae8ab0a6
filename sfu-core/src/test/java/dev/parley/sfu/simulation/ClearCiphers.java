package dev.parley.sfu.simulation;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.crypto.SrtpCipher;
import dev.parley.sfu.crypto.SrtpCipherProvider;
import dev.parley.sfu.crypto.SrtpProfile;
import dev.parley.sfu.crypto.SrtpSessionKeys;

/** No encryption at all: every packet authenticates, and a test reads and writes what an attacker with keys could. */
public final class ClearCiphers implements SrtpCipherProvider {
    private static final int ENCRYPTED = 0x8000_0000;

    @Override
    public String name() {
        return "clear";
    }

    @Override
    public String version() {
        return "0";
    }

    @Override
    public boolean supports(SrtpProfile profile) {
        return true;
    }

    @Override
    public SrtpCipher create(SrtpSessionKeys keys, SrtpCipher.Direction direction) {
        return new Clear(keys.profile());
    }

    /** Appends tags of zeros, and takes any. */
    private record Clear(SrtpProfile profile) implements SrtpCipher {
        @Override
        public int protectRtp(
                PacketBuffer dst,
                int headerLength,
                int prefixLength,
                PacketBuffer src,
                int srcOffset,
                int restLength,
                int ssrc,
                long index) {
            int restOffset = headerLength + prefixLength;
            dst.copyFrom(restOffset, src, srcOffset, restLength);
            int length = restOffset + restLength + profile.tagLength();
            dst.length(length);
            return length;
        }

        @Override
        public boolean unprotectRtp(PacketBuffer packet, int headerLength, int ssrc, long index) {
            packet.length(packet.length() - profile.tagLength());
            return true;
        }

        @Override
        public int protectRtcp(PacketBuffer packet, int index) {
            int length = packet.length() + profile.rtcpTrailerLength();
            packet.length(length);
            packet.putI32(profile.rtcpIndexOffset(length), ENCRYPTED | index);
            return length;
        }

        @Override
        public boolean unprotectRtcp(PacketBuffer packet) {
            packet.length(packet.length() - profile.rtcpTrailerLength());
            return true;
        }

        @Override
        public void close() {}
    }
}
