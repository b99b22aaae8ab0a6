package dev.parley.sfu.sdp;

import dev.parley.sfu.rtp.RtpExtensionMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an answer has settled for one media section.
 *
 * @param index its place in offer and answer
 * @param mid empty only in a rejected section that has none
 * @param rejected whether it is answered with port 0; such a section has nothing below
 * @param direction ours
 * @param codecs in the offer's order of preference; retransmission is part of the codec it repairs
 * @param extensions the header extensions, under the offer's numbers; where we both send and receive, some of them
 *     are only received
 * @param rids what the client sends at once, in its order of preference; empty without simulcast
 * @param ssrcs what the client has announced that it sends to us; empty where it leaves that to mid and rid
 * @param msid what the client's media belongs to, if told
 * @param reducedSizeRtcp whether RTCP packets may stand alone (RFC 5506)
 * @param receiverReferenceTime whether RTCP XR rcvr-rtt is in use (RFC 3611 §5.1)
 */
public record NegotiatedSection(
        int index,
        String mid,
        MediaType kind,
        boolean rejected,
        Direction direction,
        List<NegotiatedCodec> codecs,
        RtpExtensionMap extensions,
        List<String> rids,
        List<OfferedSsrc> ssrcs,
        @Nullable Msid msid,
        boolean reducedSizeRtcp,
        boolean receiverReferenceTime) {
    public NegotiatedSection {
        codecs = List.copyOf(codecs);
        rids = List.copyOf(rids);
        ssrcs = List.copyOf(ssrcs);
    }
}
