package dmabuf.core;

import static dmabuf.core.Rig.PAGE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.Attachment;
import dmabuf.api.BufferState;
import dmabuf.api.CpuAccess;
import dmabuf.api.Direction;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.Fence;
import dmabuf.api.ImporterDevice;
import dmabuf.api.Mapping;
import dmabuf.api.MappingMode;
import dmabuf.api.MmapInfoAbi;
import dmabuf.api.MmapRequest;
import dmabuf.api.Requirements;
import dmabuf.api.ScatterList;
import dmabuf.api.Subscription;
import dmabuf.fd.Errno;
import dmabuf.linux.MappedMemory;
import dmabuf.spi.BufferControl;
import iosys.IosysMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The rules of {@code docs/locking.md}: eight threads call every public operation on the same few objects, which others close meanwhile,
 * while exporters come and go and take memory away. Nothing hangs, nothing is used after it is gone, nothing is left over; whatever is
 * thrown is documented.
 */
class LockingTest {

    private static final int THREADS = 8;
    private static final int ROUNDS = 4_000;
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long HANGS_AFTER_MILLIS = 60_000;
    private static final int SHARED = 4;

    /** What may come of it that somebody else was quicker. */
    private static final Set<Errno> DOCUMENTED = EnumSet.of(
            Errno.EBADF, // closed
            Errno.ENODEV, // the exporter has gone, or has taken the memory away
            Errno.EBUSY, // mapped in another direction
            Errno.EINVAL, // given back by somebody else already
            Errno.ECANCELED); // the fence was closed while it was waited for

    private final long seed = Long.getLong("dmabuf.seed", System.nanoTime());
    private final Rig rig = new Rig();
    private final CheckingOps steady = new CheckingOps();
    private final Queue<CheckingOps> swapped = new ConcurrentLinkedQueue<>();
    private final AtomicReferenceArray<DmaBuf> buffers = new AtomicReferenceArray<>(SHARED);
    private final AtomicReferenceArray<Mapping> mappings = new AtomicReferenceArray<>(SHARED);
    private final AtomicReferenceArray<Attachment> attachments = new AtomicReferenceArray<>(SHARED);
    private final AtomicReferenceArray<Fence> fences = new AtomicReferenceArray<>(SHARED);
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> interrupts = new ConcurrentLinkedQueue<>();
    private final Map<Errno, AtomicInteger> thrown = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> done = new ConcurrentHashMap<>();

    @Test
    void everyOperationFromEightThreadsHangsNowhereAndLeavesNothing() throws Exception {
        System.out.println("LockingTest: seed " + seed + "; again with -Ddmabuf.seed=" + seed);
        rig.add("plain");
        rig.add("steady", new OpsExporter(rig.kernel, steady));
        long end = System.nanoTime() + MOST_NANOS;
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Random random = new Random(seed + i);
            boolean swaps = i == 0;
            threads.add(new Worker("locking-" + i, () -> run(random, swaps, end)));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join(HANGS_AFTER_MILLIS);
            assertTrue(!thread.isAlive(), () -> "seed " + seed + ", hangs:\n" + whereabouts(threads));
        }
        for (int i = 0; i < SHARED; i++) {
            dropEverything(i);
        }
        assertEquals(List.of(), interrupts.stream().map(Foreign::report).toList(), "nobody interrupts, seed " + seed);
        assertEquals(List.of(), failures.stream().map(Foreign::report).toList(), "seed " + seed);
        assertBooksAreClosed(steady);
        swapped.forEach(this::assertBooksAreClosed);
        assertEquals(List.of(), rig.core.census());
        assertTeeth();
        rig.close();
        Rig.await("every thread of ours ends", () -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("dmabuf-")));
    }

    /** A failure harms no other test: its core is stopped, and says what is open. */
    @AfterEach
    void coreIsStopped() throws Exception {
        for (int i = 0; i < SHARED; i++) {
            dropEverything(i);
        }
        rig.core.close();
        rig.log.close();
    }

    /** Tells who interrupts it: nobody should, and a wait that was interrupted does not know by whom. */
    private final class Worker extends Thread {

        Worker(String name, Runnable work) {
            super(work, name);
            setDaemon(true);
        }

        @Override
        public void interrupt() {
            if (this != Thread.currentThread()) { // Otherwise it is kept for later, and was told of before.
                interrupts.add(new IllegalStateException(getName() + " is interrupted by " + Thread.currentThread()));
            }
            super.interrupt();
        }
    }

    private static String whereabouts(List<Thread> threads) {
        return threads.stream().filter(Thread::isAlive).map(Foreign::whereabouts).collect(Collectors.joining("\n"));
    }

    private void assertBooksAreClosed(CheckingOps ops) {
        assertEquals(List.of(), List.copyOf(ops.wrong), "seed " + seed);
        assertEquals(ops.exported.get(), ops.released.get(), "each buffer is released once, seed " + seed);
    }

    /** Every kind of operation was done, and was too late now and then. */
    private void assertTeeth() {
        assertEquals(Operation.values().length, done.size(), () -> done.toString());
        assertTrue(done.values().stream().allMatch(count -> count.get() > 10), () -> done.toString());
        assertTrue(thrown.keySet().containsAll(Set.of(Errno.EBADF, Errno.ENODEV)), () -> thrown.toString());
        assertTrue(steady.calls.get() > 500, () -> steady.calls + " callbacks");
    }

    private void run(Random random, boolean swaps, long end) {
        ExporterRegistration mine = null;
        for (int round = 0; round < ROUNDS && System.nanoTime() - end < 0 && failures.isEmpty(); round++) {
            if (swaps && round % 50 == 0) {
                leave(mine);
                mine = arrive();
            }
            Operation operation = Operation.values()[random.nextInt(Operation.values().length)];
            try {
                operation.how.perform(this, random.nextInt(SHARED), random);
                done.computeIfAbsent(operation.name(), name -> new AtomicInteger()).incrementAndGet();
            } catch (DmaBufException e) {
                thrown.computeIfAbsent(e.errno(), errno -> new AtomicInteger()).incrementAndGet();
                if (!DOCUMENTED.contains(e.errno())) {
                    failures.add(new AssertionError("seed " + seed + ", " + operation, e));
                }
            } catch (IllegalStateException e) {
                // Memory that was unmapped by somebody else: an exception, and not the end of the JVM.
                if (!operation.touchesMemory) {
                    failures.add(new AssertionError("seed " + seed + ", " + operation, e));
                }
            } catch (Throwable e) {
                failures.add(new AssertionError("seed " + seed + ", " + operation, e));
            }
        }
        leave(mine);
    }

    private ExporterRegistration arrive() {
        CheckingOps ops = new CheckingOps();
        swapped.add(ops);
        return rig.core.add(new OpsExporter(rig.kernel, ops), TestExporter.properties("swapped"), 1);
    }

    private void leave(ExporterRegistration registration) {
        if (registration != null) {
            swapped.forEach(CheckingOps::leaving);
            registration.close();
            swapped.forEach(CheckingOps::gone);
        }
    }

    @FunctionalInterface
    private interface Deed {
        void perform(LockingTest test, int slot, Random random) throws Exception;
    }

    private enum Operation {
        EXPORT(false, (test, slot, random) -> test.export(slot, random)),
        CLOSE(false, (test, slot, random) -> close(test.buffers.get(slot))),
        RETAIN_AND_RENAME(false, (test, slot, random) -> test.rename(slot, random)),
        IMPORT(false, (test, slot, random) -> test.importAgain(slot)),
        MMAP(false, (test, slot, random) -> test.mmap(slot)),
        UNMAP(false, (test, slot, random) -> close(test.mappings.get(slot))),
        CPU_ACCESS(true, (test, slot, random) -> test.access(slot, random)),
        ATTACH(false, (test, slot, random) -> test.attach(slot, random)),
        DETACH(false, (test, slot, random) -> close(test.attachments.get(slot))),
        MAP_ATTACHMENT(false, (test, slot, random) -> test.mapAttachment(slot, random)),
        PIN(false, (test, slot, random) -> test.pin(slot)),
        OWN_ATTACHMENT(false, (test, slot, random) -> test.ownAttachment(slot)),
        VMAP(true, (test, slot, random) -> test.vmap(slot, random)),
        INVALIDATE(false, (test, slot, random) -> test.invalidate(random)),
        EXPORT_FENCE(false, (test, slot, random) -> test.exportFence(slot)),
        USE_FENCE(false, (test, slot, random) -> test.useFence(slot, random)),
        ASK(false, (test, slot, random) -> test.ask(slot)),
        ASK_THE_CORE(false, (test, slot, random) -> test.askTheCore());

        private final boolean touchesMemory;
        private final Deed how;

        Operation(boolean touchesMemory, Deed how) {
            this.touchesMemory = touchesMemory;
            this.how = how;
        }
    }

    private static void close(AutoCloseable what) throws Exception {
        if (what != null) {
            what.close();
        }
    }

    private void dropEverything(int slot) throws Exception {
        close(attachments.getAndSet(slot, null));
        close(mappings.getAndSet(slot, null));
        close(fences.getAndSet(slot, null));
        close(buffers.getAndSet(slot, null));
    }

    private void export(int slot, Random random) throws Exception {
        Requirements which = switch (random.nextInt(3)) {
            case 0 -> Requirements.none().exporter("plain");
            case 1 -> Requirements.none().exporter("steady");
            default -> Requirements.none();
        };
        DmaBuf fresh = rig.core.export(which, ExportRequest.ofSize((1 + random.nextInt(3)) * PAGE));
        close(buffers.getAndSet(slot, fresh));
    }

    /** The buffer of a slot, which others may close at any moment; a new one where that has happened already. */
    private DmaBuf buffer(int slot) {
        DmaBuf found = buffers.get(slot);
        if (found != null && found.state() != BufferState.CLOSED) {
            return found;
        }
        DmaBuf fresh = rig.core.export(Requirements.none(), ExportRequest.ofSize(PAGE));
        if (buffers.compareAndSet(slot, found, fresh)) {
            return fresh;
        }
        fresh.close();
        return buffers.get(slot);
    }

    private void rename(int slot, Random random) {
        try (DmaBuf another = buffer(slot).retain()) {
            another.rename("n" + random.nextInt(100));
        }
    }

    private void importAgain(int slot) {
        DmaBuf buffer = buffer(slot);
        try (DmaBuf again = rig.core.importFd(buffer.fd())) {
            assertEquals(buffer.id(), again.id());
        }
    }

    private void mmap(int slot) throws Exception {
        close(mappings.getAndSet(slot, buffer(slot).mmap(MmapRequest.whole().mode(MappingMode.DMA_BUF))));
    }

    private void access(int slot, Random random) {
        Mapping mapping = mappings.get(slot);
        if (mapping == null) {
            return;
        }
        try (CpuAccess access = mapping.cpuAccess(Access.READ_WRITE)) {
            access.segment().set(JAVA_LONG, 8L * random.nextInt(64), 1);
        }
    }

    private void attach(int slot, Random random) throws Exception {
        ImporterDevice device = ImporterDevice.named("device " + slot);
        DmaBuf buffer = buffer(slot);
        Attachment attachment = random.nextBoolean() ? buffer.attach(device) : buffer.attach(device, Attachment::close);
        close(attachments.getAndSet(slot, attachment));
    }

    private void mapAttachment(int slot, Random random) {
        Attachment attachment = attachments.get(slot);
        if (attachment != null) {
            ScatterList list = attachment.map(Direction.values()[random.nextInt(3)]);
            Thread.yield();
            attachment.unmap(list);
        }
    }

    private void pin(int slot) {
        Attachment attachment = attachments.get(slot);
        if (attachment != null && attachment.isDynamic()) {
            attachment.pin();
            Thread.yield();
            attachment.unpin();
        }
    }

    /** What nobody else unmaps is there until it is unmapped here, whatever the others close. */
    private void ownAttachment(int slot) {
        DmaBuf buffer = buffer(slot);
        try (Attachment attachment = buffer.attach(ImporterDevice.named("own"))) {
            ScatterList list = attachment.map(Direction.BIDIRECTIONAL);
            if (list.addressOf(0) != RecordingOps.ADDRESS) {
                assertTrue(MappedMemory.borrow(list.addressOf(0), 8).get(JAVA_LONG, 0) >= 0);
            }
            attachment.unmap(list);
        }
    }

    private void vmap(int slot, Random random) {
        DmaBuf buffer = buffer(slot);
        IosysMap map = new IosysMap();
        buffer.vmap(map);
        try (CpuAccess access = buffer.cpuAccess(Access.WRITE)) {
            map.writeLong(8L * random.nextInt(64), 1);
            assertTrue(access.segment().byteSize() >= PAGE);
        } finally {
            buffer.vunmap(map);
        }
    }

    private void invalidate(Random random) {
        CheckingOps ops = random.nextBoolean() ? steady : swapped.stream().reduce((first, second) -> second).orElse(null);
        BufferControl control = ops == null ? null : ops.any();
        if (control != null) {
            control.invalidate(Duration.ofMillis(random.nextInt(3)));
            control.restore();
        }
    }

    private void exportFence(int slot) throws Exception {
        close(fences.getAndSet(slot, buffer(slot).exportFence(Access.READ_WRITE)));
    }

    private void useFence(int slot, Random random) throws Exception {
        Fence fence = fences.get(slot);
        if (fence != null) {
            assertTrue(fence.await(Duration.ofSeconds(5)) && fence.isSignalled());
            fence.merge(fence, "twice").close();
            buffer(slot).importFence(fence, Access.READ);
            if (random.nextInt(4) == 0) {
                fence.whenSignalled().toCompletableFuture().get(5, TimeUnit.SECONDS);
            }
        }
    }

    private void ask(int slot) throws InterruptedException {
        DmaBuf buffer = buffer(slot);
        assertTrue(buffer.isReady(Access.READ) && buffer.awaitReady(Access.WRITE, Duration.ofSeconds(5)));
        buffer.mmapInfo();
        try {
            buffer.mmapInfo(MmapInfoAbi.MAP_INFO, MmapInfoAbi.PARAMETER);
        } catch (DmaBufException e) {
            if (e.errno() != Errno.ENOSYS) { // The exporter does not know.
                throw e;
            }
        }
        buffer.modes();
        buffer.policy();
        assertTrue(buffer.toString().contains(buffer.id().toString()), buffer.state()::toString);
    }

    private void askTheCore() {
        try (Subscription listening = rig.core.listen(news -> rig.core.census())) {
            assertTrue(rig.core.census().size() < 200 && !rig.core.sources().isEmpty(), listening::toString);
        }
    }
}
