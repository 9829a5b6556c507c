package dmabuf.core;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.api.Access;
import dmabuf.api.CpuAccess;
import dmabuf.api.Mapping;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A native function that is in the middle of using a mapping, for as long as the test likes: qsort(3), whose comparison waits. */
@SuppressWarnings("restricted")
final class NativeUse implements AutoCloseable {

    private static final Linker LINKER = Linker.nativeLinker();
    private static final FunctionDescriptor COMPARISON = FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS);

    private final CountDownLatch inside = new CountDownLatch(1);
    private final CountDownLatch mayReturn = new CountDownLatch(1);
    private CompletableFuture<Void> running;

    /** Passes the mapping's memory to a native function, and its scope is closed while that runs. */
    static NativeUse begin(Mapping mapping) throws InterruptedException {
        NativeUse use = new NativeUse();
        try (CpuAccess access = mapping.cpuAccess(Access.READ_WRITE)) {
            MemorySegment memory = access.segment();
            use.running = CompletableFuture.runAsync(() -> use.sort(memory));
            if (!use.inside.await(20, TimeUnit.SECONDS)) {
                throw new AssertionError("qsort was not entered: " + use.running);
            }
        }
        return use;
    }

    private void sort(MemorySegment memory) {
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle compare = MethodHandles.lookup()
                    .bind(this, "compare", MethodType.methodType(int.class, MemorySegment.class, MemorySegment.class));
            MethodHandle qsort = LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow("qsort"),
                    FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS));
            qsort.invokeExact(memory, 2L, 4L, LINKER.upcallStub(compare, COMPARISON, arena));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @SuppressWarnings("unused") // Called by qsort.
    private int compare(MemorySegment a, MemorySegment b) throws InterruptedException {
        inside.countDown();
        return mayReturn.await(20, TimeUnit.SECONDS) ? Long.compare(a.address(), b.address()) : 0;
    }

    void end() {
        mayReturn.countDown();
        running.join();
    }

    @Override
    public void close() {
        end();
    }
}
