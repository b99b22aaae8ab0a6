package dev.parley.signaling.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.signaling.config.IceServer;
import dev.parley.signaling.config.ServerConfig;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The STUN and TURN servers that a participant is told of. Credentials of TURN servers that share a secret with this
 * one are made for it and end by themselves (draft-uberti-behave-turn-rest-00 §2.2). Any thread.
 */
public final class IceServers {
    /** Of the draft; nothing else is understood by TURN servers. RFC 6151 has no quarrel with SHA-1 in an HMAC. */
    private static final String ALGORITHM = "HmacSHA1";

    private final List<IceServer> fixed;
    private final List<String> turnUrls;
    private final String secret;
    private final Duration ttl;
    private final InstantSource clock;

    public IceServers(ServerConfig config, InstantSource clock) {
        this.fixed = config.iceServers();
        this.turnUrls = config.turnUrls();
        this.secret = config.turnSecret();
        this.ttl = config.turnTtl();
        this.clock = clock;
    }

    /**
     * Those for one participant, from now on.
     *
     * @param user names it to the TURN server, whose quotas and log go by it
     */
    public List<IceServer> forUser(String user) {
        if (turnUrls.isEmpty()) {
            return fixed;
        }
        String username = clock.instant().plus(ttl).getEpochSecond() + ":" + user;
        List<IceServer> servers = new ArrayList<>(fixed);
        servers.add(new IceServer(turnUrls, username, credential(username)));
        return List.copyOf(servers);
    }

    private String credential(String username) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(UTF_8), ALGORITHM));
            return Base64.getEncoder().encodeToString(mac.doFinal(username.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }
}
