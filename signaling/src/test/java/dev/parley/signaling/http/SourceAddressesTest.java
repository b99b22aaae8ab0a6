package dev.parley.signaling.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class SourceAddressesTest {
    private static final InetSocketAddress PROXY = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 5000);
    private static final InetSocketAddress CLIENT = new InetSocketAddress(InetAddress.ofLiteral("198.51.100.7"), 5000);

    private final SourceAddresses addresses = new SourceAddresses(List.of("127.0.0.1", "10.0.0.1"));

    @Test
    void takesTheSocketsAddress() {
        assertEquals("198.51.100.7", addresses.of(CLIENT, List.of()));
        assertEquals("unknown", addresses.of(null, List.of()));
    }

    @Test
    void doesNotBelieveClients() {
        assertEquals("198.51.100.7", addresses.of(CLIENT, List.of("203.0.113.9")));
    }

    @Test
    void believesTrustedProxiesUpToTheFirstStranger() {
        assertEquals("203.0.113.9", addresses.of(PROXY, List.of("203.0.113.9")));
        assertEquals("203.0.113.9", addresses.of(PROXY, List.of("1.2.3.4, 203.0.113.9, 10.0.0.1")));
        assertEquals("203.0.113.9", addresses.of(PROXY, List.of("1.2.3.4", "203.0.113.9")));
        assertEquals("2001:db8::1", addresses.of(PROXY, List.of("2001:db8::1")));
    }

    @Test
    void knowsAnIpv6ProxyInEverySpelling() {
        SourceAddresses behind = new SourceAddresses(List.of("::1", "2001:db8::2"));
        InetSocketAddress proxy = new InetSocketAddress(InetAddress.ofLiteral("::1"), 5000);
        assertEquals("203.0.113.9", behind.of(proxy, List.of("203.0.113.9")));
        assertEquals("203.0.113.9", behind.of(proxy, List.of("203.0.113.9, 2001:DB8:0::2")));
    }

    @Test
    void ignoresWhatIsNoAddress() {
        assertEquals("127.0.0.1", addresses.of(PROXY, List.of("evil\nheader")));
        assertEquals("127.0.0.1", addresses.of(PROXY, List.of("")));
    }
}
