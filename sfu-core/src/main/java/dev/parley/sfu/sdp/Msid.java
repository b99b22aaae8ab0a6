package dev.parley.sfu.sdp;

/**
 * What a section's media belongs to, from {@code a=msid} (RFC 8830 §2).
 *
 * @param streamId the MediaStream; {@code -} for none
 * @param trackId the track in it; empty if not told
 */
public record Msid(String streamId, String trackId) {}
