package dmabuf.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuestSettingsTest {

    @TempDir
    Path folder;

    @Test
    void cacheIsTheUsersOwn() throws GuestException {
        assertEquals(Path.of("/home/a/.cache/dmabuf/guest"), GuestSettings.of(Map.of("HOME", "/home/a")).cache());
        assertEquals(Path.of("/x/dmabuf/guest"), GuestSettings.of(Map.of("HOME", "/h", "XDG_CACHE_HOME", "/x")).cache());
        assertEquals(Path.of("/h/.cache/dmabuf/guest"), GuestSettings.of(Map.of("HOME", "/h", "XDG_CACHE_HOME", "x")).cache());
        assertEquals(Path.of("/c"), GuestSettings.of(Map.of("HOME", "/h", GuestSettings.CACHE, "/c")).cache());
    }

    @Test
    void defaultsNeedNothing() throws GuestException {
        GuestSettings settings = GuestSettings.of(Map.of("HOME", "/h", GuestSettings.KERNEL, ""));

        assertEquals(Optional.empty(), settings.kernel());
        assertEquals(Duration.ofSeconds(240), settings.timeout());
    }

    @Test
    void kernelNeedsItsModules() throws Exception {
        Path kernel = Files.writeString(folder.resolve("vmlinux"), "");

        assertRefused(Map.of("HOME", "/h", GuestSettings.KERNEL, kernel.toString()), "set both");
        assertEquals(
                Optional.of(kernel),
                GuestSettings.of(Map.of("HOME", "/h", GuestSettings.KERNEL, kernel.toString(), GuestSettings.MODULES, folder.toString()))
                        .kernel());
    }

    @Test
    void whatMakesNoSenseIsRefusedByName() {
        assertRefused(Map.of(), "set DMABUF_GUEST_CACHE");
        assertRefused(Map.of("HOME", "/h", GuestSettings.QEMU, "/no/such/qemu"), "DMABUF_GUEST_QEMU names /no/such/qemu");
        assertRefused(Map.of("HOME", "/h", GuestSettings.TIMEOUT, "soon"), "DMABUF_GUEST_TIMEOUT is a number of seconds");
        assertRefused(Map.of("HOME", "/h", GuestSettings.TIMEOUT, "0"), "DMABUF_GUEST_TIMEOUT is a number of seconds");
    }

    private static void assertRefused(Map<String, String> environment, String words) {
        GuestException e = assertThrows(GuestException.class, () -> GuestSettings.of(environment));
        assertEquals(GuestException.Reason.UNUSABLE, e.reason());
        assertTrue(e.getMessage().contains(words), e.getMessage());
    }
}
