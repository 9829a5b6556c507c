package dmabuf.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dmabuf.api.Access;
import dmabuf.api.BufferSource;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufs;
import dmabuf.api.ExportRequest;
import dmabuf.api.Mapping;
import dmabuf.api.MmapRequest;
import dmabuf.api.Requirements;
import dmabuf.api.Selection;
import dmabuf.fd.KernelKind;
import dmabuf.linux.Syscalls;
import dmabuf.linux.TestUdmabuf;
import dmabuf.sim.SimulatedKernel;
import dmabuf.spi.Exporter;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;

/**
 * What an operation asks of the kernel and of the registry, call by call. Whoever adds a call to a path that is walked for every frame fails
 * here, on any machine, however fast; that these paths allocate nothing, says {@link CpuAccessAllocationTest}.
 */
class HotPathGuardTest {

    private static final long SIZE = 4 * Rig.PAGE;

    /** Which kernel it is and what devices it has are no system calls. */
    private final CallCount kernelCalls = new CallCount("kind", "devices");
    private final SimulatedKernel simulated = new SimulatedKernel();
    private final Syscalls kernel = kernelCalls.of(Syscalls.class, simulated);
    private CoreDmaBufs core;
    private BufferSource source;

    @BeforeEach
    void startCore() {
        core = new CoreDmaBufs();
        source = core.add(new TestExporter(kernel), TestExporter.properties("one"), 0).source();
    }

    @AfterEach
    void stopCore() {
        core.close();
        simulated.close();
    }

    @Test
    void cpuAccessIsTwoRequests() {
        try (DmaBuf buffer = source.export(ExportRequest.ofSize(SIZE));
                Mapping mapping = buffer.mmap()) {
            assertEquals("ioctl 2", kernelCalls.in(() -> mapping.cpuAccess(Access.READ_WRITE).close()));
            assertEquals("ioctl 4", kernelCalls.in(() -> {
                try (CpuAccess outer = mapping.cpuAccess(Access.READ);
                        CpuAccess inner = mapping.cpuAccess(Access.WRITE)) {
                    inner.segment().set(ValueLayout.JAVA_BYTE, 0, outer.segment().get(ValueLayout.JAVA_BYTE, 1));
                }
            }));
        }
    }

    @Test
    void memoryIsTouchedWithoutAskingAnybody() {
        try (DmaBuf buffer = source.export(ExportRequest.ofSize(SIZE));
                Mapping mapping = buffer.mmap();
                CpuAccess access = mapping.cpuAccess(Access.READ_WRITE)) {
            assertEquals("", kernelCalls.in(() -> access.segment().fill((byte) 1)));
            assertEquals("", kernelCalls.in(() -> {
                buffer.policy();
                buffer.size();
                buffer.state();
                buffer.id();
                mapping.policy();
            }));
        }
    }

    @Test
    void mappingIsOneCallAndUnmappingAnother() {
        try (DmaBuf buffer = source.export(ExportRequest.ofSize(SIZE))) {
            buffer.mmap().close();
            assertEquals("mmap 1, munmap 1", kernelCalls.in(() -> buffer.mmap().close()));
            assertEquals("mmap 1, munmap 1", kernelCalls.in(() -> buffer.mmap(MmapRequest.whole().confined()).close()));
        }
    }

    @Test
    void anExportAsksWhetherItIsADmaBufAndHowLarge() {
        String exporter = kernelCalls.in(() -> TestUdmabuf.create(kernel, SIZE).close());
        assertEquals("close 3, fcntl 1, ftruncate 1, ioctl 1, memfdCreate 1, open 1", exporter);
        assertEquals(
                "close 3, fcntl 1, ftruncate 1, ioctl 2, lseek 1, memfdCreate 1, open 1",
                kernelCalls.in(() -> source.export(ExportRequest.ofSize(SIZE)).close()));
    }

    @Test
    void selectingAsksNeitherKernelNorRegistry(@TempDir Path folder) throws Exception {
        BareFramework container = new BareFramework(folder);
        try {
            CallCount registryCalls = new CallCount();
            BundleContext context = registryCalls.of(BundleContext.class, container.core.getBundleContext());
            CoreComponent component = new CoreComponent(context, BareFramework.config(0));
            container.driver.getBundleContext().registerService(
                    Exporter.class, new TestExporter(kernel), TestExporter.properties("driver", KernelKind.LINUX).toDictionary());
            DmaBufs buffers = container.observer().getService(container.observer().getServiceReference(DmaBufs.class));
            Selection selection = buffers.select(Requirements.none().exporter("driver").size(SIZE));
            assertEquals("", kernelCalls.in(selection::source));
            assertEquals("", registryCalls.in(() -> {
                selection.source();
                buffers.select(Requirements.none().size(SIZE)).source();
                try (DmaBuf buffer = selection.export(ExportRequest.ofSize(SIZE));
                        Mapping mapping = buffer.mmap();
                        CpuAccess access = mapping.cpuAccess(Access.WRITE)) {
                    access.segment().fill((byte) 1);
                }
            }));
            component.stop();
        } finally {
            container.stop();
        }
    }

    @Test
    void theGuardSeesACallThatIsAddedOnPurpose() {
        try (DmaBuf buffer = source.export(ExportRequest.ofSize(SIZE));
                Mapping mapping = buffer.mmap()) {
            Runnable longer = () -> {
                mapping.cpuAccess(Access.READ).close();
                buffer.isReady(Access.READ);
            };
            assertNotEquals("ioctl 2", kernelCalls.in(longer));
            assertThrows(AssertionError.class, () -> assertEquals("ioctl 2", kernelCalls.in(longer)));
        }
    }
}
