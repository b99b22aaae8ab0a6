package dev.parley.sfu.nativepeer;

import dev.onvoid.webrtc.RTCOfferOptions;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCSdpType;
import dev.parley.sfu.Answer;
import dev.parley.sfu.Offer;
import dev.parley.sfu.Participant;
import dev.parley.sfu.TrackSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The offers of a connection to its participant, one at a time: the client always offers (RFC 9429 §4.1.8). */
final class Negotiations {
    private final NativeConnection connection;
    private final Participant participant;
    private final Supplier<Map<String, TrackSource>> sources;
    private CompletableFuture<?> last = CompletableFuture.completedFuture(null);

    /**
     * @param sources what the sections show that send, by mid; asked on the connection's thread
     */
    Negotiations(NativeConnection connection, Participant participant, Supplier<Map<String, TrackSource>> sources) {
        this.connection = connection;
        this.participant = participant;
        this.sources = sources;
    }

    /**
     * Applies a change to the connection and agrees on it with the room. Refused, it is undone.
     *
     * @param change on the connection's thread; what it does shows in the offer
     * @param undo on the connection's thread; takes back what the room has refused
     */
    synchronized CompletableFuture<Answer> negotiate(
            Consumer<RTCPeerConnection> change, Consumer<RTCPeerConnection> undo) {
        CompletableFuture<Answer> next = last.handle((_, _) -> participant).thenCompose(_ -> offer(change, undo));
        last = next;
        return next;
    }

    private CompletableFuture<Answer> offer(Consumer<RTCPeerConnection> change, Consumer<RTCPeerConnection> undo) {
        return connection
                .change(present -> {
                    change.accept(present);
                    String sdp = connection.createOffer(new RTCOfferOptions());
                    connection.setLocal(RTCSdpType.OFFER, sdp);
                    return new Offer(sdp, sources.get());
                })
                .thenCompose(participant::answer)
                .thenCompose(answer -> connection.change(_ -> {
                    connection.setRemote(RTCSdpType.ANSWER, answer.sdp());
                    return answer;
                }))
                .exceptionallyCompose(failure -> connection
                        .change(present -> {
                            connection.setLocal(RTCSdpType.ROLLBACK, "");
                            undo.accept(present);
                            return present;
                        })
                        .handle((_, _) -> failure)
                        .thenCompose(CompletableFuture::failedFuture));
    }
}
