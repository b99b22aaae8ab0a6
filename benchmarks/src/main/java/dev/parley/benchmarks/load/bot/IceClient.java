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
 * The full agent of a connection with one host candidate (RFC 8445), towards agents that are lite or full. When it is
 * controlling, each check nominates, and the first pair that works is taken; when it is controlled, the first that works
 * and that the other side nominates. Consent is asked for from then on (RFC 7675). Roles do not change: conflicts are not
 * resolved. Owned by the bots' thread.
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
    private final List<Remote> working = new ArrayList<>();
    private @Nullable IceCredentials remote;
    private @Nullable StunIntegrity remoteIntegrity;
    private @Nullable Remote selected;
    private @Nullable Remote nominated;
    private boolean controlling = true;
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
    void start(IceCredentials credentials, boolean nominates, long nowNs) {
        if (!credentials.equals(remote)) {
            remote = credentials;
            remoteIntegrity = new StunIntegrity(credentials.password());
            controlling = nominates;
            selected = null;
            nominated = null;
            working.clear();
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
        if (controlling) {
            writer.bindingRequest(
                    packet, transactionHigh, ++transactions, username, PRIORITY, transactionHigh, true, integrity);
        } else {
            writer.begin(packet, StunClass.REQUEST, transactionHigh, ++transactions)
                    .username(username)
                    .priority(PRIORITY)
                    .iceControlled(transactionHigh)
                    .integrity(integrity)
                    .fingerprint();
        }
        sender.send(packet, to.address(), to.port());
    }

    /** A STUN message has come. True when by it a first pair works. */
    boolean onStun(PacketBuffer packet, int address, int port, long nowNs) {
        if (!message.wrap(packet) || message.method() != StunMessage.BINDING) {
            return false;
        }
        if (message.messageClass() == StunClass.REQUEST) {
            return answer(address, port) && selected == null && isChecked(new Remote(address, port), nowNs);
        }
        StunIntegrity integrity = remoteIntegrity;
        boolean ours = message.messageClass() == StunClass.SUCCESS
                && message.transactionHigh() == transactionHigh
                && integrity != null
                && integrity.matches(message);
        if (!ours || selected != null) {
            return false;
        }
        Remote works = new Remote(address, port);
        if (!working.contains(works)) {
            working.add(works);
        }
        return select(controlling ? works : nominated, nowNs);
    }

    /** A controlling side's check tells of a candidate (RFC 8445 §7.3.1.3), and may nominate its pair (§7.3.1.5). */
    private boolean isChecked(Remote from, long nowNs) {
        if (controlling) {
            return false;
        }
        addRemote(from);
        if (!message.hasUseCandidate()) {
            return false;
        }
        nominated = from;
        return select(from, nowNs);
    }

    private boolean select(@Nullable Remote pair, long nowNs) {
        if (pair == null || !working.contains(pair)) {
            return false;
        }
        selected = pair;
        nextNs = nowNs + CONSENT_NS;
        return true;
    }

    private boolean answer(int address, int port) {
        if (!localIntegrity.matches(message)) {
            return false;
        }
        PacketBuffer packet = sender.acquire();
        if (packet != null) {
            TransportAddress mapped = TransportAddress.ofIpv4(TransportAddress.Transport.UDP, address, port);
            writer.bindingSuccess(packet, message, mapped, localIntegrity);
            sender.send(packet, address, port);
        }
        return true;
    }
}
