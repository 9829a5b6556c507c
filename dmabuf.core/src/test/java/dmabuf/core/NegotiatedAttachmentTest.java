package dmabuf.core;

import static dmabuf.core.Rig.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.Caching;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ImporterDevice;
import dmabuf.api.ImporterRefusal;
import dmabuf.api.MemoryKind;
import dmabuf.api.MmapPolicy;
import dmabuf.api.NegotiatedBuffer;
import dmabuf.api.Negotiation;
import dmabuf.api.NegotiationException;
import dmabuf.api.PolicyOrigin;
import dmabuf.api.Requirements;
import dmabuf.fd.Errno;
import dmabuf.linux.TestUdmabuf;
import dmabuf.spi.ExportedBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who has to be able to attach to a buffer is tried, and gone again before anybody has the buffer. */
class NegotiatedAttachmentTest {

    private final Rig rig = new Rig();

    @AfterEach
    void nothingIsLeftOpen() {
        assertEquals(List.of(), rig.core.census());
        rig.close();
    }

    private NegotiationException refused(Negotiation negotiation) {
        return assertThrows(NegotiationException.class, () -> rig.core.negotiate(negotiation));
    }

    @Test
    void whoHasToAttachIsTriedAndDetached() {
        RecordingOps ops = new RecordingOps();
        rig.core.add(new OpsExporter(rig.kernel, ops), TestExporter.properties("one"), 0);
        Negotiation negotiation = Negotiation.ofSize(PAGE)
                .importer("encoder", Requirements.none().attach(ImporterDevice.named("vpu")))
                .importer("machine", Requirements.none().attach(ImporterDevice.named("vmm"), attachment -> {
                    throw new AssertionError("nothing is mapped");
                }));
        try (NegotiatedBuffer shared = rig.core.negotiate(negotiation)) {
            assertEquals(List.of("exported", "attach vpu", "detach vpu", "attach vmm", "detach vmm",
                    "attach vmm", "attach vpu", "detach vpu", "detach vmm"), ops.calls);
            assertEquals(List.of(), shared.refusals());
        }
        assertEquals("release", ops.calls.getLast());
    }

    @Test
    void nextSourceIsAskedWhenADeviceCannotAttach() {
        RecordingOps picky = new RecordingOps();
        picky.doing.put("attach", () -> {
            if (picky.lastImporter.device().equals("gpu")) {
                throw new DmaBufException(Errno.EBUSY, "attach", "gpu", "the memory is where it cannot reach it");
            }
        });
        rig.core.add(new OpsExporter(rig.kernel, picky), TestExporter.properties("picky"), 1);
        rig.add("plain");
        Negotiation negotiation = Negotiation.ofSize(PAGE)
                .importer("encoder", Requirements.none().attach(ImporterDevice.named("vpu")))
                .importer("renderer", Requirements.none().attach(ImporterDevice.named("gpu")));
        try (NegotiatedBuffer shared = rig.core.negotiate(negotiation)) {
            assertEquals("plain on /dev/plain generation 1", shared.buffer().origin());
            assertEquals(List.of("picky on /dev/picky generation 1, for renderer: gpu cannot attach to its buffer: "
                            + "attach(gpu) failed: EBUSY (Device or resource busy): the memory is where it cannot reach it"),
                    shared.refusals().stream().map(ImporterRefusal::toString).toList());
        }
        assertEquals(List.of("exported", "attach vpu", "detach vpu", "attach gpu", "release"), picky.calls);
    }

    @Test
    void devicesThatCannotBeAttachedTogetherAreRefusedForAll() {
        RecordingOps one = new RecordingOps();
        one.doing.put("attach", () -> {
            if (one.calls.size() > 5 && one.lastImporter.device().equals("b")) {
                throw new DmaBufException(Errno.EBUSY, "attach", "b");
            }
        });
        rig.core.add(new OpsExporter(rig.kernel, one), TestExporter.properties("one"), 0);
        NegotiationException refused = refused(Negotiation.ofSize(PAGE)
                .importer("first", Requirements.none().attach(ImporterDevice.named("a")))
                .importer("second", Requirements.none().attach(ImporterDevice.named("b"))));
        assertEquals("one on /dev/one generation 1: b cannot attach to its buffer: attach(b) failed: EBUSY (Device or resource busy)",
                refused.refusals().getFirst().toString());
        assertEquals(1, refused.refusals().size());
        assertEquals(List.of("attach a", "attach b", "detach a", "release"), one.calls.subList(5, 9));
    }

    @Test
    void staticDeviceIsNotGivenIoMemory() {
        MmapPolicy io = new MmapPolicy(true, Caching.CACHED, true, Access.READ_WRITE, MemoryKind.IO, false, PolicyOrigin.EXPORTER);
        rig.core.add(request -> ExportedBuffer.builder(TestUdmabuf.create(rig.kernel, PAGE), PAGE, io).build(),
                TestExporter.properties("one"), 0);
        Negotiation negotiation = Negotiation.ofSize(PAGE).importer("a", Requirements.none().attach(ImporterDevice.named("a")));
        assertTrue(refused(negotiation).getMessage().contains("EOPNOTSUPP"));
        ImporterDevice peer = new ImporterDevice() {
            @Override
            public String name() {
                return "peer";
            }

            @Override
            public boolean reachesIoMemory() {
                return true;
            }
        };
        Requirements dynamic = Requirements.none().attach(peer, attachment -> {});
        rig.core.negotiate(Negotiation.ofSize(PAGE).importer("a", dynamic)).close();
        rig.core.export(dynamic, ExportRequest.ofSize(PAGE)).close();
    }

    @Test
    void deviceThatFailsInAnUnforeseenWayLeavesNothingBehind() {
        rig.add("one");
        Requirements broken = Requirements.none().attach(() -> {
            throw new IllegalStateException("no name");
        });
        assertThrows(IllegalStateException.class, () -> rig.core.negotiate(Negotiation.ofSize(PAGE).importer("a", broken)));
        assertThrows(IllegalStateException.class, () -> rig.core.export(broken, ExportRequest.ofSize(PAGE)));
    }
}
