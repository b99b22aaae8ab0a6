package dev.parley.sfu;

import static java.net.InetAddress.getLoopbackAddress;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.UUID;

/** The README's example: a room in this very process, joined by whoever posts an SDP offer. */
final class EmbeddingExample {
    private EmbeddingExample() {}

    // README example begins
    public static void main(String[] args) throws IOException {
        Sfu sfu = Sfu.start(SfuConfig.builder().udpPort(0).build());
        Room room = sfu.room("lobby");
        room.onEvent(event -> System.out.println("lobby: " + event));

        HttpServer http = HttpServer.create(new InetSocketAddress(getLoopbackAddress(), Integer.parseInt(args[0])), 0);
        http.createContext("/offer", exchange -> {
            String offer = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            Participant guest =
                    room.join(JoinRequest.of("guest-" + UUID.randomUUID())).join();
            byte[] answer = guest.answer(Offer.of(offer)).join().sdp().getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/sdp");
            exchange.sendResponseHeaders(201, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        http.start();
        Runtime.getRuntime().addShutdownHook(new Thread(sfu::close));
    }
    // README example ends
}
