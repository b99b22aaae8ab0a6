package dev.parley.sfu.rtp;

import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which id stands for which header extension on one connection (SDP's {@code a=extmap}). Immutable.
 *
 * <p>Ids are 1 to 255, what the two-byte form can carry; the larger ones that SDP may offer provisionally (RFC 8285 §6)
 * must not be put in here.
 */
public final class RtpExtensionMap {
    private static final int MAX_ID = 255;
    private static final RtpExtension[] ALL = RtpExtension.values();

    /** Nothing negotiated. Stands after what its constructor reads. */
    public static final RtpExtensionMap EMPTY = new RtpExtensionMap(Map.of());

    private final int[] ids = new int[ALL.length];
    private final @Nullable RtpExtension[] extensions = new @Nullable RtpExtension[MAX_ID + 1];

    private RtpExtensionMap(Map<RtpExtension, Integer> ids) {
        for (Map.Entry<RtpExtension, Integer> entry : ids.entrySet()) {
            RtpExtension extension = entry.getKey();
            int id = entry.getValue();
            if (id < 1 || id > MAX_ID) {
                throw new IllegalArgumentException("header extension id must be 1 to 255, got " + id);
            }
            if (extensions[id] != null) {
                throw new IllegalArgumentException(
                        "header extension id " + id + " stands for " + extensions[id] + " and " + extension);
            }
            this.ids[extension.ordinal()] = id;
            extensions[id] = extension;
        }
    }

    /** A map of these ids, each 1 to 255 and used once. */
    public static RtpExtensionMap from(Map<RtpExtension, Integer> ids) {
        return ids.isEmpty() ? EMPTY : new RtpExtensionMap(ids);
    }

    /** The id of an extension, or 0 when it was not negotiated. */
    public int id(RtpExtension extension) {
        return ids[extension.ordinal()];
    }

    /** The extension of an id, or {@code null} when none was negotiated. */
    public @Nullable RtpExtension of(int id) {
        return id < 0 || id > MAX_ID ? null : extensions[id];
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RtpExtensionMap that && Arrays.equals(ids, that.ids);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ids);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("RtpExtensionMap[");
        for (RtpExtension extension : ALL) {
            if (id(extension) != 0) {
                text.append(text.charAt(text.length() - 1) == '[' ? "" : ", ")
                        .append(extension)
                        .append('=')
                        .append(id(extension));
            }
        }
        return text.append(']').toString();
    }
}
