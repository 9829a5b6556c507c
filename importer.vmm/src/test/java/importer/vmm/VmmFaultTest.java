package importer.vmm;

import static importer.vmm.Rig.PAGE;

import dmabuf.api.BufferSource;
import dmabuf.api.Caching;
import dmabuf.api.DmaBuf;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.MmapPolicy;
import dmabuf.core.CoreDmaBufs;
import dmabuf.fd.KernelKind;
import dmabuf.sim.SimulatedKernel;
import dmabuf.spi.ExportedBuffer;
import dmabuf.tck.fault.FaultSweep;
import dmabuf.tck.fault.FaultySyscalls;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every operation on guest memory, with every errno that each system call can give: of the buffers' kernel, and of KVM's. */
class VmmFaultTest {

    private static final SimulatedKernel SIMULATED = new SimulatedKernel();
    private static final FaultySyscalls BUFFERS = FaultySyscalls.over(SIMULATED);

    @AfterAll
    static void switchOff() {
        SIMULATED.close();
    }

    /** A core, a buffer, and a monitor. */
    private static final class Bench implements AutoCloseable {

        private final CoreDmaBufs core = new CoreDmaBufs();
        private final BufferSource source = core.add(
                request -> ExportedBuffer.builder(
                        Rig.udmabuf(SIMULATED, request), request.size(), MmapPolicy.mappable(Caching.CACHED)).build(),
                ExporterProperties.builder("one", "/dev/one", KernelKind.SIMULATED).wrap(true).build(), 0).source();
        private final DmaBuf faulty = core.add(
                request -> ExportedBuffer.builder(
                        Rig.udmabuf(BUFFERS, request), request.size(), MmapPolicy.mappable(Caching.CACHED)).build(),
                ExporterProperties.builder("two", "/dev/two", KernelKind.SIMULATED).build(), 0).source().export(ExportRequest.ofSize(PAGE));
        private final DmaBuf buffer = source.export(ExportRequest.ofSize(PAGE));
        private final Vmm vmm;
        private final KvmUse use;

        Bench(FaultySyscalls kernel, KvmUse use) {
            this.vmm = Vmm.on(kernel);
            this.use = use;
        }

        GuestMemory guest() {
            return vmm.create(GuestOptions.named("faulty").kvm(use));
        }

        @Override
        public void close() {
            buffer.close();
            faulty.close();
            core.close();
        }
    }

    private static Stream<DynamicTest> sweep(String name, FaultSweep.Operation<Bench> operation) {
        return Host.all().stream().flatMap(host -> {
            FaultySyscalls kernel = FaultySyscalls.over(host.kernel());
            return tests(FaultSweep.of(name + ", " + host, kernel, () -> new Bench(kernel, host.use()), operation));
        });
    }

    private static Stream<DynamicTest> tests(FaultSweep<Bench> sweep) {
        return sweep.cases().stream().map(each -> DynamicTest.dynamicTest(each.name(), each::run));
    }

    @TestFactory
    Stream<DynamicTest> guestWithABuffer() {
        return Host.withKvm().stream().flatMap(host -> {
            FaultySyscalls kernel = FaultySyscalls.over(host.kernel());
            return tests(FaultSweep.of("map, " + host, kernel, () -> new Bench(kernel, host.use()), bench -> {
                try (GuestMemory guest = bench.guest();
                        GuestSlot slot = guest.map(bench.buffer, 0x100000, SlotRequest.whole().dirtyLog())) {
                    slot.takeDirtyPages();
                }
            }));
        });
    }

    @TestFactory
    Stream<DynamicTest> bufferWhoseKernelFails() {
        return Host.all().stream().flatMap(host -> tests(FaultSweep.of("map of a buffer, " + host, BUFFERS, () -> new Bench(
                FaultySyscalls.over(host.kernel()), host.use()), bench -> {
            try (GuestMemory guest = bench.guest();
                    GuestSlot slot = guest.map(bench.faulty, 0x100000, SlotRequest.whole().prefault())) {
                guest.write(slot.guestAddress(), MemorySegment.ofArray(new byte[] {1}));
            }
        })));
    }

    @TestFactory
    Stream<DynamicTest> ram() {
        return sweep("RAM", bench -> {
            try (GuestMemory guest = bench.guest();
                    GuestRam ram = guest.addRam(0, 2 * PAGE, RamRequest.plain().chunkSize(PAGE).prefault())) {
                guest.write(ram.guestAddress(), MemorySegment.ofArray(new byte[] {1}));
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> exportOfRam() {
        return sweep("export of RAM", bench -> {
            try (GuestMemory guest = bench.guest()) {
                guest.addRam(0, 2 * PAGE, RamRequest.plain().chunkSize(PAGE));
                guest.export(bench.source, List.of(new GuestRange(PAGE, PAGE), new GuestRange(0, PAGE)), "").close();
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> descriptorOfTheMachine() {
        return Host.withKvm().stream().flatMap(host -> {
            FaultySyscalls kernel = FaultySyscalls.over(host.kernel());
            return tests(FaultSweep.of("vm, " + host, kernel, () -> new Bench(kernel, host.use()), bench -> {
                try (GuestMemory guest = bench.guest()) {
                    guest.vm().orElseThrow().close();
                }
            }));
        });
    }
}
