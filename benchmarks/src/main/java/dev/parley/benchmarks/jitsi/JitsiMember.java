package dev.parley.benchmarks.jitsi;

import dev.parley.benchmarks.load.bot.BotConnection;
import dev.parley.benchmarks.load.bot.SectionPlan;
import dev.parley.benchmarks.load.bot.SentTrack;
import dev.parley.benchmarks.load.target.Member;
import dev.parley.benchmarks.load.target.MemberPlan;
import dev.parley.benchmarks.offer.Description;
import dev.parley.sfu.rtp.RtpExtension;
import dev.parley.sfu.sdp.MediaSection;
import dev.parley.sfu.sdp.SdpException;
import dev.parley.sfu.sdp.SessionDescription;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A bot in a conference, as an endpoint of the bridge: one connection for everything. The bot offers; what the bridge says
 * in Colibri2 is put as the answer to that.
 */
final class JitsiMember implements Member {
    private final MemberPlan plan;
    private final Conference conference;
    private final BotConnection connection;
    private final ColibriClient bridge;
    private final Consumer<JitsiMember> leaving;
    private @Nullable ColibriEndpoint endpoint;
    private @Nullable BridgeChannel channel;

    /** @param leaving tells the bridge that it goes */
    JitsiMember(
            MemberPlan plan,
            Conference conference,
            BotConnection connection,
            ColibriClient bridge,
            Consumer<JitsiMember> leaving) {
        this.plan = plan;
        this.conference = conference;
        this.connection = connection;
        this.bridge = bridge;
        this.leaving = leaving;
    }

    Conference conference() {
        return conference;
    }

    /** As the bridge has it, or null if it was never told. */
    @Nullable
    ColibriEndpoint endpoint() {
        return endpoint;
    }

    /** Makes the endpoint, tells of the bot, and asks for what it is to watch. */
    void join() throws IOException, InterruptedException {
        SessionDescription offer = offer();
        ColibriEndpoint made = new ColibriEndpoint(conference.endpoint(plan.name()), plan.name(), offer);
        endpoint = made;
        String meeting = conference.meetingId();
        BridgeTransport transport =
                BridgeTransport.of(bridge.modify("make " + plan.name(), meeting, made.creation()), made.id());
        var _ = bridge.modify("hear of " + plan.name(), meeting, made.description());
        connection.acceptAnswer(answer(offer, transport));
        for (int i = 0; i < plan.watches().size(); i++) {
            connection.expect(
                    Integer.toString(plan.publishes().size() + i),
                    plan.watches().get(i));
        }
        watchVideo(made, transport);
    }

    private void watchVideo(ColibriEndpoint made, BridgeTransport transport) throws IOException, InterruptedException {
        List<String> wanted = plan.watches().stream()
                .filter(track -> !track.isAudio())
                .map(track -> ColibriEndpoint.sourceName(conference.endpoint(track.member()), false))
                .toList();
        if (!wanted.isEmpty()) {
            BridgeChannel open = BridgeChannel.open(bridge.http(), made.id(), transport.webSockets());
            channel = open;
            open.receive(wanted);
        }
    }

    private SessionDescription offer() throws IOException {
        List<SectionPlan> sections = new ArrayList<>();
        for (SentTrack track : plan.publishes()) {
            sections.add(new SectionPlan.SendsBySsrc(track, conference.ssrcs(track)));
        }
        for (SentTrack track : plan.watches()) {
            sections.add(new SectionPlan.Receives(track.clip().codec()));
        }
        try {
            return SessionDescription.parse(connection.offer(sections));
        } catch (SdpException e) {
            throw new IOException("a room of this size takes an offer that is too long: " + e.getMessage(), e);
        }
    }

    /** What the bridge would answer if it spoke SDP. */
    private String answer(SessionDescription offer, BridgeTransport transport) {
        Description answer =
                new Description(transport.ice(), transport.fingerprint(), "passive", transport.candidates());
        int sent = plan.publishes().size();
        for (int i = 0; i < offer.sections().size(); i++) {
            MediaSection section = offer.sections().get(i);
            boolean receives = i >= sent;
            SentTrack track =
                    receives ? plan.watches().get(i - sent) : plan.publishes().get(i);
            answer.section(
                    section.mid(),
                    track.clip().codec(),
                    extensions(section),
                    receives ? forwarded(track) : new String[] {"a=recvonly"});
        }
        return answer.toSdp();
    }

    private static List<RtpExtension> extensions(MediaSection section) {
        return section.extensions().stream()
                .map(extension -> RtpExtension.fromUri(extension.uri()))
                .filter(Objects::nonNull)
                .filter(ColibriEndpoint::isKnownToBridge)
                .toList();
    }

    private String[] forwarded(SentTrack track) {
        int ssrc = conference.ssrcs(track).getFirst();
        return track.isAudio()
                ? new String[] {"a=sendonly", "a=ssrc:" + Integer.toUnsignedString(ssrc) + " cname:" + track.member()}
                : Description.sending(track.label(), ssrc, ssrc + 1);
    }

    @Override
    public List<BotConnection> connections() {
        return List.of(connection);
    }

    @Override
    public void close() {
        if (channel != null) {
            channel.close();
        }
        connection.close();
        leaving.accept(this);
    }
}
