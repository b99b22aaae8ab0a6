package dev.parley.sfu.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.stats.DropCounters;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

final class Rfc4571DeframerFuzzTest {
    /** The first byte sets the size of the pieces that the rest arrives in. */
    @FuzzTest
    void cutsEveryStreamTheSameWayWhateverItsPieces(byte[] data) {
        if (data.length == 0) {
            return;
        }
        assertEquals(cut(data, data.length), cut(data, (data[0] & 0xFF) + 1));
    }

    private static List<Integer> cut(byte[] data, int pieceBytes) {
        List<Integer> frames = new ArrayList<>();
        try (PacketPool pool = PacketPool.bounded(2)) {
            Rfc4571Deframer deframer = new Rfc4571Deframer(pool, new DropCounters());
            for (int from = 1; from < data.length; from += pieceBytes) {
                int bytes = Math.min(pieceBytes, data.length - from);
                boolean inStep = deframer.feed(ByteBuffer.wrap(data, from, bytes), frame -> {
                    frames.add(Arrays.hashCode(frame.toByteArray()));
                    frame.release();
                });
                if (!inStep) {
                    frames.add(-1);
                    break;
                }
            }
            deframer.close();
            assertEquals(0, pool.outstanding());
        }
        return frames;
    }
}
