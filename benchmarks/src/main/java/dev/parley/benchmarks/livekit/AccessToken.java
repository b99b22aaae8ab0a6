package dev.parley.benchmarks.livekit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes the tokens that let a member into a room: JSON Web Tokens (RFC 7519) under HS256, with the grants that LiveKit reads
 * in {@code video}. Any thread.
 *
 * @param key which the server knows the secret by
 */
record AccessToken(String key, String secret) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final String ALGORITHM = "HmacSHA256";
    private static final String HEADER = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
    /** Of the server's clock against ours. */
    private static final Duration SKEW = Duration.ofMinutes(1);

    private static final Duration VALIDITY = Duration.ofHours(6);

    AccessToken {
        if (key.isBlank() || secret.isBlank()) {
            throw new IllegalArgumentException("LiveKit's API key and secret are not to be empty");
        }
    }

    /** One to publish and to subscribe with. */
    String of(String room, String identity, Instant now) {
        ObjectNode claims = JSON.createObjectNode()
                .put("iss", key)
                .put("sub", identity)
                .put("name", identity)
                .put("nbf", now.minus(SKEW).getEpochSecond())
                .put("exp", now.plus(VALIDITY).getEpochSecond());
        claims.putObject("video")
                .put("roomJoin", true)
                .put("room", room)
                .put("canPublish", true)
                .put("canSubscribe", true);
        String signed =
                encoded(HEADER.getBytes(StandardCharsets.UTF_8)) + "." + encoded(JSON.writeValueAsBytes(claims));
        return signed + "." + signature(signed);
    }

    private static String encoded(byte[] bytes) {
        return BASE64.encodeToString(bytes);
    }

    /** Of a token's header and claims, as they are written in it. */
    String signature(String signed) {
        return encoded(mac(signed));
    }

    private byte[] mac(String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "AccessToken[key=" + key + "]";
    }
}
