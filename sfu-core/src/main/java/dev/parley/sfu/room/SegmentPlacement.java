package dev.parley.sfu.room;

import java.util.Arrays;

/**
 * Which segment of a room the next participant goes to. The first takes all up to the threshold; then there is another
 * one on the least loaded other shard, and so on; when no further shard can be used, the smallest takes them.
 */
final class SegmentPlacement {
    private final int threshold;
    private final RoomServices services;
    private int[] participants = new int[1];
    private boolean exhausted;

    SegmentPlacement(int threshold, RoomServices services) {
        this.threshold = threshold;
        this.services = services;
    }

    int segmentCount() {
        return participants.length;
    }

    int choose() {
        if (threshold == 0) {
            return 0;
        }
        for (int segment = 0; segment < participants.length; segment++) {
            if (participants[segment] < threshold) {
                return segment;
            }
        }
        int opened = exhausted ? RoomServices.NO_SEGMENT : services.openSegment();
        if (opened == RoomServices.NO_SEGMENT) {
            exhausted = true;
            return smallest();
        }
        participants = Arrays.copyOf(participants, participants.length + 1);
        return opened;
    }

    private int smallest() {
        int smallest = 0;
        for (int segment = 1; segment < participants.length; segment++) {
            if (participants[segment] < participants[smallest]) {
                smallest = segment;
            }
        }
        return smallest;
    }

    void entered(int segment) {
        participants[segment]++;
    }

    void left(int segment) {
        participants[segment]--;
    }
}
