package dev.parley.sfu.sdp;

/**
 * An RTP source announced by {@code a=ssrc} (RFC 5576 §4.1).
 *
 * @param ssrc all 32 bits, so negative for the upper half of its range
 * @param cname its canonical name; empty if not told
 */
public record SsrcSource(int ssrc, String cname) {}
