package dev.parley.benchmarks.clips;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.crypto.SrtpCipher;
import dev.parley.sfu.crypto.SrtpCipherProvider;
import dev.parley.sfu.crypto.SrtpProfile;
import dev.parley.sfu.crypto.SrtpSessionKeys;
import java.util.function.Consumer;

/** Ciphers that show each media packet once it is decrypted: the one place where a server has all of them in the clear. */
record RecordingCiphers(SrtpCipherProvider provider, Consumer<PacketBuffer> decrypted) implements SrtpCipherProvider {
    @Override
    public String name() {
        return provider.name();
    }

    @Override
    public String version() {
        return provider.version();
    }

    @Override
    public boolean supports(SrtpProfile profile) {
        return provider.supports(profile);
    }

    @Override
    public SrtpCipher create(SrtpSessionKeys keys, SrtpCipher.Direction direction) {
        return new RecordingCipher(provider.create(keys, direction), decrypted);
    }

    private record RecordingCipher(SrtpCipher cipher, Consumer<PacketBuffer> decrypted) implements SrtpCipher {
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
            return cipher.protectRtp(dst, headerLength, prefixLength, src, srcOffset, restLength, ssrc, index);
        }

        @Override
        public boolean unprotectRtp(PacketBuffer packet, int headerLength, int ssrc, long index) {
            boolean authentic = cipher.unprotectRtp(packet, headerLength, ssrc, index);
            if (authentic) {
                decrypted.accept(packet);
            }
            return authentic;
        }

        @Override
        public int protectRtcp(PacketBuffer packet, int index) {
            return cipher.protectRtcp(packet, index);
        }

        @Override
        public boolean unprotectRtcp(PacketBuffer packet) {
            return cipher.unprotectRtcp(packet);
        }

        @Override
        public void close() {
            cipher.close();
        }
    }
}
