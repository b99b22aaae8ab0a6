package dev.parley.signaling.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Lays configuration in layers, the later ones winning: defaults, file, environment, command line. */
public final class ConfigLayers {
    private static final String DEFAULTS = "/parley-defaults.yaml";
    private static final String ENVIRONMENT_PREFIX = "PARLEY_";

    /** Variables of the start script that are no keys. */
    private static final String SCRIPT_PREFIX = "PARLEY_JAVA_";

    private static final YAMLMapper YAML = new YAMLMapper(YAMLFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build());

    private final EnumMap<ConfigKey, Object> values = new EnumMap<>(ConfigKey.class);

    private ConfigLayers() {}

    public static ConfigLayers defaults() {
        ConfigLayers layers = new ConfigLayers();
        try (InputStream yaml = ConfigLayers.class.getResourceAsStream(DEFAULTS)) {
            if (yaml == null) {
                throw new IllegalStateException("the class path lacks " + DEFAULTS);
            }
            layers.yaml(new String(yaml.readAllBytes(), StandardCharsets.UTF_8), "the defaults");
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + DEFAULTS, e);
        }
        return layers;
    }

    public ConfigLayers file(Path file) {
        String yaml;
        try {
            yaml = Files.readString(file);
        } catch (IOException e) {
            throw new ConfigException("--config: cannot read " + file + " as UTF-8 text: check path and permissions");
        }
        yaml(yaml, file.toString());
        return this;
    }

    public ConfigLayers environment(Map<String, String> environment) {
        environment.entrySet().stream()
                .filter(e -> e.getKey().startsWith(ENVIRONMENT_PREFIX))
                .filter(e -> !e.getKey().startsWith(SCRIPT_PREFIX))
                .sorted(Map.Entry.comparingByKey())
                .forEach(e -> {
                    String key = e.getKey()
                            .substring(ENVIRONMENT_PREFIX.length())
                            .toLowerCase(Locale.ROOT)
                            .replace('_', '-');
                    set(key, e.getValue(), e.getKey() + " in the environment");
                });
        return this;
    }

    public ConfigLayers commandLine(Map<ConfigKey, String> options) {
        options.forEach((key, value) -> values.put(key, key.read(value, "--" + key.key())));
        return this;
    }

    public ServerConfig build() {
        return new ServerConfig(values).checked();
    }

    private void yaml(String yaml, String source) {
        Map<String, @Nullable Object> entries = Map.of();
        try {
            JsonNode tree = YAML.readTree(yaml);
            if (!tree.isMissingNode() && !tree.isNull()) {
                entries = YAML.treeToValue(tree, new TypeReference<>() {});
            }
        } catch (JacksonException e) {
            throw new ConfigException(
                    source + " is not a YAML file of \"key: value\" lines: " + e.getOriginalMessage());
        }
        entries.forEach((key, value) -> set(key, value, key + " in " + source));
    }

    private void set(String name, @Nullable Object raw, String where) {
        ConfigKey key = ConfigKey.of(name);
        if (key == null) {
            throw new ConfigException("unknown key " + where + ": did you mean " + nearest(name) + "?");
        }
        values.put(key, key.read(raw, where));
    }

    private static String nearest(String name) {
        return Arrays.stream(ConfigKey.values())
                .map(ConfigKey::key)
                .min(Comparator.comparingInt(key -> distance(name, key)))
                .orElseThrow();
    }

    /** Levenshtein's edit distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
