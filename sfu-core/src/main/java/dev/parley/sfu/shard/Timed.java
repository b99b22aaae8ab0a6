package dev.parley.sfu.shard;

/** Something that wants to be called at times of its own choosing. */
public interface Timed {
    /** When to call, in nanoseconds of the shard's clock; {@link Long#MAX_VALUE} for never. */
    long nextDeadlineNs();

    /** The deadline has come; afterwards {@link #nextDeadlineNs()} is read again. */
    void onDeadline(long nowNs);
}
