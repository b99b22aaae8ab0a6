package dev.parley.sfu.sdp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A media section (RFC 8866 §5.14): one {@code m=} line and what follows it.
 *
 * @param line the number of the {@code m=} line, from 1; 0 in a description that was not read
 * @param mid its name (RFC 5888); empty without {@code a=mid}
 * @param media the first word of the {@code m=} line, as written; see {@link #kind()}
 * @param port 0 means rejected, or reachable only through its bundle: see {@link #isRejected()}
 * @param protocol such as {@code UDP/TLS/RTP/SAVPF}
 * @param formats the rest of the {@code m=} line, as written
 * @param bundleOnly whether a port of 0 stands for the bundle's (RFC 8843 §6)
 * @param direction who sends, seen from the side whose description this is
 * @param transport what is told here, without what the session level adds
 * @param codecs the payload types in order of preference; empty unless the protocol is RTP
 * @param extensionsMixed whether one- and two-byte header extensions may be mixed (RFC 8285 §6), told here or for
 *     the session
 * @param simulcast the streams of {@code rids} that are sent or received at once, if any
 * @param msids what the media belongs to; more than one when a track is in several streams
 * @param rtcpMux whether RTCP shares the port of RTP (RFC 8858)
 * @param rtcpReducedSize whether RTCP packets may stand alone (RFC 5506)
 * @param receiverReferenceTime whether {@code a=rtcp-xr} asks for {@code rcvr-rtt} (RFC 3611 §5.1)
 */
public record MediaSection(
        int line,
        String mid,
        String media,
        int port,
        String protocol,
        String formats,
        boolean bundleOnly,
        Direction direction,
        TransportDescription transport,
        List<CodecDescription> codecs,
        List<ExtMap> extensions,
        boolean extensionsMixed,
        List<Rid> rids,
        @Nullable Simulcast simulcast,
        List<Msid> msids,
        List<SsrcSource> ssrcs,
        List<SsrcGroup> ssrcGroups,
        boolean rtcpMux,
        boolean rtcpReducedSize,
        boolean receiverReferenceTime) {
    public MediaSection {
        codecs = List.copyOf(codecs);
        extensions = List.copyOf(extensions);
        rids = List.copyOf(rids);
        msids = List.copyOf(msids);
        ssrcs = List.copyOf(ssrcs);
        ssrcGroups = List.copyOf(ssrcGroups);
    }

    public MediaType kind() {
        return MediaType.fromSdp(media);
    }

    /** Whether the section is off: stopped in an offer, refused in an answer. */
    public boolean isRejected() {
        return port == 0 && !bundleOnly;
    }
}
