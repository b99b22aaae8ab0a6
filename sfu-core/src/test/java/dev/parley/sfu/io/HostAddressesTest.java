package dev.parley.sfu.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.ice.TransportAddress.Transport;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HostAddressesTest {
    @Test
    void namesWhatIsBoundForUdpThenTcp() throws IOException {
        assertEquals(
                List.of(
                        TransportAddress.ofIpv4(Transport.UDP, 0x7F00_0001, 7_882),
                        new TransportAddress(Transport.UDP, 0, 1, 7_882),
                        TransportAddress.ofIpv4(Transport.TCP, 0x7F00_0001, 7_882),
                        new TransportAddress(Transport.TCP, 0, 1, 7_882)),
                HostAddresses.candidates(List.of("127.0.0.1", "::1"), List.of(), 7_882, true));
    }

    @Test
    void putsAnnouncedAddressesInPlaceOfBoundOnes() throws IOException {
        assertEquals(
                List.of(TransportAddress.ofIpv4(Transport.UDP, 0xCB00_7101, 7_882)),
                HostAddresses.candidates(List.of("0.0.0.0", "::"), List.of("203.0.113.1"), 7_882, false));
    }

    @Test
    void resolvesWildcardsToAddressesThatOthersCanReach() throws IOException {
        List<TransportAddress> found = HostAddresses.candidates(List.of("0.0.0.0"), List.of(), 1, false);
        assertFalse(found.isEmpty());
        assertTrue(found.stream().allMatch(TransportAddress::isIpv4));
        List<TransportAddress> both = HostAddresses.candidates(List.of("0.0.0.0", "::"), List.of(), 1, false);
        assertTrue(both.containsAll(found));
        assertEquals(both.size(), both.stream().distinct().count());
        // fe80::/10 cannot be named without a scope.
        assertTrue(both.stream().noneMatch(a -> a.high() >>> 54 == 0x3FA));
    }
}
