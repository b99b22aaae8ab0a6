package dev.parley.signaling.http;

import java.util.concurrent.CompletionStage;

/** What answers the requests of some paths. Called on an event loop, which it must not block. */
public interface Route {
    boolean handles(String path);

    /** Completes on any thread; what it fails with is answered as 500. */
    CompletionStage<Reply> handle(Request request);
}
