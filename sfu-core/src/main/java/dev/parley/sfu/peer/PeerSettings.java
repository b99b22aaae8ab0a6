package dev.parley.sfu.peer;

import dev.parley.sfu.SfuConfig;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.crypto.SrtpCipherProvider;
import dev.parley.sfu.dtls.DtlsTransportFactory;
import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.ice.IceCandidate;
import dev.parley.sfu.stats.DropCounters;
import dev.parley.sfu.stats.MediaCounters;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What the peers of one shard share.
 *
 * @param candidates the ICE candidates of every answer
 * @param fingerprint of the certificate that {@code dtls} presents
 * @param dtls starts handshakes; its listeners are called on the shard
 * @param ciphers where SRTP ciphers come from
 * @param pool the shard's packets
 * @param sends what waits for the end of the shard's turn to be sent
 * @param directory where the peers are found by datagrams
 * @param consentTimeoutNs how long ICE consent lasts without a check (RFC 7675)
 * @param epochOffsetNs what to add to the shard's clock to get nanoseconds since 1970, for NTP time in reports
 * @param random secure: ICE passwords come from it
 */
public record PeerSettings(
        List<IceCandidate> candidates,
        Fingerprint fingerprint,
        DtlsTransportFactory dtls,
        SrtpCipherProvider ciphers,
        PacketPool pool,
        SendQueue sends,
        PeerDirectory directory,
        DropCounters drops,
        MediaCounters media,
        SfuConfig.Limits limits,
        long consentTimeoutNs,
        long epochOffsetNs,
        RandomGenerator random) {
    public PeerSettings {
        candidates = List.copyOf(candidates);
    }
}
