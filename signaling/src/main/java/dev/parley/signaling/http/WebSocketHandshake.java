package dev.parley.signaling.http;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns a connection into a WebSocket (RFC 6455 §4.2) if its page may connect. */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails is followed by channelInactive
final class WebSocketHandshake {
    static final String PATH = "/ws";

    private static final Logger LOG = LoggerFactory.getLogger(WebSocketHandshake.class);

    private final OriginPolicy origins;
    private final WebSocketUpgrade upgrade;
    private final int maxMessageBytes;
    private final WebSocketDecoderConfig decoding;

    WebSocketHandshake(OriginPolicy origins, WebSocketUpgrade upgrade, int maxMessageBytes) {
        this.origins = origins;
        this.upgrade = upgrade;
        this.maxMessageBytes = maxMessageBytes;
        // The connection closes itself after telling the client what was wrong.
        this.decoding = WebSocketDecoderConfig.newBuilder()
                .maxFramePayloadLength(maxMessageBytes)
                .closeOnProtocolViolation(false)
                .allowExtensions(false)
                .build();
    }

    /** Upgrades, or says why not. */
    @Nullable
    Reply tryUpgrade(ChannelHandlerContext context, FullHttpRequest message, Request request) {
        if (!request.method().equals(HttpMethod.GET)) {
            return Reply.methodNotAllowed("GET");
        }
        if (!message.headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)) {
            return Reply.text(HttpResponseStatus.UPGRADE_REQUIRED, "This is a WebSocket endpoint.\n")
                    .with("Upgrade", "websocket")
                    .with("Connection", "Upgrade");
        }
        if (!origins.allows(message.headers())) {
            LOG.info(
                    "channel={} event=origin-refused origin={}",
                    context.channel().id(),
                    printable(Objects.requireNonNullElse(request.header(HttpHeaderNames.ORIGIN), "")));
            return Reply.text(
                    HttpResponseStatus.FORBIDDEN, "origin-refused: add the page's origin to allowed-origins.\n");
        }
        WebSocketServerHandshaker handshaker =
                new WebSocketServerHandshakerFactory(PATH, null, decoding).newHandshaker(message);
        if (handshaker == null) {
            return Reply.text(HttpResponseStatus.UPGRADE_REQUIRED, "WebSocket version 13 is spoken here.\n")
                    .with("Sec-WebSocket-Version", "13");
        }
        return handshake(handshaker, context, message, request);
    }

    private @Nullable Reply handshake(
            WebSocketServerHandshaker handshaker,
            ChannelHandlerContext context,
            FullHttpRequest message,
            Request request) {
        ChannelPipeline pipeline = context.pipeline();
        ChannelHandler connection = upgrade.handlerFor(context.channel(), request.address());
        try {
            handshaker.handshake(context.channel(), message);
        } catch (RuntimeException e) {
            // Netty throws what it finds missing in the request, such as Sec-WebSocket-Key.
            return Reply.text(HttpResponseStatus.BAD_REQUEST, "The WebSocket handshake is incomplete.\n");
        }
        pipeline.remove(IdleStateHandler.class);
        pipeline.addLast(new Utf8FrameValidator(false), new WebSocketFrameAggregator(maxMessageBytes), connection);
        pipeline.remove(context.handler());
        return null;
    }

    /** A header goes into the log without what could forge log lines. */
    private static String printable(String header) {
        return header.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.:/_-]", "?");
    }
}
