package dmabuf.guest.parts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.guest.GuestException;
import dmabuf.guest.GuestSettings;
import dmabuf.guest.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartsFinderTest {

    private static final Distribution OTHER = new Distribution("Otherix 7", "seven", false);

    @TempDir
    Path folder;

    @Test
    void machineWithoutPackagesHearsOfEverythingThatIsMissing() throws Exception {
        GuestSettings settings = GuestSettings.of(Map.of(GuestSettings.CACHE, folder.resolve("cache").toString()));

        GuestException e = assertThrows(
                GuestException.class, () -> new PartsFinder(settings, OTHER, Progress.SILENT).find(true, (p, d) -> p));

        assertEquals(GuestException.Reason.UNUSABLE, e.reason());
        assertTrue(e.getMessage().contains("this is Otherix 7"), e.getMessage());
        assertTrue(e.getMessage().contains("name one in DMABUF_GUEST_KERNEL and DMABUF_GUEST_MODULES"), e.getMessage());
        assertFalse(Files.exists(settings.cache()), "nothing is made before it can be used");
    }

    @Test
    void whatTheUserNamesIsTakenWithoutAnyPackage() throws Exception {
        Path kernel = Files.writeString(folder.resolve("vmlinux"), "");
        Path modules = Files.createDirectory(folder.resolve("modules"));
        Path qemu = Files.writeString(folder.resolve("qemu"), "");
        Path busybox = Files.writeString(folder.resolve("busybox"), "");
        GuestSettings settings = GuestSettings.of(Map.of(
                GuestSettings.CACHE, folder.resolve("cache").toString(),
                GuestSettings.KERNEL, kernel.toString(),
                GuestSettings.MODULES, modules.toString(),
                GuestSettings.QEMU, qemu.toString(),
                GuestSettings.BUSYBOX, busybox.toString()));

        Parts parts = new PartsFinder(settings, OTHER, Progress.SILENT).find(true, (found, decompressor) -> found);

        assertEquals(new Parts(kernel, List.of(modules), new Parts.Qemu(qemu, List.of(), List.of()), busybox), parts);
    }

    @Test
    void distributionIsReadFromItsOwnWords() {
        List<String> debian = List.of("PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"", "VERSION_CODENAME=bookworm", "ID=debian", "");

        assertEquals(new Distribution("Debian GNU/Linux 12 (bookworm)", "bookworm", true), Distribution.of(debian, true));
        assertFalse(Distribution.of(debian, false).hasPackages());
        assertFalse(Distribution.of(List.of("ID=fedora", "VERSION_CODENAME=\"\""), true).hasPackages());
        assertEquals("an unknown Linux", Distribution.of(List.of(), true).name());
    }

    @Test
    void programsAreFoundOnThePath() throws IOException {
        Path program = Files.writeString(folder.resolve("tool"), "#!/bin/sh\n");
        Map<String, String> environment = Map.of("PATH", "relative:" + folder);
        assertTrue(Programs.find("tool", environment).isEmpty(), "it is not executable yet");

        assertTrue(program.toFile().setExecutable(true));

        assertEquals(program, Programs.find("tool", environment).orElseThrow());
    }
}
