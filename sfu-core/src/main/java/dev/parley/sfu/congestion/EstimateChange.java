package dev.parley.sfu.congestion;

/**
 * What a listener is told when an estimate has changed, with the figures that led to it. The same object for every
 * change: whoever wants to keep any of it, copies it.
 */
public interface EstimateChange {
    long atNs();

    EstimateCause cause();

    /** In bits per second, what the listener was told last. */
    long previousBps();

    /** In bits per second, from now on. */
    long bitrateBps();

    /** What has arrived lately, in bits per second; 0 while unknown. */
    long acknowledgedBps();

    /** How long a packet waits in queues on its way, in milliseconds. */
    double queueDelayMs();

    /** How fast the delay grows, in milliseconds a second; below 0 it falls. */
    double delayTrend();

    /** Share of the packets reported on lately that are lost, 0 to 1. */
    double lossShare();

    /** 0 while unknown. */
    long rttNs();
}
