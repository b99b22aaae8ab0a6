package dev.parley.sfu.stream;

/** How much a publisher without transport-cc may send, to be told to it by REMB (draft-alvestrand-rmcat-remb-03). */
public interface ReceiverBandwidth {
    /** The allowance for all the publisher's streams together, in bits per second. */
    long bitrateBps(long nowNs);
}
