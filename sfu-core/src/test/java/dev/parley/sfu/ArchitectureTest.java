package dev.parley.sfu;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Holds the rings of docs/architecture.md: a package uses only lower rings, and Sans-IO code touches no I/O. */
@AnalyzeClasses(packages = "dev.parley.sfu", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    private static final String ROOT = "dev.parley.sfu";
    private static final String[] FOUNDATION = packages("buffer", "time", "crypto", "stats");
    private static final String[] PROTOCOL = packages("ice", "dtls", "srtp", "rtp", "rtcp", "sctp", "sdp");
    private static final String[] MEDIA = packages("stream", "layers", "congestion");
    private static final String[] SESSION = packages("peer", "room");
    private static final String[] ENGINE = packages("io", "shard", "handshake", "pipe", "nativepeer");
    private static final String NATIVE_PEER = ROOT + ".nativepeer..";
    private static final String[] SANS_IO = concat(FOUNDATION, PROTOCOL, MEDIA, SESSION);

    /** Records, enums, sealed events and the exception: the words that all rings above media share. */
    private static final DescribedPredicate<JavaClass> API_VOCABULARY = describe(
            "value types of the API",
            type -> type.getPackageName().equals(ROOT)
                    && (type.isRecord()
                            || type.isEnum()
                            || type.isAssignableTo(SfuException.class)
                            || type.isAssignableTo(RoomEvent.class)
                            || type.getSimpleName().equals("package-info")));

    /** What a room is to an embedder, and so to a native participant, which is one. */
    private static final DescribedPredicate<JavaClass> ROOM_AS_EMBEDDERS_SEE_IT = describe(
            "a room as embedders see it",
            type -> type.getPackageName().equals(ROOT)
                    && (type.isEquivalentTo(Room.class)
                            || type.isEquivalentTo(Room.EventSubscription.class)
                            || type.isEquivalentTo(Participant.class)));

    @ArchTest
    static final ArchRule ringsUseOnlyLowerRings = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer("foundation")
            .definedBy(FOUNDATION)
            .layer("protocol")
            .definedBy(PROTOCOL)
            .layer("media")
            .definedBy(MEDIA)
            .layer("session")
            .definedBy(SESSION)
            .layer("engine")
            .definedBy(ENGINE)
            .layer("api")
            .definedBy(ROOT)
            .whereLayer("api")
            .mayOnlyBeAccessedByLayers("session", "engine")
            .whereLayer("engine")
            .mayOnlyBeAccessedByLayers("api")
            .whereLayer("session")
            .mayOnlyBeAccessedByLayers("engine", "api")
            .whereLayer("media")
            .mayOnlyBeAccessedByLayers("session", "engine", "api")
            .whereLayer("protocol")
            .mayOnlyBeAccessedByLayers("media", "session", "engine", "api");

    @ArchTest
    static final ArchRule onlyTheWordsOfTheApiAreUsedBelowIt = noClasses()
            .that()
            .resideInAnyPackage(concat(SESSION, ENGINE))
            .and()
            .resideOutsideOfPackage(NATIVE_PEER)
            .should()
            .dependOnClassesThat(resideInAPackage(ROOT)
                    .and(DescribedPredicate.not(API_VOCABULARY))
                    .as("behaviour of the API"));

    @ArchTest
    static final ArchRule nativePeersUseARoomAsEmbeddersDo = noClasses()
            .that()
            .resideInAPackage(NATIVE_PEER)
            .should()
            .dependOnClassesThat(resideInAPackage(ROOT)
                    .and(DescribedPredicate.not(API_VOCABULARY.or(ROOM_AS_EMBEDDERS_SEE_IT)))
                    .as("behaviour of the API but that of a room"));

    @ArchTest
    static final ArchRule onlyNativePeersNameLibwebrtc = noClasses()
            .that()
            .resideOutsideOfPackage(NATIVE_PEER)
            .should()
            .dependOnClassesThat(resideInAPackage("dev.onvoid.."));

    @ArchTest
    static final ArchRule wordsOfTheApiDependOnNothing = classes()
            .that(API_VOCABULARY)
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage("java..", "org.jspecify..", ROOT));

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.parley.sfu.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule nothingBelowTheEngineTouchesSocketsOrThreads = noClasses()
            .that()
            .resideInAnyPackage(SANS_IO)
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                            "java.net..",
                            "java.nio.channels..",
                            "java.util.concurrent..",
                            "java.util.logging..",
                            "io.netty..",
                            "org.slf4j..",
                            "dev.onvoid..")
                    .or(describe(
                            "threads",
                            type -> type.isAssignableTo(Thread.class)
                                    || type.getFullName().equals("java.util.Timer"))));

    @ArchTest
    static final ArchRule nothingBelowTheEngineReadsAClockOrUnseededRandomness = noClasses()
            .that()
            .resideInAnyPackage(SANS_IO)
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(java.time.Clock.class, "systemUTC")
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .callConstructor(java.util.Random.class);

    private static String[] packages(String... names) {
        String[] packages = new String[names.length];
        for (int i = 0; i < names.length; i++) {
            packages[i] = ROOT + "." + names[i] + "..";
        }
        return packages;
    }

    private static String[] concat(String[]... groups) {
        return java.util.Arrays.stream(groups).flatMap(java.util.Arrays::stream).toArray(String[]::new);
    }
}
