package dev.parley.sfu.sdp;

import org.jspecify.annotations.Nullable;

/**
 * An RTP header extension's number, from {@code a=extmap} (RFC 8285 §5). Attributes after the URI are not kept.
 *
 * @param id 1 to 255; what is over 14 needs the two-byte form
 * @param direction where the extension is used, if not in the section's own direction
 */
public record ExtMap(int id, @Nullable Direction direction, String uri) {}
