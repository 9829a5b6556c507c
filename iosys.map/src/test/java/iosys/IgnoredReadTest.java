package iosys;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IgnoredReadTest {

    private static String folderOf(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    }

    @Test
    void ioMemoryIsReadThoughNobodyUsesTheValue(@TempDir Path folder) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xbatch",
                        "-XX:-TieredCompilation",
                        "-cp",
                        folderOf(IosysMap.class) + ":" + folderOf(IgnoredRead.class),
                        IgnoredRead.class.getName(),
                        folder.resolve("memory").toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        // That the other kind is optimised away shows that the compiler was there.
        assertEquals("I/O memory: read\nsystem memory: not read\n", said);
    }
}
