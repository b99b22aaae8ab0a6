package dev.parley.signaling.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a key's value is read, from YAML or from text. Refuses with an {@link IllegalArgumentException} that says what
 * would be right.
 */
sealed interface ValueType {
    Object read(Object raw);

    /** What to show in {@code --help} for the value. */
    String label();

    record Whole(int min, int max) implements ValueType {
        @Override
        public Object read(Object raw) {
            long value;
            try {
                value = raw instanceof Integer i
                        ? i
                        : Long.parseLong(String.valueOf(raw).strip());
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("must be a whole number in " + min + ".." + max, e);
            }
            if (value < min || value > max) {
                throw new IllegalArgumentException("must be in " + min + ".." + max);
            }
            return (int) value;
        }

        @Override
        public String label() {
            return "NUMBER";
        }
    }

    /** A whole number from 0 on, or the text {@code auto}. */
    record Limit(int max) implements ValueType {
        @Override
        public Object read(Object raw) {
            if (String.valueOf(raw).strip().equals("auto")) {
                return "auto";
            }
            try {
                return new Whole(0, max).read(raw);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("must be auto, or a whole number in 0.." + max, e);
            }
        }

        @Override
        public String label() {
            return "auto|NUMBER";
        }
    }

    /** A range of ports: {@code FIRST-LAST}, or 0 for any. */
    record Ports() implements ValueType {
        private static final Pattern RANGE = Pattern.compile("(\\d{1,5})-(\\d{1,5})");

        @Override
        public Object read(Object raw) {
            String text = String.valueOf(raw).strip();
            if (text.equals("0")) {
                return new PortRange(0, 0);
            }
            Matcher range = RANGE.matcher(text);
            int first = range.matches() ? Integer.parseInt(range.group(1)) : 0;
            int last = range.matches() ? Integer.parseInt(range.group(2)) : 0;
            if (first < 1 || last > 0xFFFF || first > last) {
                throw new IllegalArgumentException("must be a range of ports such as 20000-20999, or 0 for any");
            }
            return new PortRange(first, last);
        }

        @Override
        public String label() {
            return "FIRST-LAST";
        }
    }

    /** The first and the last port; both 0 for any. */
    record PortRange(int first, int last) {
        @Override
        public String toString() {
            return last == 0 ? "0" : first + "-" + last;
        }
    }

    record Flag() implements ValueType {
        @Override
        public Object read(Object raw) {
            return switch (String.valueOf(raw).strip()) {
                case "true" -> true;
                case "false" -> false;
                default -> throw new IllegalArgumentException("must be true or false");
            };
        }

        @Override
        public String label() {
            return "true|false";
        }
    }

    record Choice(List<String> choices) implements ValueType {
        @Override
        public Object read(Object raw) {
            String value = String.valueOf(raw).strip();
            if (!choices.contains(value)) {
                throw new IllegalArgumentException("must be one of " + String.join(", ", choices));
            }
            return value;
        }

        @Override
        public String label() {
            return String.join("|", choices);
        }
    }

    /** A text that is repeated nowhere: not in errors, not in {@code --help}. */
    record Secret() implements ValueType {
        @Override
        public Object read(Object raw) {
            String value = String.valueOf(raw).strip();
            if (value.chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException("must be a single line");
            }
            return value;
        }

        @Override
        public String label() {
            return "TEXT";
        }
    }

    /** A list of texts, each of which passes {@code check}; as text, separated by commas. */
    record Texts(String label, boolean required, Consumer<String> check) implements ValueType {
        @Override
        public Object read(Object raw) {
            List<String> values = new ArrayList<>();
            for (Object item : items(raw)) {
                String value = String.valueOf(item).strip();
                check.accept(value);
                values.add(value);
            }
            if (required && values.isEmpty()) {
                throw new IllegalArgumentException("must name at least one");
            }
            return List.copyOf(values);
        }
    }

    record IceServers() implements ValueType {
        @Override
        public Object read(Object raw) {
            return items(raw).stream().map(IceServers::server).toList();
        }

        private static IceServer server(Object item) {
            if (!(item instanceof Map<?, ?> fields)) {
                return new IceServer(List.of(String.valueOf(item).strip()), null, null);
            }
            for (Object field : fields.keySet()) {
                if (!List.of("urls", "username", "credential").contains(String.valueOf(field))) {
                    throw new IllegalArgumentException("takes urls, username and credential, not " + field);
                }
            }
            Object urls = Objects.requireNonNullElse(fields.get("urls"), List.of());
            return new IceServer(
                    items(urls).stream().map(String::valueOf).toList(),
                    text(fields.get("username")),
                    text(fields.get("credential")));
        }

        private static @Nullable String text(@Nullable Object value) {
            return value == null ? null : String.valueOf(value);
        }

        @Override
        public String label() {
            return "URL,…";
        }
    }

    Pattern COMMA = Pattern.compile(",");

    private static List<?> items(Object raw) {
        if (raw instanceof List<?> list) {
            return list;
        }
        if (raw instanceof Map<?, ?>) {
            throw new IllegalArgumentException("must be a list");
        }
        return COMMA.splitAsStream(String.valueOf(raw))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList();
    }
}
