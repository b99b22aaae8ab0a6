package dev.parley.sfu.stream;

import dev.parley.sfu.rtp.RtpPacket;

/** A router that gives each packet to every slot at once, and allocates nothing for it. */
final class DirectRouter implements IngressStream.Listener {
    private final EgressStream[] slots;
    private final IncomingPacket[] incoming = {new IncomingPacket()};

    DirectRouter(EgressStream... slots) {
        this.slots = slots;
    }

    @Override
    public void onPacket(IngressStream stream, RtpPacket packet, long nowNs) {
        incoming[0].take(stream, packet, nowNs);
        IncomingPacket.findRuns(incoming, 1);
        for (EgressStream slot : slots) {
            slot.forward(incoming, 1);
        }
        incoming[0].release();
    }
}
