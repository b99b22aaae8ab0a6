package dev.parley.sfu.nativepeer;

import java.util.List;

/**
 * Where native peers meet browsers: libwebrtc takes one UDP port for each connection and interface.
 *
 * @param first the first port; 0 with {@code last} 0 for any
 * @param last the last port
 * @param announced addresses to be told in place of the machine's own; empty for those
 */
record NativePorts(int first, int last, List<String> announced) {
    NativePorts {
        announced = List.copyOf(announced);
    }
}
