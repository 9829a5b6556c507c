package dmabuf.tck.exporter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The bundle can be swapped without touching any other, and links nothing native. */
interface ManifestChecks {

    @Test
    default void bundleExportsNoPackage(BundleFile bundle) {
        assertEquals(Set.of(), bundle.exports().keySet(), "who wires to an exporter is refreshed with it: keep its packages private");
    }

    @Test
    default void bundleWiresByImportedPackagesOnly(BundleFile bundle) {
        for (String header : List.of("Require-Bundle", "DynamicImport-Package", "Fragment-Host")) {
            assertNull(bundle.header(header), header + ": import what is used with Import-Package, as bnd does by itself");
        }
    }

    @Test
    default void contractIsImportedWithTheRangeOfItsUsers(BundleFile bundle) {
        Map<String, String> imports = bundle.imports();
        assertTrue(imports.containsKey("dmabuf.spi"), "the bundle does not import dmabuf.spi: an exporter imports the contract, and"
                + " contains none of its packages");
        Set<String> wrong = new TreeSet<>();
        imports.forEach((name, range) -> {
            if (name.startsWith("dmabuf.") && !ImportRange.isRight(name, range)) {
                wrong.add(name + ";version=" + range + " instead of " + ImportRange.of(name));
            }
        });
        assertEquals(Set.of(), wrong, "the range begins with the version that was compiled against, or before, and ends before the next"
                + " major one: let bnd write Import-Package");
    }

    @Test
    default void bundleLinksNothingNative(BundleFile bundle) {
        assertEquals(Set.of(), bundle.nativeUses(), "dmabuf.linux is the only bundle with native access: make system calls through the"
                + " service Syscalls, and map through MappedMemory");
    }
}
