package exporter.hello;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page that walks through this bundle shows it as it is. */
class DocumentationTest {

    @ParameterizedTest
    @CsvSource({
        "src/main/java/exporter/hello/HelloExporter.java,              java,       /**",
        "src/main/java/exporter/hello/HelloComponent.java,             java,       /**",
        "src/test/java/exporter/hello/HelloExporterConformanceIT.java, java,       /**",
        "bnd.bnd,                                                      properties, Bundle-Name"
    })
    void pageShowsTheFileAsItIs(String file, String language, String beginning) throws IOException {
        String source = Files.readString(Path.of(file));
        String block = "```" + language + "\n" + source.substring(source.indexOf(beginning)) + "```\n";
        String page = Files.readString(Path.of("../../docs/write-an-exporter.md"));
        assertTrue(page.contains(block), () -> "docs/write-an-exporter.md does not have this:\n" + block);
    }
}
