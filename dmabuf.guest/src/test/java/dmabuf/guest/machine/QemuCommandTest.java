package dmabuf.guest.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.guest.GuestMachine;
import dmabuf.guest.parts.Parts;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QemuCommandTest {

    private static final Parts PARTS = new Parts(
            Path.of("/c/vmlinux"),
            List.of(Path.of("/c/modules")),
            new Parts.Qemu(Path.of("/c/qemu"), List.of(), List.of(Path.of("/c/firmware"))),
            Path.of("/c/busybox"));

    @Test
    void machineDecidesWhatIsInIt() {
        GuestMachine machine = GuestMachine.plain()
                .withDevice("virtio-gpu-pci")
                .withDevice("bochs-display")
                .withKernelArgument("udmabuf.size_limit_mb=128")
                .withQemuArgument("-S");

        List<String> line = line(machine, Path.of("/run"));

        assertTrue(follows(line, "-device", "virtio-gpu-pci") && follows(line, "-device", "bochs-display"), line.toString());
        assertTrue(follows(line, "-append", "console=ttyS0 quiet oops=panic panic=-1 udmabuf.size_limit_mb=128"), line.toString());
        assertTrue(follows(line, "-cpu", "max,-cx16") && follows(line, "-L", "/c/firmware"), line.toString());
        assertEquals("-S", line.getLast());
    }

    @Test
    void guestWhoseMemoryTheHostUsesHasItInAMemfd() {
        List<String> line = line(GuestMachine.plain().withDevice("virtio-gpu-pci,blob=on"), Path.of("/run"));

        assertEquals("/run/qemu", line.getFirst());
        assertTrue(follows(line, "-M", "q35,memory-backend=memory"), line.toString());
        assertTrue(follows(line, "-object", "memory-backend-memfd,id=memory,share=on,size=2048M"), line.toString());
        assertTrue(follows(line(GuestMachine.full().withoutBlobs(), Path.of("/run")), "-M", "q35"));
    }

    @Test
    void rootIsSharedReadOnly() {
        assertTrue(follows(
                line(GuestMachine.plain(), Path.of("/run")),
                "-virtfs",
                "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap"));
    }

    @Test
    void commaInAPathIsDoubled() {
        assertTrue(follows(
                line(GuestMachine.plain(), Path.of("/a,b")),
                "-virtfs",
                "local,path=/a,,b/control,mount_tag=control,security_model=none"));
    }

    private static List<String> line(GuestMachine machine, Path folder) {
        return QemuCommand.of(
                PARTS, Path.of("/run/qemu"), Path.of("/initrd"), machine, "tcg", folder, folder.resolve("control"), Optional.empty());
    }

    private static boolean follows(List<String> line, String option, String value) {
        return IntStream.range(1, line.size()).anyMatch(i -> line.get(i).equals(value) && line.get(i - 1).equals(option));
    }
}
