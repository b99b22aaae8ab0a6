package dev.parley.sfu.sdp;

/**
 * A source that the offer announces by {@code a=ssrc}.
 *
 * @param ssrc all 32 bits
 * @param rtxSsrc the source of its retransmissions; 0 for none
 */
public record OfferedSsrc(int ssrc, int rtxSsrc) {}
