package dev.parley.sfu.nativepeer;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Optional;

/** What tests of native peers have in common. */
final class Natives {
    private Natives() {}

    /** Skips the test where there is no library, or only a loopback interface, and says so in the words of users. */
    static void assumeSupported() {
        Optional<String> problem = NativeSupport.problem();
        assumeTrue(problem.isEmpty(), () -> problem.orElse(""));
    }

    /** A small picture of one colour. */
    static I420Frame picture() {
        I420Frame picture = I420Frame.black(160, 90);
        picture.fill(0, 0, 160, 90, 0x804020);
        return picture;
    }
}
