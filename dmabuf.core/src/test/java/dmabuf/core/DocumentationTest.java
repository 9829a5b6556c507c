package dmabuf.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.spi.BufferCallback;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What {@code docs/dma-buf-ops.md} and {@code docs/locking.md} say is so, and the README's first importer is the one that is deployed. */
class DocumentationTest {

    /** The callbacks and entry points of {@code include/linux/dma-buf.h} of Linux 6.12, and of what came since. */
    private static final List<String> KERNEL = List.of(
            ".cache_sgt_mapping", ".attach", ".detach", ".pin", ".unpin", ".map_dma_buf", ".unmap_dma_buf", ".release", ".begin_cpu_access",
            ".end_cpu_access", ".mmap", ".vmap", ".vunmap", ".allow_peer2peer", ".move_notify", ".invalidate_mappings", ".exp_name",
            ".owner", ".ops", ".size", ".flags", ".resv", ".priv", "DEFINE_DMA_BUF_EXPORT_INFO", "dma_buf_export", "dma_buf_fd", "dma_buf_get",
            "get_dma_buf", "dma_buf_put", "dma_buf_is_dynamic", "dma_buf_attachment_is_dynamic", "dma_buf_attach", "dma_buf_dynamic_attach",
            "dma_buf_attach_revocable", "dma_buf_detach", "dma_buf_pin", "dma_buf_unpin", "dma_buf_map_attachment",
            "dma_buf_unmap_attachment", "dma_buf_map_attachment_unlocked", "dma_buf_unmap_attachment_unlocked", "dma_buf_move_notify",
            "dma_buf_invalidate_mappings", "dma_buf_begin_cpu_access", "dma_buf_end_cpu_access", "dma_buf_mmap", "dma_buf_vmap",
            "dma_buf_vunmap", "dma_buf_vmap_unlocked", "dma_buf_vunmap_unlocked");

    private static final Path ROOT = Path.of("..");
    private static final Path CASES = ROOT.resolve("dmabuf.tck/src/main/resources/dmabuf/tck/cases");

    private static String read(String path) throws IOException {
        return Files.readString(ROOT.resolve(path));
    }

    /** The rows of all tables, without their heads, as cells. */
    private static List<String[]> rows(String page) {
        List<String[]> rows = new ArrayList<>();
        for (String line : page.lines().toList()) {
            if (line.startsWith("| ") && !line.contains("| shown by |")) {
                rows.add(line.substring(1, line.length() - 1).split("\\|"));
            }
        }
        return rows;
    }

    @Test
    void importerOfTheReadmeIsPartOfTheExample() throws IOException {
        String block = read("README.md").split("```java\n", 2)[1].split("```\n", 2)[0];
        Iterator<String> source = read("examples/importer.hello/src/main/java/importer/hello/HelloImporter.java").lines().iterator();
        for (String line : block.lines().toList()) {
            boolean found = false;
            while (!found && source.hasNext()) {
                found = source.next().equals(line);
            }
            assertTrue(found, () -> "the example does not have this, or not here: " + line);
        }
    }

    @Test
    void tableHasEveryCallbackAndEntryPointOfTheKernel() throws IOException {
        List<String[]> rows = rows(read("docs/dma-buf-ops.md"));
        for (String name : KERNEL) {
            assertEquals(1, rows.stream().filter(row -> row[0].strip().equals("`" + name + "`")).count(), name);
        }
    }

    @Test
    void tableHasEveryCallbackOfOurs() throws IOException {
        String page = read("docs/dma-buf-ops.md");
        for (BufferCallback callback : BufferCallback.values()) {
            assertTrue(page.contains("`BufferOps." + callback + "`"), callback::toString);
        }
    }

    @Test
    void everyRowIsFullOrSaysWhyItMeansNothing() throws IOException {
        List<String[]> rows = rows(read("docs/dma-buf-ops.md"));
        assertTrue(rows.size() > 100, () -> "only " + rows.size());
        for (String[] row : rows) {
            assertEquals(3, row.length, () -> String.join("|", row));
            assertFalse(row[1].isBlank(), row[0]);
            boolean proved = row[2].contains("`");
            assertTrue(proved || row[1].strip().startsWith("meaningless: ") && row[2].strip().equals("—"), row[0]);
        }
    }

    @Test
    void everyTestAndCaseThatATableNamesExists() throws IOException {
        for (String[] row : rows(read("docs/dma-buf-ops.md"))) {
            assertNamesExist(row[2]);
        }
        assertNamesExist(read("docs/locking.md"));
    }

    private static void assertNamesExist(String text) throws IOException {
        for (MatchResult test : Pattern.compile("`(\\w+Test)\\.(\\w+)`").matcher(text).results().toList()) {
            assertTrue(isTest(test.group(1), test.group(2)), test::group);
        }
        for (MatchResult named : Pattern.compile("`([a-z-]+): ([^`]+)`").matcher(text).results().toList()) {
            String cases = Files.readString(CASES.resolve(named.group(1) + ".cases"));
            assertTrue(cases.lines().anyMatch(("case: " + named.group(2))::equals), named::group);
        }
    }

    /** Two modules may have a test of the same name: one of them has the method. */
    private static boolean isTest(String type, String method) throws IOException {
        for (String module : List.of("dmabuf.core", "dmabuf.api")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
                for (Path file : files.filter(each -> each.getFileName().toString().equals(type + ".java")).toList()) {
                    if (hasTest(Files.readString(file), method)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static boolean hasTest(String source, String method) {
        int declaration = source.indexOf("void " + method + "(");
        String before = source.substring(0, Math.max(0, declaration));
        return Math.max(before.lastIndexOf("@Test"), before.lastIndexOf("@ParameterizedTest")) > before.lastIndexOf("void ");
    }
}
