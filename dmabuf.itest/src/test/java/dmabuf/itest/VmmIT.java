package dmabuf.itest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.BufferClosedException;
import dmabuf.api.BufferSource;
import dmabuf.api.BufferState;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.fd.Errno;
import dmabuf.itest.container.ContainerJars;
import dmabuf.itest.container.InContainer;
import importer.vmm.GuestMemory;
import importer.vmm.GuestOptions;
import importer.vmm.GuestRange;
import importer.vmm.GuestSlot;
import importer.vmm.KvmUse;
import importer.vmm.RamRequest;
import importer.vmm.SlotInfo;
import importer.vmm.SlotRequest;
import importer.vmm.Vmm;
import importer.vmm.VmmCommands;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleWiring;

/** A monitor in a container, whose exporters are swapped under the guest. */
@InContainer(VmmPlatform.class)
@ExtendWith(NoLeaks.class)
class VmmIT {

    private static final long PAGE = 4096;
    private static final long AT = 1L << 32;
    private static final byte[] CONTENTS = {3, 1, 4, 1, 5, 9, 2, 6};

    private final Deployment deployment;
    private Bundle exporter;
    private Vmm vmm;
    private GuestMemory guest;

    VmmIT(BundleContext context) {
        deployment = new Deployment(context);
    }

    @BeforeEach
    void deploy() throws Exception {
        deployment.onSimulatedDevices();
        exporter = deployment.install("exporter.udmabuf");
        vmm = deployment.service(Vmm.class, "");
        guest = vmm.create(GuestOptions.named("one"));
    }

    @AfterEach
    void undeploy() throws Exception {
        guest.close();
        deployment.close();
        deployment.bundle("importer.vmm").start();
    }

    private DmaBuf export() {
        return deployment.source(Deployment.UDMABUF).export(ExportRequest.ofSize(2 * PAGE).withName("shown"));
    }

    private void write(long address) {
        guest.write(address, MemorySegment.ofArray(CONTENTS));
    }

    private void assertWritten(long address) {
        byte[] read = new byte[CONTENTS.length];
        guest.read(address, MemorySegment.ofArray(read));
        assertArrayEquals(CONTENTS, read);
    }

    @Test
    void guestKeepsItsBufferWhileTheExporterIsUpdatedAndTakenAway() throws Exception {
        ServiceReference<Vmm> before = deployment.references(Vmm.class, "").getFirst();
        WeakReference<ClassLoader> loader = new WeakReference<>(exporter.adapt(BundleWiring.class).getClassLoader());
        try (DmaBuf buffer = export(); GuestSlot early = guest.map(buffer, AT, SlotRequest.whole())) {
            write(AT + PAGE);
            try (InputStream newer = JarWithVersion.of(ContainerJars.jar("exporter.udmabuf"), "1.1.0")) {
                exporter.update(newer);
            }
            assertEquals(BufferState.ORPHANED, buffer.state());
            assertWritten(AT + PAGE);
            try (DmaBuf newer = export(); GuestSlot late = guest.map(newer, AT + 2 * PAGE, SlotRequest.whole())) {
                assertEquals(early.number() + 1, late.number());
                exporter.uninstall();
                deployment.refresh(exporter);
                Await.collection(loader);
                write(AT + 2 * PAGE - 4); // From one generation into the next.
                assertWritten(AT + 2 * PAGE - 4);
                assertEquals(2, vmm.slots().size());
            }
        }
        assertSame(before, deployment.references(Vmm.class, "").getFirst(), "the monitor's service never went");
        assertEquals(List.of(), vmm.slots());
    }

    @Test
    void frameOfTheGuestsRamIsABufferOfTheExporterThatTakesMemoryOver() throws Exception {
        guest.addRam(0, 64 * PAGE, RamRequest.plain().chunkSize(16 * PAGE));
        write(40 * PAGE);
        BufferSource source = deployment.source("(&(dmabuf.exporter=udmabuf)(dmabuf.wrap=true))");
        try (DmaBuf frame = guest.export(source, List.of(new GuestRange(17 * PAGE, PAGE), new GuestRange(40 * PAGE, PAGE)), "frame");
                GuestSlot again = guest.map(frame, AT, SlotRequest.whole().readOnly())) {
            assertTrue(again.info().readOnly());
            assertWritten(AT + PAGE);
            guest.write(17 * PAGE, MemorySegment.ofArray(new byte[] {42}));
            byte[] read = new byte[1];
            guest.read(AT, MemorySegment.ofArray(read));
            assertEquals(42, read[0]);
        }
        DmaBufException e = assertThrows(DmaBufException.class, () -> guest.export(source, scattered(1025), "scattered"));
        assertEquals(Errno.EINVAL, e.errno());
        assertTrue(e.getMessage().contains("1025 ranges of memfds after merging"), e.getMessage());
        assertTrue(e.getMessage().contains("a list may have 1024 ranges; raise the module parameter"), e.getMessage());
    }

    private static List<GuestRange> scattered(int count) {
        return IntStream.range(0, count).mapToObj(i -> new GuestRange(i % 2 * 2 * PAGE, PAGE)).toList();
    }

    @Test
    void guestSaysWhetherItHasKvm() {
        assertEquals(guest.whyNoKvm().isEmpty(), guest.vm().map(fd -> {
            fd.close();
            return fd;
        }).isPresent());
        try (GuestMemory plain = vmm.create(GuestOptions.named("plain").kvm(KvmUse.NEVER))) {
            assertTrue(plain.vm().isEmpty());
            assertEquals(List.of("one", "plain"), vmm.guests().stream().map(GuestMemory::name).toList());
        }
    }

    @Test
    void stoppedMonitorTakesItsGuestsDown() throws Exception {
        try (LogCapture log = LogCapture.of("importer.vmm"); DmaBuf buffer = export()) {
            guest.map(buffer, AT, SlotRequest.whole());
            deployment.bundle("importer.vmm").stop();
            assertEquals(1, log.warnings().size(), log.warnings()::toString);
            assertTrue(log.warnings().getFirst().contains("loses its 1 slots"), log.warnings()::toString);
            assertFalse(log.keepsThrowables());
            assertEquals(0, deployment.dmaBufs().census().getFirst().mappings());
            assertThrows(BufferClosedException.class, () -> guest.map(buffer, AT, SlotRequest.whole()));
            assertEquals(Errno.ENODEV, assertThrows(DmaBufException.class, () -> vmm.create(GuestOptions.named("late"))).errno());
        }
    }

    @Test
    void commandOfTheShellListsTheSlots() throws Exception {
        ServiceReference<VmmCommands> command =
                deployment.references(VmmCommands.class, "(&(osgi.command.scope=dmabuf)(osgi.command.function=slots))").getFirst();
        VmmCommands commands = command.getBundle().getBundleContext().getService(command);
        try (DmaBuf buffer = export()) {
            guest.map(buffer, AT, SlotRequest.whole());
            List<SlotInfo> slots = commands.slots();
            assertEquals(guest.slots(), slots);
            assertTrue(slots.getFirst().toString().startsWith(
                    "one slot 0, 0x100000000 + 8192, read-write, dma-buf (cached, map_info 1), mapped: buffer \"shown\""), slots::toString);
        }
    }
}
