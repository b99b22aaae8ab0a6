package dev.parley.benchmarks.livekit;

import dev.parley.benchmarks.offer.Description;
import dev.parley.sfu.dtls.DtlsCertificate;
import dev.parley.sfu.handshake.BouncyCastleDtls;
import dev.parley.sfu.handshake.DtlsLimits;
import dev.parley.sfu.rtp.Codec;
import dev.parley.sfu.rtp.RtpExtension;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.sdp.MediaSection;
import dev.parley.sfu.sdp.SdpException;
import dev.parley.sfu.sdp.SessionDescription;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A server that speaks LiveKit's protocol, in this process: signaling by WebSocket, and media over real sockets, of which it
 * forwards the largest layer. It has one room, repeats nothing, and asks for nothing.
 */
final class FakeLiveKit implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final AccessToken tokens;
    private final MultiThreadIoEventLoopGroup threads = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final Channel server;
    private final AtomicInteger numbers = new AtomicInteger();
    private final BouncyCastleDtls dtls =
            BouncyCastleDtls.server(DtlsCertificate.generate(new SecureRandom(), Instant.now()), DtlsLimits.defaults());
    final List<Session> sessions = new CopyOnWriteArrayList<>();
    /** Checks that were dropped for their role. */
    final AtomicInteger conflicts = new AtomicInteger();

    final AtomicInteger pings = new AtomicInteger();
    final AtomicInteger leaves = new AtomicInteger();
    /** By whom the largest layer was asked for, and of which track. */
    final List<String> largest = new CopyOnWriteArrayList<>();
    /** What to say instead of letting anybody in. */
    volatile @Nullable MessageWriter refusal;

    FakeLiveKit(String key, String secret) throws InterruptedException {
        tokens = new AccessToken(key, secret);
        server = new ServerBootstrap()
                .group(threads)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new HttpServerCodec(), new HttpObjectAggregator(65_536), new Http());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
    }

    String address() {
        return "ws://127.0.0.1:" + ((InetSocketAddress) server.localAddress()).getPort();
    }

    @Override
    public void close() {
        sessions.forEach(Session::close);
        var _ = server.close();
        var _ = threads.shutdownGracefully();
    }

    // --- HTTP ------------------------------------------------------------------------------------------------------

    private final class Http extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            QueryStringDecoder uri = new QueryStringDecoder(request.uri());
            String token =
                    uri.parameters().getOrDefault("access_token", List.of("")).getFirst();
            JsonNode claims = claims(token);
            if (claims.isMissingNode()) {
                answer(context, HttpResponseStatus.UNAUTHORIZED, "invalid token");
            } else if (uri.path().equals("/rtc")) {
                Session session = new Session(claims.path("sub").asString(""), context.channel());
                context.pipeline().replace(this, "signaling", session);
                new WebSocketServerHandshakerFactory(address() + "/rtc", null, false)
                        .newHandshaker(request)
                        .handshake(context.channel(), request)
                        .addListener(_ -> session.enter());
            } else {
                answer(context, HttpResponseStatus.OK, "success");
            }
        }

        private void answer(ChannelHandlerContext context, HttpResponseStatus status, String text) {
            DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
            response.headers().set(HttpHeaderNames.CONTENT_LENGTH, text.length());
            var _ = context.writeAndFlush(response);
        }
    }

    /** The claims of a token that is signed as it is to be and lets its bearer into the room, or a missing node. */
    private JsonNode claims(String token) {
        String[] parts = token.split("\\.", -1);
        JsonNode claims = JSON.missingNode();
        if (parts.length == 3) {
            claims = JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
        }
        boolean right = claims.path("iss").asString("").equals(tokens.key())
                && claims.path("video").path("roomJoin").asBoolean(false)
                && tokens.signature(parts[0] + "." + parts[1]).equals(parts[2]);
        return right ? claims : JSON.missingNode();
    }

    // --- the room --------------------------------------------------------------------------------------------------

    /** What a member publishes. */
    private record Track(String sid, String label, boolean isAudio, Session publisher) {
        MessageWriter info() {
            return new MessageWriter().text(1, sid).number(2, isAudio ? 0 : 1).text(3, label);
        }
    }

    /** A track in the connection of somebody who watches it. */
    private static final class Watched {
        private final Track track;
        private final String mid;
        private final int ssrc;
        private int sequence = 60_000;

        Watched(Track track, String mid, int ssrc) {
            this.track = track;
            this.mid = mid;
            this.ssrc = ssrc;
        }
    }

    /** A member. Guarded by the server's monitor, but for media. */
    final class Session extends SimpleChannelInboundHandler<WebSocketFrame> {
        private final String identity;
        private final Channel channel;
        private final List<Track> announced = new ArrayList<>();
        private final List<Track> published = new CopyOnWriteArrayList<>();
        private final List<Watched> watched = new CopyOnWriteArrayList<>();
        private final Map<String, Track> byMid = new ConcurrentHashMap<>();
        private final FakeConnection publishing;
        private final FakeConnection watching;
        private int offers;
        private boolean answered = true;
        private boolean again;

        Session(String identity, Channel channel) {
            this.identity = identity;
            this.channel = channel;
            try {
                publishing = new FakeConnection(dtls, conflicts, false, this::onMedia, this::onPublishing);
                watching = new FakeConnection(dtls, conflicts, true, _ -> {}, () -> {});
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void say(int field, MessageWriter message) {
            byte[] bytes = new MessageWriter().message(field, message).toBytes();
            // In parts, as a server may.
            int half = bytes.length / 2;
            var _ = channel.write(new BinaryWebSocketFrame(false, 0, Unpooled.copiedBuffer(bytes, 0, half)));
            var _ = channel.writeAndFlush(
                    new ContinuationWebSocketFrame(true, 0, Unpooled.copiedBuffer(bytes, half, bytes.length - half)));
        }

        private MessageWriter info() {
            MessageWriter info = new MessageWriter().text(1, "PA_" + identity).text(2, identity);
            published.forEach(track -> info.message(4, track.info()));
            return info;
        }

        void enter() {
            synchronized (FakeLiveKit.this) {
                MessageWriter instead = refusal;
                if (instead != null) {
                    say(8, instead);
                    return;
                }
                MessageWriter join = new MessageWriter().message(2, info());
                sessions.forEach(other -> join.message(3, other.info()));
                say(
                        1,
                        join.number(6, 1)
                                .number(10, 3)
                                .number(11, 1)
                                .message(12, new MessageWriter().text(2, "0-fake")));
                for (Session other : sessions) {
                    other.published.forEach(this::watch);
                }
                sessions.add(this);
                offer();
            }
        }

        private void watch(Track track) {
            watched.add(new Watched(track, Integer.toString(watched.size() + 1), 2 * numbers.incrementAndGet()));
        }

        private void offer() {
            if (!answered) {
                again = true;
                return;
            }
            answered = false;
            Description offer =
                    watching.description("actpass").dataChannels("0", "UDP/DTLS/SCTP", "webrtc-datachannel");
            for (Watched one : watched) {
                Codec codec = one.track.isAudio() ? Codec.OPUS : Codec.VP8;
                offer.section(
                        one.mid,
                        codec,
                        List.of(RtpExtension.ABS_SEND_TIME),
                        Description.sending(one.track.sid(), one.ssrc, one.ssrc + 1));
            }
            say(3, new MessageWriter().text(1, "offer").text(2, offer.toSdp()).number(3, ++offers));
            trickle(watching, 1);
        }

        private void trickle(FakeConnection connection, int target) {
            try {
                String init = JSON.writeValueAsString(Map.of("candidate", connection.candidate(), "sdpMid", "0"));
                say(4, new MessageWriter().text(1, init).number(2, target));
                say(
                        4,
                        new MessageWriter()
                                .text(1, "{\"candidate\":\"\"}")
                                .number(2, target)
                                .number(3, 1));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        // --- what the member says ----------------------------------------------------------------------------------

        @Override
        protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) throws Exception {
            if (!(frame instanceof BinaryWebSocketFrame)) {
                return;
            }
            synchronized (FakeLiveKit.this) {
                MessageReader request = new MessageReader(ByteBufUtil.getBytes(frame.content()));
                switch (request.next()) {
                    case 1 -> onOffer(description(request.message(), 0));
                    case 2 -> onAnswer(description(request.message(), offers));
                    case 4 -> announce(request.message());
                    case 7 -> {
                        MessageReader settings = request.message();
                        settings.next();
                        largest.add(identity + " " + settings.text());
                    }
                    case 8 -> {
                        leaves.incrementAndGet();
                        close();
                    }
                    case 16 -> pings.incrementAndGet();
                    default -> throw new IllegalStateException("a request that bots are not to make");
                }
            }
        }

        private static SessionDescription description(MessageReader message, int id) throws IOException, SdpException {
            String sdp = "";
            long told = 0;
            for (int field = message.next(); field != 0; field = message.next()) {
                sdp = field == 2 ? message.text() : sdp;
                told = field == 3 ? message.number() : told;
            }
            if (told != id) {
                throw new IllegalStateException("an answer to offer " + told + " and not " + id);
            }
            return SessionDescription.parse(sdp);
        }

        private void announce(MessageReader request) throws IOException {
            String cid = "";
            String name = "";
            boolean audio = true;
            for (int field = request.next(); field != 0; field = request.next()) {
                cid = field == 1 ? request.text() : cid;
                name = field == 2 ? request.text() : name;
                audio &= field != 3 || request.number() == 0;
            }
            Track track = new Track("TR_" + numbers.incrementAndGet(), name, audio, this);
            announced.add(track);
            say(6, new MessageWriter().text(1, cid).message(2, track.info()));
        }

        private void onOffer(SessionDescription offer) {
            publishing.remote(offer);
            Description answer = publishing.description("passive");
            for (MediaSection section : offer.sections()) {
                String label = section.msids().getFirst().trackId();
                Track track = announced.stream()
                        .filter(each -> each.label().equals(label))
                        .findFirst()
                        .orElseThrow();
                byMid.put(section.mid(), track);
                List<RtpExtension> extensions = new ArrayList<>(Description.PLAIN);
                List<String> attributes = new ArrayList<>(List.of("a=recvonly"));
                if (!section.rids().isEmpty()) {
                    extensions.add(RtpExtension.RID);
                    section.rids().forEach(rid -> attributes.add("a=rid:" + rid.id() + " recv"));
                    attributes.add("a=simulcast:recv q;h;f");
                }
                answer.section(
                        section.mid(),
                        track.isAudio() ? Codec.OPUS : Codec.VP8,
                        extensions,
                        attributes.toArray(String[]::new));
            }
            say(2, new MessageWriter().text(1, "answer").text(2, answer.toSdp()));
            trickle(publishing, 0);
        }

        private void onAnswer(SessionDescription answer) {
            watching.remote(answer);
            answered = true;
            if (again) {
                again = false;
                offer();
            }
        }

        /** Only now are its tracks published. */
        private void onPublishing() {
            synchronized (FakeLiveKit.this) {
                published.addAll(announced);
                for (Session other : sessions) {
                    if (other != this) {
                        published.forEach(other::watch);
                        other.say(5, new MessageWriter().message(1, info()));
                        other.offer();
                    }
                }
            }
        }

        // --- media -------------------------------------------------------------------------------------------------

        /** On the thread of the connection that it came by. */
        private void onMedia(RtpPacket rtp) {
            String rid = rtp.extensionText(Description.id(RtpExtension.RID));
            Track track = byMid.get(String.valueOf(rtp.extensionText(Description.MID_ID)));
            if (track == null || rid != null && !rid.equals("f")) {
                return;
            }
            byte[] payload = new byte[rtp.payloadLength()];
            rtp.packet().getBytes(rtp.payloadOffset(), payload, 0, payload.length);
            for (Session other : sessions) {
                for (Watched one : other.watched) {
                    if (one.track.sid().equals(track.sid())) {
                        other.watching.forward(rtp, payload, one.ssrc, one.sequence++);
                    }
                }
            }
        }

        void close() {
            sessions.remove(this);
            var _ = channel.close();
            try {
                publishing.close();
                watching.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
