package dev.parley.benchmarks.load;

import dev.parley.benchmarks.network.Impairment;
import dev.parley.benchmarks.network.UdpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Leads bots to a server through proxies that lose and delay packets, one for each of the server's ports. Any thread. */
final class ImpairedRoute implements UnaryOperator<InetSocketAddress>, AutoCloseable {
    private final InetAddress proxyAddress;
    private final Impairment impairment;
    private final Map<InetSocketAddress, UdpProxy> proxies = new HashMap<>();

    ImpairedRoute(InetAddress proxyAddress, Impairment impairment) {
        this.proxyAddress = proxyAddress;
        this.impairment = impairment;
    }

    @Override
    public synchronized InetSocketAddress apply(InetSocketAddress server) {
        try {
            UdpProxy proxy = proxies.get(server);
            if (proxy == null) {
                proxy = UdpProxy.start(new InetSocketAddress(proxyAddress, 0), server, 1, impairment);
                proxies.put(server, proxy);
            }
            return proxy.addresses().getFirst();
        } catch (IOException e) {
            throw new UncheckedIOException("no proxy before " + server, e);
        }
    }

    @Override
    public synchronized void close() {
        proxies.values().forEach(UdpProxy::close);
        proxies.clear();
    }
}
