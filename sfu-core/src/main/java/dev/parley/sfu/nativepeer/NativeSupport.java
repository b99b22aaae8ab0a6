package dev.parley.sfu.nativepeer;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether this machine can run native peers: webrtc-java on the class path, its library for this platform, what that
 * library is linked against, and a network interface that libwebrtc takes. Asking loads the library; nothing else of
 * Parley does, and where the answer is no, everything else works.
 */
public final class NativeSupport {
    /** Debian's packages of what the library for Linux is linked against. */
    static final String DEBIAN_PACKAGES =
            "libpulse0 libudev1 libx11-6 libxfixes3 libxrandr2 libxcomposite1 libdbus-1-3";

    private static final String FACTORY = "dev.onvoid.webrtc.PeerConnectionFactory";

    /** A library that has failed to load stays so: the JVM remembers its class as broken. */
    private static final class Library {
        static final Optional<String> PROBLEM = problemOf(NativeSupport.class.getClassLoader());
    }

    private NativeSupport() {}

    /** Why native peers cannot be used here, as one sentence that says what to do; empty when they can. */
    public static Optional<String> problem() {
        return Library.PROBLEM.or(() -> interfaceProblem(NativeSupport::networkInterfaces));
    }

    /**
     * Goes on only where native peers can be used.
     *
     * @throws NativeUnavailableException with {@link #problem()}
     */
    public static void require() {
        problem().ifPresent(problem -> {
            throw new NativeUnavailableException(problem);
        });
    }

    static Optional<String> problemOf(ClassLoader loader) {
        try {
            Class.forName(FACTORY, false, loader);
        } catch (ClassNotFoundException absent) {
            return Optional.of("native peers need webrtc-java on the class path:"
                    + " add the dependency dev.onvoid.webrtc:webrtc-java to the project");
        }
        String platform = platform(System.getProperty("os.name"), System.getProperty("os.arch"));
        if (loader.getResource(System.mapLibraryName("webrtc-java-" + platform)) == null) {
            return Optional.of("native peers need webrtc-java's library for this platform:"
                    + " add the dependency dev.onvoid.webrtc:webrtc-java with the classifier " + platform
                    + ", if there is one");
        }
        try {
            Class.forName(FACTORY, true, loader);
            return Optional.empty();
        } catch (ClassNotFoundException | LinkageError | RuntimeException failure) {
            return Optional.of("native peers need what webrtc-java's library is linked against (" + rootMessage(failure)
                    + "): on Debian, apt-get install " + DEBIAN_PACKAGES);
        }
    }

    /** The platform's name in webrtc-java's classifiers and libraries. */
    static String platform(String osName, String osArch) {
        String os = osName.toLowerCase(Locale.ROOT);
        String family = os.startsWith("mac os") ? "macos" : os.startsWith("windows") ? "windows" : os;
        String arch = switch (osArch.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86-64" -> "x86_64";
            case "arm64" -> "aarch64";
            case "arm" -> "aarch32";
            case String other -> other;
        };
        return family + "-" + arch;
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage()).lines().findFirst().orElse("no reason given");
    }

    /** A network interface of this machine, as far as it matters here. */
    record Interface(String name, boolean loopback, boolean up, boolean hasAddress) {}

    /** Lists the machine's network interfaces. */
    interface Interfaces {
        Stream<Interface> list() throws SocketException;
    }

    static Optional<String> interfaceProblem(Interfaces interfaces) {
        try {
            if (interfaces.list().anyMatch(one -> one.up() && !one.loopback() && one.hasAddress())) {
                return Optional.empty();
            }
        } catch (SocketException e) {
            return Optional.of(
                    "native peers need a network interface, and this machine's cannot be listed: " + e.getMessage());
        }
        return Optional.of("native peers need a network interface besides the loopback one, which libwebrtc ignores:"
                + " bring one up, or add one such as: ip link add parley0 type dummy && ip addr add 192.0.2.1/32"
                + " dev parley0 && ip link set parley0 up");
    }

    private static Stream<Interface> networkInterfaces() throws SocketException {
        Stream.Builder<Interface> all = Stream.builder();
        for (NetworkInterface one : NetworkInterface.networkInterfaces().toList()) {
            boolean hasAddress =
                    one.inetAddresses().anyMatch(address -> !address.isLinkLocalAddress() && isIp(address));
            all.add(new Interface(one.getName(), one.isLoopback(), one.isUp(), hasAddress));
        }
        return all.build();
    }

    private static boolean isIp(InetAddress address) {
        return !address.isAnyLocalAddress() && !address.isMulticastAddress();
    }
}
