package dev.parley.benchmarks.load;

import dev.parley.benchmarks.load.target.MemberPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** One room that grows: its publishers stay, viewers come, and each size is measured. */
final class SizeSweep {
    private static final double SETTLE_SECONDS = 3;

    private final LoadedServer session;
    private final Crowd crowd;
    private final Results.Frame frame;

    SizeSweep(LoadedServer session, Crowd crowd, Results.Frame frame) {
        this.session = session;
        this.crowd = crowd;
        this.frame = frame;
    }

    /**
     * Measures each size; an interrupt ends it with those that are done.
     *
     * @param sizes viewers, in rising order
     */
    List<LoadResult> run(List<Integer> sizes) throws IOException, InterruptedException {
        LoadPlan plan = frame.plan();
        List<MemberPlan> publishers = crowd.room(0, plan.publishers(), plan.publishers());
        session.join(publishers, plan.joinsPerSecond());
        List<LoadResult> results = new ArrayList<>();
        int viewers = 0;
        for (int size : sizes) {
            List<MemberPlan> coming = new ArrayList<>();
            for (; viewers < size; viewers++) {
                coming.add(crowd.viewer(0, publishers.size() + viewers, publishers));
            }
            session.join(coming, plan.joinsPerSecond());
            boolean first = results.isEmpty();
            session.pass(first ? "warming up" : "settling", first ? plan.warmUpSeconds() : SETTLE_SECONDS);
            Measured measured = session.measure(plan.seconds());
            results.add(Results.of(
                    frame.with(plan.sized(1, session.members())),
                    measured,
                    session.members(),
                    session.streams(),
                    session.failed(),
                    List.of()));
            if (Thread.currentThread().isInterrupted()) {
                break;
            }
        }
        return results;
    }
}
