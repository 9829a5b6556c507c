package importer.vmm;

import static importer.vmm.Rig.PAGE;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.BufferSource;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.fd.Errno;
import dmabuf.fd.KernelKind;
import dmabuf.spi.ExportedBuffer;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** RAM of a guest, and frames of it that are scattered over many ranges, as one buffer. */
class GuestRamTest {

    private static final long AT = 0x10000;

    static Stream<Host> hosts() {
        return Host.all().stream();
    }

    static Stream<Host> hostsWithKvm() {
        return Host.withKvm().stream();
    }

    /** The exporter's view of what it was asked, in pages. */
    private static List<String> asked(List<ExportRequest> requests) {
        return requests.getFirst().ranges().stream().map(range -> range.offset() / PAGE + "+" + range.length() / PAGE).toList();
    }

    private static BufferSource watching(Rig rig, List<ExportRequest> requests) {
        return rig.core.add(
                request -> {
                    requests.add(request);
                    return ExportedBuffer.builder(Rig.udmabuf(rig.simulated, request), request.size(), Rig.CACHED).build();
                },
                ExporterProperties.builder("watching", "/dev/udmabuf", KernelKind.SIMULATED).wrap(true).build(),
                0).source();
    }

    @ParameterizedTest
    @MethodSource("hostsWithKvm")
    void frameThatTheGuestDrawsPageByPageIsOneBuffer(Host host) {
        try (Rig rig = Rig.of(host)) {
            rig.guest.addRam(0, 64 * PAGE, RamRequest.plain().chunkSize(8 * PAGE));
            // As guests allocate: a page here, some there, none in order.
            List<GuestRange> frame = List.of(
                    new GuestRange(40 * PAGE, PAGE), new GuestRange(17 * PAGE, 3 * PAGE), new GuestRange(62 * PAGE, 2 * PAGE),
                    new GuestRange(2 * PAGE, PAGE));
            try (DmaBuf buffer = rig.guest.export(rig.udmabuf(), frame, "framebuffer"); Processor cpu = rig.processor()) {
                assertEquals(7 * PAGE, buffer.size());
                assertEquals("framebuffer", buffer.name());
                assertTrue(cpu.store(40 * PAGE + 1, 11));
                assertTrue(cpu.store(19 * PAGE + 2, 22));
                assertTrue(cpu.store(63 * PAGE + 3, 33));
                assertTrue(cpu.store(2 * PAGE + 4, 44));
                assertEquals(11, Rig.peek(buffer, 1));
                assertEquals(22, Rig.peek(buffer, 3 * PAGE + 2));
                assertEquals(33, Rig.peek(buffer, 5 * PAGE + 3));
                assertEquals(44, Rig.peek(buffer, 6 * PAGE + 4));
                Rig.poke(buffer, PAGE, 99);
                assertEquals(99, cpu.load(17 * PAGE));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void neighboursAreMergedAndChunksAreNot(Host host) {
        try (Rig rig = Rig.of(host)) {
            rig.guest.addRam(AT, 8 * PAGE, RamRequest.plain().chunkSize(4 * PAGE));
            List<ExportRequest> requests = new CopyOnWriteArrayList<>();
            List<GuestRange> pages = new ArrayList<>();
            for (int i = 1; i < 7; i++) {
                pages.add(new GuestRange(AT + i * PAGE, PAGE));
            }
            pages.add(new GuestRange(AT + PAGE, PAGE));
            pages.add(new GuestRange(AT + PAGE, PAGE));
            rig.guest.export(watching(rig, requests), pages, "").close();
            assertEquals(List.of("1+3", "0+3", "1+1", "1+1"), asked(requests));
        }
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void bufferKeepsItsPagesWhenTheRamGoes(Host host) {
        try (Rig rig = Rig.of(host)) {
            GuestRam ram = rig.guest.addRam(AT, 4 * PAGE, RamRequest.plain());
            rig.guest.write(AT + 2 * PAGE, MemorySegment.ofArray(new byte[] {5, 6}));
            try (DmaBuf buffer = rig.guest.export(rig.udmabuf(), List.of(new GuestRange(AT + 2 * PAGE, PAGE)), "")) {
                ram.close();
                ram.close();
                assertEquals(List.of(), rig.guest.slots());
                assertEquals(6, Rig.peek(buffer, 1));
                rig.guest.addRam(AT, 4 * PAGE, RamRequest.plain());
                byte[] fresh = new byte[1];
                rig.guest.read(AT + 2 * PAGE, MemorySegment.ofArray(fresh));
                assertEquals(0, fresh[0]);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void listThatIsTooLongIsExplainedAndLargerRangesHelp(Host host) {
        try (Rig rig = Rig.of(host)) {
            rig.simulated.machine().setParameter("udmabuf", "list_limit", 3);
            rig.guest.addRam(AT, 16 * PAGE, RamRequest.plain());
            List<GuestRange> apart = Stream.of(0, 2, 4, 6).map(i -> new GuestRange(AT + i * PAGE, PAGE)).toList();
            DmaBufException e = Rig.assertErrno(Errno.EINVAL, () -> rig.guest.export(rig.udmabuf(), apart, ""));
            assertTrue(e.getMessage().contains("4 guest ranges, " + 4 * PAGE + " bytes, which are 4 ranges of memfds after merging"),
                    e.getMessage());
            assertTrue(e.getCause() instanceof DmaBufException, "what the exporter said");
            List<GuestRange> together = Stream.of(0, 1, 2, 3).map(i -> new GuestRange(AT + i * PAGE, PAGE)).toList();
            rig.guest.export(rig.udmabuf(), together, "").close();
        }
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void copiesCrossChunksAndBuffers(Host host) {
        try (Rig rig = Rig.of(host); DmaBuf buffer = rig.buffer(PAGE)) {
            rig.guest.addRam(AT, 2 * PAGE, RamRequest.plain().chunkSize(PAGE));
            rig.guest.map(buffer, AT + 2 * PAGE, SlotRequest.whole());
            byte[] written = new byte[(int) (2 * PAGE)];
            new Random(7).nextBytes(written);
            rig.guest.write(AT + PAGE / 2, MemorySegment.ofArray(written));
            byte[] read = new byte[written.length];
            rig.guest.read(AT + PAGE / 2, MemorySegment.ofArray(read));
            assertArrayEquals(written, read);
            assertEquals(written[(int) (PAGE + PAGE / 2) + 3] & 0xff, Rig.peek(buffer, 3));
            MemorySegment none = MemorySegment.ofArray(new byte[0]);
            rig.guest.read(0, none);
            assertEquals(0, none.elements(JAVA_BYTE).count());
        }
    }
}
