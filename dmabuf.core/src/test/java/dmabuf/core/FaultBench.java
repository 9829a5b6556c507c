package dmabuf.core;

import static dmabuf.core.Rig.PAGE;

import dmabuf.api.Access;
import dmabuf.api.BufferSource;
import dmabuf.api.Caching;
import dmabuf.api.DmaBuf;
import dmabuf.api.ExportRequest;
import dmabuf.api.Fence;
import dmabuf.api.MmapPolicy;
import dmabuf.fd.Fd;
import dmabuf.linux.Memfd;
import dmabuf.linux.TestUdmabuf;
import dmabuf.sim.SimulatedKernel;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.Exporter;
import dmabuf.spi.MappingPlan;
import dmabuf.tck.fault.FaultCase;
import dmabuf.tck.fault.FaultSweep;
import dmabuf.tck.fault.FaultySyscalls;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** What is tried with every fault: a core of its own, a buffer of two mapping modes, and another one that a device is drawing into. */
final class FaultBench implements AutoCloseable {

    static final SimulatedKernel SIMULATED = new SimulatedKernel();
    static final FaultySyscalls KERNEL = FaultySyscalls.over(SIMULATED);
    static final ExportRequest REQUEST = ExportRequest.ofSize(PAGE).withName("faulty");

    final CapturedLog log = new CapturedLog();
    final CoreDmaBufs core = new CoreDmaBufs();
    final BufferSource source = core.add(exporter(), TestExporter.properties("one"), 0).source();
    final DmaBuf buffer = source.export(REQUEST);
    final Vgem vgem = Vgem.of(SIMULATED, KERNEL);
    final DmaBuf drawn = source.export(REQUEST);
    final Runnable signal = vgem.write(drawn);
    /** Is signalled when the device has drawn, which it has not before the end. */
    final Fence pending = drawn.exportFence(Access.READ);

    private static Exporter exporter() {
        return request -> {
            Fd dmaBuf = TestUdmabuf.create(KERNEL, request.size());
            boolean made = false;
            try {
                ExportedBuffer buffer = ExportedBuffer.builder(dmaBuf, request.size(), MmapPolicy.mappable(Caching.CACHED))
                        .mode("wc", MmapPolicy.mappable(Caching.WRITE_COMBINED), MappingPlan.of(Memfd.sealed(KERNEL, "node", PAGE), 0))
                        .build();
                made = true;
                return buffer;
            } finally {
                if (!made) {
                    dmaBuf.close();
                }
            }
        };
    }

    static FaultSweep<FaultBench> sweep(String name, FaultSweep.Operation<FaultBench> operation) {
        return FaultSweep.of(name, KERNEL, FaultBench::new, operation).leaving(FaultBench::buffers);
    }

    static Stream<DynamicTest> tests(FaultSweep<?> sweep) {
        return sweep.cases().stream().map(FaultBench::test);
    }

    private static DynamicTest test(FaultCase each) {
        return DynamicTest.dynamicTest(each.name(), each::run);
    }

    /** What the simulated kernel knows of buffers that are open. */
    private static String buffers() {
        int open = SIMULATED.machine().buffers().size();
        return open == 0 ? "" : open + " simulated buffers";
    }

    @Override
    public void close() {
        signal.run();
        pending.close();
        vgem.close();
        drawn.close();
        buffer.close();
        core.close();
        log.close();
        if (!core.census().isEmpty()) {
            throw new AssertionError("left in the census: " + core.census());
        }
    }
}
