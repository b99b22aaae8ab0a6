package dev.parley.signaling;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.parley.signaling", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String SIGNALING = "dev.parley.signaling";

    /** Below the root package the media plane may change as it likes. */
    @ArchTest
    static final ArchRule seesOnlyTheEmbeddingApiOfTheSfu = noClasses()
            .should()
            .dependOnClassesThat(DescribedPredicate.describe(
                    "are of the SFU and not of its root package",
                    (JavaClass type) -> type.getPackageName().startsWith("dev.parley.sfu.")));

    /** The way stays open for other wire formats. */
    @ArchTest
    static final ArchRule sessionsKnowNoWireFormat = noClasses()
            .that()
            .resideInAPackage(SIGNALING + ".session..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    SIGNALING + ".protocol..",
                    SIGNALING + ".websocket..",
                    SIGNALING + ".whip..",
                    SIGNALING + ".http..",
                    "tools.jackson..",
                    "io.netty.handler..",
                    "io.netty.channel..");

    @ArchTest
    static final ArchRule protocolKnowsNoSockets = noClasses()
            .that()
            .resideInAPackage(SIGNALING + ".protocol..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty..", "java.net..", SIGNALING + ".session..", SIGNALING + ".websocket..");

    @ArchTest
    static final ArchRule packagesFormNoCycle =
            slices().matching(SIGNALING + ".(*)..").should().beFreeOfCycles();
}
