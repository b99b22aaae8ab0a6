package dev.parley.sfu.sdp;

import java.util.ArrayList;
import java.util.List;

/**
 * The {@code a=simulcast} line of a section (RFC 8853 §5.1).
 *
 * @param send the streams that the side whose description this is sends, in its order of preference; each is a list
 *     of alternative forms, of which one at a time is used
 * @param receive the streams that it receives
 */
public record Simulcast(List<List<Stream>> send, List<List<Stream>> receive) {
    public Simulcast {
        send = copy(send);
        receive = copy(receive);
    }

    /**
     * One form of a stream.
     *
     * @param paused whether it starts paused, written {@code ~rid}
     */
    public record Stream(String rid, boolean paused) {}

    private static List<List<Stream>> copy(List<List<Stream>> streams) {
        List<List<Stream>> copy = new ArrayList<>(streams.size());
        for (List<Stream> alternatives : streams) {
            copy.add(List.copyOf(alternatives));
        }
        return List.copyOf(copy);
    }
}
