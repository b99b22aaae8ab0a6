package dev.parley.signaling.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.timeout.IdleStateEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the requests of one connection, one at a time and in their order. Owned by the channel's event loop; routes
 * may complete elsewhere.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails is followed by channelInactive
final class HttpRouter extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(HttpRouter.class);

    private final List<Route> routes;
    private final WebSocketHandshake webSocket;
    private final SourceAddresses addresses;

    HttpRouter(List<Route> routes, WebSocketHandshake webSocket, SourceAddresses addresses) {
        this.routes = routes;
        this.webSocket = webSocket;
        this.addresses = addresses;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest message) {
        boolean keepAlive = HttpUtil.isKeepAlive(message);
        boolean head = message.method().equals(HttpMethod.HEAD);
        Request request;
        try {
            request = read(context, message);
        } catch (IllegalArgumentException e) {
            write(context, Reply.text(HttpResponseStatus.BAD_REQUEST, "The request cannot be read.\n"), false, head);
            return;
        }
        if (request.path().equals(WebSocketHandshake.PATH)) {
            Reply refusal = webSocket.tryUpgrade(context, message, request);
            if (refusal != null) {
                write(context, refusal, false, head);
            }
            return;
        }
        // The next request waits in the pipeline until this one is answered.
        context.channel().config().setAutoRead(false);
        handle(request)
                .exceptionally(failure -> {
                    LOG.error("event=request-failed path={}", request.path(), failure);
                    return Reply.text(HttpResponseStatus.INTERNAL_SERVER_ERROR, "The server has made a mistake.\n");
                })
                .thenAccept(reply -> onEventLoop(context, () -> {
                    write(context, reply, keepAlive, head);
                    context.channel().config().setAutoRead(true);
                }));
    }

    private CompletionStage<Reply> handle(Request request) {
        try {
            for (Route route : routes) {
                if (route.handles(request.path())) {
                    return route.handle(request);
                }
            }
            return CompletableFuture.completedStage(Reply.text(HttpResponseStatus.NOT_FOUND, "Not found\n"));
        } catch (RuntimeException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private Request read(ChannelHandlerContext context, FullHttpRequest message) {
        if (message.decoderResult().isFailure()) {
            throw new IllegalArgumentException(message.decoderResult().cause());
        }
        QueryStringDecoder decoder = new QueryStringDecoder(message.uri());
        List<String> segments = new ArrayList<>();
        for (String segment : decoder.rawPath().split("/", -1)) {
            segments.add(QueryStringDecoder.decodeComponent(segment.replace("+", "%2B")));
        }
        return new Request(
                message.method(),
                decoder.path(),
                List.copyOf(segments.subList(1, segments.size())),
                decoder.parameters(),
                message.headers().copy(),
                message.content().toString(StandardCharsets.UTF_8),
                addresses.of(
                        context.channel().remoteAddress(), message.headers().getAll("X-Forwarded-For")));
    }

    private static void onEventLoop(ChannelHandlerContext context, Runnable task) {
        if (context.executor().inEventLoop()) {
            task.run();
        } else {
            context.executor().execute(task);
        }
    }

    private static void write(ChannelHandlerContext context, Reply reply, boolean keepAlive, boolean head) {
        byte[] body = head ? new byte[0] : reply.body();
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, reply.status(), Unpooled.wrappedBuffer(body));
        SecurityHeaders.addTo(response.headers());
        reply.headers().forEach((name, value) -> response.headers().set(name, value));
        // RFC 9110 §8.6: none with 204; with 304 it would be that of the full response.
        if (!reply.status().equals(HttpResponseStatus.NO_CONTENT)
                && !reply.status().equals(HttpResponseStatus.NOT_MODIFIED)) {
            response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, reply.body().length);
        }
        if (keepAlive) {
            context.writeAndFlush(response);
        } else {
            response.headers().add(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent) {
            context.close();
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("event=http-failed", cause);
        if (cause instanceof TooLongFrameException) {
            write(context, Reply.empty(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE), false, false);
        } else {
            context.close();
        }
    }
}
