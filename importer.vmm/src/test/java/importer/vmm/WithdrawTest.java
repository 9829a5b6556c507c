package importer.vmm;

import static importer.vmm.Rig.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.BufferState;
import dmabuf.api.DmaBuf;
import dmabuf.fd.Errno;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Memory leaves: the guest loses sight of it first, and then it is unmapped. */
class WithdrawTest {

    private static final long AT = 0x40000;
    private static final Duration LONG = Duration.ofSeconds(30);

    static Stream<Host> hosts() {
        return Host.withKvm().stream();
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void slotGoesBeforeTheMemoryDoes(Host host) {
        List<SlotInfo> news = new CopyOnWriteArrayList<>();
        try (Rig rig = Rig.of(host)) {
            rig.core.graceMillis(600_000); // Who waits for the grace period waits in vain: the guest lets go by itself.
            rig.guest.addRam(0, 16 * PAGE, RamRequest.plain());
            try (DmaBuf buffer = rig.leaving(PAGE); Processor cpu = rig.processor()) {
                GuestSlot slot = rig.guest.map(buffer, AT, SlotRequest.whole().whenWithdrawn(news::add));
                assertTrue(cpu.store(AT, 1));
                rig.control.revoke();
                Rig.await("the news", () -> !news.isEmpty());
                assertEquals(BufferState.REVOKED, buffer.state());
                assertEquals(Processor.NOTHING, cpu.load(AT));
                assertEquals(SlotState.WITHDRAWN, slot.info().state());
                assertEquals(1, rig.guest.slots().size(), "the RAM");
                slot.close();
                assertEquals(SlotState.WITHDRAWN, slot.info().state());
                Rig.assertErrno(Errno.ENODEV, () -> rig.guest.map(buffer, AT, SlotRequest.whole()));
            }
        }
        assertEquals(List.of(SlotState.WITHDRAWN), news.stream().map(SlotInfo::state).toList());
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void memoryThatMovesIsTakenFromTheGuestBeforeTheMoveAndCanBeMappedAfterIt(Host host) {
        List<SlotInfo> news = new CopyOnWriteArrayList<>();
        try (Rig rig = Rig.of(host); DmaBuf buffer = rig.leaving(PAGE)) {
            rig.guest.map(buffer, AT, SlotRequest.whole().whenWithdrawn(news::add));
            assertTrue(rig.control.invalidate(LONG));
            assertEquals(1, news.size(), "told before the exporter goes on");
            assertEquals(List.of(), rig.guest.slots());
            assertEquals(0, rig.core.census().getFirst().mappings());
            Rig.assertErrno(Errno.ENODEV, () -> rig.guest.map(buffer, AT, SlotRequest.whole()));
            rig.control.restore();
            rig.guest.map(buffer, AT, SlotRequest.whole()).close();
        }
    }

    @Test
    void memoryThatLeavesWhileItIsBeingMappedIsNotLeftInTheGuest() throws Exception {
        try (Rig rig = Rig.of(Host.SCRIPTED_KVM); DmaBuf buffer = rig.leaving(PAGE)) {
            // The hand of the exporter comes between the mapping and the slot; it waits until the slot is made, and takes it away.
            AtomicReference<CompletableFuture<Boolean>> moved = new AtomicReference<>();
            rig.scripted().beforeSet =
                    () -> moved.set(CompletableFuture.supplyAsync(() -> rig.control.invalidate(LONG), Thread.ofPlatform()::start));
            GuestSlot slot = rig.guest.map(buffer, AT, SlotRequest.whole());
            assertTrue(moved.get().get(LONG.toSeconds(), TimeUnit.SECONDS));
            assertEquals(SlotState.WITHDRAWN, slot.info().state());
            assertEquals(0, rig.scripted().slotsInUse());
            assertEquals(0, rig.core.census().getFirst().mappings());
        }
    }

    @Test
    void slotThatKvmCannotRemoveAtOnceIsTriedAgain() {
        List<SlotInfo> news = new CopyOnWriteArrayList<>();
        try (Rig rig = Rig.of(Host.SCRIPTED_KVM); DmaBuf buffer = rig.leaving(PAGE)) {
            rig.guest.map(buffer, AT, SlotRequest.whole().whenWithdrawn(news::add));
            rig.scripted().refusedRemovals = 3;
            assertTrue(rig.control.invalidate(LONG));
            assertEquals(1, news.size());
            assertEquals(0, rig.scripted().slotsInUse());
        }
    }

    @Test
    void slotThatKvmDoesNotRemoveKeepsItsMemoryAndCanBeClosedLater() {
        try (Rig rig = Rig.of(Host.SCRIPTED_KVM); DmaBuf buffer = rig.buffer(PAGE)) {
            GuestSlot slot = rig.guest.map(buffer, AT, SlotRequest.whole());
            rig.scripted().refusedRemovals = 1;
            Rig.assertErrno(Errno.ENOMEM, slot::close);
            assertEquals(List.of(SlotState.MAPPED), rig.guest.slots().stream().map(SlotInfo::state).toList());
            assertEquals(1, rig.core.census().getFirst().mappings());
            slot.close();
            assertEquals(List.of(), rig.guest.slots());
        }
    }

    @Test
    void listenerThatFailsHarmsNobody() {
        try (Rig rig = Rig.of(Host.SCRIPTED_KVM); DmaBuf buffer = rig.leaving(PAGE)) {
            rig.guest.map(buffer, AT, SlotRequest.whole().whenWithdrawn(gone -> {
                throw new IllegalStateException("on purpose");
            }));
            assertTrue(rig.control.invalidate(LONG));
            assertEquals(List.of(), rig.guest.slots());
        }
    }

    @Test
    void everythingIsTakenDownInOrder() {
        ScriptedKvm kvm;
        try (Rig rig = Rig.of(Host.SCRIPTED_KVM)) {
            kvm = rig.scripted();
            try (DmaBuf buffer = rig.buffer(PAGE)) {
                rig.guest.addRam(AT + 4 * PAGE, 2 * PAGE, RamRequest.plain().chunkSize(PAGE));
                rig.guest.map(buffer, AT, SlotRequest.whole().readOnly());
            }
            rig.guest.close();
            rig.guest.close();
            assertEquals(List.of(), rig.guest.slots());
        }
        assertEquals(
                List.of("set 0 flags 0", "set 1 flags 0", "set 2 flags 2", "remove 0", "remove 1", "remove 2", "close with 0 slots"),
                kvm.events);
    }

    @Test
    void guestEndsEvenIfKvmRemovesNothing() {
        ScriptedKvm kvm;
        try (Rig rig = Rig.of(Host.SCRIPTED_KVM)) {
            kvm = rig.scripted();
            try (DmaBuf buffer = rig.buffer(PAGE)) {
                rig.guest.map(buffer, AT, SlotRequest.whole());
                GuestSlot second = rig.guest.map(buffer, AT + PAGE, SlotRequest.whole());
                kvm.refusedRemovals = 2;
                Rig.assertErrno(Errno.ENOMEM, rig.guest::close);
                assertEquals(SlotState.REMOVED, second.info().state());
            }
        }
        assertEquals("close with 2 slots", kvm.events.getLast());
    }

    @Test
    void guestThatEndsWhileABufferIsBeingMappedKeepsNothing() throws Exception {
        try (Rig rig = Rig.of(Host.SCRIPTED_KVM); DmaBuf buffer = rig.buffer(PAGE)) {
            AtomicReference<CompletableFuture<Void>> ended = new AtomicReference<>();
            rig.scripted().beforeSet = () -> ended.set(CompletableFuture.runAsync(rig.guest::close, Thread.ofPlatform()::start));
            GuestSlot slot = rig.guest.map(buffer, AT, SlotRequest.whole());
            ended.get().get(LONG.toSeconds(), TimeUnit.SECONDS);
            assertEquals(SlotState.REMOVED, slot.info().state());
            assertEquals(0, rig.core.census().getFirst().mappings());
        }
    }

    private static WeakReference<GuestMemory> forget(Rig rig, DmaBuf buffer) {
        GuestMemory guest = Vmm.on(rig.kernel).create(GuestOptions.named("forgotten"));
        guest.map(buffer, AT, SlotRequest.whole());
        return new WeakReference<>(guest);
    }

    @Test
    void forgottenGuestKeepsItsMemory() {
        try (Rig rig = Rig.of(Host.SCRIPTED_KVM); DmaBuf buffer = rig.buffer(PAGE)) {
            WeakReference<GuestMemory> forgotten = forget(rig, buffer);
            for (int i = 0; i < 3; i++) {
                System.gc();
            }
            assertEquals(1, rig.core.census().getFirst().mappings());
            assertEquals(1, rig.scripted().slotsInUse());
            forgotten.get().close();
        }
    }

    @Test
    void monitorWithoutContainerHasNoKvmWhereItsKernelHasNone() {
        try (Rig rig = Rig.of(Host.SCRIPTED_KVM)) {
            rig.scripted().version = 11;
            Rig.assertErrno(Errno.ENODEV, () -> rig.vmm.create(GuestOptions.named("two").kvm(KvmUse.REQUIRED)));
            try (GuestMemory without = rig.vmm.create(GuestOptions.named("two"))) {
                assertTrue(without.whyNoKvm().orElseThrow().contains("version 11"), without::toString);
                assertTrue(without.vm().isEmpty());
            }
            rig.scripted().version = 12;
            rig.scripted().memoryOfProcesses = false;
            Rig.assertErrno(Errno.ENODEV, () -> rig.vmm.create(GuestOptions.named("two").kvm(KvmUse.REQUIRED)));
            rig.scripted().memoryOfProcesses = true;
            try (GuestMemory with = rig.vmm.create(GuestOptions.named("two"))) {
                assertEquals(ScriptedKvm.SLOTS, with.slotLimit());
                assertFalse(with.vm().map(fd -> {
                    fd.close();
                    return fd;
                }).isEmpty());
            }
        }
    }
}
