package dev.parley.sfu.simulation;

import dev.parley.sfu.buffer.PacketBuffer;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A network on a {@link VirtualClock} that loses, delays, reorders, duplicates and limits datagrams, the same way for the
 * same seed. It prints its seed; {@code -Dparley.seed=…} repeats a run.
 */
public final class SimulatedNetwork {
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private final VirtualClock clock;
    private final long seed;
    private int links;

    /** A network seeded with {@code seed}, unless the system property {@code parley.seed} is set. */
    @SuppressWarnings("SystemOut") // A failed test's report has to tell the seed.
    public SimulatedNetwork(VirtualClock clock, long seed) {
        this.clock = clock;
        this.seed = Long.getLong("parley.seed", seed);
        System.out.println("simulated network: seed=" + this.seed);
    }

    public long seed() {
        return seed;
    }

    /** A new direction, which hands what arrives to {@code receiver}. Each has its own random sequence. */
    public Link link(LinkConditions conditions, Consumer<byte[]> receiver) {
        return new Link(conditions, receiver, new Random(seed * 31 + links++));
    }

    /** One direction between two ends. */
    public final class Link {
        private final Consumer<byte[]> receiver;
        private final Random random;
        private LinkConditions conditions;
        private Predicate<byte[]> filter = datagram -> true;
        private long lastArrivalNs = Long.MIN_VALUE;
        private long bottleneckFreeNs = Long.MIN_VALUE;

        private long sent;
        private long sentBytes;
        private long lost;
        private long delivered;

        private Link(LinkConditions conditions, Consumer<byte[]> receiver, Random random) {
            this.conditions = conditions;
            this.receiver = receiver;
            this.random = random;
        }

        /** Changes the conditions for what is sent from now on. */
        public void conditions(LinkConditions newConditions) {
            conditions = newConditions;
        }

        /** Loses every datagram for which {@code passes} is false, on top of the conditions. */
        public void filter(Predicate<byte[]> passes) {
            filter = passes;
        }

        /** Sends a copy of the packet. */
        public void send(PacketBuffer packet) {
            send(packet.toByteArray());
        }

        /** Sends a datagram, whose array is the network's from now on. */
        public void send(byte[] datagram) {
            sent++;
            sentBytes += datagram.length;
            // Each datagram draws the same number of times, so that changing one condition leaves the others' luck.
            boolean vanishes = random.nextDouble() < conditions.lossShare();
            boolean heldBack = random.nextDouble() < conditions.reorderShare();
            boolean doubled = random.nextDouble() < conditions.duplicateShare();
            long jitterNs = (long) (random.nextDouble() * (double) conditions.jitterNs());
            if (vanishes || !filter.test(datagram)) {
                lost++;
                return;
            }
            long departureNs = throughBottleneck(datagram.length);
            if (departureNs == Long.MAX_VALUE) {
                lost++;
                return;
            }
            long arrivalNs = departureNs + conditions.delayNs() + jitterNs;
            if (heldBack) {
                arrivalNs += conditions.reorderDelayNs();
            } else {
                arrivalNs = Math.max(arrivalNs, lastArrivalNs);
                lastArrivalNs = arrivalNs;
            }
            deliver(datagram, arrivalNs);
            if (doubled) {
                deliver(datagram.clone(), arrivalNs);
            }
        }

        private long throughBottleneck(int bytes) {
            long nowNs = clock.nowNs();
            long rateBps = conditions.rateBps();
            if (rateBps == 0) {
                return nowNs;
            }
            long freeNs = Math.max(nowNs, bottleneckFreeNs);
            long queuedBytes = (freeNs - nowNs) * rateBps / 8 / NS_PER_SECOND;
            if (queuedBytes + bytes > conditions.queueBytes()) {
                return Long.MAX_VALUE;
            }
            bottleneckFreeNs = freeNs + bytes * 8L * NS_PER_SECOND / rateBps;
            return bottleneckFreeNs;
        }

        private void deliver(byte[] datagram, long arrivalNs) {
            clock.at(arrivalNs, () -> {
                delivered++;
                receiver.accept(datagram);
            });
        }

        public long sent() {
            return sent;
        }

        public long sentBytes() {
            return sentBytes;
        }

        public long lost() {
            return lost;
        }

        public long delivered() {
            return delivered;
        }
    }
}
