package dmabuf.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.BufferSource;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.ExportRequest;
import dmabuf.api.Mapping;
import dmabuf.fd.Fd;
import dmabuf.itest.container.InContainer;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Syscalls;
import dmabuf.sim.MachineDescription;
import dmabuf.sim.SimulatedKernel;
import dmabuf.sim.SimulatedMachine;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.BundleContext;

/** Config Admin says which machine is simulated; and the one without LLC finds importers that forget their brackets. */
@InContainer(DmaBufPlatform.class)
@ExtendWith(NoLeaks.class)
class SimulatedMachineIT {

    private static final String PID = SimulatedKernel.PID;
    private static final String I915 = "(dmabuf.exporter=i915)";
    private static final ExportRequest REQUEST = ExportRequest.ofSize(2 * 4096).withName("strict");

    private final Deployment deployment;
    private SimulatedMachine machine;

    SimulatedMachineIT(BundleContext context) {
        deployment = new Deployment(context);
    }

    @BeforeEach
    void find() {
        machine = deployment.service(SimulatedKernel.class, "").machine();
    }

    @AfterEach
    void undeploy() throws Exception {
        deployment.close();
        Await.until("the machine as it was", () -> machine.describe().equals(MachineDescription.named("default")));
    }

    private void become(String name) throws Exception {
        deployment.configure(PID, Map.of("machine", name));
        Await.until(name, () -> machine.describe().equals(MachineDescription.named(name)));
    }

    private BufferSource atom() throws Exception {
        become("atom");
        deployment.configure("exporter.i915", Map.of("kernel", "simulated"));
        deployment.install("exporter.i915");
        return deployment.source(I915);
    }

    @Test
    void machineIsWhatTheConfigurationSaysAndServicesFollow() throws Exception {
        BufferSource source = atom();
        try (DmaBuf buffer = source.export(REQUEST);
                Mapping mapping = buffer.mmap()) {
            Contents.write(mapping, 1);
            become("vm-classic");
            deployment.awaitNoSource(I915);
            Contents.assertWritten(mapping, 1);
        }
        deployment.configure(PID, Map.of("devices", new String[] {"/dev/dri/card3=i915-discrete"}));
        assertEquals("/dev/dri/renderD131", deployment.source(I915).properties().device());
    }

    @Test
    void machineThatDoesNotExistIsRefusedWithThoseThatDo() throws Exception {
        become("laptop");
        try (LogCapture log = LogCapture.of(SimulatedKernel.class.getName())) {
            deployment.configure(PID, Map.of("machine", "cray"));
            Await.until("refusal", () -> !log.lines(Level.SEVERE).isEmpty());
            String said = log.lines(Level.SEVERE).getFirst();
            assertTrue(said.contains("cray") && said.contains("laptop") && said.contains("vm-3d"), said);
        }
        assertEquals(MachineDescription.named("laptop"), machine.describe());
    }

    @Test
    void scopesOfTheContractReachTheDeviceAndBack() throws Exception {
        try (DmaBuf buffer = atom().export(REQUEST);
                Mapping mapping = buffer.mmap()) {
            try (CpuAccess access = mapping.cpuAccess(Access.WRITE)) {
                access.segment().set(ValueLayout.JAVA_INT, 4096, 7);
                assertEquals(0, deviceReads(buffer), "within the scope");
            }
            assertEquals(7, deviceReads(buffer), "behind the scope");
            machine.deviceWrite(buffer.id().inode(), 4096, MemorySegment.ofArray(new int[] {8}));
            try (CpuAccess access = mapping.cpuAccess(Access.READ)) {
                assertEquals(8, access.segment().get(ValueLayout.JAVA_INT, 4096));
            }
        }
    }

    @Test
    void importerWithoutScopesIsFoundOut() throws Exception {
        try (DmaBuf buffer = atom().export(REQUEST);
                Fd fd = buffer.fd();
                Arena arena = Arena.ofConfined()) {
            MemorySegment raw = MappedMemory.map((Syscalls) fd.kernel(), fd.number(), 0, 2 * 4096, true, arena);
            for (int frame = 1; frame <= 10; frame++) {
                raw.set(ValueLayout.JAVA_INT, 4096, frame);
                assertEquals(0, deviceReads(buffer), "the device has never seen frame " + frame);
            }
            machine.deviceWrite(buffer.id().inode(), 0, MemorySegment.ofArray(new int[] {5}));
            assertEquals(0, raw.get(ValueLayout.JAVA_INT, 0), "nor the importer what the device wrote");
        }
    }

    private int deviceReads(DmaBuf buffer) {
        int[] word = new int[1];
        machine.deviceRead(buffer.id().inode(), 4096, MemorySegment.ofArray(word));
        return word[0];
    }

    @Test
    void everyMachineHasANameThatConfigurationKnows() throws Exception {
        for (String name : List.copyOf(MachineDescription.names()).reversed()) {
            become(name);
        }
    }
}
