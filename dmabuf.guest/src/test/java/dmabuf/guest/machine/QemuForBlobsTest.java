package dmabuf.guest.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dmabuf.guest.GuestMachine;
import dmabuf.guest.Progress;
import dmabuf.guest.parts.Parts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QemuForBlobsTest {

    private static final String PROGRAM = "\0text\0/dev/udmabuf\0open /dev/udmabuf: %s\0more";

    @TempDir
    Path folder;

    @BeforeEach
    void hostHasNoUdmabuf() {
        assumeFalse(Files.isWritable(Path.of("/dev/udmabuf")), "this machine has a /dev/udmabuf, and QEMU is started as it is");
    }

    private QemuForBlobs of(GuestMachine machine, List<Path> libraries) throws IOException {
        Path program = Files.writeString(folder.resolve("qemu"), PROGRAM);
        Parts parts = new Parts(folder, List.of(), new Parts.Qemu(program, libraries, List.of()), folder);
        return QemuForBlobs.of(parts, machine, folder, Progress.SILENT);
    }

    @Test
    void copyOfAnUnpackedQemuOpensSomethingElseAndFindsItsModules() throws IOException {
        Path modules = Files.createDirectories(folder.resolve("lib/qemu"));

        QemuForBlobs qemu = of(GuestMachine.full(), List.of(folder.resolve("lib")));

        assertEquals(GuestMachine.full(), qemu.machine());
        assertEquals(Map.of("QEMU_MODULE_DIR", modules.toString()), qemu.environment());
        assertEquals("\0text\0/dev/null\0\0\0\0open /dev/udmabuf: %s\0more", Files.readString(qemu.program()));
        assertTrue(Files.isExecutable(qemu.program()));
        assertEquals(PROGRAM, Files.readString(folder.resolve("qemu")), "the program itself stays as it is");
    }

    @Test
    void machineWithoutBlobsIsStartedAsItIs() throws IOException {
        QemuForBlobs qemu = of(GuestMachine.plain(), List.of());

        assertEquals(folder.resolve("qemu"), qemu.program());
        assertEquals(Map.of(), qemu.environment());
    }

    @Test
    void blobsAreLeftOutOfOnesOwnQemu() throws IOException {
        QemuForBlobs qemu = of(GuestMachine.full(), List.of());

        assertEquals(folder.resolve("qemu"), qemu.program());
        assertFalse(qemu.machine().hasBlobs());
        assertTrue(qemu.machine().devices().contains("virtio-gpu-pci"));
    }

    @Test
    void programThatIsBuiltOtherwiseIsNotTouched() {
        assertTrue(QemuForBlobs.changed("no such thing".getBytes(StandardCharsets.US_ASCII)).isEmpty());
        assertTrue(QemuForBlobs.changed((PROGRAM + PROGRAM).getBytes(StandardCharsets.US_ASCII)).isEmpty());
    }
}
