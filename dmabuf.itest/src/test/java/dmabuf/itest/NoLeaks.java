package dmabuf.itest;

import dmabuf.linux.ProcessResources;
import java.time.Duration;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** After each test, descriptors and mappings are back to what they were before: dma-bufs, memfds, device nodes, mapped bytes. */
final class NoLeaks implements BeforeEachCallback, AfterEachCallback {

    private static final Namespace NAMESPACE = Namespace.create(NoLeaks.class);

    @Override
    public void beforeEach(ExtensionContext context) {
        context.getStore(NAMESPACE).put(context.getUniqueId(), ProcessResources.now());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        ProcessResources before = context.getStore(NAMESPACE).get(context.getUniqueId(), ProcessResources.class);
        check(before, Duration.ofSeconds(5));
    }

    /** Waits until the process holds what it held before; fails with what is left over. */
    static void check(ProcessResources before, Duration deadline) {
        try {
            Await.until("return to what was held before", deadline, () -> isNothing(ProcessResources.now().since(before)));
        } catch (AssertionError e) {
            throw new AssertionError("left over: " + ProcessResources.now().since(before) + "; before: " + before, e);
        }
    }

    /** Sockets are not looked at: nothing here makes any, and a forked container speaks to the outside through some. */
    private static boolean isNothing(ProcessResources more) {
        return more.dmaBufs() == 0 && more.memfds() == 0 && more.devices() == 0 && more.mappings() == 0 && more.mappedBytes() == 0;
    }
}
