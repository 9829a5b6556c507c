package exporter.i915;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dmabuf.api.ExportRequest;
import dmabuf.linux.DmaBufIoctl;
import dmabuf.linux.FileStatus;
import dmabuf.sim.SimulatedGpu;
import dmabuf.spi.ExportedBuffer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a policy says of SYNC, against a device that is strictly incoherent: stale data where it says so, and nowhere else. */
class PolicyIsTrueTest extends SimulatedI915 {

    private static final long AT = 2 * PAGE;

    static Stream<Arguments> buffers() {
        ExportRequest request = ExportRequest.ofSize(3 * PAGE);
        return Stream.of(
                Arguments.of(SimulatedGpu.I915_LLC, request),
                Arguments.of(SimulatedGpu.I915_NO_LLC, request),
                Arguments.of(SimulatedGpu.I915_NO_LLC, request.withOption("i915.caching", "cached")),
                Arguments.of(SimulatedGpu.I915_METEOR_LAKE, request),
                Arguments.of(SimulatedGpu.I915_DISCRETE, request));
    }

    private void sync(ExportedBuffer buffer, long flags) {
        try (Arena arena = Arena.ofConfined()) {
            assertEquals(0, kernel.ioctl(buffer.fd().number(), DmaBufIoctl.SYNC, arena.allocateFrom(ValueLayout.JAVA_LONG, flags)));
        }
    }

    private void deviceWrites(ExportedBuffer buffer, int value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment word = arena.allocateFrom(ValueLayout.JAVA_INT, value);
            kernel.machine().deviceWrite(FileStatus.of(buffer.fd().number()).inode(), AT, word);
        }
    }

    private int deviceReads(ExportedBuffer buffer) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment word = arena.allocate(ValueLayout.JAVA_INT);
            kernel.machine().deviceRead(FileStatus.of(buffer.fd().number()).inode(), AT, word);
            return word.get(ValueLayout.JAVA_INT, 0);
        }
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("buffers")
    void cpuSeesStaleDataWithoutSyncExactlyWhereThePolicySaysThatItIsNeeded(SimulatedGpu gpu, ExportRequest request) {
        I915Exporter exporter = exporterOf(gpu);
        for (String mode : exporter.properties().modes().keySet()) {
            ExportedBuffer buffer = export(exporter, request);
            boolean needed = mode(buffer, mode).mode().policy().needsSync();
            MemorySegment memory = map(buffer, mode);
            deviceWrites(buffer, 42);
            assertEquals(needed ? 0 : 42, memory.get(ValueLayout.JAVA_INT, AT), mode);
            sync(buffer, DmaBufIoctl.SYNC_READ);
            assertEquals(42, memory.get(ValueLayout.JAVA_INT, AT), mode);
            sync(buffer, DmaBufIoctl.SYNC_READ | DmaBufIoctl.SYNC_END);
        }
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("buffers")
    void deviceSeesStaleDataWithoutSyncExactlyWhereThePolicySaysThatItIsNeeded(SimulatedGpu gpu, ExportRequest request) {
        I915Exporter exporter = exporterOf(gpu);
        for (String mode : exporter.properties().modes().keySet()) {
            ExportedBuffer buffer = export(exporter, request);
            boolean needed = mode(buffer, mode).mode().policy().needsSync();
            MemorySegment memory = map(buffer, mode);
            sync(buffer, DmaBufIoctl.SYNC_WRITE);
            memory.set(ValueLayout.JAVA_INT, AT, 43);
            assertEquals(needed ? 0 : 43, deviceReads(buffer), mode);
            sync(buffer, DmaBufIoctl.SYNC_WRITE | DmaBufIoctl.SYNC_END);
            assertEquals(43, deviceReads(buffer), mode);
        }
    }
}
