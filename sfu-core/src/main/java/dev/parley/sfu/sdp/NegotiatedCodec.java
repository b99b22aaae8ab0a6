package dev.parley.sfu.sdp;

import dev.parley.sfu.rtp.Codec;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A codec that both sides take in one media section, with the payload type of its retransmissions.
 *
 * @param payloadType the offer's
 * @param rtxPayloadType that of its retransmissions (RFC 4588); -1 for none
 * @param clockRate in Hz
 * @param channels 1 for video
 * @param parameters of {@code a=fmtp}, by lower-case name; {@code red} keeps its list under the empty name
 * @param nack whether lost packets are asked for (RFC 4585 §6.2.1)
 * @param pli whether pictures may be asked for by Picture Loss Indication (RFC 4585 §6.3.1)
 * @param fir whether pictures may be asked for by Full Intra Request (RFC 5104 §4.3.1)
 * @param transportCc whether arrivals are told for the whole transport (draft-holmer-rmcat-transport-wide-cc)
 * @param remb whether the receiver's estimate is told (draft-alvestrand-rmcat-remb)
 */
public record NegotiatedCodec(
        int payloadType,
        int rtxPayloadType,
        Codec codec,
        int clockRate,
        int channels,
        Map<String, String> parameters,
        boolean nack,
        boolean pli,
        boolean fir,
        boolean transportCc,
        boolean remb) {
    public NegotiatedCodec {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }
}
