package dmabuf.shell.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import org.junit.jupiter.api.Test;

class ProcessorTest {

    private static String info(String model, String flags) {
        return "processor\t: 0\nvendor_id\t: x\nmodel name\t: " + model + "\nflags\t\t: fpu vme " + flags + " lahf_lm\nbugs\t\t:\n";
    }

    @Test
    void realOneHasNoHypervisor() {
        assertEquals(Processor.REAL, Processor.of(info("Intel(R) Core(TM) i7-1185G7", "tsc"), "tsc hpet acpi_pm \n"));
        assertEquals(Processor.REAL, Processor.of("processor\t: 0\nFeatures\t: fp asimd\nCPU implementer\t: 0x41\n", "arch_sys_counter\n"));
        assertEquals(Processor.REAL, Processor.of("", ""));
    }

    @Test
    void hypervisorIsSeenByItsFlag() {
        assertEquals(Processor.VIRTUAL, Processor.of(info("AMD EPYC", "hypervisor"), "tsc kvm-clock \n"));
        assertEquals(Processor.VIRTUAL, Processor.of(info("Intel(R) Xeon(R)", "hypervisor"), "hyperv_clocksource_tsc_page \n"));
    }

    @Test
    void emulationIsSeenByItsName() {
        assertEquals(Processor.EMULATED, Processor.of(info("QEMU TCG CPU version 2.5+", "hypervisor"), "tsc hpet \n"));
        assertEquals(Processor.EMULATED, Processor.of(info("QEMU Virtual CPU version 2.5+", "hypervisor"), "tsc hpet \n"));
        // The same model with KVM behind it has caches.
        assertEquals(Processor.VIRTUAL, Processor.of(info("QEMU Virtual CPU version 2.5+", "hypervisor"), "kvm-clock tsc \n"));
    }

    @Test
    void thisOneIsOfSomeKind() {
        assertNotNull(Processor.here());
    }
}
