package dev.parley.benchmarks.micro;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.crypto.SrtpCipher;
import dev.parley.sfu.crypto.SrtpCipherProvider;
import dev.parley.sfu.crypto.SrtpCipherProviders;
import dev.parley.sfu.crypto.SrtpProfile;
import dev.parley.sfu.crypto.SrtpSessionKeys;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Encrypting a packet for one receiver, and decrypting one from its publisher. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CipherBenchmark {
    /** Whose cipher. */
    @Param({"ipsec-mb", "openssl", "jdk"})
    public String provider = "jdk";

    /** What DTLS has agreed on. */
    @Param
    public SrtpProfile profile = SrtpProfile.AEAD_AES_128_GCM;

    /** RTP bytes. */
    @Param({"1200", "160"})
    public int bytes = 1_200;

    private final PacketPool pool = PacketPool.bounded(3);
    private final PacketBuffer plain = Objects.requireNonNull(pool.acquire());
    private final PacketBuffer secret = Objects.requireNonNull(pool.acquire());
    private final PacketBuffer target = Objects.requireNonNull(pool.acquire());
    private @Nullable SrtpCipher sender;
    private @Nullable SrtpCipher receiver;
    private int headerLength;
    private long index = 1;

    /** Makes both ends. */
    @Setup
    public void setUp() {
        SrtpCipherProvider ciphers = SrtpCipherProviders.select(provider, System::nanoTime);
        byte[] key = new byte[profile.keyLength()];
        byte[] salt = new byte[profile.saltLength()];
        try (SrtpSessionKeys keys = SrtpSessionKeys.derive(profile, key, salt)) {
            sender = ciphers.create(keys, SrtpCipher.Direction.PROTECT);
            receiver = ciphers.create(keys, SrtpCipher.Direction.UNPROTECT);
        }
        headerLength = new MediaPackets().write(plain, 1, 1, false, bytes);
        secret.copyFrom(0, plain, 0, headerLength);
        Objects.requireNonNull(sender)
                .protectRtp(secret, headerLength, 0, plain, headerLength, bytes - headerLength, MediaPackets.SSRC, 0);
    }

    /** From the shared plaintext into a receiver's packet, as the server does for each receiver. */
    @Benchmark
    public int protect() {
        target.copyFrom(0, plain, 0, headerLength);
        return Objects.requireNonNull(sender)
                .protectRtp(
                        target, headerLength, 0, plain, headerLength, bytes - headerLength, MediaPackets.SSRC, index++);
    }

    /** In place, with a copy of the encrypted packet made before. */
    @Benchmark
    public boolean unprotect() {
        target.length(secret.length());
        target.copyFrom(0, secret, 0, secret.length());
        return Objects.requireNonNull(receiver).unprotectRtp(target, headerLength, MediaPackets.SSRC, 0);
    }

    /** Wipes the keys. */
    @TearDown
    public void tearDown() {
        Objects.requireNonNull(sender).close();
        Objects.requireNonNull(receiver).close();
        pool.close();
    }
}
