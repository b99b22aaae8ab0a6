package dev.parley.sfu.nativepeer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.SubscriptionHint;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When bridges begin and end, and who is served by which; nothing here is encoded. */
final class CodecBridgesTest {
    private static final int LINGER = 5;

    private final FakeBridgedRoom room = new FakeBridgedRoom();
    private final FakeBridgeMaker maker = new FakeBridgeMaker();
    private final EncodeBudget budget = new EncodeBudget(2);
    private final CodecBridges bridges = new CodecBridges(room, maker, budget, Runnable::run);

    private void need(String who, String track, String... accepted) {
        RoomEvent.SlotUndecodable event = RoomEvent.SlotUndecodable.of(who, "1", track, "VP9", List.of(accepted));
        room.want(who, "1", track);
        bridges.undecodable(event);
    }

    private void ticks(int count) {
        for (int i = 0; i < count; i++) {
            bridges.tick();
        }
    }

    @Test
    void oneBridgeServesAllWhoNeedATrackInACodec() {
        need("PA_1", "TR_1", "H264");
        need("PA_2", "TR_1", "H264");
        assertEquals(List.of("TR_1 H264"), maker.asked());
        assertEquals(List.of(), room.substitutions());
        maker.open("TR_1 H264");
        need("PA_3", "TR_1", "H264");
        assertEquals(List.of("PA_1 1 TR_1 as E1", "PA_2 1 TR_1 as E1", "PA_3 1 TR_1 as E1"), room.substitutions());
        assertEquals(1, budget.snapshot().running());
        assertEquals(List.of(), room.told());
    }

    @Test
    void theCheapestCodecThatTheSlotTakesIsChosenAndOneThatRunsIsBetterStill() {
        need("PA_1", "TR_1", "AV1", "VP8");
        assertEquals(List.of("TR_1 VP8"), maker.asked());
        maker.open("TR_1 VP8");
        need("PA_2", "TR_1", "H264", "VP8");
        assertEquals(List.of("TR_1 VP8"), maker.asked());
        assertEquals(2, room.substitutions().size());
    }

    @Test
    void bridgeEndsSomeTimeAfterNobodyHasItsTrackInASlot() {
        need("PA_1", "TR_1", "H264");
        FakeBridgeMaker.FakeBridge bridge = maker.open("TR_1 H264");
        room.show("E1", new SubscriptionHint(320, 180, 0, false));
        ticks(2 * LINGER);
        assertEquals(Optional.of(new SubscriptionHint(320, 180, 0, false)), bridge.steered());
        room.show("E1", null);
        ticks(LINGER - 1);
        assertFalse(bridge.isClosed());
        room.show("E1", SubscriptionHint.none());
        ticks(1);
        room.show("E1", null);
        ticks(LINGER - 1);
        assertFalse(bridge.isClosed(), "it was watched in between");
        ticks(1);
        assertTrue(bridge.isClosed());
        assertEquals(0, budget.snapshot().running());
        assertEquals(0, bridges.count());
    }

    @Test
    void whoComesWhenThereIsNoPlaceIsToldInWhichCodecsAndServedWhenThereIsOne() {
        need("PA_1", "TR_1", "H264");
        need("PA_1", "TR_2", "H264");
        FakeBridgeMaker.FakeBridge first = maker.open("TR_1 H264");
        maker.open("TR_2 H264");
        room.show("E1", SubscriptionHint.none());
        room.show("E2", SubscriptionHint.none());
        need("PA_2", "TR_3", "H264");
        assertEquals(1, room.told().size());
        RoomEvent.SlotUndecodable told = room.told().getFirst();
        assertEquals(SfuException.Code.NATIVE_LIMIT, told.code());
        assertTrue(told.message().contains("VP9 as H264"), told.message());
        assertTrue(told.message().contains("max-native-encodes"), told.message());
        ticks(3);
        assertEquals(List.of("TR_1 H264", "TR_2 H264"), maker.asked(), "those that run go on");

        first.end();
        ticks(1);
        assertEquals(List.of("TR_1 H264", "TR_2 H264", "TR_3 H264"), maker.asked());
    }

    @Test
    void whoHasGoneMeanwhileIsNotServedLater() {
        need("PA_1", "TR_1", "H264");
        need("PA_1", "TR_2", "H264");
        need("PA_2", "TR_3", "H264");
        room.wantNothing("PA_2");
        maker.open("TR_1 H264").end();
        ticks(3);
        assertEquals(List.of("TR_1 H264", "TR_2 H264"), maker.asked());
    }

    @Test
    void viewerWhoseShardHearsLateOfTheBridgeIsServedAtTheNextLook() {
        need("PA_1", "TR_1", "H264");
        room.hearLate(1);
        maker.open("TR_1 H264");
        room.show("E1", SubscriptionHint.none());
        ticks(3);
        assertEquals(List.of("PA_1 1 TR_1 as E1", "PA_1 1 TR_1 as E1"), room.substitutions());
        assertEquals(List.of(), room.told());
    }

    @Test
    void whoTakesNothingThatIsEncodedHereIsToldSo() {
        need("PA_1", "TR_1", "H265");
        assertEquals(List.of(), maker.asked());
        assertEquals(
                SfuException.Code.CODEC_NOT_NEGOTIATED, room.told().getFirst().code());
    }

    @Test
    void aSlotThatCannotTakeWhatTheBridgeSendsIsGivenItsNextCodecAndThenTold() {
        need("PA_1", "TR_1", "H264", "VP8");
        maker.open("TR_1 H264");
        need("PA_1", "TR_1", "H264", "VP8");
        maker.open("TR_1 VP8");
        assertEquals(List.of("PA_1 1 TR_1 as E1", "PA_1 1 TR_1 as E2"), room.substitutions());
        need("PA_1", "TR_1", "H264", "VP8");
        assertEquals(1, room.told().size());
    }

    @Test
    void bridgeThatDoesNotOpenGivesItsPlaceBackAndSaysWhy() {
        need("PA_1", "TR_1", "H264");
        need("PA_2", "TR_1", "H264");
        maker.refuse("TR_1 H264", new SfuException(SfuException.Code.NATIVE_UNAVAILABLE, "no library"));
        assertEquals(0, budget.snapshot().running());
        assertEquals(2, room.told().size());
        assertEquals(
                SfuException.Code.NATIVE_UNAVAILABLE, room.told().getFirst().code());
        assertTrue(room.told().getFirst().message().endsWith("no library"));
    }

    @Test
    void roomThatEndsEndsItsBridgesAlsoThoseThatAreAboutToBegin() {
        need("PA_1", "TR_1", "H264");
        need("PA_1", "TR_2", "H264");
        FakeBridgeMaker.FakeBridge running = maker.open("TR_1 H264");
        bridges.close();
        assertTrue(running.isClosed());
        assertTrue(maker.open("TR_2 H264").isClosed());
        assertEquals(0, budget.snapshot().running());
        need("PA_1", "TR_3", "H264");
        assertEquals(List.of("TR_1 H264", "TR_2 H264"), maker.asked());
    }
}
