package dev.parley.sfu.congestion;

/** What delays say of the load of a path (draft-ietf-rmcat-gcc-02 §5.4). */
enum PathUse {
    /** Delays fall: a queue empties. */
    UNDER,
    NORMAL,
    /** Delays rise: a queue fills. */
    OVER
}
