package dev.parley.benchmarks.load.bot;

import dev.parley.sfu.rtp.RtpPacket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sections in which one connection receives, and which SSRC is whose. Owned by the bots' thread. */
final class Reception {
    private final Totals totals;
    private final List<ReceivedStream> streams = new ArrayList<>();
    private final List<ReceivedSection> sections = new ArrayList<>();
    private final Map<String, ReceivedStream> byMid = new HashMap<>();
    private final StreamTable bySsrc = new StreamTable();

    Reception(Totals totals) {
        this.totals = totals;
    }

    /** A section of the same name as one before takes its place. */
    void add(ReceivedSection section) {
        ReceivedStream stream = new ReceivedStream(section.codec(), totals);
        ReceivedStream before = byMid.put(section.mid(), stream);
        if (before != null) {
            before.expect(null);
            streams.remove(before);
            sections.removeIf(known -> known.mid().equals(section.mid()));
        }
        sections.add(section);
        streams.add(stream);
        if (section.ssrc() != 0) {
            stream.ssrc(section.ssrc());
            bySsrc.put(section.ssrc(), new StreamTable.Entry(stream, false));
        }
        if (section.rtxSsrc() != 0) {
            bySsrc.put(section.rtxSsrc(), new StreamTable.Entry(stream, true));
        }
    }

    /** In the order of their sections; grows. */
    List<ReceivedStream> streams() {
        return streams;
    }

    StreamTable bySsrc() {
        return bySsrc;
    }

    /** Whether there is a section of this name; it shows the track from now on. */
    boolean expect(String mid, @Nullable SentTrack track) {
        ReceivedStream stream = byMid.get(mid);
        if (stream != null) {
            stream.expect(track);
        }
        return stream != null;
    }

    /** Streams that are to show something and of which nothing has come since the last call. */
    int takeSilent() {
        int silent = 0;
        for (ReceivedStream stream : streams) {
            silent += stream.takeSilent() ? 1 : 0;
        }
        return silent;
    }

    /** What a packet belongs to, or null if nothing tells. */
    StreamTable.@Nullable Entry of(RtpPacket rtp, int midExtension) {
        StreamTable.Entry entry = bySsrc.get(rtp.ssrc());
        return entry == null ? learn(rtp, midExtension) : entry;
    }

    /** Of which section an SSRC is that was not announced: by its mid, or by its payload type if that tells. */
    private StreamTable.@Nullable Entry learn(RtpPacket rtp, int midExtension) {
        String mid = rtp.extensionText(midExtension);
        ReceivedSection found = null;
        for (ReceivedSection section : sections) {
            boolean fits = rtp.payloadType() == section.payloadType() || rtp.payloadType() == section.rtxPayloadType();
            if (fits && (mid == null || mid.equals(section.mid()))) {
                if (found != null) {
                    return null;
                }
                found = section;
            }
        }
        ReceivedStream stream = found == null ? null : byMid.get(found.mid());
        if (found == null || stream == null) {
            return null;
        }
        boolean retransmissions = rtp.payloadType() == found.rtxPayloadType();
        StreamTable.Entry entry = new StreamTable.Entry(stream, retransmissions);
        bySsrc.put(rtp.ssrc(), entry);
        if (!retransmissions) {
            stream.ssrc(rtp.ssrc());
        }
        return entry;
    }
}
