package dev.parley.signaling.config;

/** Configuration that the server cannot start with; the message names the key, where it was set and the mend. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }
}
