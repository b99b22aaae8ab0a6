package dev.parley.sfu.stream;

import dev.parley.sfu.buffer.PacketBuffer;

/** Where outgoing RTP packets go: the peer, which encrypts and transmits them. */
public interface PacketSink {
    /**
     * Sends a packet: the header in {@code dst[0, headerLength)}, then the payload, whose first {@code prefixLength}
     * bytes {@code dst} holds as well and whose rest is encrypted from {@code src} to {@code dst}. Both buffers are
     * borrowed: keep one and you retain it.
     *
     * @param prefixLength bytes of the payload that are this receiver's own, such as a rewritten descriptor; mostly 0
     * @param srcOffset where the rest of the payload starts in {@code src}, which others send from too
     */
    void send(
            PacketBuffer dst,
            int headerLength,
            int prefixLength,
            PacketBuffer src,
            int srcOffset,
            int restLength,
            int ssrc,
            int sequenceNumber);
}
