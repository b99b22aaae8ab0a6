package dev.parley.benchmarks.micro;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.rtp.TransportSequenceNumber;
import dev.parley.sfu.rtp.Vp8Descriptor;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Reading an RTP header with its extensions and the payload descriptor behind it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ParseBenchmark {
    private final PacketPool pool = PacketPool.bounded(1);
    private final PacketBuffer packet = Objects.requireNonNull(pool.acquire());
    private final RtpPacket rtp = new RtpPacket();
    private final Vp8Descriptor vp8 = new Vp8Descriptor();

    /** Writes the packet. */
    public ParseBenchmark() {
        new MediaPackets().write(packet, 1, 1, false, 1_200);
    }

    /** The header, the number for transport-cc and the VP8 descriptor. */
    @Benchmark
    public int parse() {
        boolean parsed = rtp.wrap(packet) && rtp.refreshPayload() && vp8.wrap(rtp);
        return parsed ? TransportSequenceNumber.read(rtp, MediaPackets.TRANSPORT_CC_ID) + vp8.pictureId() : -1;
    }
}
