package dev.parley.signaling.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import dev.parley.sfu.Explanation;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/**
 * Messages to JSON and back: strict about the types of fields, tolerant of fields it does not know, so that newer
 * clients can talk to older servers. Thread safe.
 */
public final class MessageCodec {
    private static final int MAX_NESTING = 16;

    private static final Map<String, Class<? extends ClientMessage>> CLIENT_TYPES = clientTypes();

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_NESTING)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .changeDefaultPropertyInclusion(
                    v -> JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .withCoercionConfigDefaults(config -> {
                for (CoercionInputShape shape : CoercionInputShape.values()) {
                    config.setCoercion(shape, CoercionAction.Fail);
                }
            })
            .withCoercionConfig(
                    LogicalType.Float,
                    config -> config.setCoercion(CoercionInputShape.Integer, CoercionAction.TryConvert))
            .build();

    private MessageCodec() {}

    public static String encode(ServerMessage message) {
        return MAPPER.writerFor(ServerMessage.class).writeValueAsString(message);
    }

    /** An explanation by itself, as {@link ServerMessage.Explained} has it. */
    public static byte[] encodeUtf8(Explanation explanation) {
        return MAPPER.writeValueAsString(explanation).getBytes(StandardCharsets.UTF_8);
    }

    public static byte[] encodeUtf8(ServerMessage message) {
        return encode(message).getBytes(StandardCharsets.UTF_8);
    }

    public static String encode(ClientMessage message) {
        return MAPPER.writerFor(ClientMessage.class).writeValueAsString(message);
    }

    /** Reads what the server has sent: for clients in Java, which trust it. */
    public static ServerMessage decodeServer(String json) {
        return MAPPER.readValue(json, ServerMessage.class);
    }

    /** Reads a request; whatever is wrong with it ends in a {@link BadMessageException}. */
    public static ClientMessage decodeClient(String json) throws BadMessageException {
        JsonNode tree = tree(json);
        Long id = id(tree);
        JsonNode type = tree.get("type");
        if (type == null || !type.isString()) {
            throw new BadMessageException(id, ErrorCode.BAD_REQUEST, "type must be a string");
        }
        Class<? extends ClientMessage> messageClass = CLIENT_TYPES.get(type.stringValue());
        if (messageClass == null) {
            throw new BadMessageException(id, ErrorCode.UNKNOWN_TYPE, "there is no message of this type");
        }
        if (id == null) {
            throw new BadMessageException(null, ErrorCode.BAD_REQUEST, "id must be an integer of 1 or more");
        }
        try {
            return MAPPER.treeToValue(tree, messageClass);
        } catch (DatabindException e) {
            throw new BadMessageException(id, ErrorCode.BAD_REQUEST, sentence(e));
        }
    }

    private static JsonNode tree(String json) throws BadMessageException {
        JsonNode tree;
        try {
            tree = MAPPER.readTree(json);
        } catch (JacksonException e) {
            throw new BadMessageException(null, ErrorCode.BAD_JSON, "the message is not JSON");
        }
        if (!tree.isObject()) {
            throw new BadMessageException(null, ErrorCode.BAD_JSON, "the message must be a JSON object");
        }
        return tree;
    }

    private static @Nullable Long id(JsonNode tree) {
        JsonNode id = tree.get("id");
        return id != null && id.isIntegralNumber() && id.canConvertToLong() && id.longValue() >= 1
                ? id.longValue()
                : null;
    }

    /** Our own words where a record refused a value; else the field's path, never Jackson's text with class names. */
    private static String sentence(DatabindException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof IllegalArgumentException && cause.getMessage() != null) {
                return cause.getMessage();
            }
        }
        String path = e.getPath().stream()
                .map(step -> step.getPropertyName() == null ? "[]" : step.getPropertyName())
                .collect(Collectors.joining("."));
        return path.isEmpty() ? "the message has a field of the wrong type" : path + " has the wrong type";
    }

    private static Map<String, Class<? extends ClientMessage>> clientTypes() {
        JsonSubTypes types = ClientMessage.class.getAnnotation(JsonSubTypes.class);
        return Arrays.stream(types.value())
                .collect(Collectors.toUnmodifiableMap(
                        JsonSubTypes.Type::name, type -> type.value().asSubclass(ClientMessage.class)));
    }
}
