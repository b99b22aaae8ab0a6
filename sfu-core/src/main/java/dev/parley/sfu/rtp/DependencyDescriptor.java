package dev.parley.sfu.rtp;

/** The dependency descriptor. */
public final class DependencyDescriptor {
    /** Bytes of the fields that every packet of a frame carries (§A.8.2). */
    public static final int MANDATORY_LENGTH = 3;
}
