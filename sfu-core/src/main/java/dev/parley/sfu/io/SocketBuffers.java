package dev.parley.sfu.io;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says so when the kernel grants smaller socket buffers than asked for. */
final class SocketBuffers {
    private static final Logger LOG = LoggerFactory.getLogger(SocketBuffers.class);

    private SocketBuffers() {}

    static void check(int askedBytes, int receiveBytes, int sendBytes) {
        LOG.debug("event=socket-buffers receive_bytes={} send_bytes={}", receiveBytes, sendBytes);
        if (Math.min(receiveBytes, sendBytes) < askedBytes) {
            LOG.warn(
                    "event=small-socket-buffers asked_bytes={} receive_bytes={} send_bytes={} mend=\"sysctl -w"
                            + " net.core.rmem_max={} net.core.wmem_max={}\"",
                    askedBytes,
                    receiveBytes,
                    sendBytes,
                    askedBytes,
                    askedBytes);
        }
    }
}
