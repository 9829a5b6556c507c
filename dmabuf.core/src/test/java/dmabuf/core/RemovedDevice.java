package dmabuf.core;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dmabuf.api.Access;
import dmabuf.api.BufferRevokedException;
import dmabuf.api.Caching;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.ExportRequest;
import dmabuf.api.Lifetime;
import dmabuf.api.Mapping;
import dmabuf.api.MmapPolicy;
import dmabuf.fd.Fd;
import dmabuf.linux.SyscallResult;
import dmabuf.linux.TestUdmabuf;
import dmabuf.sim.SimulatedKernel;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.MappingPlan;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CountDownLatch;

/**
 * A process that uses memory of a device while that is removed, with and without warning. Its exit status says how that was: 0 when every
 * access either worked or threw what it should. What {@code ftruncate} takes from a memfd stands for what a device takes with it: a page that
 * is mapped and not there, which is SIGBUS.
 */
final class RemovedDevice {

    private static final long SIZE = 64 * Rig.PAGE;
    private static final int ROUNDS = 2_000;

    private final SimulatedKernel kernel = new SimulatedKernel();
    private int memory;

    private RemovedDevice() {}

    public static void main(String[] arguments) throws Exception {
        new RemovedDevice().run(arguments[0].equals("surprise"));
    }

    private void run(boolean surprise) throws Exception {
        try (CoreDmaBufs core = new CoreDmaBufs()) {
            core.graceMillis(0);
            ExporterRegistration registration = core.add(this::export, TestExporter.properties("removable"), 0);
            try (DmaBuf buffer = registration.source().export(ExportRequest.ofSize(SIZE));
                    Mapping mapping = buffer.mmap()) {
                CountDownLatch running = new CountDownLatch(1);
                Thread remover = Thread.ofPlatform().start(() -> remove(registration, running, surprise));
                useUntilGone(mapping, running);
                remover.join();
            }
        }
    }

    private ExportedBuffer export(ExportRequest request) {
        Fd fd = TestUdmabuf.create(kernel, request.size());
        memory = memfd(request.size());
        MmapPolicy policy = MmapPolicy.mappable(Caching.CACHED);
        return ExportedBuffer.builder(fd, request.size(), policy)
                .mode("device", policy, MappingPlan.of(Fd.adopt(memory, kernel), 0))
                .defaultMode("device")
                .lifetime(Lifetime.DEVICE_BOUND)
                .build();
    }

    private int memfd(long size) {
        int fd = SyscallResult.check(kernel.memfdCreate("device", 0), "memfd_create", "device");
        SyscallResult.check(kernel.ftruncate(fd, size), "ftruncate", "fd " + fd);
        return fd;
    }

    private void remove(ExporterRegistration registration, CountDownLatch running, boolean surprise) {
        try {
            running.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (surprise) {
            SyscallResult.check(kernel.ftruncate(memory, 0), "ftruncate", "fd " + memory);
        } else {
            registration.close();
        }
    }

    /** Reads again and again, in compiled code too, until a named exception says that the memory has gone. */
    private static void useUntilGone(Mapping mapping, CountDownLatch running) {
        for (int round = 0; ; round++) {
            try (CpuAccess access = mapping.cpuAccess(Access.READ_WRITE)) {
                access.access(RemovedDevice::sum);
            } catch (BufferRevokedException e) {
                System.out.println("named: " + e.getMessage());
                return;
            }
            if (round == ROUNDS) {
                running.countDown();
            }
        }
    }

    private static long sum(MemorySegment memory) {
        long sum = 0;
        for (long at = 0; at < memory.byteSize(); at += 64) {
            sum += memory.get(JAVA_BYTE, at);
        }
        return sum;
    }
}
