package dmabuf.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dmabuf.itest.container.ContainerJars;
import dmabuf.linux.ProcessResources;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.startlevel.BundleStartLevel;

/**
 * Importers of every kind (a plain reference, a tracker, {@code DmaBufs}) come through every way in which an exporter, or what is under
 * it, can be swapped: what they have mapped stays what it was, in the middle and afterwards, and they get new buffers.
 */
class ImporterSwapIT {

    /** Who is swapped: a driver that has no part in its buffers, and one that has. */
    private enum Driver {
        UDMABUF("exporter.udmabuf", Deployment.UDMABUF),
        BOUND("itest.bound", "(dmabuf.exporter=bound)");

        final String symbolicName;
        final String filter;

        Driver(String symbolicName, String filter) {
            this.symbolicName = symbolicName;
            this.filter = filter;
        }

        InputStream jar() throws IOException {
            return this == BOUND ? BoundExporter.bundle() : Files.newInputStream(ContainerJars.jar(symbolicName));
        }
    }

    /** A way to swap; looks at what importers have when the exporter is gone. */
    private enum Swap {
        STOP_AND_START {
            @Override
            void make(OwnFramework framework, Driver driver, Runnable look) throws Exception {
                stopAndStart(framework.bundle(driver.symbolicName), look);
            }
        },
        UPDATE {
            @Override
            void make(OwnFramework framework, Driver driver, Runnable look) throws Exception {
                Bundle bundle = framework.bundle(driver.symbolicName);
                try (InputStream jar = driver.jar()) {
                    bundle.update(jar);
                }
                look.run();
                framework.refresh(bundle);
            }
        },
        UNINSTALL_AND_REFRESH {
            @Override
            void make(OwnFramework framework, Driver driver, Runnable look) throws Exception {
                Bundle bundle = framework.bundle(driver.symbolicName);
                bundle.uninstall();
                look.run();
                framework.refresh(bundle);
                look.run();
                framework.install(bundle.getLocation(), driver.jar());
            }
        },
        START_LEVEL {
            @Override
            void make(OwnFramework framework, Driver driver, Runnable look) throws Exception {
                int level = framework.startLevel();
                // At once, the bundle is above the level of the framework.
                framework.bundle(driver.symbolicName).adapt(BundleStartLevel.class).setStartLevel(level + 1);
                framework.startLevel(level + 1);
                look.run();
                framework.startLevel(level);
                look.run();
                framework.startLevel(level + 1);
            }
        },
        OTHER_DEVICE {
            @Override
            boolean isFor(Driver driver) {
                return driver == Driver.UDMABUF;
            }

            @Override
            void make(OwnFramework framework, Driver driver, Runnable look) throws Exception {
                framework.configure("exporter.udmabuf", Map.of("kernel", "simulated", "device", "/dev/nosuchdevice"));
                framework.awaitNoSource(driver.filter);
                look.run();
                framework.configure("exporter.udmabuf", Map.of("kernel", "simulated"));
            }
        },
        RESTART_OF_THE_CORE {
            @Override
            void make(OwnFramework framework, Driver driver, Runnable look) throws Exception {
                stopAndStart(framework.bundle("dmabuf.core"), look);
            }
        },
        UPDATE_OF_THE_CORE {
            @Override
            void make(OwnFramework framework, Driver driver, Runnable look) throws Exception {
                update(framework, "dmabuf.core", look);
            }
        },
        UPDATE_OF_THE_SYSTEM_CALLS {
            @Override
            void make(OwnFramework framework, Driver driver, Runnable look) throws Exception {
                update(framework, "dmabuf.linux", look);
            }
        },
        UPDATE_OF_THE_SIMULATION {
            @Override
            void make(OwnFramework framework, Driver driver, Runnable look) throws Exception {
                update(framework, "dmabuf.sim", look);
            }
        };

        boolean isFor(Driver driver) {
            return true;
        }

        abstract void make(OwnFramework framework, Driver driver, Runnable look) throws Exception;

        private static void stopAndStart(Bundle bundle, Runnable look) throws Exception {
            bundle.stop();
            look.run();
            bundle.start();
        }

        /** The bundle gets new classes, and with the refresh everybody who is wired to it. */
        private static void update(OwnFramework framework, String artifact, Runnable look) throws Exception {
            Bundle bundle = framework.bundle(artifact);
            try (InputStream newer = JarWithVersion.of(ContainerJars.jar(artifact), bundle.getVersion().getMajor() + ".99.0")) {
                bundle.update(newer);
            }
            look.run();
            framework.refresh(bundle);
            assertEquals(99, bundle.getVersion().getMinor());
        }
    }

    static Stream<Arguments> swaps() {
        return Arrays.stream(Driver.values()).flatMap(driver -> Arrays.stream(Swap.values())
                .filter(swap -> swap.isFor(driver))
                .map(swap -> Arguments.of(driver, swap)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("swaps")
    void importersOfEveryKindKeepWhatTheyHaveAndGetMore(Driver driver, Swap swap, @TempDir Path folder) throws Exception {
        System.clearProperty(BoundExporter.RELEASED);
        ProcessResources before = ProcessResources.now();
        try (OwnFramework framework = new OwnFramework(folder, driver.filter)) {
            framework.install("itest:" + driver, driver.jar());
            OwnFramework.IMPORTERS.forEach(each -> framework.insist(each, "keep"));
            long first = framework.sourceId(driver.filter);
            // A component is made anew when its exporter is: who holds the old one holds on to what it has.
            List<UnaryOperator<String>> held = OwnFramework.IMPORTERS.stream().map(framework::importer).toList();

            swap.make(framework, driver, () -> assertAll("check", held));

            OwnFramework.IMPORTERS.forEach(each -> framework.insist(each, "keep"));
            assertNotEquals(first, framework.sourceId(driver.filter), "another source");
            // For the first time: what this needs may be of bundles that are no more.
            assertAll("check", held);
            assertAll("map again", held);
            assertAll("close", held);
            if (driver == Driver.BOUND) {
                assertEquals("released 8192 ".repeat(6), System.getProperty(BoundExporter.RELEASED), "each buffer once");
            }
        } finally {
            System.clearProperty(BoundExporter.RELEASED);
        }
        NoLeaks.check(before, Duration.ofMillis(OwnFramework.PATIENCE_MILLIS));
    }

    private static void assertAll(String word, List<UnaryOperator<String>> importers) {
        for (int i = 0; i < importers.size(); i++) {
            assertEquals("ok", importers.get(i).apply(word), OwnFramework.IMPORTERS.get(i));
        }
    }
}
