package dev.parley.sfu.shard;

import dev.parley.sfu.SfuConfig;
import dev.parley.sfu.crypto.SrtpCipherProvider;
import dev.parley.sfu.dtls.DtlsEndpoint;
import java.security.SecureRandom;
import java.util.List;

/**
 * What all shards of one server share.
 *
 * @param bindAddresses as configured; with {@code announcedAddresses} they make the ICE candidates
 * @param announcedAddresses as configured
 * @param dtls where handshakes run; its certificate is the server's
 * @param segmentThreshold participants of a room on one shard before another is used; 0 for never
 * @param consentTimeoutNs how long ICE consent lasts without a check
 */
public record EngineSettings(
        List<String> bindAddresses,
        List<String> announcedAddresses,
        boolean tcpEnabled,
        DtlsEndpoint dtls,
        SrtpCipherProvider ciphers,
        SfuConfig.Limits limits,
        int segmentThreshold,
        long consentTimeoutNs,
        SecureRandom random) {}
