package dev.parley.benchmarks.livekit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What LiveKit says to a member, as far as bots listen: one field of {@code SignalResponse} of {@code livekit_rtc.proto}. */
sealed interface SignalResponse {
    /**
     * The member is in the room.
     *
     * @param members who is there already
     * @param subscriberPrimary whether an offer of the connection to watch by follows, whatever there is to watch
     * @param version of the server
     * @param pingIntervalSeconds in which it wants to hear from the member, 0 if it does not say
     */
    record Joined(List<Participant> members, boolean subscriberPrimary, String version, long pingIntervalSeconds)
            implements SignalResponse {
        public Joined {
            members = List.copyOf(members);
        }
    }

    /** Answers the member's offer. */
    record Answer(String sdp) implements SignalResponse {}

    /** Offers the connection to watch by. */
    record Offer(String sdp, long id) implements SignalResponse {}

    /**
     * A candidate of the server's.
     *
     * @param init as JavaScript has it, in JSON
     * @param ofPublisher whether it is of the connection to publish by; else of the one to watch by
     */
    record Candidate(String init, boolean ofPublisher) implements SignalResponse {}

    /** These are in the room, or have changed. */
    record Changed(List<Participant> members) implements SignalResponse {
        public Changed {
            members = List.copyOf(members);
        }
    }

    /** A track that was announced may be offered. */
    record Published(String label) implements SignalResponse {}

    /** The server ends it. */
    record Left(DisconnectReason reason) implements SignalResponse {}

    /**
     * A request was refused.
     *
     * @param reason numbered as in {@code RequestResponse.Reason}
     */
    record Refused(long reason, String message) implements SignalResponse {}

    /** Nothing will come of a track that was to be watched. */
    record NotWatched(String trackSid, String why) implements SignalResponse {}

    /** What bots need not know. */
    record Other(int field) implements SignalResponse {}

    /** Somebody in the room. */
    record Participant(String identity, List<Track> tracks) {
        public Participant {
            tracks = List.copyOf(tracks);
        }
    }

    /**
     * What somebody publishes.
     *
     * @param sid the server's name for it, which is its track id in {@code a=msid} of an offer
     * @param name as it was announced
     */
    record Track(String sid, String name) {}

    /**
     * Reads a message.
     *
     * @throws IOException if it is none
     */
    static SignalResponse parse(byte[] bytes) throws IOException {
        MessageReader in = new MessageReader(bytes);
        SignalResponse response = new Other(0);
        for (int field = in.next(); field != 0; field = in.next()) {
            response = switch (field) {
                case 1 -> joined(in.message());
                case 2 -> new Answer(description(in.message()).sdp());
                case 3 -> description(in.message());
                case 4 -> candidate(in.message());
                case 5 -> new Changed(participants(in.message()));
                case 6 -> new Published(firstText(in.message()));
                case 8 -> left(in.message());
                case 21 -> notWatched(in.message());
                case 22 -> answerTo(in.message());
                default -> new Other(field);
            };
        }
        return response;
    }

    private static Joined joined(MessageReader in) throws IOException {
        List<Participant> members = new ArrayList<>();
        String version = "";
        boolean subscriberPrimary = false;
        long pingIntervalSeconds = 0;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 3 -> members.add(participant(in.message()));
                // Servers of before 2023 say it here, later ones in server_info.
                case 4 -> version = version.isEmpty() ? in.text() : version;
                case 6 -> subscriberPrimary = in.number() != 0;
                case 11 -> pingIntervalSeconds = in.number();
                case 12 -> version = version(in.message());
                default -> {
                    // The room, ICE servers and what else a member may want to know.
                }
            }
        }
        return new Joined(members, subscriberPrimary, version, pingIntervalSeconds);
    }

    private static String version(MessageReader in) throws IOException {
        String version = "";
        for (int field = in.next(); field != 0; field = in.next()) {
            version = field == 2 ? in.text() : version;
        }
        return version;
    }

    private static Offer description(MessageReader in) throws IOException {
        String sdp = "";
        long id = 0;
        for (int field = in.next(); field != 0; field = in.next()) {
            if (field == 2) {
                sdp = in.text();
            } else if (field == 3) {
                id = in.number();
            }
        }
        return new Offer(sdp, id);
    }

    private static Candidate candidate(MessageReader in) throws IOException {
        String init = "";
        long target = 0;
        for (int field = in.next(); field != 0; field = in.next()) {
            if (field == 1) {
                init = in.text();
            } else if (field == 2) {
                target = in.number();
            }
        }
        return new Candidate(init, target == 0);
    }

    private static List<Participant> participants(MessageReader in) throws IOException {
        List<Participant> members = new ArrayList<>();
        for (int field = in.next(); field != 0; field = in.next()) {
            if (field == 1) {
                members.add(participant(in.message()));
            }
        }
        return members;
    }

    private static Participant participant(MessageReader in) throws IOException {
        String identity = "";
        List<Track> tracks = new ArrayList<>();
        for (int field = in.next(); field != 0; field = in.next()) {
            if (field == 2) {
                identity = in.text();
            } else if (field == 4) {
                tracks.add(track(in.message()));
            }
        }
        return new Participant(identity, tracks);
    }

    private static Track track(MessageReader in) throws IOException {
        String sid = "";
        String name = "";
        for (int field = in.next(); field != 0; field = in.next()) {
            if (field == 1) {
                sid = in.text();
            } else if (field == 3) {
                name = in.text();
            }
        }
        return new Track(sid, name);
    }

    private static String firstText(MessageReader in) throws IOException {
        String text = "";
        for (int field = in.next(); field != 0; field = in.next()) {
            text = field == 1 ? in.text() : text;
        }
        return text;
    }

    private static Left left(MessageReader in) throws IOException {
        long reason = 0;
        for (int field = in.next(); field != 0; field = in.next()) {
            reason = field == 2 ? in.number() : reason;
        }
        return new Left(DisconnectReason.of(reason));
    }

    private static NotWatched notWatched(MessageReader in) throws IOException {
        String sid = "";
        long why = 0;
        for (int field = in.next(); field != 0; field = in.next()) {
            if (field == 1) {
                sid = in.text();
            } else if (field == 2) {
                why = in.number();
            }
        }
        return new NotWatched(
                sid,
                why == 1 ? "its codec is not supported" : why == 2 ? "there is no such track" : "for no reason told");
    }

    private static SignalResponse answerTo(MessageReader in) throws IOException {
        long reason = 0;
        String message = "";
        for (int field = in.next(); field != 0; field = in.next()) {
            if (field == 2) {
                reason = in.number();
            } else if (field == 3) {
                message = in.text();
            }
        }
        // OK and QUEUED are no refusals.
        return reason == 0 || reason == 4 ? new Other(22) : new Refused(reason, message);
    }
}
