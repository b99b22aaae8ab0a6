package dev.parley.signaling.websocket;

import dev.parley.signaling.config.ServerConfig;
import dev.parley.signaling.protocol.BadMessageException;
import dev.parley.signaling.protocol.ClientMessage;
import dev.parley.signaling.protocol.ErrorCode;
import dev.parley.signaling.protocol.MessageCodec;
import dev.parley.signaling.protocol.ServerMessage;
import dev.parley.signaling.session.SessionLoop;
import dev.parley.signaling.session.Sessions;
import dev.parley.signaling.session.TokenBucket;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The frames of one WebSocket (RFC 6455): bounds their rate and what piles up unread, reads the messages in them and
 * hands these to the session loop. Owned by the channel's event loop; the {@link Transport} side is for any thread.
 * Expects whole messages: fragments are put together before it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails is followed by channelInactive
final class WebSocketConnection extends SimpleChannelInboundHandler<WebSocketFrame> implements Transport {
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketConnection.class);

    /** A client that does not read will not read the close frame either. */
    private static final int CLOSE_SECONDS = 2;

    private final Channel channel;
    private final SessionLoop loop;
    private final JsonClient client;
    private final TokenBucket bucket;
    private final int refusalsBeforeClose;
    private final AtomicBoolean closing = new AtomicBoolean();
    private int refusals;
    private volatile long lastHeardNs;

    WebSocketConnection(Channel channel, String address, Sessions sessions, SessionLoop loop, ServerConfig config) {
        this.channel = channel;
        this.loop = loop;
        this.client = new JsonClient(this, address, sessions, loop, config);
        this.bucket = new TokenBucket(config.messagesPerSecond(), config.messageBurst(), loop.nowNs());
        this.refusalsBeforeClose = config.messageBurst();
        this.lastHeardNs = loop.nowNs();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        loop.execute(client::opened);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closing.set(true);
        loop.execute(client::closed);
        context.fireChannelInactive();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
        lastHeardNs = loop.nowNs();
        if (closing.get()) {
            if (frame instanceof CloseWebSocketFrame) {
                channel.close();
            }
            return;
        }
        switch (frame) {
            case TextWebSocketFrame text -> text(text.text());
            case PingWebSocketFrame ping -> pong(ping);
            case PongWebSocketFrame _ -> {}
            case CloseWebSocketFrame _ -> echoClose();
            default -> refuseAndClose(ErrorCode.BAD_REQUEST, "Messages are text frames.", CloseStatus.UNSUPPORTED_DATA);
        }
    }

    private void text(String json) {
        if (!bucket.tryTake(lastHeardNs)) {
            rateLimited();
            return;
        }
        try {
            ClientMessage message = MessageCodec.decodeClient(json);
            loop.execute(() -> client.receive(message));
        } catch (BadMessageException e) {
            loop.execute(() -> client.refuse(e));
        }
    }

    /** Answers cost memory while the client does not read them, so pings count and are bounded as messages are. */
    private void pong(PingWebSocketFrame ping) {
        if (!bucket.tryTake(lastHeardNs)) {
            rateLimited();
        } else if (!channel.isWritable()) {
            tooSlow();
        } else {
            channel.writeAndFlush(new PongWebSocketFrame(ping.content().retain()));
        }
    }

    private void rateLimited() {
        refusals++;
        if (refusals > refusalsBeforeClose) {
            refuseAndClose(ErrorCode.RATE_LIMITED, "Too many messages for too long.", CloseStatus.POLICY_VIOLATION);
        } else {
            error(ErrorCode.RATE_LIMITED, "Too many messages: this one was ignored.");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        switch (cause) {
            case TooLongFrameException _ -> tooLarge();
            case CorruptedWebSocketFrameException e
            when WebSocketCloseStatus.MESSAGE_TOO_BIG.equals(e.closeStatus()) -> tooLarge();
            default -> {
                LOG.debug("event=websocket-failed", cause);
                abort();
            }
        }
    }

    private void tooLarge() {
        refuseAndClose(ErrorCode.TOO_LARGE, "The message is too large.", CloseStatus.TOO_LARGE);
    }

    private void refuseAndClose(ErrorCode code, String sentence, CloseStatus status) {
        error(code, sentence);
        loop.execute(() -> close(status));
    }

    /** By way of the loop, so that it comes after the replies to what was sent before. */
    private void error(ErrorCode code, String sentence) {
        byte[] json = MessageCodec.encodeUtf8(new ServerMessage.ErrorReply(null, code.wireName(), sentence));
        loop.execute(() -> send(json));
    }

    // --- Transport, any thread --------------------------------------------------------------------------------------

    @Override
    public void send(byte[] utf8) {
        if (closing.get()) {
            return;
        }
        // The high water mark is max-outbound-buffer-bytes, and writes still on their way to the event loop count.
        if (!channel.isWritable()) {
            tooSlow();
            return;
        }
        channel.writeAndFlush(new TextWebSocketFrame(Unpooled.wrappedBuffer(utf8)), channel.voidPromise());
    }

    private void tooSlow() {
        if (closing.compareAndSet(false, true)) {
            LOG.info("channel={} event=client-too-slow", channel.id());
            var closingMessage = new ServerMessage.Closing("too-slow", "Messages are not read fast enough.");
            channel.write(new TextWebSocketFrame(Unpooled.wrappedBuffer(MessageCodec.encodeUtf8(closingMessage))));
            writeClose(CloseStatus.POLICY_VIOLATION);
        }
    }

    @Override
    public void ping() {
        channel.writeAndFlush(new PingWebSocketFrame(), channel.voidPromise());
    }

    @Override
    public void close(CloseStatus status) {
        if (closing.compareAndSet(false, true)) {
            writeClose(status);
        }
    }

    /** RFC 6455 §7.1.1: waits for the client's close frame, since a reset would take what is still on its way. */
    private void writeClose(CloseStatus status) {
        channel.writeAndFlush(closeFrame(status));
        channel.eventLoop().schedule(this::abort, CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    private void echoClose() {
        closing.set(true);
        channel.writeAndFlush(closeFrame(CloseStatus.NORMAL)).addListener(ChannelFutureListener.CLOSE);
    }

    private static CloseWebSocketFrame closeFrame(CloseStatus status) {
        return new CloseWebSocketFrame(new WebSocketCloseStatus(status.code(), ""));
    }

    @Override
    public void abort() {
        closing.set(true);
        channel.close();
    }

    @Override
    public long lastHeardNs() {
        return lastHeardNs;
    }
}
