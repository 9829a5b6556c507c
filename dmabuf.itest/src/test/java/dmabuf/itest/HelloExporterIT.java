package dmabuf.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dmabuf.api.Access;
import dmabuf.api.BufferSource;
import dmabuf.api.BufferState;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterGoneException;
import dmabuf.api.Mapping;
import dmabuf.fd.Errno;
import dmabuf.itest.container.InContainer;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** The exporter that {@code docs/write-an-exporter.md} walks through, deployed like any other. */
@InContainer(DmaBufPlatform.class)
@ExtendWith(NoLeaks.class)
class HelloExporterIT {

    private static final String HELLO = "(dmabuf.exporter=hello)";
    private static final ExportRequest REQUEST = ExportRequest.ofSize(4096).withOption("hello.text", "Hello from a driver");

    private final Deployment deployment;
    private Bundle exporter;

    HelloExporterIT(BundleContext context) {
        deployment = new Deployment(context);
    }

    @BeforeEach
    void deploy() throws Exception {
        deployment.configure("exporter.hello", Map.of("kernel", "simulated"));
        exporter = deployment.install("exporter.hello");
    }

    @AfterEach
    void undeploy() throws Exception {
        deployment.close();
    }

    private static String text(Mapping mapping) {
        try (CpuAccess access = mapping.cpuAccess(Access.READ)) {
            return access.segment().getString(0);
        }
    }

    @Test
    void deployedExporterAppearsAndServes() {
        BufferSource source = deployment.source(HELLO);
        assertEquals("exporter.hello", source.properties().bundle());
        try (DmaBuf buffer = source.export(REQUEST);
                Mapping mapping = buffer.mmap()) {
            assertEquals("Hello from a driver", text(mapping));
        }
    }

    @Test
    void importerThatKnowsNothingOfItComesUp() throws Exception {
        deployment.install("importer.hello");
        Function<?, ?> digest = deployment.service(Function.class, "(importer=digest)");
        assertNotNull(digest, "it comes up when there is a cached exporter, whichever it is");
    }

    @Test
    void optionThatItDoesNotKnowIsRefusedWithThoseThatItKnows() {
        BufferSource source = deployment.source(HELLO);
        DmaBufException e = assertThrows(DmaBufException.class, () -> source.export(REQUEST.withOption("hello.font", "bold")));
        assertEquals(Errno.EINVAL, e.errno());
        assertEquals("export(/dev/udmabuf, options [font, text]) failed: EINVAL (Invalid argument): the options are:"
                + " hello.text", e.getMessage());
    }

    @Test
    void textStaysWhenTheExporterIsRemoved() throws Exception {
        BufferSource source = deployment.source(HELLO);
        try (DmaBuf buffer = source.export(REQUEST);
                Mapping mapping = buffer.mmap()) {
            exporter.uninstall();
            deployment.refresh(exporter);

            deployment.awaitNoSource(HELLO);
            assertEquals(BufferState.ORPHANED, buffer.state());
            assertEquals("Hello from a driver", text(mapping));
            assertThrows(ExporterGoneException.class, () -> source.export(REQUEST));
        }
    }
}
