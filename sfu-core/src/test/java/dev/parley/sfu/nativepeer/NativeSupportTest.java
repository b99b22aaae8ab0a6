package dev.parley.sfu.nativepeer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.Sfu;
import dev.parley.sfu.SfuConfig;
import dev.parley.sfu.nativepeer.NativeSupport.Interface;
import java.io.File;
import java.net.MalformedURLException;
import java.net.SocketException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each thing that can be missing is told in one sentence with its mend, and forwarding works without. */
final class NativeSupportTest {
    private static final Interface LOOPBACK = new Interface("lo", true, true, true);

    @Test
    void aMissingDependencyIsNamed() throws Exception {
        try (URLClassLoader without = classPathWithout(jar -> jar.contains("webrtc-java"))) {
            assertEquals(
                    Optional.of("native peers need webrtc-java on the class path:"
                            + " add the dependency dev.onvoid.webrtc:webrtc-java to the project"),
                    NativeSupport.problemOf(without));
        }
    }

    @Test
    void aMissingLibraryOfThePlatformIsNamed() throws Exception {
        Natives.assumeSupported();
        String platform = NativeSupport.platform(System.getProperty("os.name"), System.getProperty("os.arch"));
        try (URLClassLoader without = classPathWithout(jar -> jar.contains("webrtc-java") && jar.contains(platform))) {
            String problem = NativeSupport.problemOf(without).orElseThrow();
            assertTrue(problem.contains("with the classifier " + platform), problem);
            assertEquals(1, problem.lines().count());
        }
    }

    @Test
    void forwardingWorksWithoutTheDependency() throws Exception {
        try (URLClassLoader without = classPathWithout(jar -> jar.contains("webrtc-java"))) {
            Class<?> check = Class.forName(ForwardingOnly.class.getName(), true, without);
            assertEquals("forwards", check.getMethod("run").invoke(null));
        }
    }

    /** Runs in a class loader that has no webrtc-java: whatever of it is loaded fails. */
    public static final class ForwardingOnly {
        private ForwardingOnly() {}

        /** Starts and ends a server with a room, and reads its statistics. */
        public static String run() {
            try (Sfu sfu = Sfu.start(SfuConfig.builder().udpPort(0).build())) {
                sfu.room("forwarded").participants().join();
                return sfu.stats().nativePeers().connections() == 0 ? "forwards" : "has native peers";
            }
        }
    }

    @Test
    void onlyALoopbackInterfaceIsTold() {
        String problem =
                NativeSupport.interfaceProblem(() -> Stream.of(LOOPBACK)).orElseThrow();
        assertTrue(problem.contains("besides the loopback one, which libwebrtc ignores"), problem);
    }

    @Test
    void anInterfaceThatIsDownOrHasNoAddressDoesNotCount() {
        Interface down = new Interface("eth0", false, false, true);
        Interface bare = new Interface("eth1", false, true, false);
        assertTrue(NativeSupport.interfaceProblem(() -> Stream.of(LOOPBACK, down, bare))
                .isPresent());
    }

    @Test
    void anInterfaceThatIsUpWithAnAddressIsEnough() {
        Interface up = new Interface("veth0", false, true, true);
        assertEquals(Optional.empty(), NativeSupport.interfaceProblem(() -> Stream.of(LOOPBACK, up)));
    }

    @Test
    void interfacesThatCannotBeListedAreTold() {
        String problem = NativeSupport.interfaceProblem(() -> {
                    throw new SocketException("not permitted");
                })
                .orElseThrow();
        assertTrue(problem.contains("not permitted"), problem);
    }

    @ParameterizedTest
    @CsvSource({
        "Linux, amd64, linux-x86_64",
        "Linux, aarch64, linux-aarch64",
        "Mac OS X, aarch64, macos-aarch64",
        "Mac OS X, x86_64, macos-x86_64",
        "Windows 11, amd64, windows-x86_64"
    })
    void platformsAreNamedAsTheLibrariesAre(String osName, String osArch, String platform) {
        assertEquals(platform, NativeSupport.platform(osName, osArch));
    }

    private static URLClassLoader classPathWithout(Predicate<String> left) throws MalformedURLException {
        URL[] kept = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !left.test(Path.of(entry).getFileName().toString()))
                .map(NativeSupportTest::url)
                .toArray(URL[]::new);
        return new URLClassLoader(kept, ClassLoader.getPlatformClassLoader());
    }

    private static URL url(String entry) {
        try {
            return Path.of(entry).toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }
}
