package dev.parley.sfu.io;

/**
 * The system calls on the packet path. All return what the kernel does: a result of 0 or more, or the error's number
 * negated.
 */
interface DatagramCalls {
    /** Receives without waiting into {@code count} mmsghdr structures; the number of them filled. */
    int receive(int fd, long messages, int count);

    /** Sends {@code count} mmsghdr structures without waiting; the number of them sent. */
    int send(int fd, long messages, int count);

    /** Waits until something can be sent, at most so long. */
    void awaitWritable(int fd, long timeoutNs);

    /** Whether the kernel knows UDP_SEGMENT for this socket. */
    boolean segments(int fd);
}
