package importer.vmm;

import static importer.vmm.Rig.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.Caching;
import dmabuf.api.DmaBuf;
import dmabuf.api.MmapPolicy;
import dmabuf.api.VirtioMapInfo;
import dmabuf.fd.Errno;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a virtual processor sees of the slots: a real one where this machine has KVM, and the scripted one everywhere. */
class GuestSlotTest {

    private static final long AT = 0x40000;

    static Stream<Host> hosts() {
        return Host.withKvm().stream();
    }

    private static Rig started(Host host) {
        Rig rig = Rig.of(host);
        rig.guest.addRam(0, 16 * PAGE, RamRequest.plain());
        return rig;
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void whatTheGuestWritesIsInTheBufferAndTheOtherWayRound(Host host) {
        try (Rig rig = started(host); DmaBuf buffer = rig.buffer(3 * PAGE); Processor cpu = rig.processor()) {
            try (GuestSlot slot = rig.guest.map(buffer, AT, SlotRequest.whole().prefault())) {
                assertTrue(cpu.store(AT + PAGE + 5, 0x5a));
                assertEquals(0x5a, Rig.peek(buffer, PAGE + 5));
                Rig.poke(buffer, 2 * PAGE + 1, 0xc3);
                assertEquals(0xc3, cpu.load(AT + 2 * PAGE + 1));
                assertEquals(VirtioMapInfo.CACHED, slot.mapInfo());
                assertEquals(0x31, slot.mapInfoWithAccess());
            }
            assertEquals(Processor.NOTHING, cpu.load(AT), "the slot is gone");
            assertFalse(cpu.store(AT, 1));
        }
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void partOfABufferIsWhereItIsPut(Host host) {
        try (Rig rig = started(host); DmaBuf buffer = rig.buffer(4 * PAGE); Processor cpu = rig.processor()) {
            rig.guest.map(buffer, AT, SlotRequest.whole().range(2 * PAGE, PAGE));
            rig.guest.map(buffer, AT + PAGE, SlotRequest.whole().range(0, PAGE));
            assertTrue(cpu.store(AT, 1));
            assertTrue(cpu.store(AT + PAGE, 2));
            assertEquals(1, Rig.peek(buffer, 2 * PAGE));
            assertEquals(2, Rig.peek(buffer, 0));
        }
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void readOnlyBufferCannotBeWrittenByTheGuest(Host host) {
        try (Rig rig = started(host); DmaBuf buffer = rig.buffer(PAGE, Rig.CACHED.withAccess(Access.READ));
                Processor cpu = rig.processor()) {
            GuestSlot slot = rig.guest.map(buffer, AT, SlotRequest.whole());
            assertTrue(slot.info().readOnly());
            assertEquals(0x11, slot.mapInfoWithAccess());
            assertEquals(0, cpu.load(AT));
            assertFalse(cpu.store(AT, 7));
            assertEquals(0, Rig.peek(buffer, 0));
        }
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void guestIsKeptFromWritingWhenAsked(Host host) {
        try (Rig rig = started(host); DmaBuf buffer = rig.buffer(PAGE); Processor cpu = rig.processor()) {
            GuestSlot slot = rig.guest.map(buffer, AT, SlotRequest.whole().readOnly());
            assertEquals(Access.READ, slot.policy().access());
            Rig.poke(buffer, 9, 9);
            assertEquals(9, cpu.load(AT + 9));
            assertFalse(cpu.store(AT + 9, 7));
            Rig.assertErrno(Errno.EACCES, () -> rig.guest.write(AT, MemorySegment.ofArray(new byte[1])));
        }
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void pagesThatTheGuestHasWrittenAreLoggedOnce(Host host) {
        try (Rig rig = started(host); DmaBuf buffer = rig.buffer(70 * PAGE); Processor cpu = rig.processor()) {
            GuestSlot slot = rig.guest.map(buffer, AT, SlotRequest.whole().dirtyLog());
            assertEquals(new BitSet(), slot.takeDirtyPages());
            assertTrue(cpu.store(AT + 3 * PAGE, 1));
            assertTrue(cpu.store(AT + 66 * PAGE + 7, 1));
            assertEquals(0, cpu.load(AT + 5 * PAGE));
            Rig.poke(buffer, 0, 1);
            BitSet expected = new BitSet();
            expected.set(3);
            expected.set(66);
            BitSet logged = slot.takeDirtyPages();
            if (host == Host.REAL_KVM) {
                // KVM may make a page writable that is only read, and logs it then: make_spte.
                logged.clear(5);
            }
            assertEquals(expected, logged);
            assertEquals(new BitSet(), slot.takeDirtyPages());
            slot.close();
            Rig.assertErrno(Errno.EBADF, slot::takeDirtyPages);
        }
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void ramHasADirtyLogToo(Host host) {
        try (Rig rig = started(host)) {
            GuestRam ram = rig.guest.addRam(AT, 8 * PAGE, RamRequest.plain().chunkSize(4 * PAGE).dirtyLog().prefault());
            try (Processor cpu = rig.processor()) {
                assertTrue(cpu.store(AT + 5 * PAGE, 1));
            }
            assertEquals(List.of(new BitSet(), BitSet.valueOf(new long[] {2})),
                    ram.chunks().stream().map(GuestSlot::takeDirtyPages).toList());
        }
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void memoryStaysWhenHandlesAreClosedAndTheExporterGoes(Host host) {
        try (Rig rig = started(host); Processor cpu = rig.processor()) {
            DmaBuf buffer = rig.buffer(PAGE);
            rig.guest.map(buffer, AT, SlotRequest.whole());
            rig.registration.close();
            try (DmaBuf orphan = buffer.retain()) {
                buffer.close();
                assertTrue(cpu.store(AT, 0x77));
                assertEquals(0x77, Rig.peek(orphan, 0));
                // An orphan can be mapped as well, since its exporter has no part in that.
                rig.guest.map(orphan, AT + PAGE, SlotRequest.whole());
                assertEquals(0x77, cpu.load(AT + PAGE));
            }
            assertEquals(0x77, cpu.load(AT));
        }
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void mappingHasTheCachingOfTheModeThatWasAskedFor(Host host) {
        try (Rig rig = started(host);
                DmaBuf buffer = rig.buffer(PAGE, Rig.CACHED, "wc", MmapPolicy.mappable(Caching.WRITE_COMBINED))) {
            try (GuestSlot slot = rig.guest.map(buffer, AT, SlotRequest.whole().mode("wc"))) {
                assertEquals(Caching.WRITE_COMBINED, slot.policy().caching());
                assertEquals(VirtioMapInfo.WRITE_COMBINED, slot.mapInfo());
                assertEquals("wc", slot.info().mode());
                // The guard of the core knows of it: this process cannot map it otherwise now.
                Rig.assertErrno(Errno.EBUSY, buffer::mmap);
            }
            Rig.peek(buffer, 0);
        }
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void guestsHaveSlotsOfTheirOwn(Host host) {
        try (Rig rig = started(host);
                GuestMemory other = rig.vmm.create(GuestOptions.named("two").kvm(host.use()));
                DmaBuf buffer = rig.buffer(PAGE);
                Processor cpu = rig.processor()) {
            rig.guest.map(buffer, AT, SlotRequest.whole());
            GuestSlot there = other.map(buffer, 0, SlotRequest.whole());
            assertEquals(List.of("one", "one", "two"), rig.vmm.slots().stream().map(SlotInfo::guest).toList());
            there.close();
            assertTrue(cpu.store(AT, 4));
            assertEquals(4, Rig.peek(buffer, 0));
        }
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void numbersAreUsedAgain(Host host) {
        try (Rig rig = Rig.of(host); DmaBuf buffer = rig.buffer(PAGE)) {
            GuestSlot first = rig.guest.map(buffer, AT, SlotRequest.whole());
            GuestSlot second = rig.guest.map(buffer, AT + PAGE, SlotRequest.whole());
            first.close();
            GuestSlot third = rig.guest.map(buffer, AT + 2 * PAGE, SlotRequest.whole());
            assertEquals(List.of(0, 1, 0), List.of(first.number(), second.number(), third.number()));
            assertEquals(List.of(AT + PAGE, AT + 2 * PAGE), rig.guest.slots().stream().map(SlotInfo::guestAddress).toList());
            assertEquals(SlotState.REMOVED, first.info().state());
        }
    }
}
