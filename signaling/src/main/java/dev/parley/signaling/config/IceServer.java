package dev.parley.signaling.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A STUN or TURN server that clients are told of; STUN needs neither name nor credential. */
public record IceServer(
        List<String> urls,
        @Nullable String username,
        @Nullable String credential) {
    public IceServer {
        urls = List.copyOf(urls);
        if (urls.isEmpty()) {
            throw new IllegalArgumentException("urls must name at least one server, such as stun:stun.example.com");
        }
        for (String url : urls) {
            if (!url.matches("(stuns?|turns?):\\S+")) {
                throw new IllegalArgumentException("url must start with stun:, stuns:, turn: or turns:, got " + url);
            }
            if (url.startsWith("turn") && (username == null || credential == null)) {
                throw new IllegalArgumentException("turn server " + url + " needs a username and a credential");
            }
        }
    }
}
