package dev.parley.benchmarks.load.bot;

import dev.parley.sfu.rtp.Codec;

/**
 * A negotiated section that receives.
 *
 * @param rtxPayloadType -1 without retransmissions
 * @param ssrc as the other side announced it, 0 if it did not
 * @param rtxSsrc likewise
 */
record ReceivedSection(String mid, Codec codec, int payloadType, int rtxPayloadType, int ssrc, int rtxSsrc) {}
