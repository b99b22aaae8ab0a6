package dev.parley.benchmarks.load.bot;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.ice.IceCredentials;
import dev.parley.sfu.ice.StunClass;
import dev.parley.sfu.ice.StunIntegrity;
import dev.parley.sfu.ice.StunMessage;
import dev.parley.sfu.ice.StunWriter;
import dev.parley.sfu.ice.TransportAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The controlling, full agent of a connection with one host candidate (RFC 8445), towards agents that are lite or full.
 * Each check nominates, and the first pair that works is taken; consent is asked for from then on (RFC 7675). Owned by
 * the bots' thread.
 */
final class IceClient {
    /** Of a peer-reflexive candidate: type preference 110, one component. */
    private static final long PRIORITY = 0x6E00_01FFL;

    private static final long CHECK_NS = 50_000_000;
    private static final long CONSENT_NS = 4_000_000_000L;
    private static final long GIVE_UP_NS = 15_000_000_000L;

    /** Sends to an address. */
    interface Sender {
        /** An empty packet, or null when there is none to be had. */
        @Nullable
        PacketBuffer acquire();

        void send(PacketBuffer packet, int address, int port);
    }

    /** A candidate of the other side. */
    record Remote(int address, int port) {}

    private final IceCredentials local;
    private final StunIntegrity localIntegrity;
    private final int transactionHigh;
    private final Sender sender;
    private final StunWriter writer = new StunWriter();
    private final StunMessage message = new StunMessage();
    private final List<Remote> remotes = new ArrayList<>();
    private @Nullable IceCredentials remote;
    private @Nullable StunIntegrity remoteIntegrity;
    private @Nullable Remote selected;
    private long transactions;
    private long startedNs;
    private long nextNs = Long.MAX_VALUE;

    IceClient(IceCredentials local, int transactionHigh, Sender sender) {
        this.local = local;
        this.localIntegrity = new StunIntegrity(local.password());
        this.transactionHigh = transactionHigh;
        this.sender = sender;
    }

    /** The other side is known: checks begin. The same credentials again change nothing. */
    void start(IceCredentials credentials, long nowNs) {
        if (!credentials.equals(remote)) {
            remote = credentials;
            remoteIntegrity = new StunIntegrity(credentials.password());
            selected = null;
            startedNs = nowNs;
            nextNs = nowNs;
        }
    }

    void addRemote(Remote candidate) {
        if (!remotes.contains(candidate)) {
            remotes.add(candidate);
        }
    }

    /** Where packets go, or null before a pair works. */
    @Nullable
    Remote selected() {
        return selected;
    }

    long nextNs() {
        return nextNs;
    }

    /** Whether no pair has worked for too long. */
    boolean hasFailed(long nowNs) {
        return remote != null && selected == null && nowNs - startedNs > GIVE_UP_NS;
    }

    /** Sends the checks that are due. */
    void onTimer(long nowNs) {
        if (nowNs < nextNs) {
            return;
        }
        Remote pair = selected;
        if (pair != null) {
            check(pair);
            nextNs = nowNs + CONSENT_NS;
            return;
        }
        for (Remote candidate : remotes) {
            check(candidate);
        }
        nextNs = nowNs + CHECK_NS;
    }

    private void check(Remote to) {
        IceCredentials credentials = remote;
        StunIntegrity integrity = remoteIntegrity;
        PacketBuffer packet = sender.acquire();
        if (packet == null || credentials == null || integrity == null) {
            return;
        }
        String username = credentials.ufrag() + ":" + local.ufrag();
        writer.bindingRequest(
                packet, transactionHigh, ++transactions, username, PRIORITY, transactionHigh, true, integrity);
        sender.send(packet, to.address(), to.port());
    }

    /** A STUN message has come. True when by it a first pair works. */
    boolean onStun(PacketBuffer packet, int address, int port, long nowNs) {
        if (!message.wrap(packet) || message.method() != StunMessage.BINDING) {
            return false;
        }
        if (message.messageClass() == StunClass.REQUEST) {
            answer(address, port);
            return false;
        }
        StunIntegrity integrity = remoteIntegrity;
        boolean ours = message.messageClass() == StunClass.SUCCESS
                && message.transactionHigh() == transactionHigh
                && integrity != null
                && integrity.matches(message);
        if (!ours || selected != null) {
            return false;
        }
        selected = new Remote(address, port);
        nextNs = nowNs + CONSENT_NS;
        return true;
    }

    private void answer(int address, int port) {
        if (!localIntegrity.matches(message)) {
            return;
        }
        PacketBuffer packet = sender.acquire();
        if (packet != null) {
            TransportAddress mapped = TransportAddress.ofIpv4(TransportAddress.Transport.UDP, address, port);
            writer.bindingSuccess(packet, message, mapped, localIntegrity);
            sender.send(packet, address, port);
        }
    }
}
