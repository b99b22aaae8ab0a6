package dev.parley.sfu.sdp;

import dev.parley.sfu.rtp.RtpExtension;
import dev.parley.sfu.rtp.RtpExtensionMap;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which header extensions an answer takes, always under the offer's numbers (RFC 8285 §6).
 *
 * <p>Left out: transmission offsets (absolute send times say the same for one more byte), video timing (it measures
 * encoders, not networks) and encrypted header extensions (RFC 6904, which no browser has on).
 */
final class ExtensionNegotiation {
    /** What we read from publishers. */
    private static final Set<RtpExtension> RECEIVED = EnumSet.of(
            RtpExtension.MID,
            RtpExtension.RID,
            RtpExtension.REPAIRED_RID,
            RtpExtension.AUDIO_LEVEL,
            RtpExtension.ABS_SEND_TIME,
            RtpExtension.TRANSPORT_CC,
            RtpExtension.VIDEO_ORIENTATION,
            RtpExtension.PLAYOUT_DELAY,
            RtpExtension.CONTENT_TYPE,
            RtpExtension.COLOR_SPACE,
            RtpExtension.DEPENDENCY_DESCRIPTOR,
            RtpExtension.LAYERS_ALLOCATION);

    /** What we forward or stamp. */
    private static final Set<RtpExtension> SENT = EnumSet.of(
            RtpExtension.MID,
            RtpExtension.AUDIO_LEVEL,
            RtpExtension.ABS_SEND_TIME,
            RtpExtension.TRANSPORT_CC,
            RtpExtension.VIDEO_ORIENTATION,
            RtpExtension.PLAYOUT_DELAY,
            RtpExtension.CONTENT_TYPE,
            RtpExtension.COLOR_SPACE,
            RtpExtension.DEPENDENCY_DESCRIPTOR);

    private final Map<RtpExtension, ExtMap> taken = new EnumMap<>(RtpExtension.class);

    /** Settles the extensions of a section in which {@code direction} is ours. */
    ExtensionNegotiation(MediaSection section, Direction direction) {
        Set<Integer> numbers = new HashSet<>();
        for (ExtMap offered : section.extensions()) {
            RtpExtension extension = RtpExtension.fromUri(offered.uri());
            if (extension != null && isWanted(extension, offered, direction) && numbers.add(offered.id())) {
                taken.putIfAbsent(extension, offered);
            }
        }
    }

    private static boolean isWanted(RtpExtension extension, ExtMap offered, Direction direction) {
        Direction only = offered.direction();
        Direction way = only == null ? direction : only.reversed().and(direction);
        if (direction == Direction.INACTIVE) {
            return RECEIVED.contains(extension);
        }
        return (way.receives() && RECEIVED.contains(extension)) || (way.sends() && SENT.contains(extension));
    }

    boolean has(RtpExtension extension) {
        return taken.containsKey(extension);
    }

    /** The lines of the answer, in the offer's order of numbers. */
    List<ExtMap> answered() {
        return taken.values().stream()
                .sorted(Comparator.comparingInt(ExtMap::id))
                .map(offered -> new ExtMap(
                        offered.id(),
                        offered.direction() == null ? null : offered.direction().reversed(),
                        offered.uri()))
                .toList();
    }

    RtpExtensionMap map() {
        Map<RtpExtension, Integer> ids = new EnumMap<>(RtpExtension.class);
        taken.forEach((extension, offered) -> ids.put(extension, offered.id()));
        return RtpExtensionMap.from(ids);
    }

    /**
     * The extensions of all sections of a bundle in one map. RFC 8843 §9.2 wants one meaning for a number; one number
     * for a meaning is what browsers do, and what finding the mid of a first packet needs.
     */
    static RtpExtensionMap together(Iterable<SectionAnswerer> sections) throws SdpException {
        Map<RtpExtension, Integer> ids = new EnumMap<>(RtpExtension.class);
        Map<Integer, RtpExtension> extensions = new HashMap<>();
        for (SectionAnswerer section : sections) {
            for (Map.Entry<RtpExtension, ExtMap> entry :
                    section.extensions().taken.entrySet()) {
                int id = entry.getValue().id();
                Integer known = ids.putIfAbsent(entry.getKey(), id);
                RtpExtension other = extensions.putIfAbsent(id, entry.getKey());
                if ((known != null && known != id) || (other != null && other != entry.getKey())) {
                    throw SdpException.unsupported(
                            section.offered().line(), "a=extmap:" + id + " means something else in another section");
                }
            }
        }
        return RtpExtensionMap.from(ids);
    }
}
