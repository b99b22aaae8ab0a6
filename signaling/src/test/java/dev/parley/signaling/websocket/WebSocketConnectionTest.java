package dev.parley.signaling.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.signaling.config.ServerConfig;
import dev.parley.signaling.fake.FakeRooms;
import dev.parley.signaling.fake.ManualLoop;
import dev.parley.signaling.session.Entrance;
import dev.parley.signaling.session.Sessions;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a client may make the server send and keep, frame by frame. */
class WebSocketConnectionTest {
    private final ManualLoop loop = new ManualLoop();
    private final ServerConfig config = ServerConfig.defaults();
    private final Sessions sessions = new Sessions(
            loop,
            new Entrance(new FakeRooms(), loop, config.joinsPerMinutePerAddress(), _ -> {}),
            config.gracePeriod());

    @Test
    void answersPings() {
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.pipeline().addLast(new WebSocketConnection(channel, "192.0.2.1", sessions, loop, config));
        channel.writeInbound(new PingWebSocketFrame());
        List<WebSocketFrame> sent = sent(channel);
        assertEquals(1, sent.size());
        assertTrue(sent.getFirst() instanceof PongWebSocketFrame, sent.toString());
    }

    @Test
    void floodOfPingsEndsTheConnection() {
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.pipeline().addLast(new WebSocketConnection(channel, "192.0.2.1", sessions, loop, config));
        for (int i = 0; i < 10_000; i++) {
            channel.writeInbound(new PingWebSocketFrame(Unpooled.wrappedBuffer(new byte[125])));
            loop.run();
        }
        List<WebSocketFrame> sent = sent(channel);
        long pongs = sent.stream().filter(PongWebSocketFrame.class::isInstance).count();
        assertEquals(config.messageBurst(), pongs);
        assertTrue(sent.getLast() instanceof CloseWebSocketFrame, sent.getLast().toString());
    }

    @Test
    void whoDoesNotReadThePongsIsDropped() {
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(500, 1_000));
        channel.pipeline()
                .addLast(
                        // A socket whose other end does not read: nothing is flushed.
                        new ChannelOutboundHandlerAdapter() {
                            @Override
                            public void flush(ChannelHandlerContext context) {}
                        },
                        new WebSocketConnection(channel, "192.0.2.1", sessions, loop, config));
        for (int i = 0; i < 100; i++) {
            channel.writeInbound(new PingWebSocketFrame(Unpooled.wrappedBuffer(new byte[125])));
        }
        assertTrue(channel.unsafe().outboundBuffer().totalPendingWriteBytes() < 4_000);
    }

    private static List<WebSocketFrame> sent(EmbeddedChannel channel) {
        List<WebSocketFrame> frames = new ArrayList<>();
        for (Object frame = channel.readOutbound(); frame != null; frame = channel.readOutbound()) {
            frames.add((WebSocketFrame) frame);
        }
        return frames;
    }
}
