package dev.parley.sfu.stats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A count, or another number, that one thread writes and any thread reads. */
public final class Counter {
    private static final VarHandle VALUE;

    static {
        try {
            VALUE = MethodHandles.lookup().findVarHandle(Counter.class, "value", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long value;

    public void increment() {
        add(1);
    }

    public void add(long amount) {
        VALUE.setOpaque(this, value + amount);
    }

    /** For what goes up and down. */
    public void set(long newValue) {
        VALUE.setOpaque(this, newValue);
    }

    public long value() {
        return (long) VALUE.getOpaque(this);
    }
}
