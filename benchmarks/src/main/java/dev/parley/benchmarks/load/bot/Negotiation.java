package dev.parley.benchmarks.load.bot;

import dev.parley.benchmarks.load.media.MediaClip;
import dev.parley.benchmarks.offer.Description;
import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.ice.IceCredentials;
import dev.parley.sfu.rtp.Codec;
import dev.parley.sfu.rtp.RtpExtension;
import dev.parley.sfu.rtp.RtpExtensionMap;
import dev.parley.sfu.sdp.CodecDescription;
import dev.parley.sfu.sdp.ExtMap;
import dev.parley.sfu.sdp.MediaSection;
import dev.parley.sfu.sdp.MediaType;
import dev.parley.sfu.sdp.SdpException;
import dev.parley.sfu.sdp.SessionDescription;
import dev.parley.sfu.sdp.SsrcGroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The descriptions of one connection, in either role. Guarded by its connection's monitor. */
final class Negotiation {
    private static final List<RtpExtension> AUDIO =
            List.of(RtpExtension.AUDIO_LEVEL, RtpExtension.ABS_SEND_TIME, RtpExtension.TRANSPORT_CC, RtpExtension.MID);
    private static final List<RtpExtension> VIDEO = List.of(
            RtpExtension.ABS_SEND_TIME,
            RtpExtension.TRANSPORT_CC,
            RtpExtension.MID,
            RtpExtension.RID,
            RtpExtension.REPAIRED_RID,
            RtpExtension.DEPENDENCY_DESCRIPTOR);

    /** A section that sends. */
    record Sending(SentTrack track, SentFormat format, List<Integer> ssrcs) {
        Sending {
            ssrcs = List.copyOf(ssrcs);
        }
    }

    /**
     * What a description of the other side led to; only what is new in it.
     *
     * @param controlling whether the bot nominates: RFC 8445 §6.1.1 has it so for who offers, and towards ICE-lite
     */
    record Outcome(
            Remote remote,
            boolean controlling,
            RtpExtensionMap extensions,
            List<Sending> sending,
            List<ReceivedSection> receiving) {}

    private final IceCredentials ice;
    private final Fingerprint fingerprint;
    private final List<String> candidates;
    private final RandomGenerator random;
    private final Map<String, List<Integer>> ssrcs = new HashMap<>();
    private final Map<String, ReceivedSection> answered = new HashMap<>();
    private List<SectionPlan> offered = List.of();
    private int done;
    private int version;

    Negotiation(IceCredentials ice, Fingerprint fingerprint, List<String> candidates, RandomGenerator random) {
        this.ice = ice;
        this.fingerprint = fingerprint;
        this.candidates = List.copyOf(candidates);
        this.random = random;
    }

    // --- offering --------------------------------------------------------------------------------------------------

    String offer(List<SectionPlan> sections) {
        offered = List.copyOf(sections);
        Description offer = description();
        for (int i = 0; i < sections.size(); i++) {
            String mid = Integer.toString(i);
            switch (sections.get(i)) {
                case SectionPlan.Receives(Codec codec) -> offer.section(mid, codec, extensions(codec), "a=recvonly");
                case SectionPlan.Sends(SentTrack track) ->
                    offer.section(
                            mid, track.clip().codec(), extensions(track.clip().codec()), sending(mid, track));
                case SectionPlan.SendsBySsrc(SentTrack track, List<Integer> own) -> {
                    ssrcs.put(mid, own);
                    Codec codec = track.clip().codec();
                    offer.section(mid, codec, extensions(codec), sendingBySsrc(track, own));
                }
            }
        }
        return offer.toSdp();
    }

    private Description description() {
        return new Description(ice, fingerprint, "active", candidates).version(++version);
    }

    private static List<RtpExtension> extensions(Codec codec) {
        return codec.isAudio() ? AUDIO : VIDEO;
    }

    private String[] sending(String mid, SentTrack track) {
        MediaClip clip = track.clip();
        List<Integer> own =
                ssrcs.computeIfAbsent(mid, _ -> newSsrcs(clip.encodings().size()));
        if (!clip.isSimulcast()) {
            return Description.sending(track.label(), own.getFirst(), own.getFirst() + 1);
        }
        List<String> lines = new ArrayList<>(List.of("a=sendonly", "a=msid:- " + track.label()));
        clip.encodings().forEach(encoding -> lines.add("a=rid:" + encoding.rid() + " send"));
        lines.add("a=simulcast:send "
                + clip.encodings().stream().map(encoding -> encoding.rid()).collect(Collectors.joining(";")));
        return lines.toArray(String[]::new);
    }

    /** As browsers did before rids: encodings are a group, and each is one with its retransmissions. */
    private static String[] sendingBySsrc(SentTrack track, List<Integer> own) {
        List<String> lines = new ArrayList<>(List.of("a=sendonly", "a=msid:- " + track.label()));
        List<Integer> all = new ArrayList<>(own);
        if (own.size() > 1) {
            lines.add("a=ssrc-group:SIM " + unsigned(own));
        }
        if (!track.isAudio()) {
            own.forEach(ssrc -> lines.add("a=ssrc-group:FID " + unsigned(List.of(ssrc, ssrc + 1))));
            own.forEach(ssrc -> all.add(ssrc + 1));
        }
        all.forEach(ssrc -> lines.add("a=ssrc:" + unsigned(List.of(ssrc)) + " cname:" + track.member()));
        return lines.toArray(String[]::new);
    }

    private static String unsigned(List<Integer> ssrcs) {
        return ssrcs.stream().map(Integer::toUnsignedString).collect(Collectors.joining(" "));
    }

    /** Even ones: that of a stream's retransmissions is one more. */
    private List<Integer> newSsrcs(int count) {
        return random.ints(count).map(bits -> bits & ~1).boxed().toList();
    }

    Outcome accept(String sdp) throws IOException {
        SessionDescription answer = parse(sdp);
        List<Sending> sending = new ArrayList<>();
        List<ReceivedSection> receiving = new ArrayList<>();
        for (; done < Math.min(offered.size(), answer.sections().size()); done++) {
            MediaSection section = answer.sections().get(done);
            if (section.isRejected() || section.codecs().isEmpty()) {
                throw new IOException("the server refuses section " + done + ": " + offered.get(done));
            }
            String mid = Integer.toString(done);
            switch (offered.get(done)) {
                case SectionPlan.Receives(Codec codec) -> receiving.add(received(mid, codec, section));
                case SectionPlan.Sends(SentTrack track) -> sending.add(sent(mid, track, section));
                case SectionPlan.SendsBySsrc(SentTrack track, List<Integer> _) ->
                    sending.add(sent(mid, track, section));
            }
        }
        return new Outcome(Remote.of(answer), true, extensionsOf(answer), sending, receiving);
    }

    private Sending sent(String mid, SentTrack track, MediaSection section) throws IOException {
        Codec codec = track.clip().codec();
        int payloadType = Description.payloadType(codec);
        if (payloadTypeOf(section, codec) != payloadType) {
            throw new IOException("the server does not take " + codec + " in section " + mid);
        }
        int rtx = rtxOf(section, payloadType);
        SentFormat format = new SentFormat(mid, track.clip(), payloadType, rtx, extensionsOf(List.of(section)));
        return new Sending(track, format, ssrcs.getOrDefault(mid, List.of()));
    }

    private static ReceivedSection received(String mid, Codec codec, MediaSection section) throws IOException {
        int payloadType = payloadTypeOf(section, codec);
        if (payloadType < 0) {
            throw new IOException("the server does not send " + codec + " in section " + mid);
        }
        List<Integer> pair = sources(section);
        return new ReceivedSection(
                mid, codec, payloadType, rtxOf(section, payloadType), pair.getFirst(), pair.getLast());
    }

    /** The SSRCs of media and of retransmissions that a section announces, 0 for none. */
    private static List<Integer> sources(MediaSection section) {
        for (SsrcGroup group : section.ssrcGroups()) {
            if (group.semantics().equals(SsrcGroup.FLOW_IDENTIFICATION)
                    && group.ssrcs().size() == 2) {
                return group.ssrcs();
            }
        }
        return List.of(
                section.ssrcs().isEmpty() ? 0 : section.ssrcs().getFirst().ssrc(), 0);
    }

    // --- answering -------------------------------------------------------------------------------------------------

    /** What an offer led to, and the answer to it. */
    record Answered(Outcome outcome, String sdp) {}

    Answered answer(String sdp) throws IOException {
        SessionDescription offer = parse(sdp);
        Description answer = description();
        List<ReceivedSection> receiving = new ArrayList<>();
        for (MediaSection section : offer.sections()) {
            if (section.kind() == MediaType.APPLICATION && !section.isRejected()) {
                // Taken, though bots speak no SCTP: a first offer may have nothing else to carry the transport.
                answer.dataChannels(section.mid(), section.protocol(), section.formats());
                continue;
            }
            ReceivedSection received = section.isRejected() ? null : firstKnown(section);
            if (received == null) {
                answer.refused(section.mid(), section.media(), section.protocol(), section.formats());
                continue;
            }
            answer.section(
                    received.mid(),
                    received.codec(),
                    received.payloadType(),
                    received.rtxPayloadType(),
                    extmap(section),
                    section.direction().sends() ? "a=recvonly" : "a=inactive");
            if (isNew(received, section)) {
                receiving.add(received);
            }
        }
        Outcome outcome = new Outcome(Remote.of(offer), offer.iceLite(), extensionsOf(offer), List.of(), receiving);
        return new Answered(outcome, answer.toSdp());
    }

    /** A section is new at first, and again when what it sends is another stream, by another SSRC. */
    private boolean isNew(ReceivedSection received, MediaSection section) {
        ReceivedSection before = answered.get(received.mid());
        boolean another = before == null
                || section.direction().sends() && received.ssrc() != 0 && received.ssrc() != before.ssrc();
        if (another) {
            answered.put(received.mid(), received);
        }
        return another;
    }

    private static @Nullable ReceivedSection firstKnown(MediaSection section) {
        for (CodecDescription offered : section.codecs()) {
            Codec codec = Codec.fromName(offered.name());
            if (codec != null && isKnown(codec, offered)) {
                int payloadType = offered.payloadType();
                List<Integer> pair = sources(section);
                return new ReceivedSection(
                        section.mid(),
                        codec,
                        payloadType,
                        rtxOf(section, payloadType),
                        pair.getFirst(),
                        pair.getLast());
            }
        }
        return null;
    }

    private static boolean isKnown(Codec codec, CodecDescription offered) {
        boolean fragments =
                !offered.parameters().getOrDefault("packetization-mode", "1").equals("0");
        return codec == Codec.OPUS || codec.isVideo() && fragments;
    }

    private static String extmap(MediaSection section) {
        return section.extensions().stream()
                .filter(extension -> RtpExtension.fromUri(extension.uri()) != null)
                .map(extension -> "a=extmap:" + extension.id() + " " + extension.uri() + "\r\n")
                .collect(Collectors.joining());
    }

    // --- both ------------------------------------------------------------------------------------------------------

    private static SessionDescription parse(String sdp) throws IOException {
        try {
            return SessionDescription.parse(sdp);
        } catch (SdpException e) {
            throw new IOException("the server's description does not parse: " + e.getMessage(), e);
        }
    }

    private static int payloadTypeOf(MediaSection section, Codec codec) {
        return section.codecs().stream()
                .filter(described -> described.name().equalsIgnoreCase(codec.encodingName()))
                .mapToInt(CodecDescription::payloadType)
                .findFirst()
                .orElse(-1);
    }

    private static int rtxOf(MediaSection section, int payloadType) {
        return section.codecs().stream()
                .filter(described -> described.name().equalsIgnoreCase(Codec.RTX.encodingName()))
                .filter(described -> Integer.toString(payloadType)
                        .equals(described.parameters().get("apt")))
                .mapToInt(CodecDescription::payloadType)
                .findFirst()
                .orElse(-1);
    }

    private static RtpExtensionMap extensionsOf(SessionDescription description) {
        return extensionsOf(description.sections());
    }

    private static RtpExtensionMap extensionsOf(List<MediaSection> sections) {
        Map<RtpExtension, Integer> ids = new EnumMap<>(RtpExtension.class);
        for (MediaSection section : sections) {
            for (ExtMap extension : section.extensions()) {
                RtpExtension known = RtpExtension.fromUri(extension.uri());
                if (known != null && extension.id() <= 255) {
                    ids.putIfAbsent(known, extension.id());
                }
            }
        }
        return RtpExtensionMap.from(ids);
    }
}
