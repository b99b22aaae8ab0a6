package dev.parley.sfu.simulation;

import dev.parley.sfu.ice.TransportAddress;
import java.util.function.Consumer;

/** One network that a client has: an address of its own, and a link each way between it and the server. */
public final class SimulatedPath {
    private final SimulatedSfu sfu;
    private final TransportAddress address;
    private final SimulatedNetwork.Link up;
    private final SimulatedNetwork.Link down;
    private final Consumer<byte[]> receiver;
    private boolean cut;

    SimulatedPath(SimulatedSfu sfu, TransportAddress address, Consumer<byte[]> receiver) {
        this.sfu = sfu;
        this.address = address;
        this.receiver = receiver;
        up = sfu.network().link(LinkConditions.perfect(), datagram -> sfu.receive(datagram, address));
        down = sfu.network().link(LinkConditions.perfect(), this::arrive);
        sfu.attach(address, down);
    }

    public TransportAddress address() {
        return address;
    }

    public SimulatedNetwork.Link up() {
        return up;
    }

    public SimulatedNetwork.Link down() {
        return down;
    }

    /** Sets both directions. */
    public void conditions(LinkConditions conditions) {
        up.conditions(conditions);
        down.conditions(conditions);
    }

    void send(byte[] datagram) {
        if (!cut) {
            up.send(datagram);
        }
    }

    private void arrive(byte[] datagram) {
        if (!cut) {
            receiver.accept(datagram);
        }
    }

    /** Nothing more passes, in either direction, until {@link #mend()}. */
    public void cut() {
        cut = true;
    }

    public void mend() {
        cut = false;
    }

    /** The network is gone for good: what the server still sends there counts as stray. */
    void remove() {
        cut = true;
        sfu.detach(address);
    }
}
