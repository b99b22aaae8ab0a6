package dev.parley.signaling.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;

/** Makes the handler that takes over a connection once it has become a WebSocket. */
public interface WebSocketUpgrade {
    /**
     * @param address the client's IP address, seen through trusted proxies
     */
    ChannelHandler handlerFor(Channel channel, String address);
}
