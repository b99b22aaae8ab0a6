package dev.parley.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documents show is what is compiled and run. */
final class DocumentsTest {
    @ParameterizedTest
    @ValueSource(strings = {"README.md", "README.zh-CN.md", "docs/embedding.md"})
    void theBotIsWhatTheDocumentsShow(String document) throws IOException {
        String source = Files.readString(Path.of("src/main/java/dev/parley/examples/TestCardBot.java"));
        String begin = "// README bot begins\n";
        String bot = source.substring(source.indexOf(begin) + begin.length(), source.indexOf("    // README bot ends"))
                .stripTrailing()
                .stripIndent();
        assertTrue(
                Files.readString(Path.of("..", document)).contains(bot), document + " shows another bot than\n" + bot);
        assertTrue(bot.lines().count() <= 25, () -> "the bot has " + bot.lines().count() + " lines");
    }
}
