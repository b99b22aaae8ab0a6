package dev.parley.sfu.nativepeer;

import dev.parley.sfu.SfuException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The encoders of what a terminated browser publishes: one for each video section that sends. Any thread. */
final class PublishedPlaces {
    /** What libwebrtc prefers, and every browser decodes. */
    private static final String TOWARDS_ROOM = "VP8";

    private final EncodeBudget budget;
    private final Map<String, EncodeBudget.Place> byMid = new HashMap<>();
    private boolean closed;

    PublishedPlaces(EncodeBudget budget) {
        this.budget = budget;
    }

    /** The places of an offer: all are there before it is answered, and gone again when it is refused. */
    interface Change {
        void keep();

        void undo();
    }

    /**
     * Takes places for the sections that begin to send.
     *
     * @throws SfuException {@code NATIVE_LIMIT}; none is taken then
     */
    synchronized Change change(List<TerminatedSection> sections) {
        if (closed) {
            throw new SfuException(SfuException.Code.CLOSED, "the participant has left the room");
        }
        Set<String> sending = new HashSet<>();
        Set<String> begun = new HashSet<>();
        try {
            for (TerminatedSection section : sections) {
                if (section.isVideo() && section.publishes()) {
                    sending.add(section.mid());
                    if (!byMid.containsKey(section.mid())) {
                        byMid.put(section.mid(), take(section));
                        begun.add(section.mid());
                    }
                }
            }
        } catch (RuntimeException refused) {
            begun.forEach(this::release);
            throw refused;
        }
        return new Change() {
            @Override
            public void keep() {
                retain(sending);
            }

            @Override
            public void undo() {
                releaseAll(begun);
            }
        };
    }

    private EncodeBudget.Place take(TerminatedSection section) {
        EncodeBudget.Place place = budget.tryTake();
        if (place == null) {
            throw budget.refusal("the browser's " + section.codec(), TOWARDS_ROOM);
        }
        return place;
    }

    private synchronized void retain(Set<String> sending) {
        for (String mid : List.copyOf(byMid.keySet())) {
            if (closed || !sending.contains(mid)) {
                release(mid);
            }
        }
    }

    private synchronized void releaseAll(Set<String> mids) {
        mids.forEach(this::release);
    }

    private void release(String mid) {
        EncodeBudget.Place place = byMid.remove(mid);
        if (place != null) {
            place.release();
        }
    }

    synchronized void close() {
        closed = true;
        releaseAll(new HashSet<>(byMid.keySet()));
    }
}
