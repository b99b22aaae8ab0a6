package dev.parley.signaling.websocket;

import dev.parley.signaling.config.ServerConfig;
import dev.parley.signaling.http.WebSocketUpgrade;
import dev.parley.signaling.session.SessionLoop;
import dev.parley.signaling.session.Sessions;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;

/** Makes each WebSocket a signaling client. */
public final class SignalingUpgrade implements WebSocketUpgrade {
    private final Sessions sessions;
    private final SessionLoop loop;
    private final ServerConfig config;

    public SignalingUpgrade(Sessions sessions, SessionLoop loop, ServerConfig config) {
        this.sessions = sessions;
        this.loop = loop;
        this.config = config;
    }

    @Override
    public ChannelHandler handlerFor(Channel channel, String address) {
        return new WebSocketConnection(channel, address, sessions, loop, config);
    }
}
