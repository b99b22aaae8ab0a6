package dev.parley.sfu.nativepeer;

import dev.onvoid.webrtc.CreateSessionDescriptionObserver;
import dev.onvoid.webrtc.RTCAnswerOptions;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCOfferOptions;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.RTCStatsReport;
import dev.onvoid.webrtc.SetSessionDescriptionObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of libwebrtc, made safe: it is used from one thread, its callbacks come on that thread too and never after
 * its end, and it is closed once and in order. Any thread may call every method but those that say otherwise.
 *
 * <p>libwebrtc's own threads must never wait for ours: callbacks only hand over.
 */
final class NativeConnection {
    private static final Logger LOG = LoggerFactory.getLogger(NativeConnection.class);
    private static final long LIBRARY_TIMEOUT_SECONDS = 10;

    private final String name;
    private final NativeFactory factory;
    private final ConnectionThread thread;
    private final ReentrantLock media = new ReentrantLock();
    private final Deque<Runnable> beforeClose = new ArrayDeque<>();
    private final Deque<Runnable> afterClose = new ArrayDeque<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    /** Its own thread only; null once closed: webrtc-java throws from most methods then, and crashes in some. */
    private @Nullable RTCPeerConnection connection;

    /** How many media sections it has had; its own thread only. */
    private int sections;

    private NativeConnection(String name, NativeFactory factory) {
        this.name = name;
        this.factory = factory;
        this.thread = new ConnectionThread(name);
    }

    /**
     * Makes a connection.
     *
     * @param name for logs and for its thread
     */
    static CompletableFuture<NativeConnection> open(
            String name, NativeFactory factory, RTCConfiguration configuration, ConnectionEvents events) {
        NativeConnection made = new NativeConnection(name, factory);
        return made.thread
                .call(() -> {
                    ConnectionObserver observer = new ConnectionObserver(made::tell, events);
                    made.connection = factory.factory().createPeerConnection(configuration, observer);
                    NativeCounters.ofProcess().connectionOpened();
                    LOG.debug("native={} event=opened", name);
                    return made;
                })
                .whenComplete((_, failure) -> {
                    if (failure != null) {
                        made.thread.end();
                    }
                });
    }

    /** What it was called. */
    String name() {
        return name;
    }

    /** Who made it. */
    NativeFactory factory() {
        return factory;
    }

    /** Completes when the connection has been closed, by whomever. */
    CompletableFuture<Void> whenClosed() {
        return closed;
    }

    /** Asks what changes nothing that is sent. The connection must not leave {@code question}. */
    <T> CompletableFuture<T> ask(Function<RTCPeerConnection, T> question) {
        return thread.call(() -> question.apply(present()));
    }

    /**
     * Changes what is sent or received: tracks, transceivers, parameters, descriptions. The connection must not leave
     * {@code change}, which may call the methods here that are for the connection's own thread.
     */
    <T> CompletableFuture<T> change(Function<RTCPeerConnection, T> change) {
        return thread.call(() -> changing(() -> change.apply(present())));
    }

    /**
     * While held, the connection takes no change. Whoever gives samples to a {@code CustomAudioSource} that this
     * connection sends holds it: the source keeps its senders in a list that nothing else guards.
     */
    ReentrantLock mediaLock() {
        return media;
    }

    /** Runs {@code task} on the connection's thread, unless the connection is closed by then. */
    void tell(String callback, Runnable task) {
        thread.tell(callback, () -> {
            if (connection != null) {
                task.run();
            }
        });
    }

    /** Creates an offer. The connection's own thread only. */
    String createOffer(RTCOfferOptions options) {
        return described(observer -> present().createOffer(options, observer));
    }

    /** Creates an answer. The connection's own thread only. */
    String createAnswer() {
        return described(observer -> present().createAnswer(new RTCAnswerOptions(), observer));
    }

    /** Sets the local description. The connection's own thread only. */
    void setLocal(RTCSdpType type, String sdp) {
        sections = Math.max(sections, sections(sdp));
        set(observer -> present().setLocalDescription(new RTCSessionDescription(type, sdp), observer));
    }

    private static int sections(String sdp) {
        return (int) sdp.lines().filter(line -> line.startsWith("m=")).count();
    }

    /** Sets the remote description. The connection's own thread only. */
    void setRemote(RTCSdpType type, String sdp) {
        set(observer -> present().setRemoteDescription(new RTCSessionDescription(type, sdp), observer));
    }

    /** The library's statistics. */
    CompletableFuture<RTCStatsReport> stats() {
        CompletableFuture<RTCStatsReport> report = new CompletableFuture<>();
        var _ = ask(present -> {
                    present.getStats(result -> Callbacks.guard("stats", () -> report.completeAsync(() -> result)));
                    return present;
                })
                .whenComplete((_, failure) -> {
                    if (failure != null) {
                        report.completeExceptionally(failure);
                    }
                });
        // A connection that closes first may never call back.
        var _ = closed.whenComplete((_, _) -> report.completeExceptionally(thread.closed()));
        return report;
    }

    /** Runs {@code release} when the connection is about to close, the latest registered first. Own thread only. */
    void beforeClose(Runnable release) {
        beforeClose.push(release);
    }

    /** Runs {@code release} once the connection is closed, the latest registered first. Own thread only. */
    void afterClose(Runnable release) {
        afterClose.push(release);
    }

    /**
     * Closes the connection after what was asked of it before: sinks go, then the connection, then its sources. Closing
     * again does nothing but wait for the same end.
     */
    CompletableFuture<Void> close() {
        thread.tell("close", this::closeNow);
        thread.end();
        return closed;
    }

    private void closeNow() {
        RTCPeerConnection closing = connection;
        if (closing == null) {
            return;
        }
        changing(() -> {
            release("before-close", beforeClose);
            connection = null;
            closing.close();
            release("after-close", afterClose);
            return closed;
        });
        NativeCounters.ofProcess().connectionClosed(sections);
        LOG.debug("native={} event=closed", name);
        closed.complete(null);
    }

    private static void release(String when, Deque<Runnable> releases) {
        while (!releases.isEmpty()) {
            Callbacks.guard(when, releases.pop());
        }
    }

    private <T> T changing(java.util.function.Supplier<T> change) {
        return factory.change(() -> {
            media.lock();
            try {
                return change.get();
            } finally {
                media.unlock();
            }
        });
    }

    private RTCPeerConnection present() {
        if (connection == null) {
            throw thread.closed();
        }
        return connection;
    }

    private static String described(Consumer<CreateSessionDescriptionObserver> request) {
        CompletableFuture<String> sdp = new CompletableFuture<>();
        request.accept(new CreateSessionDescriptionObserver() {
            @Override
            public void onSuccess(RTCSessionDescription description) {
                Callbacks.guard("description-created", () -> sdp.complete(description.sdp));
            }

            @Override
            public void onFailure(String error) {
                Callbacks.guard("description-refused", () -> sdp.completeExceptionally(refused(error)));
            }
        });
        return await(sdp);
    }

    private static void set(Consumer<SetSessionDescriptionObserver> request) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        request.accept(new SetSessionDescriptionObserver() {
            @Override
            public void onSuccess() {
                Callbacks.guard("description-set", () -> done.complete(true));
            }

            @Override
            public void onFailure(String error) {
                Callbacks.guard("description-refused", () -> done.completeExceptionally(refused(error)));
            }
        });
        await(done);
    }

    private static IllegalStateException refused(String error) {
        return new IllegalStateException("libwebrtc refuses a description: " + error);
    }

    private static <T> T await(CompletableFuture<T> answer) {
        try {
            return answer.get(LIBRARY_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException failure) {
            throw new IllegalStateException(failure.getCause());
        } catch (TimeoutException late) {
            throw new IllegalStateException("libwebrtc has not answered for " + LIBRARY_TIMEOUT_SECONDS + " s", late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
    }
}
