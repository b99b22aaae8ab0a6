package dev.parley.benchmarks.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CLimitIT {
    @Test
    void buildsWithWhatIsThereAndSaysWhatIsNot(@TempDir Path folder) throws Exception {
        CLimit limit = CLimit.build(folder);
        boolean complete = limit.ciphers().equals(Set.of(CLimit.IPSEC_MB, CLimit.OPENSSL));
        assertEquals(complete, limit.missing().isEmpty(), limit.missing().toString());
        limit.missing().forEach(line -> assertTrue(line.contains("apt-get install"), line));
        if (!limit.ciphers().isEmpty()) {
            assertTrue(Objects.requireNonNull(limit.program()).toFile().canExecute());
        }
    }

    @Test
    void comparesTheJdkWithOpensslAndNothingWithWhatIsMissing() {
        CLimit both = new CLimit(Path.of("forward"), Set.of(CLimit.IPSEC_MB, CLimit.OPENSSL), List.of());
        assertEquals(CLimit.IPSEC_MB, both.counterpart("ipsec-mb"));
        assertEquals(CLimit.OPENSSL, both.counterpart("openssl"));
        assertEquals(CLimit.OPENSSL, both.counterpart("jdk"));
        CLimit openssl = new CLimit(Path.of("forward"), Set.of(CLimit.OPENSSL), List.of());
        assertNull(openssl.counterpart("ipsec-mb"));
        assertFalse(CLimit.without("gcc is missing").missing().isEmpty());
    }
}
