package dev.parley.sfu.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BindPlanTest {
    @Test
    void keepsTheIpv6WildcardOffIpv4BesideAnIpv4Address() throws IOException {
        BindPlan plan = BindPlan.of(List.of("0.0.0.0", "::", "0.0.0.0"), true);
        assertEquals(2, plan.sockets().size());
        assertFalse(plan.sockets().getFirst().v6Only());
        assertTrue(plan.sockets().getLast().v6Only());
        assertFalse(plan.sockets().getLast().reaches(true));
    }

    @Test
    void servesBothFamiliesByALoneIpv6Wildcard() throws IOException {
        BindPlan.Bind bind = BindPlan.of(List.of("::"), true).sockets().getFirst();
        assertFalse(bind.v6Only());
        assertTrue(bind.reaches(true));
        assertTrue(bind.reaches(false));
    }

    @Test
    void makesOneSocketOfBothWildcardsWhereTheLayerCannotSeparateThem() throws IOException {
        BindPlan plan = BindPlan.of(List.of("0.0.0.0", "::"), false);
        assertEquals(1, plan.sockets().size());
        assertTrue(plan.sockets().getFirst().reaches(true));
        assertThrows(IOException.class, () -> BindPlan.of(List.of("127.0.0.1", "::"), false));
    }

    @Test
    void refusesAHostName() {
        assertThrows(IllegalArgumentException.class, () -> BindPlan.of(List.of("localhost"), true));
    }
}
