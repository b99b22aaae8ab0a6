package dev.parley.sfu.sdp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What we receive of a section's simulcast (RFC 8853 §5.3): all that is offered, alternatives included, except for
 * streams that are bound to payload types we do not take.
 *
 * <p>Left out: simulcast that we would send, and pausing by {@code ~}, since the SFU stops asking for a layer instead.
 *
 * @param rids the answer's {@code a=rid} lines
 * @param line the answer's {@code a=simulcast} line; null without simulcast
 */
record SimulcastNegotiation(List<Rid> rids, @Nullable Simulcast line) {
    private static final SimulcastNegotiation NONE = new SimulcastNegotiation(List.of(), null);

    static SimulcastNegotiation of(MediaSection offered, CodecNegotiation codecs, boolean wanted) {
        Simulcast simulcast = offered.simulcast();
        if (simulcast == null || !wanted) {
            return NONE;
        }
        Map<String, Rid> usable = new LinkedHashMap<>();
        for (Rid rid : offered.rids()) {
            List<Integer> payloadTypes =
                    rid.payloadTypes().stream().filter(codecs::isAccepted).toList();
            if (rid.send() && payloadTypes.isEmpty() == rid.payloadTypes().isEmpty()) {
                usable.put(rid.id(), new Rid(rid.id(), false, payloadTypes, rid.restrictions()));
            }
        }
        Map<String, Rid> answered = new LinkedHashMap<>();
        List<List<Simulcast.Stream>> streams = new ArrayList<>();
        for (List<Simulcast.Stream> alternatives : simulcast.send()) {
            List<Simulcast.Stream> forms = new ArrayList<>();
            for (Simulcast.Stream form : alternatives) {
                Rid rid = usable.get(form.rid());
                // RFC 8853 §5.1: a rid stands in the line once.
                if (rid != null && answered.putIfAbsent(form.rid(), rid) == null) {
                    forms.add(new Simulcast.Stream(form.rid(), false));
                }
            }
            if (!forms.isEmpty()) {
                streams.add(forms);
            }
        }
        return streams.isEmpty()
                ? NONE
                : new SimulcastNegotiation(List.copyOf(answered.values()), new Simulcast(List.of(), streams));
    }

    List<String> ids() {
        return rids.stream().map(Rid::id).toList();
    }
}
