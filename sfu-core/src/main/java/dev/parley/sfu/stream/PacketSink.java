package dev.parley.sfu.stream;

import dev.parley.sfu.buffer.PacketBuffer;

/** Where outgoing RTP packets go: the peer, which encrypts and transmits them. */
public interface PacketSink {
    /**
     * Sends a packet: the header in {@code dst[0, headerLength)}, then the payload, encrypted from {@code src} to
     * {@code dst}. Both are borrowed: keep one and you retain it.
     *
     * @param src may be {@code dst}, with the payload already in its place
     */
    void send(
            PacketBuffer dst,
            int headerLength,
            PacketBuffer src,
            int sourcePayloadOffset,
            int payloadLength,
            int ssrc,
            int sequenceNumber);
}
