package dmabuf.core;

import static dmabuf.core.Rig.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Attachment;
import dmabuf.api.Direction;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ImporterDevice;
import dmabuf.api.ImporterOps;
import dmabuf.api.MmapInfo;
import dmabuf.api.ScatterList;
import dmabuf.fd.Errno;
import dmabuf.spi.AttachedImporter;
import dmabuf.spi.BufferControl;
import dmabuf.spi.BufferOps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An exporter takes the memory away from importers, in the order that Linux documents. */
class RevokeTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final ImporterDevice DEVICE = ImporterDevice.named("gpu");

    /** Moves its buffers, and leaves everything else to the core. */
    private static final class Moving implements BufferOps {

        volatile BufferControl control;

        @Override
        public void exported(BufferControl buffer) {
            control = buffer;
        }

        @Override
        public void attach(AttachedImporter importer) {
            if (importer.isDynamic() && !importer.isRevocable()) {
                throw new DmaBufException(Errno.EPERM, "attach", importer.device());
            }
        }
    }

    private final Rig rig = new Rig();
    private final Moving moving = new Moving();
    private DmaBuf buffer;

    @BeforeEach
    void export() {
        buffer = rig.add("moving", new OpsExporter(rig.kernel, moving)).source().export(ExportRequest.ofSize(PAGE));
    }

    @AfterEach
    void nothingIsLeftOpen() {
        buffer.close();
        assertEquals(List.of(), rig.core.census());
        rig.close();
    }

    /** An importer that has one mapping, and gives it back when it is told. */
    private static final class Obedient implements ImporterOps {

        final List<Attachment> told = new ArrayList<>();
        final AtomicReference<ScatterList> mapped = new AtomicReference<>();

        @Override
        public void invalidated(Attachment attachment) {
            told.add(attachment);
            ScatterList list = mapped.getAndSet(null);
            if (list != null) {
                attachment.unmap(list);
            }
        }
    }

    @Test
    void importersAreToldAndUnmapWhenTheMemoryMoves() {
        Obedient importer = new Obedient();
        try (Attachment attachment = buffer.attach(DEVICE, importer)) {
            ScatterList before = attachment.map(Direction.BIDIRECTIONAL);
            importer.mapped.set(before);
            assertTrue(moving.control.invalidate(LONG));
            assertEquals(List.of(attachment), importer.told);
            assertTrue(attachment.isInvalidated());
            Rig.assertErrno(Errno.ENODEV, () -> attachment.map(Direction.BIDIRECTIONAL));
            moving.control.restore();
            assertFalse(attachment.isInvalidated());
            assertNotSame(before, attachment.map(Direction.BIDIRECTIONAL));
        }
    }

    @Test
    void importerThatUnmapsLaterIsWaitedFor() throws Exception {
        try (Attachment attachment = buffer.attach(DEVICE, gone -> {})) {
            ScatterList list = attachment.map(Direction.TO_DEVICE);
            CompletableFuture<Boolean> revoking =
                    CompletableFuture.supplyAsync(() -> moving.control.invalidate(LONG), HeldExporter::onItsOwnThread);
            Rig.await("the buffer is marked", attachment::isInvalidated);
            assertFalse(revoking.isDone());
            attachment.unmap(list);
            assertTrue(HeldExporter.get(revoking));
        }
    }

    @Test
    void detachingIsUnmappingToo() throws Exception {
        Attachment attachment = buffer.attach(DEVICE, gone -> {});
        attachment.map(Direction.TO_DEVICE);
        CompletableFuture<Boolean> revoking =
                CompletableFuture.supplyAsync(() -> moving.control.invalidate(LONG), HeldExporter::onItsOwnThread);
        Rig.await("the buffer is marked", attachment::isInvalidated);
        attachment.close();
        assertTrue(HeldExporter.get(revoking));
    }

    @Test
    void importerThatDoesNotUnmapIsWaitedForUntilTheDeadline() {
        try (Attachment attachment = buffer.attach(DEVICE)) {
            attachment.map(Direction.TO_DEVICE);
            assertFalse(moving.control.invalidate(Duration.ofMillis(20)));
            assertTrue(attachment.isInvalidated(), "it stays marked");
        }
    }

    @Test
    void importerThatFailsIsReportedAndHarmsNoOther() {
        Obedient second = new Obedient();
        ImporterOps failing = gone -> {
            throw new IllegalStateException("the importer is confused");
        };
        try (Attachment one = buffer.attach(DEVICE, failing); Attachment two = buffer.attach(DEVICE, second)) {
            second.mapped.set(two.map(Direction.TO_DEVICE));
            assertTrue(moving.control.invalidate(LONG));
            assertEquals(List.of(two), second.told);
            assertEquals(DEVICE, one.device());
        }
        String warning = String.join("\n", rig.log.at(Level.WARNING));
        assertTrue(warning.contains("gpu (dynamic) failed when it was told"), warning);
    }

    @Test
    void importerIsToldWithNoLockHeld() {
        List<Boolean> revoked = new ArrayList<>();
        ImporterOps importer = gone -> {
            buffer.attach(DEVICE).close();
            gone.close();
            revoked.add(true);
        };
        Attachment attachment = buffer.attach(DEVICE, importer);
        attachment.map(Direction.TO_DEVICE);
        assertTrue(moving.control.invalidate(LONG));
        assertEquals(List.of(true), revoked);
    }

    @Test
    void mappingThatIsMadeMeanwhileDoesNotCount() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch mayReturn = new CountDownLatch(1);
        ImporterDevice slow = new ImporterDevice() {
            @Override
            public String name() {
                return "slow";
            }

            @Override
            public ScatterList translate(ScatterList memory, Direction direction) {
                inside.countDown();
                HeldExporter.waitFor(mayReturn);
                return memory;
            }
        };
        try (Attachment attachment = buffer.attach(slow, gone -> {})) {
            CompletableFuture<Errno> mapping = CompletableFuture.supplyAsync(
                    () -> Rig.assertErrno(Errno.ENODEV, () -> attachment.map(Direction.TO_DEVICE)).errno(),
                    HeldExporter::onItsOwnThread);
            HeldExporter.waitFor(inside);
            assertFalse(moving.control.invalidate(Duration.ZERO), "a mapping is being made");
            moving.control.restore();
            mayReturn.countDown();
            assertEquals(Errno.ENODEV, HeldExporter.get(mapping));
            assertEquals(0, rig.core.census().getFirst().mappings());
            attachment.unmap(attachment.map(Direction.TO_DEVICE));
        }
    }

    @Test
    void exporterMayRefuseAnImporterThatCannotBeRevoked() {
        ImporterOps stubborn = new ImporterOps() {
            @Override
            public void invalidated(Attachment attachment) {
                throw new AssertionError("was never attached");
            }

            @Override
            public boolean revocable() {
                return false;
            }
        };
        Rig.assertErrno(Errno.EPERM, () -> buffer.attach(DEVICE, stubborn));
    }

    @Test
    void whatWasSaidOfMappingsIsVoidFromThenOn() {
        MmapInfo before = buffer.mmapInfo();
        assertTrue(moving.control.invalidate(Duration.ZERO));
        assertTrue(before.voidedAt().isPresent());
        assertTrue(buffer.mmapInfo().voidedAt().isEmpty());
    }

    @Test
    void devicesThatAreStillAtWorkAreWaitedFor() throws Exception {
        try (Vgem device = Vgem.of(rig)) {
            Runnable done = device.write(buffer);
            assertFalse(moving.control.invalidate(Duration.ofMillis(20)));
            CompletableFuture<Boolean> revoking =
                    CompletableFuture.supplyAsync(() -> moving.control.invalidate(LONG), HeldExporter::onItsOwnThread);
            done.run();
            assertTrue(HeldExporter.get(revoking));
        }
    }

    @Test
    void revokingGoesOnWhenInterruptedAndKeepsTheInterrupt() {
        try (Attachment attachment = buffer.attach(DEVICE)) {
            attachment.map(Direction.TO_DEVICE);
            Thread.currentThread().interrupt();
            assertFalse(moving.control.invalidate(Duration.ofMillis(20)));
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void bufferThatIsGoneHasNobodyToTakeItFrom() {
        buffer.close();
        assertTrue(moving.control.invalidate(LONG));
        moving.control.restore();
    }
}
