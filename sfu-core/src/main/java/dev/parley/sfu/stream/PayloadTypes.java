package dev.parley.sfu.stream;

import dev.parley.sfu.sdp.NegotiatedCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The payload types of one media section, looked up per packet. Immutable. */
public final class PayloadTypes {
    private static final int COUNT = 128;

    private final List<PayloadFormat> formats;
    private final @Nullable PayloadFormat[] byPayloadType = new @Nullable PayloadFormat[COUNT];
    private final byte[] originals = new byte[COUNT];

    public PayloadTypes(List<PayloadFormat> formats) {
        this.formats = List.copyOf(formats);
        Arrays.fill(originals, (byte) -1);
        for (PayloadFormat format : formats) {
            byPayloadType[format.payloadType()] = format;
            if (format.rtxPayloadType() >= 0) {
                originals[format.rtxPayloadType()] = (byte) format.payloadType();
            }
        }
    }

    /** The payload types of a negotiated media section. */
    public static PayloadTypes of(List<NegotiatedCodec> codecs) {
        List<PayloadFormat> formats = new ArrayList<>(codecs.size());
        for (NegotiatedCodec codec : codecs) {
            formats.add(PayloadFormat.of(
                    codec.payloadType(), codec.rtxPayloadType(), codec.codec(), codec.clockRate(), codec.parameters()));
        }
        return new PayloadTypes(formats);
    }

    /** The format of a payload type, or {@code null} when it is none of these, or one of retransmissions. */
    public @Nullable PayloadFormat format(int payloadType) {
        return byPayloadType[payloadType];
    }

    /** The names of the codecs that carry media, each once, in the order of the offer. */
    public List<String> codecNames() {
        return formats.stream()
                .filter(format -> !format.codec().isRepair())
                .map(format -> format.codec().encodingName())
                .distinct()
                .toList();
    }

    /** The payload type that {@code rtxPayloadType} retransmits, or -1. */
    public int originalOf(int rtxPayloadType) {
        return originals[rtxPayloadType];
    }

    /** A payload type of retransmissions, or -1 when there is none. */
    public int retransmission() {
        for (PayloadFormat format : formats) {
            if (format.rtxPayloadType() >= 0) {
                return format.rtxPayloadType();
            }
        }
        return -1;
    }

    /** The format that a receiver with these payload types gets {@code source} as, or {@code null}. */
    public @Nullable PayloadFormat match(PayloadFormat source) {
        for (PayloadFormat format : formats) {
            if (format.isSameAs(source)) {
                return format;
            }
        }
        for (PayloadFormat format : formats) {
            if (format.isCompatibleWith(source)) {
                return format;
            }
        }
        for (PayloadFormat format : formats) {
            if (format.isPrimaryOf(source)) {
                return format;
            }
        }
        return null;
    }
}
