package dev.parley.sfu.congestion;

/** Why an estimate is what it is. */
public enum EstimateCause {
    /** Nothing is known of the way yet: what every subscriber begins with. */
    START,
    /** Delay is steady, so more is tried, step by step. */
    DELAY_STEADY,
    /** Packets take longer and longer: a queue is filling. */
    DELAY_RISING,
    /** A queue has filled, and less is sent until it is empty. */
    QUEUE_DRAINING,
    /** The queue is empty again, so what the way was found to carry is sent. */
    QUEUE_DRAINED,
    /** What had looked like a queue was something else, such as a receiver that had no CPU for a moment. */
    FALSE_ALARM,
    /** Packets are lost that more was sent than the way carries. */
    LOSS,
    /** Fewer packets are lost than before. */
    LOSS_RECOVERING,
    /** A probe has arrived at the rate that it was sent at, or at a higher one than the estimate. */
    PROBE,
    /** The subscriber says what it can take (REMB). */
    RECEIVER_LIMIT,
    /** The subscriber says nothing of what it has received. */
    FEEDBACK_MISSING,
    /** Packets take another way from now on, of which nothing is known. */
    ROUTE_CHANGED
}
