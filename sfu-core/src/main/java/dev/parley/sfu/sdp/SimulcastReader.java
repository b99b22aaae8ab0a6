package dev.parley.sfu.sdp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gathers {@code a=rid} (RFC 8851) and {@code a=simulcast} (RFC 8853) of one section. Used by one thread. */
final class SimulcastReader {
    /** More rids than any browser sends; the rest are dropped, as those that are not understood. */
    private static final int MAX_RIDS = 32;

    private final Map<String, Rid> rids = new LinkedHashMap<>();
    private @Nullable Simulcast simulcast;

    /** RFC 8851 §6.3: a line that cannot be read is dropped, not the description. */
    void rid(String value) {
        String[] fields = value.strip().split(" +", 3);
        if (fields.length < 2 || !SdpSyntax.isRid(fields[0]) || rids.size() == MAX_RIDS) {
            return;
        }
        boolean send = fields[1].equals("send");
        if (!send && !fields[1].equals("recv")) {
            return;
        }
        List<Integer> payloadTypes = new ArrayList<>();
        List<String> restrictions = new ArrayList<>();
        for (String restriction : (fields.length == 3 ? fields[2] : "").split(";", -1)) {
            String text = restriction.strip();
            if (text.startsWith("pt=")) {
                if (!payloadTypes(text.substring("pt=".length()), payloadTypes)) {
                    return;
                }
            } else if (!text.isEmpty()) {
                restrictions.add(text);
            }
        }
        rids.putIfAbsent(fields[0], new Rid(fields[0], send, payloadTypes, restrictions));
    }

    private static boolean payloadTypes(String text, List<Integer> into) {
        for (String word : text.split(",", -1)) {
            int payloadType = (int) SdpSyntax.number(word.strip(), 0, 127);
            if (payloadType < 0) {
                return false;
            }
            into.add(payloadType);
        }
        return true;
    }

    void simulcast(String value, int line) throws SdpException {
        String[] words = value.strip().split(" +", -1);
        List<List<Simulcast.Stream>> send = List.of();
        List<List<Simulcast.Stream>> receive = List.of();
        for (int i = 0; i + 1 < words.length; i += 2) {
            switch (words[i]) {
                case "send" -> send = streams(words[i + 1], line);
                case "recv" -> receive = streams(words[i + 1], line);
                default -> throw SdpException.malformed(line, "a=simulcast must name send or recv");
            }
        }
        if (words.length % 2 != 0) {
            throw SdpException.malformed(line, "a=simulcast must have send or recv, each with its streams");
        }
        simulcast = simulcast == null ? new Simulcast(send, receive) : simulcast;
    }

    private static List<List<Simulcast.Stream>> streams(String text, int line) throws SdpException {
        List<List<Simulcast.Stream>> streams = new ArrayList<>();
        for (String alternatives : text.split(";", -1)) {
            List<Simulcast.Stream> forms = new ArrayList<>();
            for (String word : alternatives.split(",", -1)) {
                boolean paused = word.startsWith("~");
                String rid = paused ? word.substring(1) : word;
                if (!SdpSyntax.isRid(rid)) {
                    throw SdpException.malformed(line, "a=simulcast has a stream without a rid");
                }
                forms.add(new Simulcast.Stream(rid, paused));
            }
            streams.add(forms);
        }
        return streams;
    }

    List<Rid> rids() {
        return List.copyOf(rids.values());
    }

    @Nullable
    Simulcast simulcast() {
        return simulcast;
    }
}
