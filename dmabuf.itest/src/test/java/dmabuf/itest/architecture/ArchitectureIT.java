package dmabuf.itest.architecture;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.itest.container.ContainerJars;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who may know whom, over the bundles as they were built. */
class ArchitectureIT {

    /** What needs {@code --enable-native-access}, and what leads to it. */
    private static final Set<String> NATIVE = Set.of(
            "java.lang.foreign.Linker",
            "java.lang.foreign.SymbolLookup",
            "java.lang.foreign.MemorySegment#reinterpret",
            "java.lang.foreign.AddressLayout#withTargetLayout",
            "java.lang.ModuleLayer$Controller#enableNativeAccess",
            "java.lang.System#load",
            "java.lang.System#loadLibrary",
            "java.lang.Runtime#load",
            "java.lang.Runtime#loadLibrary",
            "sun.misc.Unsafe");

    /** Bundles that nobody wires to, so that refreshing one never cascades. */
    private static final Predicate<BundleJar> PRIVATE = bundle -> bundle.name().startsWith("exporter.")
            || Set.of("dmabuf.core", "dmabuf.shell", "dmabuf.demo", "dmabuf.soak", "dmabuf.camera").contains(bundle.name());

    /** Headers that differ from build to build, or tell of the machine that built. */
    private static final Set<String> UNREPRODUCIBLE =
            Set.of("Bnd-LastModified", "Tool", "Created-By", "Build-Jdk", "Build-Jdk-Spec", "Built-By", "Private-Package", "Include-Resource");

    private static Map<String, BundleJar> bundles;

    @BeforeAll
    static void readBundles() throws IOException {
        try (Stream<Path> folders = Stream.concat(Files.list(Path.of("..")), Files.list(Path.of("../examples")))) {
            bundles = folders.filter(folder -> Files.exists(folder.resolve("bnd.bnd")) && Files.exists(folder.resolve("pom.xml")))
                    .map(folder -> BundleJar.of(jarOf(folder.getFileName().toString())))
                    .collect(Collectors.toMap(BundleJar::name, bundle -> bundle));
        }
        assertTrue(bundles.keySet().containsAll(Set.of("dmabuf.api", "dmabuf.linux", "dmabuf.core", "exporter.udmabuf")), bundles::toString);
    }

    private static Path jarOf(String bundle) {
        try {
            return ContainerJars.jar(bundle);
        } catch (IllegalStateException e) {
            throw new AssertionError("the rules are for every bundle: make " + bundle + " a dependency of dmabuf.itest", e);
        }
    }

    @Test
    void nativeAccessIsInOneBundleOnly() {
        Set<String> using = new TreeSet<>();
        List<String> uses = new ArrayList<>();
        for (BundleJar bundle : bundles.values()) {
            List<String> found = bundle.usesOf(NATIVE);
            if (!found.isEmpty()) {
                using.add(bundle.name());
                uses.addAll(found);
            }
        }
        // It is found where it is allowed, so it would be found elsewhere.
        assertEquals(Set.of("dmabuf.linux"), using, () -> String.join("\n", uses));
    }

    @Test
    void contractKnowsNothingButItselfAndTheJdk() {
        for (String referred : bundles.get("dmabuf.api").packagesReferredTo()) {
            assertTrue(
                    referred.startsWith("java.")
                            || referred.startsWith("org.osgi.annotation.")
                            || Set.of("dmabuf.api", "dmabuf.spi", "dmabuf.fd", "dmabuf.frame", "iosys").contains(referred),
                    referred);
        }
    }

    @Test
    void callersTypesDoNotKnowTheSpi() {
        BundleJar api = bundles.get("dmabuf.api");
        assertEquals(Set.of("dmabuf.fd"), ours(api.packagesReferredToFrom("dmabuf.fd")));
        assertEquals(Set.of("dmabuf.frame"), ours(api.packagesReferredToFrom("dmabuf.frame")));
        assertEquals(Set.of("dmabuf.api", "dmabuf.fd", "dmabuf.frame", "iosys"), ours(api.packagesReferredToFrom("dmabuf.api")));
        assertEquals(Set.of("dmabuf.api", "dmabuf.fd", "dmabuf.spi", "iosys"), ours(api.packagesReferredToFrom("dmabuf.spi")));
    }

    @Test
    void busIndependentMemoryKnowsNothingOfDmaBuf() {
        for (String referred : bundles.get("iosys.map").packagesReferredTo()) {
            assertTrue(referred.startsWith("java.") || referred.startsWith("org.osgi.annotation.") || referred.equals("iosys"), referred);
        }
    }

    @Test
    void exportersAndTheCoreExportNoPackage() {
        privateBundles().forEach(bundle -> assertEquals(Map.of(), bundle.clauses("Export-Package"), bundle.name()));
    }

    @Test
    void nobodyKnowsAnExporterOrTheCore() {
        for (BundleJar hidden : privateBundles()) {
            for (BundleJar other : bundles.values()) {
                if (other != hidden) {
                    Set<String> known = new TreeSet<>(hidden.packages());
                    Set<String> referred = other.packagesReferredTo();
                    referred.addAll(other.clauses("Import-Package").keySet());
                    known.retainAll(referred);
                    assertEquals(Set.of(), known, other + " knows " + hidden);
                }
            }
        }
    }

    @Test
    void exportersKnowTheContractAndTheSystemCallsOnly() {
        bundles.values().stream().filter(bundle -> bundle.name().startsWith("exporter.")).forEach(exporter -> {
            Set<String> foreign = ours(exporter.packagesReferredTo());
            foreign.removeAll(exporter.packages());
            foreign.removeAll(Set.of(
                    "dmabuf.api", "dmabuf.spi", "dmabuf.fd", "dmabuf.frame", "iosys", "dmabuf.linux", "dmabuf.linux.drm", "dmabuf.linux.vfio",
                    "dmabuf.display", "dmabuf.display.spi"));
            assertEquals(Set.of(), foreign, exporter.name());
        });
    }

    @Test
    void importersKnowTheContractForCallersOnly() {
        BundleJar importer = bundles.get("importer.hello");
        Set<String> foreign = ours(importer.packagesReferredTo());
        foreign.removeAll(importer.packages());
        foreign.removeAll(Set.of("dmabuf.api", "dmabuf.fd"));
        assertEquals(Set.of(), foreign);
    }

    @Test
    void importersOfDevicesKnowTheSystemCallsBesides() {
        BundleJar importer = bundles.get("importer.vmm");
        Set<String> foreign = ours(importer.packagesReferredTo());
        foreign.removeAll(importer.packages());
        foreign.removeAll(Set.of("dmabuf.api", "dmabuf.fd", "dmabuf.linux", "iosys"));
        assertEquals(Set.of(), foreign);
        assertEquals(Set.of("importer.vmm"), importer.clauses("Export-Package").keySet());
    }

    @Test
    void packagesDoNotDependOnEachOtherInACircle() {
        Map<String, Set<String>> graph = new HashMap<>();
        for (BundleJar bundle : bundles.values()) {
            for (String from : bundle.packages()) {
                graph.computeIfAbsent(from, key -> new TreeSet<>()).addAll(bundle.packagesReferredToFrom(from));
            }
        }
        assertNoCircle(graph);
    }

    @Test
    void bundlesDoNotDependOnEachOtherInACircle() {
        Map<String, Set<String>> graph = new HashMap<>();
        for (BundleJar from : bundles.values()) {
            Set<String> imported = from.clauses("Import-Package").keySet();
            graph.put(
                    from.name(),
                    bundles.values().stream()
                            .filter(to -> to.clauses("Export-Package").keySet().stream().anyMatch(imported::contains))
                            .map(BundleJar::name)
                            .collect(Collectors.toSet()));
        }
        assertNoCircle(graph);
    }

    @Test
    void circleWouldBeFound() {
        assertNoCircle(Map.of("a", Set.of("a", "b", "c"), "b", Set.of("c"), "c", Set.of()));
        assertThrows(
                AssertionError.class, () -> assertNoCircle(Map.of("a", Set.of("b"), "b", Set.of("c"), "c", Set.of("a"), "d", Set.of())));
    }

    @Test
    void coreLogsWordsAndNoThrowable() {
        // A log that keeps its history would keep the class loader of the exporter that threw.
        assertEquals(List.of(), bundles.get("dmabuf.core").throwablesLogged());
    }

    @Test
    void packageIsInOneBundleOnly() {
        Map<String, String> owners = new HashMap<>();
        for (BundleJar bundle : bundles.values()) {
            for (String name : bundle.packages()) {
                String other = owners.put(name, bundle.name());
                assertTrue(other == null, () -> name + " is in " + bundle + " and in " + other);
            }
        }
    }

    @Test
    void manifestSaysWhoseTheBundleIs() {
        for (BundleJar bundle : bundles.values()) {
            assertAll(
                    bundle.name(),
                    () -> assertEquals(bundle.name(), bundle.header("Bundle-SymbolicName")),
                    () -> assertEquals("dmabuf for the JVM", bundle.header("Bundle-Vendor")),
                    () -> assertTrue(bundle.header("Bundle-License").startsWith("Apache-2.0")),
                    () -> assertNotNull(bundle.header("Bundle-Name")),
                    () -> assertNotNull(bundle.header("Bundle-Description")),
                    // A bundle that has code says which Java it needs.
                    () -> assertTrue(bundle.packages().isEmpty() || bundle.header("Require-Capability").contains("osgi.ee=JavaSE")));
        }
    }

    @Test
    void manifestWiresByVersionedPackagesOnly() {
        for (BundleJar bundle : bundles.values()) {
            assertEquals(null, bundle.header("Require-Bundle"), bundle.name());
            assertEquals(null, bundle.header("DynamicImport-Package"), bundle.name());
            bundle.clauses("Import-Package").forEach((name, rest) -> assertTrue(
                    isOfThePlatform(name) || rest.contains("version=\"["), bundle + " imports " + name + rest));
        }
    }

    /** The JDK's own packages have no versions. */
    private static boolean isOfThePlatform(String name) {
        return ModuleLayer.boot().modules().stream().anyMatch(module -> module.getPackages().contains(name));
    }

    @Test
    void jarTellsNothingOfTheBuildThatMadeIt() {
        for (BundleJar bundle : bundles.values()) {
            Set<String> telling = bundle.headers();
            telling.retainAll(UNREPRODUCIBLE);
            assertEquals(Set.of(), telling, bundle.name());
            assertEquals(1, bundle.times().size(), () -> bundle + " has entries of different times: " + bundle.times());
        }
    }

    private static List<BundleJar> privateBundles() {
        return bundles.values().stream().filter(PRIVATE).toList();
    }

    /** Leaves the packages of this project. */
    private static Set<String> ours(Set<String> packages) {
        Set<String> all = bundles.values().stream().flatMap(bundle -> bundle.packages().stream()).collect(Collectors.toSet());
        return packages.stream().filter(all::contains).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Takes away what depends on nothing that is left, again and again; what remains then goes round in a circle. */
    private static void assertNoCircle(Map<String, Set<String>> graph) {
        Map<String, Set<String>> left = new HashMap<>(graph);
        boolean progress = true;
        while (progress) {
            progress = left.entrySet().removeIf(
                    node -> node.getValue().stream().noneMatch(to -> !to.equals(node.getKey()) && left.containsKey(to)));
        }
        assertEquals(Map.of(), left);
    }
}
