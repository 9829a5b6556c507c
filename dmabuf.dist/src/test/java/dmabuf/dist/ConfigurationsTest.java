package dmabuf.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationsTest {

    @TempDir
    private Path folder;

    @Test
    void filesAndOptionsBecomeWhatConfigAdminReads() throws Exception {
        Files.writeString(folder.resolve("exporter.udmabuf.cfg"), "device = /dev/a \"b\"\nkernel=linux\n");
        Files.writeString(folder.resolve("README"), "not a configuration");
        Path out = folder.resolve("out");
        new Configurations().addFolder(folder).put("exporter.udmabuf", "kernel", "simulated").put("x", "k", "v").write(out);
        assertEquals("""
                device="/dev/a \\"b\\""
                kernel="simulated"
                service.pid="exporter.udmabuf"
                """, Files.readString(out.resolve("exporter/udmabuf.config")));
        assertEquals("k=\"v\"\nservice.pid=\"x\"\n", Files.readString(out.resolve("x.config")));
    }

    @Test
    void whatIsRemovedIsNotWritten() {
        Configurations configurations = new Configurations().put("dmabuf.sim", "devices", "/dev/udmabuf").put("x", "k", "v");
        assertTrue(configurations.has("dmabuf.sim"));
        configurations.remove("dmabuf.sim");
        assertFalse(configurations.has("dmabuf.sim"));
        configurations.write(folder);
        assertTrue(Files.exists(folder.resolve("x.config")));
        assertTrue(Files.notExists(folder.resolve("dmabuf")));
    }

    @Test
    void noFolderIsNoConfiguration() {
        new Configurations().addFolder(folder.resolve("none")).write(folder.resolve("out"));
        assertTrue(Files.notExists(folder.resolve("out")));
    }

    @Test
    void fileThatCannotBeReadIsNamed() throws Exception {
        Files.createDirectory(folder.resolve("some.cfg"));
        assertTrue(assertThrows(IllegalStateException.class, () -> new Configurations().addFolder(folder)).getMessage()
                .contains(folder.toString()));
        Files.delete(folder.resolve("some.cfg"));
        Files.writeString(folder.resolve("bad.cfg"), "k = \\u00zz");
        assertThrows(IllegalStateException.class, () -> new Configurations().addFolder(folder));
    }
}
