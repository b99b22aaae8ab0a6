package dev.parley.sfu;

import org.jspecify.annotations.Nullable;

/**
 * Who joins a room.
 *
 * @param identity who this is to the application, 1 to 128 characters; unique in the room
 * @param name what to show to the others, at most 128 characters
 * @param termination who meets this participant's connection, or {@code null} for what the room says
 * @param hidden nobody is told of this participant and of what it publishes, and it takes no place in the room: it sees
 *     without being seen
 */
public record JoinRequest(
        String identity, String name, @Nullable Termination termination, boolean hidden) {
    private static final int MAX_LENGTH = 128;

    public JoinRequest {
        if (identity.isBlank() || identity.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("identity must have 1 to " + MAX_LENGTH + " characters");
        }
        if (name.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("name must have at most " + MAX_LENGTH + " characters");
        }
    }

    /** A participant whom everybody sees, and whose connection is met as the room says. */
    public JoinRequest(String identity, String name) {
        this(identity, name, null, false);
    }

    /** A participant whose identity is also its name. */
    public static JoinRequest of(String identity) {
        return new JoinRequest(identity, identity);
    }

    /** The same with its connection met in this way. */
    public JoinRequest with(@Nullable Termination newTermination) {
        return new JoinRequest(identity, name, newTermination, hidden);
    }

    /** The same, seen by nobody. */
    public JoinRequest asHidden() {
        return new JoinRequest(identity, name, termination, true);
    }
}
