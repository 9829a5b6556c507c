package dmabuf.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is there of device nodes and attributes. */
class LinuxDevicesTest {

    private final LinuxSyscalls kernel = new LinuxSyscalls();
    private final Devices devices = kernel.devices();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        kernel.shutDown();
    }

    @Test
    void nodesAreListedSortedAndWithoutFolders() throws Exception {
        Files.createDirectory(folder.resolve("by-path"));
        Path second = Files.createFile(folder.resolve("renderD129"));
        Path first = Files.createFile(folder.resolve("renderD128"));
        assertEquals(List.of(first.toString(), second.toString()), devices.list(folder.toString()));
        assertTrue(devices.list("/dev").contains("/dev/null"));
    }

    @Test
    void entriesAreNamesOfWhateverThereIs() throws Exception {
        Files.createDirectory(folder.resolve("folder"));
        Files.createSymbolicLink(folder.resolve("link"), folder);
        Files.createFile(folder.resolve("attribute"));
        assertEquals(List.of("attribute", "folder", "link"), devices.entries(folder.toString()));
        assertEquals(List.of(), devices.entries(folder.resolve("none").toString()));
    }

    @Test
    void folderThatIsNotThereHasNoNodes() {
        assertEquals(List.of(), devices.list(folder.resolve("none").toString()));
        assertEquals(List.of(), devices.list("/dev/null"));
    }

    @Test
    void nodesExistOrNot() {
        assertTrue(devices.exists("/dev/null"));
        assertFalse(devices.exists("/dev/none"));
    }

    @Test
    void nodeThatTakesThePlaceOfAnotherIsToldFromIt() throws Exception {
        Path node = Files.createFile(folder.resolve("renderD128"));
        long before = devices.identity(node.toString());
        assertEquals(before, devices.identity(node.toString()));
        Files.move(Files.createFile(folder.resolve("other")), node, StandardCopyOption.REPLACE_EXISTING);
        assertNotEquals(before, devices.identity(node.toString()));
        Files.delete(node);
        assertEquals(0, devices.identity(node.toString()));
    }

    @Test
    void attributesAreTextWithoutTheLinesEnd() throws Exception {
        Path attribute = folder.resolve("list_limit");
        Files.writeString(attribute, "1024\n");
        assertEquals(Optional.of("1024"), devices.attribute(attribute.toString()));
        assertEquals(Optional.empty(), devices.attribute(folder.resolve("none").toString()));
        assertEquals(Optional.empty(), devices.attribute(folder.toString()));
        assertTrue(devices.attribute("/proc/sys/kernel/ostype").orElseThrow().equals("Linux"));
    }

    @Test
    void missingAccessIsExplainedWithOwnerModeAndWhatToDo() throws Exception {
        Path node = Files.createFile(folder.resolve("node"), PosixFilePermissions.asFileAttribute(
                PosixFilePermissions.fromString("rw-------")));
        PosixFileAttributes attributes = Files.readAttributes(node, PosixFileAttributes.class);
        String text = devices.explainNoAccess(node.toString()).orElseThrow();
        assertTrue(text.startsWith(node + " belongs to " + attributes.owner().getName() + ":" + attributes.group().getName()
                + " with mode rw-------; "), text);
        assertTrue(text.contains("chmod g+rw " + node), text);
        assertEquals(Optional.empty(), devices.explainNoAccess(folder.resolve("none").toString()));
    }

    @Test
    void openedNodeIsOwnedAndAMissingOneSaysWhatToDo() {
        try (Fd node = DeviceNode.open(kernel, "/dev/null", Posix.O_RDWR, "load the driver")) {
            assertTrue(node.isOpen());
        }
        DmaBufException refused = assertThrows(DmaBufException.class,
                () -> DeviceNode.open(kernel, "/dev/none", Posix.O_RDWR, "load the driver"));
        assertEquals(Errno.ENOENT, refused.errno());
        assertEquals("open(/dev/none) failed: ENOENT (No such file or directory): load the driver", refused.getMessage());
    }
}
