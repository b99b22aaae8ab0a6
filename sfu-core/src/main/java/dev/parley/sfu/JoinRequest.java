package dev.parley.sfu;

/**
 * Who joins a room.
 *
 * @param identity who this is to the application, 1 to 128 characters; unique in the room
 * @param name what to show to the others, at most 128 characters
 */
public record JoinRequest(String identity, String name) {
    private static final int MAX_LENGTH = 128;

    public JoinRequest {
        if (identity.isBlank() || identity.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("identity must have 1 to " + MAX_LENGTH + " characters");
        }
        if (name.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("name must have at most " + MAX_LENGTH + " characters");
        }
    }

    /** A participant whose identity is also its name. */
    public static JoinRequest of(String identity) {
        return new JoinRequest(identity, identity);
    }
}
