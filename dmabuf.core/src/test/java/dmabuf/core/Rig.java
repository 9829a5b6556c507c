package dmabuf.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.fd.Errno;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.ProcessResources;
import dmabuf.sim.SimulatedKernel;
import dmabuf.spi.Exporter;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.function.Executable;

/** A core on a simulated kernel, and the proof at the end that nothing was left open. */
final class Rig implements AutoCloseable {

    static final long PAGE = MappedMemory.PAGE_SIZE;
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    final CapturedLog log = new CapturedLog();
    final CoreDmaBufs core = new CoreDmaBufs();
    final SimulatedKernel simulated = new SimulatedKernel();
    final ScriptedKernel kernel = new ScriptedKernel(simulated);
    final TestExporter exporter = new TestExporter(kernel);
    private final ProcessResources before = ProcessResources.now();

    ExporterRegistration add(String name) {
        return core.add(exporter, TestExporter.properties(name), 0);
    }

    ExporterRegistration add(String name, Exporter implementation) {
        return core.add(implementation, TestExporter.properties(name), 0);
    }

    ExporterRegistration add(ExporterProperties properties, int ranking) {
        return core.add(exporter, properties, ranking);
    }

    /** A buffer of an exporter of its own. */
    DmaBuf buffer(long size) {
        return add("one").source().export(ExportRequest.ofSize(size));
    }

    /** Closes, and fails when anything of ours is still open. */
    @Override
    public void close() {
        core.close();
        simulated.close();
        log.close();
        assertEquals("", leftovers());
    }

    String leftovers() {
        ProcessResources more = ProcessResources.now().since(before);
        return more.isNothing() ? "" : more.toString();
    }

    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, () -> "waited in vain: " + what);
            LockSupport.parkNanos(1_000_000);
        }
    }

    static DmaBufException assertErrno(Errno errno, Executable action) {
        DmaBufException thrown = assertThrows(DmaBufException.class, action);
        assertEquals(errno, thrown.errno(), thrown.getMessage());
        return thrown;
    }
}
