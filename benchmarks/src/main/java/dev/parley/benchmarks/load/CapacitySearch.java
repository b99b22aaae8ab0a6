package dev.parley.benchmarks.load;

import dev.parley.benchmarks.load.target.MemberPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Raises the load until the quality is missed: by half as much again while it holds, then half way between what held
 * and what did not. With one publisher it is viewers that come, else rooms.
 */
final class CapacitySearch {
    private static final double SETTLE_SECONDS = 2;
    private static final double GROWTH = 1.5;
    private static final int STEPS = 24;
    /** To the hundredth part is exact enough. */
    private static final int NEAR = 100;

    /** Of a window that was disturbed. */
    private static final int RETRIES = 3;

    private static final int FIRST_VIEWERS = 20;

    /** What was found. */
    record Found(int rooms, int participants, int members, int streams, Measured measured, String limit) {}

    private final LoadedServer session;
    private final LoadPlan plan;
    private final Crowd crowd;
    private final Quality quality;
    private final Progress progress;
    private final boolean growsRooms;
    private final List<MemberPlan> webinar = new ArrayList<>();
    private int size;

    CapacitySearch(LoadedServer session, LoadPlan plan, Crowd crowd, Quality quality, Progress progress) {
        this.session = session;
        this.plan = plan;
        this.crowd = crowd;
        this.quality = quality;
        this.progress = progress;
        this.growsRooms = plan.profile() == Profile.MEETING || plan.profile() == Profile.AUDIO;
    }

    /** The largest load that held, or null if not even the least did. */
    @Nullable
    Found search() throws IOException, InterruptedException {
        Found held = null;
        int step = growsRooms ? 1 : FIRST_VIEWERS;
        int missedAt = Integer.MAX_VALUE;
        String limit = "the steps of the search";
        for (int i = 0; i < STEPS; i++) {
            raise(step);
            session.pass(
                    held == null ? "warming up" : "settling", held == null ? plan.warmUpSeconds() : SETTLE_SECONDS);
            Measured measured = measure();
            String missed = quality.missed(measured, session.failed());
            boolean bots = Results.areBotsOverloaded(measured);
            if (missed.isEmpty()) {
                held = found(measured, limit);
            } else {
                limit = missed + (bots ? ", with bots that did not keep up" : "");
                missedAt = size;
                lower(step);
            }
            step = nextStep(missedAt);
            if (step == 0 || Thread.currentThread().isInterrupted()) {
                break;
            }
        }
        return held == null ? null : with(held, limit);
    }

    /** Once more, and again, while what was missed may be others' doing: the machine's, or the bots'. */
    private Measured measure() throws IOException {
        Measured measured = session.measure(plan.seconds());
        for (int again = 0; again <= RETRIES; again++) {
            String missed = quality.missed(measured, session.failed());
            boolean bots = Results.areBotsOverloaded(measured);
            report(measured, missed, bots);
            boolean doubtful = !missed.isEmpty() && (bots || !measured.calm().isCalm());
            if (!doubtful || again == RETRIES || Thread.currentThread().isInterrupted()) {
                break;
            }
            measured = session.measure(plan.seconds());
        }
        return measured;
    }

    /** By half as much again, and once the quality was missed half way to there; 0 when that is near enough. */
    private int nextStep(int missedAt) {
        if (missedAt == Integer.MAX_VALUE) {
            return Math.max(1, (int) (size * (GROWTH - 1)));
        }
        int between = missedAt - size;
        return between <= Math.max(1, size / NEAR) ? 0 : between / 2;
    }

    private void report(Measured measured, String missed, boolean bots) {
        progress.say(String.format(
                Locale.ROOT,
                "%d %s: %,.0f packets/s, server %.0f %% of a core, p99 %.1f ms, loss %.4f %%, bots %.0f %%: %s",
                size,
                growsRooms ? "rooms" : "participants",
                measured.totals().packetsReceived() / measured.seconds(),
                100 * measured.serverCores(),
                measured.latencyMs(99),
                100 * measured.lossShare(),
                100 * measured.botCores(),
                (missed.isEmpty() ? "held" : missed)
                        + (bots ? " (bots did not keep up)" : "")
                        + (measured.calm().isCalm() ? "" : " (not calm)")));
    }

    private void raise(int step) throws InterruptedException {
        List<MemberPlan> coming = new ArrayList<>();
        for (int i = 0; i < step; i++) {
            if (growsRooms) {
                coming.addAll(crowd.room(size + i, plan.participants(), plan.publishers()));
            } else if (webinar.isEmpty()) {
                webinar.addAll(crowd.room(0, plan.publishers(), plan.publishers()));
                coming.addAll(webinar);
                i += webinar.size() - 1;
            } else {
                coming.add(crowd.viewer(0, size + i, webinar));
            }
        }
        size += growsRooms ? step : coming.size();
        session.join(coming, plan.joinsPerSecond());
    }

    private void lower(int step) {
        int leaving = Math.min(step, size);
        session.leave(growsRooms ? leaving * plan.participants() : leaving);
        size -= leaving;
    }

    private Found found(Measured measured, String limit) {
        return new Found(
                growsRooms ? size : 1,
                growsRooms ? plan.participants() : size,
                session.members(),
                session.streams(),
                measured,
                limit);
    }

    private static Found with(Found held, String limit) {
        return new Found(held.rooms(), held.participants(), held.members(), held.streams(), held.measured(), limit);
    }
}
