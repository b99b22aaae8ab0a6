package dev.parley.sfu.ice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.ice.TransportAddress.Transport;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IceCandidateTest {
    private static final TransportAddress UDP = StunFixtures.udp(1, 7_882);
    private static final TransportAddress TCP = TransportAddress.ofIpv4(Transport.TCP, UDP.ipv4(), 7_882);

    @Test
    void writesAUdpHostCandidate() {
        IceCandidate candidate = new IceCandidate("12", 1, 2_130_706_431L, UDP);
        assertEquals("candidate:12 1 udp 2130706431 192.0.2.1 7882 typ host", candidate.toSdp());
    }

    @Test
    void writesAPassiveTcpHostCandidate() {
        IceCandidate candidate = new IceCandidate("13", 1, 1_518_280_447L, TCP);
        assertEquals("candidate:13 1 tcp 1518280447 192.0.2.1 7882 typ host tcptype passive", candidate.toSdp());
    }

    @Test
    void writesAnIpv6Address() {
        byte[] octets = StunFixtures.hex("20010db8 00000000 00000000 00000001");
        IceCandidate candidate = IceCandidate.host(TransportAddress.of(Transport.UDP, octets, 9), 0);
        assertTrue(candidate.toSdp().contains(" 2001:db8:0:0:0:0:0:1 9 typ host"), candidate.toSdp());
    }

    @Test
    void ranksAsTheFormulaOfRfc8445Says() {
        assertEquals(126L << 24 | 65_535 << 8 | 255, IceCandidate.host(UDP, 0).priority());
        assertEquals(126L << 24 | 65_534 << 8 | 255, IceCandidate.host(UDP, 1).priority());
    }

    @Test
    void prefersEveryUdpCandidateToAnyTcpCandidate() {
        assertTrue(IceCandidate.host(UDP, 8_191).priority()
                > IceCandidate.host(TCP, 0).priority());
        assertTrue(
                IceCandidate.host(TCP, 0).priority() > IceCandidate.host(TCP, 1).priority());
    }

    @Test
    void sharesAFoundationOnlyWithinOneAddressAndTransport() {
        String foundation = IceCandidate.host(UDP, 0).foundation();
        assertEquals(foundation, IceCandidate.host(StunFixtures.udp(1, 9), 3).foundation());
        assertNotEquals(foundation, IceCandidate.host(TCP, 0).foundation());
        assertNotEquals(
                foundation, IceCandidate.host(StunFixtures.udp(2, 7_882), 0).foundation());
    }

    @Test
    void refusesWhatSdpCannotSay() {
        assertThrows(IllegalArgumentException.class, () -> new IceCandidate("", 1, 1, UDP));
        assertThrows(IllegalArgumentException.class, () -> new IceCandidate("a b", 1, 1, UDP));
        assertThrows(IllegalArgumentException.class, () -> new IceCandidate("1", 0, 1, UDP));
        assertThrows(IllegalArgumentException.class, () -> new IceCandidate("1", 1, 1L << 31, UDP));
        assertThrows(IllegalArgumentException.class, () -> IceCandidate.host(UDP, 8_192));
    }

    @Test
    void generatesCredentialsOfItsOwnEachTime() {
        Random random = new Random(1);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            IceCredentials credentials = IceCredentials.generate(random);
            assertTrue(IceCredentials.isValid(credentials.ufrag(), credentials.password()));
            assertTrue(seen.add(credentials.ufrag()));
            assertTrue(seen.add(credentials.password()));
        }
    }

    @Test
    void neverPrintsAPassword() {
        assertFalse(StunFixtures.LOCAL.toString().contains(StunFixtures.LOCAL.password()));
    }

    @Test
    void refusesCredentialsThatAreTooShortTooLongOrOfOtherCharacters() {
        String password = "p".repeat(22);
        assertTrue(IceCredentials.isValid("abc/", password));
        assertFalse(IceCredentials.isValid("abc", password));
        assertFalse(IceCredentials.isValid("ab:c", password));
        assertFalse(IceCredentials.isValid("abcd", "p".repeat(21)));
        assertFalse(IceCredentials.isValid("abcd", "p".repeat(257)));
        assertThrows(IllegalArgumentException.class, () -> new IceCredentials("abc", password));
    }
}
