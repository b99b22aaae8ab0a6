package dev.parley.benchmarks.load;

import dev.parley.benchmarks.accounting.Calm;
import dev.parley.benchmarks.accounting.ProcessUsage;
import dev.parley.benchmarks.load.bot.BotConnection;
import dev.parley.benchmarks.load.bot.BotSettings;
import dev.parley.benchmarks.load.bot.Bots;
import dev.parley.benchmarks.load.target.Member;
import dev.parley.benchmarks.load.target.MemberPlan;
import dev.parley.benchmarks.load.target.ServerFacts;
import dev.parley.benchmarks.load.target.ServerPlan;
import dev.parley.benchmarks.load.target.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server under load: members come and go, and what happens in a while is measured. One thread at a time. */
final class LoadSession implements LoadedServer, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LoadSession.class);
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long CONNECT_SECONDS = 20;
    private static final long LOOK_MS = 200;
    /** Handshakes at a time: on a full machine more of them only keep each other from ending in time. */
    private static final int MAX_UNDER_WAY = 32;

    /** A member, and what became of its coming. */
    private static final class Joining {
        private final MemberPlan plan;
        private final long startNs = System.nanoTime();
        private final Future<Member> joined;
        private boolean failed;

        Joining(MemberPlan plan, Future<Member> joined) {
            this.plan = plan;
            this.joined = joined;
        }

        /** Whether it is connected, or never will be. */
        boolean isSettled() {
            if (joined.state() != Future.State.SUCCESS) {
                return joined.isDone();
            }
            return joined.resultNow().connections().stream()
                    .allMatch(connection -> connection.connected().isDone());
        }

        /** From the beginning of the join to the first packet, if that has come. */
        OptionalDouble firstMediaMs() {
            if (joined.state() != Future.State.SUCCESS) {
                return OptionalDouble.empty();
            }
            return joined.resultNow().connections().stream()
                    .mapToLong(BotConnection::firstMediaNs)
                    .filter(ns -> ns != 0)
                    .mapToDouble(ns -> (ns - startNs) / 1e6)
                    .min();
        }
    }

    private final Target target;
    private final Progress progress;
    private final Bots bots;
    private final ServerFacts server;
    private final ExecutorService signaling = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Joining> members = new ArrayList<>();
    private final @Nullable ProcessUsage idle;

    LoadSession(Target target, ServerPlan plan, BotSettings settings, Progress progress)
            throws IOException, InterruptedException {
        this.target = target;
        this.progress = progress;
        progress.show("starting", 0, target.name());
        this.bots = new Bots(settings);
        try {
            this.server = target.start(plan);
            this.idle = server.pid() == 0 ? null : ProcessUsage.of(server.pid());
        } catch (IOException | InterruptedException | RuntimeException e) {
            bots.close();
            target.close();
            throw e;
        }
    }

    ServerFacts server() {
        return server;
    }

    String ciphers() {
        return bots.ciphers();
    }

    @Override
    public int members() {
        return members.size();
    }

    @Override
    public int failed() {
        return (int) members.stream().filter(member -> member.failed).count();
    }

    @Override
    public int streams() {
        return members.stream().mapToInt(member -> member.plan.watches().size()).sum();
    }

    @Override
    public void join(List<MemberPlan> plans, double perSecond) throws InterruptedException {
        List<Joining> coming = new ArrayList<>();
        long startNs = System.nanoTime();
        int settled = 0;
        for (int i = 0; i < plans.size(); i++) {
            long dueNs = startNs + (long) (i * SECOND_NS / perSecond);
            while (System.nanoTime() - dueNs < 0 || i - settled >= MAX_UNDER_WAY) {
                Thread.sleep(1);
                while (settled < i && coming.get(settled).isSettled()) {
                    settled++;
                }
            }
            MemberPlan plan = plans.get(i);
            coming.add(new Joining(plan, signaling.submit(() -> target.join(plan, bots))));
            progress.show("joining", (i + 1.0) / plans.size(), (members.size() + i + 1) + " members");
        }
        for (Joining member : coming) {
            members.add(member);
            awaitConnected(member);
        }
    }

    private void awaitConnected(Joining member) throws InterruptedException {
        try {
            for (BotConnection connection :
                    member.joined.get(CONNECT_SECONDS, TimeUnit.SECONDS).connections()) {
                connection.connected().get(CONNECT_SECONDS, TimeUnit.SECONDS);
            }
        } catch (ExecutionException | TimeoutException e) {
            member.failed = true;
            LOG.warn("event=join-failed member={} why=\"{}\"", member.plan.name(), String.valueOf(e.getCause()));
        }
    }

    /**
     * Lets viewers come one by one, each until its first media packet is there, and go again.
     *
     * @return how long each took from the beginning of its join, in ms, in rising order
     */
    List<Double> probeJoins(List<MemberPlan> viewers) throws InterruptedException {
        List<Double> times = new ArrayList<>();
        for (int i = 0; i < viewers.size(); i++) {
            MemberPlan viewer = viewers.get(i);
            progress.show("joins", (double) i / viewers.size(), "");
            Joining joining = new Joining(viewer, signaling.submit(() -> target.join(viewer, bots)));
            long giveUpNs = joining.startNs + CONNECT_SECONDS * SECOND_NS;
            OptionalDouble time = OptionalDouble.empty();
            while (time.isEmpty() && System.nanoTime() - giveUpNs < 0) {
                Thread.sleep(1);
                time = joining.firstMediaMs();
            }
            time.ifPresent(times::add);
            await(signaling.submit(() -> close(joining)));
        }
        times.sort(null);
        return times;
    }

    @Override
    public void leave(int count) {
        List<Joining> leaving = new ArrayList<>(members.subList(members.size() - count, members.size()));
        members.subList(members.size() - count, members.size()).clear();
        List<Future<?>> closing = new ArrayList<>();
        for (Joining member : leaving) {
            closing.add(signaling.submit(() -> close(member)));
        }
        closing.forEach(LoadSession::await);
    }

    private static void await(Future<?> future) {
        try {
            future.get(CONNECT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("event=not-left", e);
        }
    }

    private static void close(Joining member) {
        if (member.joined.state() == Future.State.SUCCESS) {
            member.joined.resultNow().close();
        }
    }

    @Override
    public void pass(String what, double seconds) throws InterruptedException {
        long startNs = System.nanoTime();
        double gone = 0;
        while (gone < seconds) {
            progress.show(what, gone / seconds, String.format(Locale.ROOT, "%.0f s", seconds - gone));
            Thread.sleep(Math.min(LOOK_MS, (long) Math.ceil(1_000 * (seconds - gone))));
            gone = (double) (System.nanoTime() - startNs) / SECOND_NS;
        }
    }

    @Override
    public Measured measure(double seconds) throws IOException {
        List<Long> pids = new ArrayList<>(List.of(ProcessHandle.current().pid()));
        if (server.pid() != 0) {
            pids.add(server.pid());
        }
        bots.beginWindow();
        Calm.Mark start = Calm.mark(pids);
        ProcessUsage own = ProcessUsage.of(ProcessHandle.current().pid());
        ProcessUsage serverBefore = server.pid() == 0 ? null : ProcessUsage.of(server.pid());
        long allocated = bots.allocatedBytes();
        boolean interrupted = false;
        try {
            pass("measuring", seconds);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        long garbage = bots.allocatedBytes() - allocated;
        ProcessUsage serverAfter = server.pid() == 0 ? null : ProcessUsage.of(server.pid());
        ProcessUsage ownAfter = ProcessUsage.of(ProcessHandle.current().pid());
        Calm calm = Calm.between(start, Calm.mark(pids));
        Measured measured = new Measured(
                calm,
                bots.totals(),
                bots.takeSilent(),
                garbage,
                own,
                ownAfter,
                serverBefore,
                serverAfter,
                idle,
                rampJoinsMs());
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return measured;
    }

    /** Of those members whose media has come: from the beginning of the join to the first packet. */
    private List<Double> rampJoinsMs() {
        List<Double> times = new ArrayList<>();
        members.forEach(member -> member.firstMediaMs().ifPresent(times::add));
        times.sort(null);
        return times;
    }

    @Override
    public void close() {
        // Not affected by the interrupt that may have ended the run.
        boolean interrupted = Thread.interrupted();
        leave(members.size());
        signaling.shutdownNow();
        bots.close();
        target.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
