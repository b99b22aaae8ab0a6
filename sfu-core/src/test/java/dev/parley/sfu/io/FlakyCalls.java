package dev.parley.sfu.io;

import java.util.ArrayDeque;
import java.util.Queue;

/** The kernel with faults to order: what is queued here is what the next sends return. */
final class FlakyCalls implements DatagramCalls {
    private final DatagramCalls kernel;
    private final Queue<Integer> sendErrors = new ArrayDeque<>();
    boolean segments = true;
    /** What every message to be segmented is refused with; 0 for nothing. */
    int segmentationError;

    int waits;

    FlakyCalls(DatagramCalls kernel) {
        this.kernel = kernel;
    }

    void failNextSends(int errno, int times) {
        for (int i = 0; i < times; i++) {
            sendErrors.add(errno);
        }
    }

    @Override
    public int receive(int fd, long messages, int count) {
        return kernel.receive(fd, messages, count);
    }

    @Override
    public int send(int fd, long messages, int count) {
        Integer error = sendErrors.poll();
        if (error != null) {
            return -error;
        }
        if (segmentationError == 0) {
            return kernel.send(fd, messages, count);
        }
        for (int i = 0; i < count; i++) {
            if (isSegmented(messages + (long) i * LinuxAbi.MMSGHDR_BYTES)) {
                // As the kernel does it: what stands before the refused message is sent.
                return i == 0 ? -segmentationError : kernel.send(fd, messages, i);
            }
        }
        return kernel.send(fd, messages, count);
    }

    private static boolean isSegmented(long message) {
        long control = RawMemory.getLong(message + LinuxAbi.MSG_CONTROL);
        return RawMemory.getLong(message + LinuxAbi.MSG_CONTROL_LENGTH) > 0
                && RawMemory.getInt(control + LinuxAbi.CMSG_LEVEL) == LinuxAbi.SOL_UDP
                && RawMemory.getInt(control + LinuxAbi.CMSG_TYPE) == LinuxAbi.UDP_SEGMENT;
    }

    @Override
    public void awaitWritable(int fd, long timeoutNs) {
        waits++;
    }

    @Override
    public boolean segments(int fd) {
        return segments && kernel.segments(fd);
    }

    /** For before there is a kernel. */
    static final class Nothing implements DatagramCalls {
        @Override
        public int receive(int fd, long messages, int count) {
            return -LinuxAbi.EAGAIN;
        }

        @Override
        public int send(int fd, long messages, int count) {
            return count;
        }

        @Override
        public void awaitWritable(int fd, long timeoutNs) {}

        @Override
        public boolean segments(int fd) {
            return false;
        }
    }
}
