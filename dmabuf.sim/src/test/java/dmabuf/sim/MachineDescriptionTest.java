package dmabuf.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.fd.Fd;
import dmabuf.linux.FileStatus;
import java.lang.annotation.Annotation;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Machines by name and by list, and what stays when one becomes another. */
class MachineDescriptionTest extends SimulatedKernelCase {

    static Stream<String> names() {
        return MachineDescription.names().stream();
    }

    private void become(String... devices) {
        kernel.machine().become(MachineDescription.of(List.of(devices)));
    }

    @Test
    void namesAreThoseThatPeopleAreTold() {
        assertEquals(
                List.of("default", "laptop", "atom", "meteorlake", "discrete", "vm", "vm-classic", "vm-3d", "camera", "vgpu", "all"),
                MachineDescription.names());
    }

    @ParameterizedTest
    @MethodSource("names")
    void machineIsWhatItsNameSays(String name) {
        MachineDescription description = MachineDescription.named(name);
        kernel.machine().become(description);
        assertEquals(description, kernel.machine().describe());
        assertTrue(description.devices().keySet().containsAll(List.of("/dev/udmabuf", "/dev/dma_heap/system")));
        assertEquals(description, MachineDescription.of(List.of(
                description.toString().substring(1, description.toString().length() - 1).split(", "))), "what it says it is");
    }

    @Test
    void allIsEveryOtherMachineAndVgem() {
        var all = MachineDescription.named("all").devices().values();
        names().filter(name -> !name.equals("all"))
                .forEach(name -> assertTrue(all.containsAll(MachineDescription.named(name).devices().values()), name));
        assertTrue(all.contains(Optional.of(SimulatedGpu.VGEM)));
    }

    @Test
    void unknownMachineIsRefusedWithThoseThatThereAre() {
        String said = assertThrows(IllegalArgumentException.class, () -> MachineDescription.named("cray")).getMessage();
        assertTrue(said.contains("cray"), said);
        MachineDescription.names().forEach(name -> assertTrue(said.contains(name), said));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "/dev/dri/card0", "/dev/dri/card0=voodoo", "/dev/dri/renderD128=vgem", "/dev/udmabuf=vgem",
        "/dev/video0", "/dev/video0=vgem", "/dev/video64=camera", "/dev/dri/card0=camera", "/dev/null", "", "=vgem"
    })
    void deviceThatCannotBeSimulatedIsRefused(String device) {
        assertThrows(IllegalArgumentException.class, () -> MachineDescription.of(List.of(device)));
    }

    @Test
    void nodeIsNamedOnce() {
        assertThrows(
                IllegalArgumentException.class,
                () -> MachineDescription.of(List.of("/dev/dri/card0=vgem", "/dev/dri/card0=i915-llc")));
    }

    @Test
    void devicesThatStayAreNotTouched() {
        become("/dev/udmabuf", "/dev/dri/card0=vgem", "/dev/dri/card1=i915-llc");
        try (Drm staying = new Drm(kernel, "/dev/dri/card0");
                Drm leaving = new Drm(kernel, "/dev/dri/card1")) {
            int handle = staying.dumb(1).handle();
            become("/dev/udmabuf", "/dev/dri/card0=vgem", "/dev/dri/card1=i915-no-llc", "/dev/dri/card2=bochs");
            assertTrue(staying.mapDumb(handle) > 0, "the same device still");
            assertEquals("ENODEV", answer(leaving.closeHandle(1)), "another device has come into its place");
            assertEquals(
                    List.of("/dev/dri/card0", "/dev/dri/card1", "/dev/dri/card2", "/dev/dri/renderD128", "/dev/dri/renderD129"),
                    kernel.devices().list("/dev/dri"));
            try (Fd memfd = sealed(PAGE);
                    Fd buffer = udmabuf.buffer(memfd.number(), 0, PAGE)) {
                assertEquals(PAGE, FileStatus.of(buffer.number()).size());
            }
        }
    }

    @Test
    void becomingTheSameAgainChangesNothing() {
        become("/dev/udmabuf", "/dev/dri/card0=vgem");
        SimulatedDevice before = device("/dev/dri/card0");
        become("/dev/dri/card0=vgem", "/dev/udmabuf");
        assertEquals(before, device("/dev/dri/card0"));
        become();
        assertEquals(List.of(), kernel.devices().list("/dev/dri"));
        assertEquals("[]", kernel.machine().describe().toString());
    }

    private SimulatedDevice device(String node) {
        return ((SimulatedDevices) kernel.devices()).device(node);
    }

    @Test
    void configurationChoosesTheMachine() {
        kernel.start(configuration("laptop"));
        assertEquals(MachineDescription.named("laptop"), kernel.machine().describe());
        kernel.modify(configuration("vm-3d"));
        assertEquals(MachineDescription.named("vm-3d"), kernel.machine().describe());
        kernel.modify(configuration("laptop", "/dev/dri/card7=bochs"));
        assertEquals("[/dev/dri/card7=bochs]", kernel.machine().describe().toString());
        kernel.modify(configuration("cray"));
        assertEquals("[/dev/dri/card7=bochs]", kernel.machine().describe().toString(), "as it was");
        assertThrows(IllegalArgumentException.class, () -> kernel.start(configuration("cray")));
    }

    @Test
    void devicesMayStandInOneLine() {
        kernel.start(configuration("default", "/dev/udmabuf , /dev/dma_heap/linux,cma,/dev/dri/card1=i915-llc"));
        assertEquals("[/dev/dma_heap/linux,cma, /dev/dri/card1=i915-llc, /dev/udmabuf]", kernel.machine().describe().toString());
    }

    private static SimulatedKernel.Configuration configuration(String machine, String... devices) {
        return new SimulatedKernel.Configuration() {
            @Override
            public Class<? extends Annotation> annotationType() {
                return SimulatedKernel.Configuration.class;
            }

            @Override
            public String machine() {
                return machine;
            }

            @Override
            public String[] devices() {
                return Arrays.copyOf(devices, devices.length);
            }
        };
    }
}
