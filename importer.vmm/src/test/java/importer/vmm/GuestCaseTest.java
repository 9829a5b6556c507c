package importer.vmm;

import static importer.vmm.Rig.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.Caching;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.MemoryKind;
import dmabuf.api.MmapPolicy;
import dmabuf.api.MmapRequest;
import dmabuf.api.PolicyOrigin;
import dmabuf.core.AliasPolicy;
import dmabuf.fd.Errno;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The table of what is accepted and what is refused, with KVM and without: each line with its answer, on every host that this machine has.
 * What is refused leaves nothing, and the same slots as before.
 */
class GuestCaseTest {

    private static final long AT = 1L << 32;
    private static final SlotRequest WHOLE = SlotRequest.whole();
    private static final RamRequest RAM = RamRequest.plain();
    private static final MmapPolicy CACHED = Rig.CACHED;
    private static final MmapPolicy NOT_FOR_GUESTS =
            new MmapPolicy(true, Caching.CACHED, true, Access.READ_WRITE, MemoryKind.SYSTEM, false, PolicyOrigin.EXPORTER);
    private static final MmapPolicy ON_THE_BUS =
            new MmapPolicy(true, Caching.WRITE_COMBINED, false, Access.READ_WRITE, MemoryKind.IO, true, PolicyOrigin.EXPORTER);

    /** What is tried. */
    private interface Try {
        void on(Rig rig) throws Exception;
    }

    /** A line: what is tried, and what comes of it; a problem, or an errno, or neither for success. Some need KVM, or its absence. */
    private record Line(String what, SlotProblem problem, Errno errno, List<Host> hosts, Try action) {}

    private final List<Line> table = new ArrayList<>();

    private void ok(String what, Try action) {
        table.add(new Line(what, null, null, Host.all(), action));
    }

    private void refused(String what, SlotProblem problem, Try action) {
        table.add(new Line(what, problem, problem.errno(), Host.all(), action));
    }

    private void fails(String what, Errno errno, Try action) {
        table.add(new Line(what, null, errno, Host.all(), action));
    }

    private void only(List<Host> hosts) {
        Line last = table.removeLast();
        table.add(new Line(last.what, last.problem, last.errno, hosts, last.action));
    }

    /** Maps a buffer of two pages. */
    private static Try map(long address, SlotRequest request) {
        return map(address, request, CACHED);
    }

    private static Try map(long address, SlotRequest request, MmapPolicy policy) {
        return rig -> {
            try (DmaBuf buffer = rig.buffer(2 * PAGE, policy)) {
                rig.guest.map(buffer, address, request);
            }
        };
    }

    private static Try export(GuestRange... ranges) {
        return rig -> {
            rig.guest.addRam(AT, 4 * PAGE, RAM.chunkSize(2 * PAGE));
            rig.guest.export(rig.udmabuf(), List.of(ranges), "frame").close();
        };
    }

    private void rangesOfSlots() {
        ok("a buffer at a page", map(AT, WHOLE));
        ok("a buffer at 0", map(0, WHOLE));
        ok("the last pages that there can be", map((1L << 52) - 2 * PAGE, WHOLE));
        only(List.of(Host.NO_KVM)); // With KVM this depends on the processor.
        refused("a page beyond", SlotProblem.OUT_OF_RANGE, map((1L << 52) - PAGE, WHOLE));
        refused("an address between pages", SlotProblem.UNALIGNED, map(AT + 512, WHOLE));
        refused("an address that is odd", SlotProblem.UNALIGNED, map(AT + 1, WHOLE));
        refused("a negative address", SlotProblem.WRAPS, map(-PAGE, WHOLE));
        refused("an address at the end of a long", SlotProblem.WRAPS, map(Long.MAX_VALUE - PAGE + 1, WHOLE));
        refused("an offset between pages", SlotProblem.UNALIGNED, map(AT, WHOLE.range(100, PAGE)));
        refused("a negative offset between pages", SlotProblem.UNALIGNED, map(AT, WHOLE.range(-100, PAGE)));
        fails("a negative offset", Errno.EINVAL, map(AT, WHOLE.range(-PAGE, PAGE)));
        refused("a length that is no whole number of pages", SlotProblem.UNALIGNED, map(AT, WHOLE.range(0, PAGE + 1)));
        refused("a length of 0", SlotProblem.EMPTY, map(AT, WHOLE.range(0, 0)));
        refused("a negative length", SlotProblem.WRAPS, map(AT, WHOLE.range(0, -PAGE)));
        refused("a length that wraps", SlotProblem.WRAPS, map(AT, WHOLE.range(0, Long.MAX_VALUE - PAGE + 1)));
        refused("more pages than a slot can have", SlotProblem.OUT_OF_RANGE, map(0, WHOLE.range(0, 1L << 44)));
        fails("more than the buffer has", Errno.EINVAL, map(AT, WHOLE.range(0, 3 * PAGE)));
        fails("a part behind the buffer's end", Errno.EINVAL, map(AT, WHOLE.range(2 * PAGE, PAGE)));
        fails("an offset that wraps with the length", Errno.EOVERFLOW, map(AT, WHOLE.range(Long.MAX_VALUE - PAGE + 1, PAGE)));
        ok("slots side by side", rig -> {
            map(AT, WHOLE).on(rig);
            map(AT + 2 * PAGE, WHOLE).on(rig);
            map(AT - 2 * PAGE, WHOLE).on(rig);
            assertEquals(3, rig.guest.slots().size());
        });
        refused("the same range twice", SlotProblem.OVERLAP, rig -> {
            map(AT, WHOLE).on(rig);
            map(AT, WHOLE).on(rig);
        });
        refused("an overlap at the end", SlotProblem.OVERLAP, rig -> {
            map(AT, WHOLE).on(rig);
            map(AT - PAGE, WHOLE).on(rig);
        });
        refused("an overlap at the beginning", SlotProblem.OVERLAP, rig -> {
            map(AT, WHOLE).on(rig);
            map(AT + PAGE, WHOLE).on(rig);
        });
        refused("a slot around another", SlotProblem.OVERLAP, rig -> {
            map(AT, WHOLE.range(0, PAGE)).on(rig);
            rig.guest.addRam(AT - PAGE, 4 * PAGE, RAM);
        });
        ok("a range that is free again", rig -> {
            try (DmaBuf buffer = rig.buffer(PAGE)) {
                rig.guest.map(buffer, AT, WHOLE).close();
                rig.guest.map(buffer, AT, WHOLE);
            }
        });
    }

    private void policies() {
        for (Caching caching : List.of(Caching.CACHED, Caching.WRITE_COMBINED, Caching.UNCACHED)) {
            ok("a buffer that is " + caching.property(), map(AT, WHOLE, MmapPolicy.mappable(caching)));
        }
        ok("memory of a device", map(AT, WHOLE.prefault(), ON_THE_BUS));
        refused("unknown caching", SlotProblem.UNKNOWN_CACHING, map(AT, WHOLE, MmapPolicy.mappable(Caching.UNKNOWN)));
        refused("a policy of nobody's", SlotProblem.UNKNOWN_CACHING, map(AT, WHOLE, MmapPolicy.unknown()));
        refused("a buffer that is not for guests", SlotProblem.NOT_FOR_GUESTS, map(AT, WHOLE, NOT_FOR_GUESTS));
        refused("a buffer that cannot be mapped", SlotProblem.NOT_MAPPABLE, map(AT, WHOLE, MmapPolicy.notMappable()));
        refused("a buffer that may only be written", SlotProblem.WRITE_ONLY, map(AT, WHOLE, CACHED.withAccess(Access.WRITE)));
        refused("a mode that there is not", SlotProblem.NO_SUCH_MODE, map(AT, WHOLE.mode("gtt")));
        refused("a mode that cannot be named so", SlotProblem.NO_SUCH_MODE, map(AT, WHOLE.mode("No such!")));
        ok("an import with a declared policy", rig -> {
            try (DmaBuf made = rig.buffer(PAGE); DmaBuf imported = rig.core.importFd(made.fd(), CACHED)) {
                rig.guest.map(imported, AT, WHOLE);
            }
        });
        refused("an import of which nothing is said", SlotProblem.UNKNOWN_CACHING, rig -> {
            try (DmaBuf made = rig.buffer(PAGE); DmaBuf imported = rig.core.importFd(made.fd())) {
                rig.guest.map(imported, AT, WHOLE);
            }
        });
        refused("the default mode of several, when it will not do", SlotProblem.NOT_FOR_GUESTS, rig -> {
            try (DmaBuf buffer = rig.buffer(PAGE, NOT_FOR_GUESTS, "wc", MmapPolicy.mappable(Caching.WRITE_COMBINED))) {
                DmaBufException e = assertThrows(SlotException.class, () -> rig.guest.map(buffer, AT, WHOLE));
                assertTrue(e.getMessage().contains("these modes will do: wc (write-combined)"), e.getMessage());
                rig.guest.map(buffer, AT, WHOLE.mode("wc")).close();
                throw e;
            }
        });
        fails("a buffer that this process has mapped otherwise", Errno.EBUSY, rig -> {
            try (DmaBuf buffer = rig.buffer(PAGE, CACHED, "wc", MmapPolicy.mappable(Caching.WRITE_COMBINED));
                    var mapping = buffer.mmap(MmapRequest.whole().mode("dma-buf"))) {
                assertEquals(PAGE, mapping.length());
                rig.guest.map(buffer, AT, WHOLE.mode("wc"));
            }
        });
        refused("a second slot of another caching, though the core allows it", SlotProblem.ALIAS, rig -> {
            rig.core.aliasing(AliasPolicy.ALLOW);
            try (DmaBuf buffer = rig.buffer(PAGE, CACHED, "wc", MmapPolicy.mappable(Caching.WRITE_COMBINED))) {
                rig.guest.map(buffer, AT, WHOLE);
                rig.guest.map(buffer, AT + PAGE, WHOLE.mode("wc"));
            }
        });
        ok("a second slot of the same caching", rig -> {
            try (DmaBuf buffer = rig.buffer(PAGE)) {
                rig.guest.map(buffer, AT, WHOLE);
                rig.guest.map(buffer, AT + PAGE, WHOLE.readOnly());
            }
        });
    }

    private void flags() {
        ok("a read-only slot", map(AT, WHOLE.readOnly()));
        ok("a read-only buffer", map(AT, WHOLE, CACHED.withAccess(Access.READ)));
        refused("a read-only slot with a dirty log", SlotProblem.NEVER_DIRTY, map(AT, WHOLE.readOnly().dirtyLog()));
        refused("a read-only buffer with a dirty log", SlotProblem.NEVER_DIRTY, map(AT, WHOLE.dirtyLog(), CACHED.withAccess(Access.READ)));
        ok("a dirty log", map(AT, WHOLE.dirtyLog()));
        only(Host.withKvm());
        refused("a dirty log that nobody keeps", SlotProblem.NO_DIRTY_LOG, map(AT, WHOLE.dirtyLog()));
        only(List.of(Host.NO_KVM));
        refused("RAM with a dirty log that nobody keeps", SlotProblem.NO_DIRTY_LOG, rig -> rig.guest.addRam(0, PAGE, RAM.dirtyLog()));
        only(List.of(Host.NO_KVM));
        refused("the dirty log of a slot without", SlotProblem.NO_DIRTY_LOG, rig ->
                rig.guest.addRam(0, PAGE, RAM).chunks().getFirst().takeDirtyPages());
        refused("a read-only slot of a KVM that has none", SlotProblem.NO_READ_ONLY_SLOTS, rig -> {
            rig.scripted().readOnlySlots = false;
            try (GuestMemory old = rig.vmm.create(GuestOptions.named("old").kvm(KvmUse.REQUIRED)); DmaBuf buffer = rig.buffer(PAGE)) {
                old.map(buffer, AT, WHOLE.readOnly());
            }
        });
        only(List.of(Host.SCRIPTED_KVM));
    }

    private void lives() {
        fails("a handle that is closed", Errno.EBADF, rig -> {
            DmaBuf buffer = rig.buffer(PAGE);
            buffer.close();
            rig.guest.map(buffer, AT, WHOLE);
        });
        fails("a buffer whose memory is leaving", Errno.ENODEV, rig -> {
            try (DmaBuf buffer = rig.leaving(PAGE)) {
                rig.control.revoke();
                rig.guest.map(buffer, AT, WHOLE);
            }
        });
        ok("an orphan", rig -> {
            try (DmaBuf buffer = rig.buffer(PAGE)) {
                rig.registration.close();
                rig.guest.map(buffer, AT, WHOLE);
            }
        });
        fails("a guest that is closed", Errno.EBADF, rig -> {
            rig.guest.close();
            map(AT, WHOLE).on(rig);
        });
        fails("RAM for a guest that is closed", Errno.EBADF, rig -> {
            rig.guest.close();
            rig.guest.addRam(0, PAGE, RAM);
        });
        fails("the virtual machine of a guest that is closed", Errno.EBADF, rig -> {
            rig.guest.close();
            rig.guest.vm();
        });
        fails("an export from a guest that is closed", Errno.EBADF, rig -> {
            rig.guest.close();
            rig.guest.export(rig.udmabuf(), List.of(new GuestRange(0, PAGE)), "");
        });
        fails("a read from a guest that is closed", Errno.EBADF, rig -> {
            rig.guest.close();
            rig.guest.read(0, MemorySegment.ofArray(new byte[1]));
        });
        refused("a slot too many", SlotProblem.NO_SLOT_LEFT, rig -> {
            try (GuestMemory small = rig.vmm.create(GuestOptions.named("small").kvm(rig.host.use()).slotLimit(2));
                    DmaBuf buffer = rig.buffer(PAGE)) {
                small.map(buffer, 0, WHOLE);
                small.map(buffer, PAGE, WHOLE).close();
                small.map(buffer, 2 * PAGE, WHOLE);
                small.map(buffer, 3 * PAGE, WHOLE);
            }
        });
    }

    private void ram() {
        ok("RAM in chunks, the last one smaller", rig ->
                assertEquals(List.of(2 * PAGE, 2 * PAGE, PAGE),
                        rig.guest.addRam(AT, 5 * PAGE, RAM.chunkSize(2 * PAGE)).chunks().stream().map(GuestSlot::length).toList()));
        ok("RAM of a chunk that is larger", rig -> assertEquals(1, rig.guest.addRam(AT, PAGE, RAM.prefault()).chunks().size()));
        refused("RAM of no size", SlotProblem.EMPTY, rig -> rig.guest.addRam(AT, 0, RAM));
        refused("RAM of a negative size", SlotProblem.WRAPS, rig -> rig.guest.addRam(AT, -PAGE, RAM));
        refused("RAM of an odd size", SlotProblem.UNALIGNED, rig -> rig.guest.addRam(AT, PAGE + 1, RAM));
        refused("RAM of an odd size in chunks", SlotProblem.UNALIGNED, rig -> rig.guest.addRam(AT, 3 * PAGE + 1, RAM.chunkSize(PAGE)));
        refused("RAM at an odd address", SlotProblem.UNALIGNED, rig -> rig.guest.addRam(AT + 1, PAGE, RAM));
        refused("RAM in odd chunks", SlotProblem.UNALIGNED, rig -> rig.guest.addRam(AT, PAGE, RAM.chunkSize(100)));
        refused("RAM in chunks of nothing", SlotProblem.EMPTY, rig -> rig.guest.addRam(AT, PAGE, RAM.chunkSize(0)));
        refused("RAM in negative chunks", SlotProblem.EMPTY, rig -> rig.guest.addRam(AT, PAGE, RAM.chunkSize(-PAGE)));
        refused("RAM that wraps", SlotProblem.WRAPS, rig -> rig.guest.addRam(PAGE, Long.MAX_VALUE - PAGE + 1, RAM));
        refused("RAM that ends too high", SlotProblem.OUT_OF_RANGE, rig ->
                rig.guest.addRam((1L << 52) - PAGE, 2 * PAGE, RAM.chunkSize(PAGE)));
        refused("RAM whose last chunk is in the way of a buffer", SlotProblem.OVERLAP, rig -> {
            map(AT + 3 * PAGE, WHOLE).on(rig);
            rig.guest.addRam(AT, 4 * PAGE, RAM.chunkSize(PAGE));
        });
        refused("RAM for whose last chunk no slot is left", SlotProblem.NO_SLOT_LEFT, rig -> {
            try (GuestMemory small = rig.vmm.create(GuestOptions.named("small").kvm(rig.host.use()).slotLimit(2))) {
                try {
                    small.addRam(0, 3 * PAGE, RAM.chunkSize(PAGE));
                } finally {
                    assertEquals(List.of(), small.slots());
                }
            }
        });
    }

    private void exports() {
        ok("all of the RAM", export(new GuestRange(AT, 4 * PAGE)));
        ok("pieces in another order, one of them twice", export(
                new GuestRange(AT + 3 * PAGE, PAGE), new GuestRange(AT, PAGE), new GuestRange(AT + 3 * PAGE, PAGE)));
        refused("no pieces", SlotProblem.EMPTY, export());
        refused("a piece of no size", SlotProblem.EMPTY, export(new GuestRange(AT, 0)));
        refused("a piece of a negative size", SlotProblem.WRAPS, export(new GuestRange(AT, -PAGE)));
        refused("a piece that wraps", SlotProblem.WRAPS, export(new GuestRange(AT, Long.MAX_VALUE - PAGE + 1)));
        refused("a piece of half a page", SlotProblem.UNALIGNED, export(new GuestRange(AT, PAGE / 2)));
        refused("a piece between pages", SlotProblem.UNALIGNED, export(new GuestRange(AT + 8, PAGE)));
        refused("a piece before the RAM", SlotProblem.NOT_RAM, export(new GuestRange(AT - PAGE, 2 * PAGE)));
        refused("a piece behind the RAM", SlotProblem.NOT_RAM, export(new GuestRange(AT, PAGE), new GuestRange(AT + 3 * PAGE, 2 * PAGE)));
        refused("a piece of a buffer", SlotProblem.NOT_RAM, rig -> {
            map(AT, WHOLE).on(rig);
            rig.guest.export(rig.udmabuf(), List.of(new GuestRange(AT, PAGE)), "");
        });
        fails("an exporter that has gone", Errno.ENODEV, rig -> {
            rig.guest.addRam(AT, PAGE, RAM);
            var source = rig.udmabuf();
            rig.registration.close();
            rig.guest.export(source, List.of(new GuestRange(AT, PAGE)), "");
        });
        fails("more pieces than a list takes", Errno.EINVAL, rig -> {
            rig.guest.addRam(AT, 4 * PAGE, RAM);
            GuestRange[] pieces = new GuestRange[1025];
            Arrays.setAll(pieces, i -> new GuestRange(AT + i % 2 * 2 * PAGE, PAGE));
            DmaBufException e =
                    assertThrows(DmaBufException.class, () -> rig.guest.export(rig.udmabuf(), List.of(pieces), ""));
            assertTrue(e.getMessage().contains("1025 guest ranges, 4198400 bytes, which are 1025 ranges of memfds"), e.getMessage());
            throw e;
        });
        refused("a read behind the end", SlotProblem.NO_SLOT, rig -> {
            rig.guest.addRam(AT, PAGE, RAM);
            rig.guest.read(AT, MemorySegment.ofArray(new byte[(int) PAGE + 1]));
        });
        refused("a write to nothing", SlotProblem.NO_SLOT, rig -> rig.guest.write(AT, MemorySegment.ofArray(new byte[1])));
    }

    private List<Line> table() {
        rangesOfSlots();
        policies();
        flags();
        lives();
        ram();
        exports();
        return table;
    }

    @TestFactory
    Stream<DynamicTest> everyLineIsAnsweredAsTheTableSays() {
        return table().stream().flatMap(line -> line.hosts().stream().filter(Host.all()::contains)
                .map(host -> DynamicTest.dynamicTest(host + ": " + line.what(), () -> run(line, host))));
    }

    @Test
    void tableHasEnoughLines() {
        assertTrue(table().size() >= 80, () -> table.size() + " lines");
    }

    private static void run(Line line, Host host) throws Exception {
        try (Rig rig = Rig.of(host)) {
            if (line.errno() == null) {
                line.action().on(rig);
                return;
            }
            DmaBufException thrown = assertThrows(DmaBufException.class, () -> line.action().on(rig));
            assertEquals(line.errno(), thrown.errno(), thrown.getMessage());
            assertEquals(line.problem(), thrown instanceof SlotException typed ? typed.problem() : null, thrown.getMessage());
            assertTrue(rig.guest.slots().stream().allMatch(slot -> slot.state() == SlotState.MAPPED));
            if (host == Host.SCRIPTED_KVM && rig.guest.slots().isEmpty()) {
                assertEquals(0, rig.scripted().slotsInUse(), "KVM has slots that nobody knows of");
            }
        }
    }
}
