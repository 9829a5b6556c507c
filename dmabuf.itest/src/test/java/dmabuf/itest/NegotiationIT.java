package dmabuf.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.BufferState;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBufException;
import dmabuf.api.Mapping;
import dmabuf.api.NegotiatedBuffer;
import dmabuf.api.Negotiation;
import dmabuf.api.NegotiationException;
import dmabuf.api.Requirements;
import dmabuf.fd.Errno;
import dmabuf.frame.DrmFormat;
import dmabuf.frame.FrameDescription;
import dmabuf.frame.FrameFormats;
import dmabuf.image.FrameImages;
import dmabuf.itest.container.InContainer;
import java.awt.image.BufferedImage;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** Importers share a buffer while exporters come and go, and look at what is in it. */
@InContainer(ImagePlatform.class)
@ExtendWith(NoLeaks.class)
class NegotiationIT {

    private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final Negotiation PICTURE = Negotiation.ofFrame(10, 4)
            .importer("display", Requirements.none().formats(FrameFormats.linear(DrmFormat.RGB565, DrmFormat.XRGB8888)).strideAlignment(64))
            .importer("viewer", Requirements.none().formats(FrameFormats.linear(DrmFormat.XRGB8888)).access(Access.READ_WRITE));

    private final Deployment deployment;
    private Bundle udmabuf;

    NegotiationIT(BundleContext context) {
        deployment = new Deployment(context);
    }

    @BeforeEach
    void deploy() throws Exception {
        udmabuf = deployment.onSimulatedDevices().install("exporter.udmabuf");
        deployment.source(Deployment.UDMABUF);
    }

    @AfterEach
    void undeploy() throws Exception {
        deployment.close();
    }

    @Test
    void pictureIsSharedAndLookedAt() {
        try (NegotiatedBuffer shared = deployment.dmaBufs().negotiate(PICTURE);
                Mapping mapping = shared.buffer().mmap()) {
            FrameDescription frame = shared.frame().orElseThrow();
            assertEquals("XRGB8888 10x4, stride 64", frame.toString());
            try (CpuAccess cpu = mapping.cpuAccess(Access.WRITE)) {
                cpu.segment().set(WORD, frame.rows(0, cpu.segment()).offset(3) + 9 * 4, 0x00c0ffee);
            }
            BufferedImage image = FrameImages.standard().toImage(frame, mapping);
            assertEquals(0xffc0ffee, image.getRGB(9, 3));
            assertEquals(0xff000000, image.getRGB(8, 3));
        }
    }

    @Test
    void pictureOutlivesItsExporterAndTheNextOneIsFromAnother() throws Exception {
        Bundle other = deployment.installEmpty("other");
        deployment.register(other, "spare", deployment.workingExporter(), -1);
        deployment.source("(dmabuf.exporter=spare)");
        try (NegotiatedBuffer first = deployment.dmaBufs().negotiate(PICTURE)) {
            assertTrue(first.buffer().origin().startsWith("udmabuf"), first::toString);
            udmabuf.stop();
            assertEquals(BufferState.ORPHANED, first.buffer().state());
            try (NegotiatedBuffer next = deployment.dmaBufs().negotiate(PICTURE)) {
                assertTrue(next.buffer().origin().startsWith("spare"), next::toString);
                assertEquals(first.frame(), next.frame());
            }
        }
    }

    @Test
    void exporterWithoutMemoryIsNoReasonWhileThereIsAnother() throws Exception {
        Bundle other = deployment.installEmpty("other");
        deployment.register(other, "full", request -> {
            throw new DmaBufException(Errno.ENOMEM, "allocate", request.toString());
        }, 10);
        deployment.source("(dmabuf.exporter=full)");
        try (NegotiatedBuffer shared = deployment.dmaBufs().negotiate(PICTURE)) {
            assertTrue(shared.buffer().origin().startsWith("udmabuf"), shared::toString);
            assertEquals(1, shared.refusals().size());
            assertTrue(shared.refusals().getFirst().reason().contains("ENOMEM"), shared.refusals()::toString);
        }
    }

    @Test
    void refusalNamesExporterImporterAndRequirement() {
        Negotiation impossible = PICTURE.importer("camera", Requirements.none().contiguous());
        NegotiationException refused = assertThrows(NegotiationException.class, () -> deployment.dmaBufs().negotiate(impossible));
        assertEquals(1, refused.refusals().size());
        assertEquals("camera", refused.refusals().getFirst().importer());
        assertTrue(refused.getMessage().contains("for camera: its buffers need not be one physical stretch"), refused.getMessage());
        assertEquals(List.of(), deployment.dmaBufs().census());
    }
}
