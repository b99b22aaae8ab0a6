package dev.parley.sfu.simulation;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.ice.IceCredentials;
import dev.parley.sfu.ice.StunClass;
import dev.parley.sfu.ice.StunIntegrity;
import dev.parley.sfu.ice.StunMessage;
import dev.parley.sfu.ice.StunWriter;
import dev.parley.sfu.ice.TransportAddress.Transport;

/**
 * The controlling ICE agent of one client on one path, in the manner of Chromium: a check, then one that nominates, then
 * consent checks for as long as the path is in use.
 */
final class SimulatedIce {
    private static final long RETRY_NS = 50_000_000L;
    private static final long CONSENT_INTERVAL_NS = 2_500_000_000L;
    private static final long HOST_PRIORITY = 0x6E00_01FFL;
    /** The low bit of a transaction id tells whether the check nominated. */
    private static final int NOMINATION_BIT = 1;

    private final SimulatedClient client;
    private final SimulatedPath path;
    private final IceCredentials local;
    private final IceCredentials remote;
    private final StunIntegrity integrity;
    private final StunWriter writer = new StunWriter();
    private final StunMessage message = new StunMessage();
    private long transactions;
    private boolean answered;
    private boolean nominated;
    private boolean nominating = true;
    private boolean stopped;
    private long answers;

    SimulatedIce(SimulatedClient client, SimulatedPath path, IceCredentials local, IceCredentials remote) {
        this.client = client;
        this.path = path;
        this.local = local;
        this.remote = remote;
        this.integrity = new StunIntegrity(remote.password());
    }

    SimulatedPath path() {
        return path;
    }

    IceCredentials remote() {
        return remote;
    }

    IceCredentials local() {
        return local;
    }

    void start() {
        check();
    }

    void stop() {
        stopped = true;
    }

    /** Whether the path may be nominated yet; until then it is only checked. */
    void nominating(boolean allowed) {
        nominating = allowed;
    }

    /** Checks that the server has answered. */
    long answers() {
        return answers;
    }

    private void check() {
        if (stopped) {
            return;
        }
        boolean nominate = answered && nominating;
        path.send(request(nominate));
        client.sfu().clock().after(nominated ? CONSENT_INTERVAL_NS : RETRY_NS, this::check);
    }

    private byte[] request(boolean nominate) {
        PacketBuffer packet = client.acquire();
        long transaction = ++transactions << 1 | (nominate ? NOMINATION_BIT : 0);
        writer.bindingRequest(
                packet,
                System.identityHashCode(this),
                transaction,
                remote.ufrag() + ":" + local.ufrag(),
                HOST_PRIORITY,
                4711,
                nominate,
                integrity);
        byte[] bytes = packet.toByteArray();
        packet.release();
        return bytes;
    }

    /** A response; one that is not to a check of this agent is ignored. */
    void onResponse(PacketBuffer packet) {
        boolean ours = !stopped
                && message.wrap(packet)
                && message.transactionHigh() == System.identityHashCode(this)
                && message.messageClass() == StunClass.SUCCESS
                && integrity.matches(message)
                && path.address().equals(message.xorMappedAddress(Transport.UDP));
        if (!ours) {
            return;
        }
        answers++;
        boolean first = !answered;
        answered = true;
        if (first) {
            client.reachable(this);
            check();
        }
        if ((message.transactionLow() & NOMINATION_BIT) != 0 && !nominated) {
            nominated = true;
            client.nominated(this);
        }
    }
}
