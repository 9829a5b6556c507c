package dmabuf.guest;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dmabuf.api.Access;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.Fence;
import dmabuf.api.FencePoint;
import dmabuf.api.FenceStatus;
import dmabuf.api.Mapping;
import dmabuf.core.CoreDmaBufs;
import dmabuf.fd.Fd;
import dmabuf.linux.Ioctl;
import dmabuf.linux.Memfd;
import dmabuf.linux.Posix;
import dmabuf.linux.SyscallResult;
import dmabuf.linux.Syscalls;
import dmabuf.linux.drm.DrmDevice;
import dmabuf.linux.drm.DrmIoctl;
import dmabuf.linux.drm.DrmNodes;
import exporter.udmabuf.uapi.Udmabuf;
import exporter.udmabuf.uapi.UdmabufCreate;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Uses the fences of udmabufs through the API, on whatever kernel it is given, with vgem as the device that finishes its work when it is
 * told to. What it finds out is compared between the real kernel and the simulated one.
 */
final class FenceProbe implements AutoCloseable {

    private static final long PAGE = 4096;
    private static final long VGEM_FENCE_ATTACH = Ioctl.iowr(DrmIoctl.TYPE, 0x41, 16);
    private static final long VGEM_FENCE_SIGNAL = Ioctl.iow(DrmIoctl.TYPE, 0x42, 8);
    private static final int READ = 0;
    private static final int WRITE = 1;
    /** Shorter than a fence of vgem lives, which is 10 seconds. */
    private static final Duration LONG = Duration.ofSeconds(8);
    /** As in the table of cases: long enough to see that a call waits. */
    private static final long LOOK_MILLIS = 200;
    private static final int MANY = 50;

    private final Syscalls kernel;
    private final CoreDmaBufs core = new CoreDmaBufs();
    private final DrmDevice vgem;
    private final List<DmaBuf> buffers = new ArrayList<>();
    private final Map<String, String> answers = new LinkedHashMap<>();

    private FenceProbe(Syscalls kernel) {
        this.kernel = kernel;
        this.vgem = kernel.devices().list(DrmNodes.FOLDER).stream()
                .filter(node -> node.contains("renderD"))
                .map(node -> DrmNodes.open(kernel, node, "vgem"))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow();
    }

    static Map<String, String> ask(Syscalls kernel) throws Exception {
        long before;
        Map<String, String> answers;
        try (FenceProbe probe = new FenceProbe(kernel)) {
            before = syncFiles();
            probe.snapshots();
            probe.waits();
            probe.readiness();
            probe.cpuAccess();
            probe.merges();
            probe.manyStages();
            probe.endsOfWaits();
            answers = probe.answers;
        }
        answers.put("sync files left open", Long.toString(syncFiles() - before));
        return answers;
    }

    @Override
    public void close() {
        buffers.forEach(DmaBuf::close);
        core.close();
        vgem.close();
    }

    private void say(String name, Object answer) {
        answers.put(name, String.valueOf(answer));
    }

    /** A udmabuf of one page. */
    private DmaBuf buffer() {
        try (Fd memfd = Memfd.sealed(kernel, "probe", PAGE);
                Fd node = Fd.adopt(SyscallResult.check(kernel.open("/dev/udmabuf", Posix.O_RDWR), "open", "/dev/udmabuf"), kernel);
                Arena arena = Arena.ofConfined()) {
            MemorySegment create = UdmabufCreate.fill(arena, memfd.number(), 0, PAGE);
            int fd = SyscallResult.check(kernel.ioctl(node.number(), Udmabuf.CREATE, create), "UDMABUF_CREATE", "one page");
            DmaBuf made = core.importFd(Fd.adopt(fd, kernel));
            buffers.add(made);
            return made;
        }
    }

    /** Has the device begin to use a buffer; gives what ends that. */
    private Runnable begin(DmaBuf buffer, int flags) {
        int handle;
        try (Fd fd = buffer.fd()) {
            handle = vgem.importHandle(fd);
        }
        int fence = call(VGEM_FENCE_ATTACH, 2, handle, flags, 0, 0);
        return () -> call(VGEM_FENCE_SIGNAL, 0, fence, 0);
    }

    private int call(long request, int answerAt, int... words) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocateFrom(JAVA_INT, words);
            SyscallResult.check(Ioctl.restarting(kernel, vgem.fd().number(), request, struct), "vgem", Long.toHexString(request));
            return struct.getAtIndex(JAVA_INT, answerAt);
        }
    }

    private static <T> FutureTask<T> start(Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread.ofPlatform().daemon().start(task);
        return task;
    }

    private static String looked(FutureTask<?> task) throws Exception {
        try {
            return "over: " + task.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return "waits";
        }
    }

    /** The errno that a task ended with, or what it gave. */
    private static String outcome(Future<?> task) throws Exception {
        try {
            return String.valueOf(task.get(20, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            return e.getCause() instanceof DmaBufException refused ? refused.errno().name() : e.getCause().getClass().getSimpleName();
        }
    }

    private static long waiters() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().equals("dmabuf-fences")).count();
    }

    /** Sync files, what they are made of in the simulation, and what waits for them. */
    private static long syncFiles() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.map(FenceProbe::target).filter(each -> each.matches("pipe:.*|anon_inode:.*(sync_file|event).*")).count();
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "gone";
        }
    }

    private String status(DmaBuf buffer, Access access) {
        try (Fence fence = buffer.exportFence(access)) {
            return fence.status().toString();
        }
    }

    private void snapshots() {
        DmaBuf buffer = buffer();
        try (Fence idle = buffer.exportFence(Access.READ_WRITE)) {
            say("idle", idle.status() + " " + idle.info().name());
            Runnable read = begin(buffer, READ);
            say("read, for reading", status(buffer, Access.READ));
            say("read, for writing", status(buffer, Access.WRITE));
            say("read, snapshot of before", idle.status());
            read.run();
            Runnable write = begin(buffer, WRITE);
            say("written, for reading", status(buffer, Access.READ));
            try (Fence fence = buffer.exportFence(Access.READ)) {
                FencePoint point = fence.info().points().getFirst();
                say("point", point);
                long before = System.nanoTime();
                write.run();
                FencePoint done = fence.info().points().getFirst();
                say("point afterwards", done.driver() + " " + done.timeline() + " " + done.status());
                say("time of the signal by nanoTime", before <= done.timestampNanos() && done.timestampNanos() <= System.nanoTime());
            }
            say("written and done", status(buffer, Access.READ_WRITE));
        }
        try (Fd memfd = Memfd.sealed(kernel, "probe", PAGE)) {
            say("fence of a memfd", outcome(start(() -> core.fenceOf(memfd))));
        } catch (Exception e) {
            say("fence of a memfd", e);
        }
    }

    private void waits() throws Exception {
        DmaBuf buffer = buffer();
        Runnable write = begin(buffer, WRITE);
        try (Fence fence = buffer.exportFence(Access.READ)) {
            fence.neededWithin(Duration.ofMillis(16));
            say("await with little time", fence.await(Duration.ofMillis(5)));
            FutureTask<Boolean> waits = start(() -> fence.await(LONG));
            CompletableFuture<FenceStatus> stage = fence.whenSignalled().toCompletableFuture();
            CompletableFuture<Boolean> virtual = fence.whenSignalled()
                    .thenApply(status -> Thread.currentThread().isVirtual())
                    .toCompletableFuture();
            say("await before the signal", looked(waits));
            say("stage before the signal", stage.isDone());
            write.run();
            say("await", outcome(waits));
            say("stage", outcome(stage));
            say("stage on a virtual thread", outcome(virtual));
            say("await afterwards", fence.await(Duration.ZERO));
        }
    }

    private void readiness() throws Exception {
        DmaBuf buffer = buffer();
        DmaBuf other = buffer();
        Runnable read = begin(buffer, READ);
        say("read, ready for reading", buffer.isReady(Access.READ));
        say("read, ready for writing", buffer.isReady(Access.WRITE));
        try (Fence fence = buffer.exportFence(Access.WRITE)) {
            other.importFence(fence, Access.WRITE);
            other.importFence(fence, Access.READ);
        }
        say("imported, ready for reading", other.isReady(Access.READ));
        FutureTask<Boolean> waits = start(() -> other.awaitReady(Access.READ, LONG));
        say("await ready", looked(waits));
        say("await ready with little time", other.awaitReady(Access.READ_WRITE, Duration.ofMillis(5)));
        read.run();
        say("await ready afterwards", outcome(waits));
        say("ready afterwards", other.isReady(Access.READ_WRITE));
    }

    private void cpuAccess() throws Exception {
        DmaBuf buffer = buffer();
        try (Mapping mapping = buffer.mmap()) {
            for (Access access : Access.values()) {
                for (int flags : new int[] {READ, WRITE}) {
                    Runnable end = begin(buffer, flags);
                    FutureTask<String> scope = start(() -> {
                        mapping.cpuAccess(access).close();
                        return "began";
                    });
                    say("access to " + access + " against a " + (flags == READ ? "reader" : "writer"), looked(scope));
                    end.run();
                    say("access to " + access + " after a " + (flags == READ ? "reader" : "writer"), outcome(scope));
                }
            }
        }
    }

    private void merges() {
        DmaBuf one = buffer();
        DmaBuf two = buffer();
        DmaBuf third = buffer();
        Runnable first = begin(one, WRITE);
        Runnable second = begin(two, READ);
        try (Fence a = one.exportFence(Access.READ);
                Fence b = two.exportFence(Access.WRITE);
                Fence both = a.merge(b, "both");
                Fence same = a.merge(a, "")) {
            say("merged", both.info().name() + " " + both.info().points().size() + " " + both.status());
            say("merged with itself", same.info().points().size());
            third.importFence(both, Access.WRITE);
            first.run();
            say("merged, one done", both.status());
            try (Fence left = third.exportFence(Access.READ)) {
                say("imported, one done", left.info().points().size() + " " + left.status());
            }
            second.run();
            say("merged, both done", both.status());
            say("imported, both done", third.isReady(Access.READ_WRITE));
        }
    }

    private void manyStages() throws Exception {
        DmaBuf buffer = buffer();
        Runnable write = begin(buffer, WRITE);
        List<Fence> fences = new ArrayList<>();
        List<CompletableFuture<FenceStatus>> stages = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            fences.add(buffer.exportFence(Access.READ));
            stages.add(fences.getLast().whenSignalled().toCompletableFuture());
        }
        say("threads that wait", waiters());
        write.run();
        int signalled = 0;
        for (CompletableFuture<FenceStatus> stage : stages) {
            signalled += stage.get(20, TimeUnit.SECONDS).signalled() ? 1 : 0;
        }
        say("stages", signalled);
        fences.forEach(Fence::close);
    }

    private void endsOfWaits() throws Exception {
        DmaBuf buffer = buffer();
        Runnable write = begin(buffer, WRITE);
        Fence closed = buffer.exportFence(Access.READ);
        FutureTask<Boolean> waits = start(() -> closed.await(LONG));
        say("await of what will be closed", looked(waits));
        closed.close();
        say("closed", outcome(waits));
        try (Fence fence = buffer.exportFence(Access.READ)) {
            FutureTask<Boolean> interrupted = new FutureTask<>(() -> fence.await(LONG));
            Thread thread = Thread.ofPlatform().daemon().start(interrupted);
            say("await of who will be interrupted", looked(interrupted));
            thread.interrupt();
            say("interrupted", outcome(interrupted));
            CompletableFuture<FenceStatus> stage = fence.whenSignalled().toCompletableFuture();
            core.close();
            say("core stopped", outcome(stage) + ", threads " + waiters());
            write.run();
            say("await after the core has stopped", fence.await(LONG));
        }
    }
}
