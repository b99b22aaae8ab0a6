package dev.parley.sfu.sdp;

import dev.parley.sfu.rtp.Codec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which of a section's payload types both sides take: those that can be forwarded, in the offer's order, under the
 * offer's numbers and with the offer's parameters (nothing is transcoded, so there is nothing to bargain over).
 *
 * <p>Left out: comfort noise, DTMF and G.711 (nobody forwards to a telephone), ULPFEC and FlexFEC (RTX repairs), and
 * VP9 profiles with other than 4:2:0 colour, which no browser's camera sends.
 */
final class CodecNegotiation {
    private static final int VIDEO_CLOCK_HZ = 90_000;
    private static final int OPUS_CLOCK_HZ = 48_000;
    private static final Set<String> FEEDBACK = Set.of("nack", "nack pli", "ccm fir", "transport-cc", "goog-remb");

    private final MediaType kind;
    private final boolean transportWide;
    private final Map<Integer, NegotiatedCodec> byPayloadType = new LinkedHashMap<>();
    private final List<CodecDescription> answered = new ArrayList<>();

    /**
     * Settles the codecs of one section.
     *
     * @param transportWide whether the section has the header extension that transport-cc feedback needs
     */
    CodecNegotiation(MediaSection section, boolean transportWide) {
        this.kind = section.kind();
        this.transportWide = transportWide;
        Map<Integer, CodecDescription> kept = new HashMap<>();
        for (CodecDescription codec : section.codecs()) {
            if (primary(codec) != null) {
                kept.put(codec.payloadType(), codec);
            }
        }
        Map<Integer, Integer> rtx = retransmissions(section, kept);
        for (CodecDescription offered : section.codecs()) {
            accept(offered, kept, rtx);
        }
    }

    /** The codecs settled, in the offer's order. */
    List<NegotiatedCodec> codecs() {
        return List.copyOf(byPayloadType.values());
    }

    /** The payload types that the answer lists, retransmission and redundancy included. */
    List<CodecDescription> answered() {
        return answered;
    }

    boolean isAccepted(int payloadType) {
        return byPayloadType.containsKey(payloadType);
    }

    private @Nullable Codec primary(CodecDescription codec) {
        if (kind == MediaType.AUDIO) {
            return codec.isNamed("opus") && codec.clockRate() == OPUS_CLOCK_HZ ? Codec.OPUS : null;
        }
        if (codec.clockRate() != VIDEO_CLOCK_HZ) {
            return null;
        }
        return switch (codec.name().toUpperCase(Locale.ROOT)) {
            case "VP8" -> Codec.VP8;
            case "VP9" -> isForwardedVp9(codec) ? Codec.VP9 : null;
            case "H264" -> Codec.H264;
            case "AV1" -> Codec.AV1;
            default -> null;
        };
    }

    private static boolean isForwardedVp9(CodecDescription codec) {
        // draft-ietf-payload-vp9: profile 0 when nothing is told; 2 is 0 with 10 or 12 bits.
        String profile = codec.parameters().getOrDefault("profile-id", "0");
        return profile.equals("0") || profile.equals("2");
    }

    /** RFC 4588 §8.6: which payload type retransmits which. */
    private static Map<Integer, Integer> retransmissions(MediaSection section, Map<Integer, CodecDescription> kept) {
        Map<Integer, Integer> rtx = new HashMap<>();
        for (CodecDescription codec : section.codecs()) {
            if (codec.isNamed("rtx")) {
                int apt = (int) SdpSyntax.number(codec.parameters().getOrDefault("apt", ""), 0, 127);
                if (kept.containsKey(apt)) {
                    rtx.putIfAbsent(apt, codec.payloadType());
                }
            }
        }
        return rtx;
    }

    private void accept(CodecDescription offered, Map<Integer, CodecDescription> kept, Map<Integer, Integer> rtx) {
        Codec codec = primary(offered);
        if (codec == null && isRedundantAudio(offered, kept)) {
            codec = Codec.RED;
        }
        if (codec != null) {
            CodecDescription answer = withFeedback(offered);
            answered.add(answer);
            byPayloadType.put(
                    offered.payloadType(), negotiated(answer, codec, rtx.getOrDefault(offered.payloadType(), -1)));
        } else if (rtx.containsValue(offered.payloadType())) {
            answered.add(withoutFeedback(offered));
        }
    }

    /** RFC 2198 with the same accepted codec in every block, which is all that browsers do. */
    private boolean isRedundantAudio(CodecDescription codec, Map<Integer, CodecDescription> kept) {
        if (kind != MediaType.AUDIO || !codec.isNamed("red") || codec.fmtp().isEmpty()) {
            return false;
        }
        for (String block : codec.fmtp().split("/", -1)) {
            if (!kept.containsKey((int) SdpSyntax.number(block.strip(), 0, 127))) {
                return false;
            }
        }
        return true;
    }

    private CodecDescription withFeedback(CodecDescription offered) {
        List<String> feedback = offered.feedback().stream()
                .filter(FEEDBACK::contains)
                .filter(value -> transportWide || !value.equals("transport-cc"))
                .toList();
        return new CodecDescription(
                offered.payloadType(),
                offered.name(),
                offered.clockRate(),
                offered.channels(),
                offered.fmtp(),
                feedback);
    }

    private static CodecDescription withoutFeedback(CodecDescription offered) {
        return new CodecDescription(
                offered.payloadType(),
                offered.name(),
                offered.clockRate(),
                offered.channels(),
                offered.fmtp(),
                List.of());
    }

    private static NegotiatedCodec negotiated(CodecDescription answer, Codec codec, int rtxPayloadType) {
        List<String> feedback = answer.feedback();
        return new NegotiatedCodec(
                answer.payloadType(),
                rtxPayloadType,
                codec,
                answer.clockRate(),
                answer.channels(),
                answer.parameters(),
                feedback.contains("nack"),
                feedback.contains("nack pli"),
                feedback.contains("ccm fir"),
                feedback.contains("transport-cc"),
                feedback.contains("goog-remb"));
    }
}
