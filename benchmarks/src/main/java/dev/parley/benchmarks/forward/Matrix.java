package dev.parley.benchmarks.forward;

import java.util.ArrayList;
import java.util.List;

/** Which combinations are measured, the more telling ones first, so that what there is no time for is what matters least. */
record Matrix(
        List<Integer> receivers, List<Integer> packetBytes, List<Integer> gso, List<String> io, List<String> ciphers) {
    static final List<Integer> RECEIVERS = List.of(50, 10);
    static final List<Integer> PACKET_BYTES = List.of(1_200, 160);
    static final List<Integer> GSO = List.of(1, 4, 8);
    static final List<String> IO = List.of("foreign", "epoll", "nio");
    static final List<String> CIPHERS = List.of(CLimit.IPSEC_MB, CLimit.OPENSSL, "jdk");

    private static final String FOREIGN = "foreign";

    /** What one JVM measures. */
    record Combination(String io, String cipher, List<Shape> shapes) {
        /** Time it wants, in shapes: warming up is worth several. */
        int weight() {
            return 6 + shapes.size();
        }
    }

    Matrix {
        receivers = List.copyOf(receivers);
        packetBytes = List.copyOf(packetBytes);
        gso = List.copyOf(gso);
        io = List.copyOf(io);
        ciphers = List.copyOf(ciphers);
    }

    /** All of it where Parley is meant to run, on foreign I/O; elsewhere fifty receivers of full packets. */
    List<Combination> full() {
        List<Combination> combinations = new ArrayList<>();
        for (String layer : io) {
            for (String cipher : ciphers) {
                combinations.add(new Combination(layer, cipher, shapes(layer.equals(FOREIGN))));
            }
        }
        return combinations;
    }

    /** Every run length with each native cipher on foreign I/O; of the rest one shape each. */
    List<Combination> quick() {
        List<Combination> combinations = new ArrayList<>();
        for (String layer : io) {
            for (String cipher : ciphers) {
                boolean first = cipher.equals(ciphers.getFirst());
                if (layer.equals(FOREIGN) && !cipher.equals("jdk")) {
                    combinations.add(new Combination(layer, cipher, first ? shapes(true, 5) : shapes(false)));
                } else if (first || layer.equals(FOREIGN)) {
                    combinations.add(new Combination(
                            layer, cipher, shapes(false).reversed().subList(0, 1)));
                }
            }
        }
        return combinations;
    }

    private List<Shape> shapes(boolean all, int most) {
        List<Shape> shapes = shapes(all);
        return shapes.subList(0, Math.min(most, shapes.size()));
    }

    private List<Shape> shapes(boolean all) {
        List<Shape> shapes = new ArrayList<>();
        for (int bytes : all ? packetBytes : packetBytes.subList(0, 1)) {
            for (int count : all ? receivers : receivers.subList(0, 1)) {
                for (int run : gso) {
                    shapes.add(new Shape(count, bytes, run));
                }
            }
        }
        return shapes;
    }
}
