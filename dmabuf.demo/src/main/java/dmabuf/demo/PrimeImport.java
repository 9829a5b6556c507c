package dmabuf.demo;

import dmabuf.api.Access;
import dmabuf.api.BufferSource;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.Mapping;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.fd.KernelKind;
import dmabuf.linux.Syscalls;
import dmabuf.linux.drm.DrmDevice;
import dmabuf.linux.drm.DrmIoctl;
import dmabuf.linux.drm.DrmNodes;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Carries a buffer from the exporter that made it into another device, and back out of there. */
final class PrimeImport {

    private static final long SIZE = 64 << 10;
    private static final int SEED = 7;

    private final Stage stage;

    PrimeImport(Stage stage) {
        this.stage = stage;
    }

    /**
     * What came of it.
     *
     * @param from the exporter
     * @param driver of the device that took the buffer, as it calls itself
     * @param node of that device
     * @param handle that it gave the buffer
     * @param inode of the buffer, going in and coming out
     */
    record Carried(ExporterProperties from, String driver, String node, int handle, long inode) {}

    /**
     * Tries real exporters before simulated ones, those of GPUs first, and then the one that this demonstration is about, until a device
     * takes what one of them has made.
     * Not every driver takes buffers of others.
     */
    Optional<Carried> carry() {
        for (BufferSource source : sources()) {
            Syscalls kernel = stage.kernelOf(source);
            try (DmaBuf buffer = source.export(ExportRequest.ofSize(SIZE).withName("demo"))) {
                for (String node : nodes(kernel, source.properties())) {
                    Optional<Carried> carried = into(kernel, node, buffer, source.properties());
                    if (carried.isPresent()) {
                        return carried;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private List<BufferSource> sources() {
        BufferSource last = stage.source();
        List<BufferSource> gpus = stage.buffers().sources().stream()
                .filter(one -> one.properties().mmap() && one.properties().device().startsWith(DrmNodes.FOLDER + "/"))
                .filter(one -> !one.properties().exporter().equals("kms"))
                .toList();
        return Stream.concat(gpus.stream(), Stream.of(last))
                .sorted(Comparator.comparing(one -> one.properties().kernel() == KernelKind.SIMULATED))
                .toList();
    }

    /** One node of every other device. */
    private static List<String> nodes(Syscalls kernel, ExporterProperties exporter) {
        return DrmNodes.onePerDevice(".*").choose(kernel.devices(), kernel.devices().list(DrmNodes.FOLDER)).stream()
                .filter(node -> !node.equals(exporter.device()))
                .toList();
    }

    private Optional<Carried> into(Syscalls kernel, String node, DmaBuf buffer, ExporterProperties from) {
        try (DrmDevice device = open(kernel, node);
                Fd fd = buffer.fd()) {
            if (device == null || !takes(device, from)) {
                return Optional.empty();
            }
            OptionalInt handle = importHandle(device, fd);
            if (handle.isEmpty()) {
                return Optional.empty();
            }
            check(device, handle.getAsInt(), fd, buffer);
            return Optional.of(new Carried(from, device.driver(), node, handle.getAsInt(), buffer.id().inode()));
        }
    }

    /** Null for a node that may not be opened: others may. */
    private static DrmDevice open(Syscalls kernel, String node) {
        try {
            return DrmDevice.open(kernel, node);
        } catch (DmaBufException e) {
            return null;
        }
    }

    private static boolean takes(DrmDevice device, ExporterProperties from) {
        return (device.capability(DrmIoctl.CAP_PRIME) & DrmIoctl.PRIME_CAP_IMPORT) != 0 && !device.driver().startsWith(from.exporter());
    }

    /** Empty when the driver refuses what another one has made, as many do. */
    private static OptionalInt importHandle(DrmDevice device, Fd fd) {
        try {
            return OptionalInt.of(device.importHandle(fd));
        } catch (DmaBufException e) {
            return OptionalInt.empty();
        }
    }

    private void check(DrmDevice device, int handle, Fd fd, DmaBuf buffer) {
        Checks checks = stage.checks();
        checks.equal("handle of the same buffer, imported again", handle, device.importHandle(fd));
        try (Mapping original = buffer.mmap()) {
            fill(original, SEED);
            try (DmaBuf back = stage.buffers().importFd(device.exportHandle(handle, Access.READ_WRITE));
                    Mapping mapping = back.mmap()) {
                checks.equal("inode of the buffer that the device hands out", buffer.id(), back.id());
                checks.equal("first byte that differs behind the device", -1L, firstDifference(mapping, SEED));
                // One handle, however often it was imported: a second close would hit somebody else's.
                device.closeHandle(handle);
                checks.equal("closing the handle a second time", Errno.EINVAL, refusal(() -> device.closeHandle(handle)));
                fill(mapping, SEED + 1);
                checks.equal("first byte that differs in front of the device", -1L, firstDifference(original, SEED + 1));
            }
        }
    }

    private static Errno refusal(Runnable attempt) {
        try {
            attempt.run();
            return null;
        } catch (DmaBufException e) {
            return e.errno();
        }
    }

    private static void fill(Mapping mapping, int seed) {
        try (CpuAccess cpu = mapping.cpuAccess(Access.WRITE)) {
            TestPattern.fill(cpu.segment(), seed);
        }
    }

    private static long firstDifference(Mapping mapping, int seed) {
        try (CpuAccess cpu = mapping.cpuAccess(Access.READ)) {
            return TestPattern.firstDifference(cpu.segment(), seed);
        }
    }
}
