package dev.parley.sfu.peer;

import java.util.random.RandomGenerator;

/** Server-made ids: a prefix that tells the kind, and twelve random characters (71 bits). */
public final class Ids {
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int LENGTH = 12;

    private Ids() {}

    public static String room(RandomGenerator random) {
        return make("RM_", random);
    }

    public static String participant(RandomGenerator random) {
        return make("PA_", random);
    }

    static String track(RandomGenerator random) {
        return make("TR_", random);
    }

    private static String make(String prefix, RandomGenerator random) {
        StringBuilder id = new StringBuilder(prefix.length() + LENGTH).append(prefix);
        for (int i = 0; i < LENGTH; i++) {
            id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return id.toString();
    }
}
