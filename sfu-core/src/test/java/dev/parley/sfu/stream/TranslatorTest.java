package dev.parley.sfu.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class TranslatorTest {
    private static final long MS = 1_000_000L;

    private final SequenceTranslator sequences = new SequenceTranslator(100);
    private final TimestampTranslator timestamps = new TimestampTranslator(50_000);
    private final PictureIdTranslator pictureIds = new PictureIdTranslator();
    private final FrameNumberTranslator frameNumbers = new FrameNumberTranslator();

    @Test
    void sequenceIsContinuousOverOmissionsAndSwitches() {
        sequences.switchTo(7);
        assertEquals(100, sequences.translate(7));
        sequences.leaveOut(9);
        assertEquals(102, sequences.translate(10));
        assertEquals(101, sequences.translate(8));

        sequences.switchTo(5_000);
        assertEquals(103, sequences.translate(5_000));
        assertEquals(105, sequences.translate(5_002));
        assertEquals(104, sequences.translate(5_001));
        assertEquals(SequenceTranslator.DROP, sequences.translate(4_999));
    }

    @Test
    void networkLossKeepsItsGap() {
        sequences.switchTo(1);
        assertEquals(100, sequences.translate(1));
        assertEquals(103, sequences.translate(4));
    }

    @Test
    void runOfOmissionsIsOneStepForWhatFollowsAndNoneForWhatPreceded() {
        sequences.switchTo(1);
        sequences.translate(1);
        for (int i = 0; i < 500; i++) {
            sequences.leaveOut(3 + i);
        }
        assertEquals(102, sequences.translate(503));
        assertEquals(101, sequences.translate(2));
    }

    @Test
    void omissionOfALatePacketLeavesTheGapThatWasSent() {
        sequences.switchTo(1);
        sequences.translate(1);
        assertEquals(102, sequences.translate(3));
        sequences.leaveOut(2);
        assertEquals(103, sequences.translate(4));
    }

    @Test
    void firstPacketCanBeLeftOut() {
        sequences.switchTo(10);
        sequences.leaveOut(10);
        assertEquals(100, sequences.translate(11));
    }

    @Test
    void packetsOlderThanTheRememberedOmissionsAreDroppedAndNeverGetAWrongNumber() {
        sequences.switchTo(0);
        sequences.translate(0);
        for (int i = 2; i < 400; i += 2) {
            sequences.leaveOut(i);
            assertEquals(102 + (i - 2) / 2, sequences.translate(i + 1));
        }
        assertEquals(SequenceTranslator.DROP, sequences.translate(1));
    }

    @Test
    void timestampAdvancesByTheElapsedTimeOnASwitch() {
        timestamps.switchTo(1_000, 90_000, 0);
        assertEquals(50_000, timestamps.translate(1_000, 0));
        timestamps.switchTo(7, 90_000, 100 * MS);
        assertEquals(59_000, timestamps.translate(7, 100 * MS));
        assertEquals(62_000, timestamps.translate(3_007, 133 * MS));
        assertEquals(58_993, timestamps.offset());
    }

    @Test
    void timestampAdvancesByAtLeastOneOnASwitch() {
        timestamps.switchTo(0, 90_000, 0);
        timestamps.translate(9_000, 0);
        timestamps.switchTo(77, 90_000, 0);
        assertEquals(59_001, timestamps.translate(77, 0));
    }

    @Test
    void timestampsWrapAndLateFramesDoNotMoveTheReference() {
        TimestampTranslator wrapping = new TimestampTranslator(0xFFFF_FFF0);
        wrapping.switchTo(5, 90_000, 0);
        assertEquals(0xFFFF_FFF0, wrapping.translate(5, 0));
        assertEquals(0x10, wrapping.translate(0x25, 10 * MS));
        assertEquals(0xFFFF_FFF0, wrapping.translate(5, 20 * MS));
        wrapping.switchTo(0, 90_000, 110 * MS);
        assertEquals(0x10 + 9_000, wrapping.translate(0, 110 * MS));
    }

    @Test
    void longPauseBeforeASwitchStaysInRange() {
        timestamps.switchTo(0, 90_000, 0);
        long tenDaysNs = 10L * 24 * 3_600 * 1_000 * MS;
        timestamps.switchTo(0, 90_000, tenDaysNs);
        assertEquals(50_000 + (int) (10L * 24 * 3_600 * 90_000), timestamps.translate(0, tenDaysNs));
    }

    @Test
    void firstSourceKeepsItsPictureIds() {
        pictureIds.switchTo(300, 5);
        assertFalse(pictureIds.isRewriting());
        assertEquals(301, pictureIds.pictureId(301, true));
        assertEquals(6, pictureIds.tl0PicIdx(6));
    }

    @Test
    void pictureIdsGoOnAfterASwitchAcrossTheWrap() {
        pictureIds.switchTo(0x7FFE, 8);
        pictureIds.pictureId(0x7FFF, true);
        pictureIds.tl0PicIdx(9);
        pictureIds.pictureId(0x7FFE, true);
        pictureIds.switchTo(500, 3);
        assertTrue(pictureIds.isRewriting());
        assertEquals(0, pictureIds.pictureId(500, true));
        assertEquals(10, pictureIds.tl0PicIdx(3));
        assertEquals(1, pictureIds.pictureId(501, true));
        // An old base layer index, still in flight before the switch, is no reference.
        pictureIds.tl0PicIdx(2);
        pictureIds.switchTo(9, 9);
        assertEquals(2, pictureIds.pictureId(9, true));
        assertEquals(11, pictureIds.tl0PicIdx(9));
    }

    @Test
    void shortPictureIdIsContinuousModulo128() {
        pictureIds.switchTo(126, 0);
        pictureIds.pictureId(127, false);
        pictureIds.switchTo(5, 0);
        assertEquals(0, pictureIds.pictureId(5, false));
        assertEquals(1, pictureIds.pictureId(6, false));
    }

    @Test
    void frameNumbersGoOnAfterASwitchAcrossTheWrap() {
        frameNumbers.switchTo(0xFFFE);
        assertEquals(0xFFFF, frameNumbers.translate(0xFFFF));
        assertEquals(0xFFFE, frameNumbers.translate(0xFFFE));
        frameNumbers.switchTo(12);
        assertEquals(0, frameNumbers.translate(12));
        assertEquals(1, frameNumbers.translate(13));
    }
}
