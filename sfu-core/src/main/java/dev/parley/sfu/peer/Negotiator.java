package dev.parley.sfu.peer;

import dev.parley.sfu.MediaKind;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.ice.IceCredentials;
import dev.parley.sfu.sdp.AnswerPlan;
import dev.parley.sfu.sdp.Answerer;
import dev.parley.sfu.sdp.Direction;
import dev.parley.sfu.sdp.MediaPlan;
import dev.parley.sfu.sdp.MediaSection;
import dev.parley.sfu.sdp.MediaType;
import dev.parley.sfu.sdp.NegotiatedSession;
import dev.parley.sfu.sdp.SdpException;
import dev.parley.sfu.sdp.SessionDescription;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Plans the answers of one peer: which sections publish, which are slots, and under what SSRC and msid each slot
 * sends. An offer that is refused leaves no trace.
 */
final class Negotiator {
    private final PeerSettings settings;
    private final RandomGenerator random;
    private final long sessionId;
    private final String cname;
    private final Map<String, SlotIdentity> slots = new LinkedHashMap<>();
    private long sessionVersion;

    /**
     * What a slot is called in every answer.
     *
     * @param ordinal its number among the slots of its kind: the audio and the video slot of one number share a stream
     * @param rtxSsrc 0 for audio, which is not retransmitted
     */
    record SlotIdentity(String mid, MediaKind kind, int ordinal, String streamId, int ssrc, int rtxSsrc) {
        /** Unlike the stream, never shared: browsers tell tracks apart by it. */
        String trackId() {
            return streamId + (kind == MediaKind.AUDIO ? "-audio" : "-video");
        }
    }

    /** An answer not yet taken: its text, and the slots it names. */
    record Draft(SessionDescription offer, NegotiatedSession session, Map<String, SlotIdentity> slots) {}

    Negotiator(PeerSettings settings) {
        this.settings = settings;
        this.random = settings.random();
        // RFC 8866 §5.2 wants a number; browsers want it to fit into 63 bits (RFC 9429 §5.2.1).
        this.sessionId = random.nextLong() >>> 1;
        this.cname = Long.toString(random.nextLong() & Long.MAX_VALUE, 36);
    }

    /** The canonical name of everything this peer is sent: all of it is on the server's clock. */
    String cname() {
        return cname;
    }

    SessionDescription read(String sdp) {
        try {
            return SessionDescription.parse(sdp);
        } catch (SdpException e) {
            throw refusal(e);
        }
    }

    /** Answers an offer under our credentials, without keeping anything until {@link #accept}. */
    Draft draft(SessionDescription offer, IceCredentials local) {
        Map<String, SlotIdentity> identities = continuing(offer);
        Map<String, MediaPlan> plans = new HashMap<>();
        int publishing = 0;
        for (MediaSection section : offer.sections()) {
            MediaKind kind = section.isRejected() ? null : kindOf(section);
            if (kind == null) {
                continue;
            }
            boolean publishes = section.direction().sends();
            if (publishes && ++publishing > settings.limits().tracksPerParticipant()) {
                throw new SfuException(
                        SfuException.Code.TRACK_LIMIT,
                        "a participant may publish " + settings.limits().tracksPerParticipant() + " tracks");
            }
            plans.put(section.mid(), planFor(section, kind, identities));
        }
        try {
            AnswerPlan plan = new AnswerPlan(
                    sessionId,
                    sessionVersion + 1,
                    local,
                    settings.fingerprint(),
                    settings.candidates(),
                    plans,
                    AnswerPlan.DEFAULT_MAX_SECTIONS);
            return new Draft(offer, Answerer.answer(offer, plan), identities);
        } catch (SdpException e) {
            throw refusal(e);
        }
    }

    void accept(Draft draft) {
        sessionVersion++;
        slots.clear();
        slots.putAll(draft.slots());
    }

    /**
     * The slots that go on under this offer. One whose section stops receiving ends: should it come back, then under
     * another SSRC, as the sequence numbers of the first are used up (RFC 3711 §9.1).
     */
    private Map<String, SlotIdentity> continuing(SessionDescription offer) {
        Map<String, SlotIdentity> identities = new LinkedHashMap<>();
        for (MediaSection section : offer.sections()) {
            SlotIdentity slot = slots.get(section.mid());
            boolean receives = section.direction().receives() && !section.isRejected();
            // A stopped section may have been used again for the other kind (RFC 9429 §5.2.2).
            if (slot != null && receives && slot.kind() == kindOf(section)) {
                identities.put(section.mid(), slot);
            }
        }
        return identities;
    }

    private MediaPlan planFor(MediaSection section, MediaKind kind, Map<String, SlotIdentity> identities) {
        if (!section.direction().receives()) {
            return MediaPlan.receive();
        }
        SlotIdentity slot = identities.get(section.mid());
        if (slot == null) {
            slot = newSlot(section.mid(), kind, identities);
            identities.put(section.mid(), slot);
        }
        Direction ours = Direction.of(true, section.direction().sends());
        return new MediaPlan(ours, slot.streamId(), slot.trackId(), slot.ssrc(), slot.rtxSsrc(), cname);
    }

    private SlotIdentity newSlot(String mid, MediaKind kind, Map<String, SlotIdentity> identities) {
        if (identities.size() >= settings.limits().slotsPerParticipant()) {
            throw new SfuException(
                    SfuException.Code.SLOT_LIMIT,
                    "a participant may have " + settings.limits().slotsPerParticipant() + " receiving sections");
        }
        Set<Integer> taken = new HashSet<>();
        Set<Integer> ssrcs = new HashSet<>();
        for (SlotIdentity other : identities.values()) {
            if (other.kind() == kind) {
                taken.add(other.ordinal());
            }
            ssrcs.add(other.ssrc());
            ssrcs.add(other.rtxSsrc());
        }
        int ordinal = 0;
        while (taken.contains(ordinal)) {
            ordinal++;
        }
        int ssrc = newSsrc(ssrcs);
        int rtxSsrc = kind == MediaKind.VIDEO ? newSsrc(ssrcs) : 0;
        return new SlotIdentity(mid, kind, ordinal, "slot-" + ordinal, ssrc, rtxSsrc);
    }

    private int newSsrc(Set<Integer> taken) {
        int ssrc = 0;
        while (ssrc == 0 || !taken.add(ssrc)) {
            ssrc = random.nextInt();
        }
        return ssrc;
    }

    static @Nullable MediaKind kindOf(MediaSection section) {
        return kindOf(section.kind());
    }

    static @Nullable MediaKind kindOf(MediaType type) {
        return switch (type) {
            case AUDIO -> MediaKind.AUDIO;
            case VIDEO -> MediaKind.VIDEO;
            case APPLICATION, OTHER -> null;
        };
    }

    private static SfuException refusal(SdpException cause) {
        SfuException.Code code = switch (cause.reason()) {
            case MALFORMED -> SfuException.Code.BAD_SDP;
            case UNSUPPORTED -> SfuException.Code.UNSUPPORTED_SDP;
        };
        return new SfuException(code, String.valueOf(cause.getMessage()));
    }
}
