package dev.parley.sfu.congestion;

/** Why a probe is sent. */
public enum ProbeReason {
    /** Nothing is known of the way yet. */
    START,
    /** The allocation wants more than it did. */
    ALLOCATION,
    /** The allocation still wants more than the estimate allows. */
    PERIODIC,
    /** The last probe got through. */
    FURTHER,
    /** The estimate has fallen a lot, and it may have been for a moment only. */
    AFTER_DROP
}
