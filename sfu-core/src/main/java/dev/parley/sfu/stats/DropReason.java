package dev.parley.sfu.stats;

/** Every way a packet can end other than by being forwarded or consumed. Metric label values, so bounded and stable. */
public enum DropReason {
    /** The first byte is of no protocol of RFC 7983. */
    UNKNOWN_PROTOCOL,
    /** Larger than a packet buffer. */
    OVERSIZED,
    /** The shard's packet pool is empty. */
    POOL_EMPTY,
    /** Not from an address that a STUN check has verified. */
    UNKNOWN_ADDRESS,
    /** The peer's state has no use for the packet, such as media before the DTLS handshake. */
    UNEXPECTED_STATE,
    STUN_MALFORMED,
    STUN_UNKNOWN_USERNAME,
    STUN_BAD_INTEGRITY,
    STUN_BAD_FINGERPRINT,
    STUN_UNEXPECTED_TYPE,
    DTLS_MALFORMED,
    DTLS_LIMIT,
    RTP_MALFORMED,
    RTP_UNKNOWN_SSRC,
    RTP_UNKNOWN_PAYLOAD_TYPE,
    RTP_STREAM_LIMIT,
    RTP_DUPLICATE,
    RTP_TOO_OLD,
    RTCP_MALFORMED,
    SRTP_REPLAYED,
    SRTP_AUTH_FAILED,
    SRTP_MALFORMED,
    SRTP_KEY_EXHAUSTED,
    /** A retransmission was asked for that the buffer no longer has. */
    RETRANSMISSION_MISS,
    /** The same retransmission was asked for again within a round trip. */
    RETRANSMISSION_THROTTLED,
    /** A retransmission was asked for on a stream without RTX: the same packet must not be encrypted twice. */
    RETRANSMISSION_NOT_NEGOTIATED,
    /** It waited for so long to be sent again that whoever still misses it will ask once more. */
    RETRANSMISSION_STALE,
    /** It waited for its turn, or was asked for again, when the keyframe of a smaller picture had come or its slot was paused. */
    OVERTAKEN,
    /** The subscription waits for a keyframe. */
    AWAITING_KEYFRAME,
    /** The subscriber's connection is not up. */
    NOT_CONNECTED,
    /** The subscriber did not negotiate the codec. */
    CODEC_NOT_NEGOTIATED,
    /** Others in the room are louder, and only so many are heard at a time. */
    NOT_AMONG_LOUDEST,
    /** The socket refused the datagram. */
    SEND_FAILED,
    TCP_FRAME_MALFORMED,
    TCP_BACKPRESSURE,
    /** The pipe to another shard is full: a keyframe is asked for. */
    PIPE_FULL,
    /** It came through a pipe for a track that nobody watches here any more. */
    PIPE_CLOSED
}
