package dev.parley.sfu.stream;

import dev.parley.sfu.rtp.RtpPacket;

/** A router that gives each packet to every slot at once, and allocates nothing for it. */
final class DirectRouter implements IngressStream.Listener {
    private final EgressStream[] slots;
    private final IncomingPacket incoming = new IncomingPacket();

    DirectRouter(EgressStream... slots) {
        this.slots = slots;
    }

    @Override
    public void onPacket(IngressStream stream, RtpPacket packet, long nowNs) {
        incoming.take(stream, packet, nowNs);
        for (EgressStream slot : slots) {
            slot.forward(incoming);
        }
        incoming.release();
    }
}
