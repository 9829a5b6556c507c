package dmabuf.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDescriptorTest {

    @Test
    void bundlesAreNamedInTheirOrder(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("some.bndrun"), """
                # A comment
                -runrequires: bnd.identity;id=b
                -runbundles: \\
                \tb;version='[1.0.0,1.0.1)';startlevel=1,\\
                \torg.a.c;version='[2.2.18,2.2.19)';startlevel=2,\\
                \td
                """);
        assertEquals(List.of("b", "org.a.c", "d"), RunDescriptor.read(file).bundles());
    }

    @Test
    void nothingIsNoBundle() {
        assertEquals(List.of(), RunDescriptor.parse("").bundles());
    }

    @Test
    void missingDescriptorIsNamed() {
        assertTrue(assertThrows(UncheckedIOException.class, () -> RunDescriptor.read(Path.of("/nowhere/some.bndrun"))).getMessage()
                .contains("/nowhere/some.bndrun"));
    }
}
