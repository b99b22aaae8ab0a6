package dev.parley.sfu.simulation;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** All scenarios once more, in rooms whose participants are on three shards: who takes part cannot tell. */
final class SegmentedScenarioTest {
    private static final int SHARDS = 3;

    private static final List<Class<?>> SCENARIOS = List.of(
            ConnectivityScenarioTest.class,
            HostileClientScenarioTest.class,
            HostilePathScenarioTest.class,
            JoinScenarioTest.class,
            LipSyncScenarioTest.class,
            LossScenarioTest.class,
            SimulcastScenarioTest.class,
            SpeakerScenarioTest.class,
            SubscriptionScenarioTest.class);

    /**
     * The one difference: that a slot has lost its track may be told after the event of its publisher's shard that says
     * why.
     */
    private static final Set<String> ORDER_DIFFERS = Set.of("whoLeavesEmptiesTheSlotsOfTheOthers");

    @TestFactory
    Stream<DynamicTest> scenariosHoldInARoomOfSegmentsToo() {
        return SCENARIOS.stream().flatMap(SegmentedScenarioTest::scenarios);
    }

    private static Stream<DynamicTest> scenarios(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .filter(method -> !ORDER_DIFFERS.contains(method.getName()))
                .map(method -> DynamicTest.dynamicTest(
                        type.getSimpleName() + "." + method.getName(), () -> run(type, method)));
    }

    private static void run(Class<?> type, Method scenario) throws Throwable {
        Constructor<?> constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        scenario.setAccessible(true);
        SimulatedSfu.shardsByDefault(SHARDS);
        try {
            scenario.invoke(constructor.newInstance());
        } catch (InvocationTargetException e) {
            throw e.getCause();
        } finally {
            SimulatedSfu.shardsByDefault(1);
        }
    }
}
