package dev.parley.signaling.whip;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

class IceFragmentFuzzTest {
    @FuzzTest
    void restartedOfferHasTheNewCredentials(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        IceFragment fragment = IceFragment.parse(text);
        if (fragment != null) {
            assertEquals(fragment, IceFragment.parse(fragment.restart(text)));
        }
        var _ = IceFragment.of(text);
    }
}
