package dev.parley.sfu.buffer;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** For tests of what is allocated: pools made in them do not trace leaks, which is garbage for each packet. */
public final class WithoutLeakTracing implements BeforeAllCallback, AfterAllCallback {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(WithoutLeakTracing.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        String before = System.setProperty(PacketPool.LEAK_TRACING, "false");
        context.getStore(NAMESPACE).put(PacketPool.LEAK_TRACING, before == null ? "false" : before);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        System.setProperty(
                PacketPool.LEAK_TRACING, context.getStore(NAMESPACE).get(PacketPool.LEAK_TRACING, String.class));
    }
}
