package dmabuf.core;

import static dmabuf.core.Rig.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.Caching;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.Mapping;
import dmabuf.api.MmapPolicy;
import dmabuf.api.MmapRequest;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.Ioctl;
import dmabuf.linux.Memfd;
import dmabuf.linux.Posix;
import dmabuf.linux.TestUdmabuf;
import dmabuf.linux.drm.DrmDevice;
import dmabuf.linux.drm.DrmIoctl;
import dmabuf.sim.SimulatedGpu;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.MappingPlan;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MmapRangeTest {

    private final Rig rig = new Rig();

    @AfterEach
    void nothingIsLeftOpen() {
        rig.close();
    }

    /** Offsets and lengths in pages, of a buffer of 4; a bare p is one page. */
    @ParameterizedTest(name = "offset {0}, length {1}: {2}")
    @CsvSource({
        "0, 4p, ok",
        "1p, 3p, ok",
        "3p, 1p, ok",
        "0, 5p, EINVAL",
        "4p, 1p, EINVAL",
        "4p, 0, EINVAL",
        "1p, 4p, EINVAL",
        "0, 0, EINVAL",
        "0, -1p, EINVAL",
        "-1p, 1p, EINVAL",
        "-1p, 2p, EINVAL",
        "0, 1, EINVAL",
        "1, 1p, EINVAL",
        "0, 4097, EINVAL",
        "0, 9223372036854775807, EINVAL",
        "9223372036854771712, 1p, EOVERFLOW",
        "1p, 9223372036854771712, EOVERFLOW",
        "4611686018427387904, 4611686018427387904, EOVERFLOW",
        "4611686018427387904, 4611686018427383808, EINVAL"
    })
    void rangeIsCheckedAsTheKernelDoes(String offset, String length, String answer) {
        try (DmaBuf buffer = rig.buffer(4 * PAGE)) {
            MmapRequest request = MmapRequest.whole().range(bytes(offset), bytes(length));
            if (answer.equals("ok")) {
                try (Mapping mapping = buffer.mmap(request)) {
                    assertEquals(bytes(offset), mapping.offset());
                    assertEquals(bytes(length), mapping.length());
                }
            } else {
                Rig.assertErrno(Errno.valueOf(answer), () -> buffer.mmap(request));
            }
        }
    }

    private static long bytes(String figure) {
        return figure.endsWith("p") ? Long.parseLong(figure.substring(0, figure.length() - 1)) * PAGE : Long.parseLong(figure);
    }

    @Test
    void tailOfASizeThatIsNoMultipleOfThePageCannotBeMapped() {
        try (Fd memfd = Memfd.sealed(rig.kernel, "odd", 2 * PAGE + 100);
                DmaBuf buffer = rig.core.importFd(Fd.adopt(rig.kernel.dup(memfd.number()), rig.kernel))) {
            assertEquals(2 * PAGE + 100, buffer.size());
            DmaBufException refused = Rig.assertErrno(Errno.EINVAL, buffer::mmap);
            assertTrue(refused.getMessage().contains("range(0, " + 2 * PAGE + ")"), refused.getMessage());
            Rig.assertErrno(Errno.EINVAL, () -> buffer.mmap(MmapRequest.whole().range(0, 3 * PAGE)));
            buffer.mmap(MmapRequest.whole().range(0, 2 * PAGE)).close();
        }
    }

    @Test
    void mappingForMoreThanThePolicyPermitsIsRefused() {
        try (DmaBuf buffer = rig.add("one").source().export(ExportRequest.ofSize(PAGE).withAccess(Access.READ))) {
            Rig.assertErrno(Errno.EACCES, () -> buffer.mmap(MmapRequest.whole()));
            Rig.assertErrno(Errno.EACCES, () -> buffer.mmap(MmapRequest.whole().access(Access.WRITE)));
            buffer.mmap(MmapRequest.whole().access(Access.READ)).close();
        }
    }

    @Test
    void bufferThatTheCpuCannotMapIsNotMapped() {
        try (DmaBuf buffer = export(MmapPolicy.notMappable(), MappingPlan.ofBuffer())) {
            DmaBufException refused = Rig.assertErrno(Errno.EINVAL, buffer::mmap);
            assertTrue(refused.getMessage().contains("one on /dev/one"), refused.getMessage());
        }
    }

    @Test
    void planSaysWhatToMap() {
        Fd plan = Memfd.sealed(rig.kernel, "plan", 4 * PAGE);
        try (Fd look = Fd.adopt(rig.kernel.dup(plan.number()), rig.kernel);
                DmaBuf buffer = export(MmapPolicy.mappable(Caching.CACHED), MappingPlan.of(plan, 2 * PAGE));
                Mapping mapping = buffer.mmap(MmapRequest.whole().range(PAGE, PAGE))) {
            try (CpuAccess access = mapping.cpuAccess(Access.WRITE)) {
                access.segment().set(ValueLayout.JAVA_BYTE, 0, (byte) 7);
            }
            try (DmaBuf planned = rig.core.importFd(Fd.adopt(rig.kernel.dup(look.number()), rig.kernel));
                    Mapping raw = planned.mmap();
                    CpuAccess access = raw.cpuAccess(Access.READ)) {
                assertEquals(7, access.segment().get(ValueLayout.JAVA_BYTE, 3 * PAGE));
            }
        }
    }

    @Test
    void planThatWrapsAroundIsRefusedAtMmap() {
        Fd plan = Memfd.sealed(rig.kernel, "plan", PAGE);
        try (DmaBuf buffer = export(MmapPolicy.mappable(Caching.CACHED), MappingPlan.of(plan, Long.MAX_VALUE / PAGE * PAGE))) {
            Rig.assertErrno(Errno.EOVERFLOW, () -> buffer.mmap(MmapRequest.whole().range(PAGE, PAGE)));
        }
    }

    @Test
    void descriptorThatIsOpenForReadingOnlyIsMappedForReadingOnly() {
        try (Fd memfd = Memfd.sealed(rig.kernel, "ro", PAGE)) {
            int readOnly = rig.kernel.open("/proc/self/fd/" + memfd.number(), Posix.O_RDONLY);
            try (DmaBuf buffer = rig.core.importFd(Fd.adopt(readOnly, rig.kernel))) {
                assertEquals(Access.READ, buffer.policy().access());
                Rig.assertErrno(Errno.EACCES, () -> buffer.mmap(MmapRequest.whole()));
                buffer.mmap().close();
            }
        }
    }

    @Test
    void refusedMappingLeavesTheBufferAsItWas() {
        try (DmaBuf buffer = rig.buffer(PAGE)) {
            Rig.assertErrno(Errno.EINVAL, () -> buffer.mmap(MmapRequest.whole().range(0, 2 * PAGE)));
            assertEquals(0, rig.core.census().getFirst().mappings());
        }
        assertEquals(0, rig.core.census().size());
    }

    @Test
    void partOfABufferWhoseDriverMapsWholesOnlyIsThatPart() {
        MmapPolicy policy = MmapPolicy.mappable(Caching.WRITE_COMBINED);
        try (DmaBuf buffer = rig.add("vgem", request -> ExportedBuffer.builder(vgemBuffer(), 4 * PAGE, policy)
                        .plan(MappingPlan.ofBuffer().wholeOnly())
                        .build())
                .source()
                .export(ExportRequest.ofSize(4 * PAGE))) {
            assertPartIsThatPart(buffer);
        }
    }

    @Test
    void partOfAnImportedBufferIsThatPartWhateverItsDriver() {
        try (DmaBuf buffer = rig.core.importFd(vgemBuffer())) {
            assertPartIsThatPart(buffer);
        }
    }

    private static void assertPartIsThatPart(DmaBuf buffer) {
        try (Mapping whole = buffer.mmap();
                Mapping part = buffer.mmap(MmapRequest.whole().range(2 * PAGE, PAGE))) {
            try (CpuAccess access = whole.cpuAccess(Access.WRITE)) {
                access.segment().set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
                access.segment().set(ValueLayout.JAVA_BYTE, 2 * PAGE, (byte) 3);
            }
            try (CpuAccess access = part.cpuAccess(Access.READ)) {
                assertEquals(PAGE, access.segment().byteSize());
                assertEquals(3, access.segment().get(ValueLayout.JAVA_BYTE, 0));
            }
        }
    }

    /** A dumb buffer of vgem, four pages: a mapping of a part of it shows the first pages, as it does on Linux 6.12. */
    private Fd vgemBuffer() {
        rig.simulated.machine().plug("/dev/dri/card0", SimulatedGpu.VGEM);
        try (DrmDevice card = DrmDevice.open(rig.kernel, "/dev/dri/card0");
                Arena arena = Arena.ofConfined()) {
            MemorySegment dumb = arena.allocate(32, Long.BYTES); // struct drm_mode_create_dumb: height, width, bits, flags, handle
            dumb.set(ValueLayout.JAVA_INT, 0, 4);
            dumb.set(ValueLayout.JAVA_INT, 4, (int) PAGE / 4);
            dumb.set(ValueLayout.JAVA_INT, 8, 32);
            card.call(Ioctl.iowr(DrmIoctl.TYPE, 0xb2, 32), dumb, "DRM_IOCTL_MODE_CREATE_DUMB", "4 pages");
            return card.exportHandle(dumb.get(ValueLayout.JAVA_INT, 16), Access.READ_WRITE);
        }
    }

    private DmaBuf export(MmapPolicy policy, MappingPlan plan) {
        return rig.add("one", request -> ExportedBuffer.builder(
                                TestUdmabuf.create(rig.kernel, request.size()), request.size(), policy)
                        .plan(plan)
                        .build())
                .source()
                .export(ExportRequest.ofSize(2 * PAGE));
    }
}
