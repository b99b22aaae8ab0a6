package dev.parley.sfu.nativepeer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.MediaKind;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.SfuStats;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EncodeBudgetTest {
    private static TerminatedSection publishing(String mid) {
        return new TerminatedSection(mid, MediaKind.VIDEO, true, false, "H264", List.of());
    }

    @Test
    void placesRunOutAndComeBackOnce() {
        EncodeBudget budget = new EncodeBudget(1);
        EncodeBudget.Place place = budget.tryTake();
        assertNotNull(place);
        assertNull(budget.tryTake());
        place.release();
        place.release();
        assertEquals(new SfuStats.Encodes(0, 1, 1), budget.snapshot());
        assertNotNull(budget.tryTake());
        assertNull(budget.tryTake(), "given back twice, it is still one place");
    }

    @Test
    void refusalNamesTheCodecsTheLimitAndTheKey() {
        SfuException refusal = new EncodeBudget(6).refusal("VP9", "H264");
        assertEquals(SfuException.Code.NATIVE_LIMIT, refusal.code());
        String sentence = String.valueOf(refusal.getMessage());
        for (String word : List.of("VP9 as H264", "6 streams", "max-native-encodes")) {
            assertTrue(sentence.contains(word), sentence);
        }
    }

    @Test
    void withoutALimitOfItsOwnItFollowsTheCores() {
        assertEquals(
                5 * Runtime.getRuntime().availableProcessors(),
                new EncodeBudget(-1).snapshot().limit());
    }

    @Test
    void zeroIsNone() {
        EncodeBudget none = new EncodeBudget(0);
        assertNull(none.tryTake());
        assertTrue(String.valueOf(none.refusal("VP9", "VP8").getMessage()).contains("encodes nothing"));
    }

    @Test
    void offerTakesAllItsPlacesOrNone() {
        EncodeBudget budget = new EncodeBudget(2);
        PublishedPlaces places = new PublishedPlaces(budget);
        places.change(List.of(publishing("0"))).keep();
        SfuException refusal = assertThrows(
                SfuException.class, () -> places.change(List.of(publishing("0"), publishing("1"), publishing("2"))));
        assertEquals(SfuException.Code.NATIVE_LIMIT, refusal.code());
        assertTrue(String.valueOf(refusal.getMessage()).contains("H264 as VP8"), refusal.getMessage());
        assertEquals(1, budget.snapshot().running(), "what ran before goes on");
    }

    @Test
    void refusedOfferGivesBackWhatItTookAndAnAcceptedOneWhatItEnds() {
        EncodeBudget budget = new EncodeBudget(4);
        PublishedPlaces places = new PublishedPlaces(budget);
        places.change(List.of(publishing("0"))).keep();
        places.change(List.of(publishing("0"), publishing("1"))).undo();
        assertEquals(1, budget.snapshot().running());
        places.change(List.of(publishing("1"))).keep();
        assertEquals(1, budget.snapshot().running());
        places.close();
        assertEquals(0, budget.snapshot().running());
        assertThrows(SfuException.class, () -> places.change(List.of(publishing("2"))));
    }
}
