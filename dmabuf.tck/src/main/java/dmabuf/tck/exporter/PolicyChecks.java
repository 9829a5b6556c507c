package dmabuf.tck.exporter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.Caching;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExporterProperties;
import dmabuf.api.Placement;
import dmabuf.fd.Errno;
import dmabuf.spi.ExportedBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a buffer says of itself is what the service's properties have promised. */
interface PolicyChecks {

    List<Errno> CANNOT = List.of(Errno.EOPNOTSUPP, Errno.EINVAL);

    @Test
    @Tag(ExporterConformance.ASKS_KERNEL)
    default void buffersCanBeMappedIfAndOnlyIfThePropertiesSaySo(Workbench bench) {
        boolean mmap = bench.properties().mmap();
        assertEquals(mmap, !bench.export(Workbench.PAGE).declared().isEmpty(), () -> ExporterProperties.MMAP + " is " + mmap
                + ", and the policies of a buffer's modes say the contrary: correct the one that is wrong");
    }

    @Test
    default void modesOfABufferAreAmongThoseOfTheProperties(Workbench bench) {
        Set<String> declared = bench.properties().modes().keySet();
        Set<String> undeclared = new TreeSet<>();
        bench.export(Workbench.PAGE).declared().forEach(mode -> undeclared.add(mode.mode().name()));
        undeclared.removeAll(declared);
        assertEquals(Set.of(), undeclared, () -> ExporterProperties.MODES + " lists " + declared + ": declare every mode that a buffer"
                + " can have with ExporterProperties.Builder.mode(name, caching)");
    }

    @Test
    default void cachingOfEachModeIsAmongThatOfTheProperties(Workbench bench) {
        ExporterProperties properties = bench.properties();
        for (ExportedBuffer.Mode mode : bench.export(Workbench.PAGE).declared()) {
            Set<Caching> declared = properties.modes().getOrDefault(mode.mode().name(), EnumSet.allOf(Caching.class));
            Caching given = mode.mode().policy().caching();
            assertTrue(declared.contains(given), () -> "mode " + mode.mode().name() + " of a buffer is " + given.property() + ","
                    + " declared is " + words(declared) + ": importers were promised that, and map in another way than they think");
        }
    }

    @Test
    @Tag(ExporterConformance.ASKS_KERNEL)
    default void everyCachingOfThePropertiesCanBeHad(Workbench bench) {
        ExporterProperties properties = bench.properties();
        Set<Caching> promised = EnumSet.copyOf(properties.caching());
        promised.remove(Caching.UNKNOWN);
        // What cannot be mapped has no caching: that is another test's matter.
        promised.removeIf(caching -> !properties.mmap());
        for (Caching caching : promised) {
            String advice = ExporterProperties.CACHING + " promises " + caching.property() + ": serve ExportRequest.withCaching("
                    + caching.name() + "), or do not declare it";
            Set<Caching> had = EnumSet.noneOf(Caching.class);
            try (Made made = bench.export(bench.request(Workbench.PAGE).withCaching(caching))) {
                made.declared().forEach(mode -> had.add(mode.mode().policy().caching()));
            } catch (DmaBufException e) {
                throw new AssertionError(e.getMessage() + ". " + advice, e);
            }
            assertTrue(had.contains(caching), () -> "the buffer can be mapped as " + words(had) + ". " + advice);
        }
    }

    @Test
    @Tag(ExporterConformance.ASKS_KERNEL)
    default void everyPlacementOfThePropertiesCanBeHad(Workbench bench) {
        for (Placement placement : bench.properties().placements()) {
            try {
                bench.export(bench.request(Workbench.PAGE).withPlacement(placement)).close();
            } catch (DmaBufException e) {
                throw new AssertionError(e.getMessage() + ". " + ExporterProperties.PLACEMENT + " promises memory of the"
                        + " " + placement.property() + ": serve ExportRequest.withPlacement, or do not declare it", e);
            }
        }
    }

    @Test
    default void placementThatIsNotDeclaredIsRefusedAsSuch(Workbench bench) {
        Set<Placement> absent = EnumSet.allOf(Placement.class);
        absent.removeAll(bench.properties().placements());
        for (Placement placement : absent) {
            String advice = "refuse memory of the " + placement.property() + " with EOPNOTSUPP, and say what there is; or declare it";
            DmaBufException refusal = bench.refused(bench.request(Workbench.PAGE).withPlacement(placement), advice);
            assertTrue(CANNOT.contains(refusal.errno()), () -> refusal.getMessage() + ". " + advice);
        }
    }

    @Test
    default void lifetimeOfABufferIsThatOfTheProperties(Workbench bench) {
        assertEquals(bench.properties().lifetime(), bench.export(Workbench.PAGE).buffer().lifetime(), () -> "importers decide by "
                + ExporterProperties.LIFETIME + " whether a buffer can do without its exporter: let both say the same; with BufferOps it is"
                + " exporter-bound");
    }

    @Test
    default void bufferNeedsNoSyncThatThePropertiesDeny(Workbench bench) {
        boolean declared = bench.properties().needsSync();
        for (ExportedBuffer.Mode mode : bench.export(Workbench.PAGE).declared()) {
            assertTrue(declared || !mode.mode().policy().needsSync(), () -> ExporterProperties.NEEDS_SYNC + " is false, and mode"
                    + " " + mode.mode().name() + " needs SYNC: an importer that believes the property sees stale data; declare true");
        }
    }

    @Test
    @Tag(ExporterConformance.ASKS_KERNEL)
    default void requestForReadingGivesAPolicyForReading(Workbench bench) {
        for (ExportedBuffer.Mode mode : bench.export(bench.request(Workbench.PAGE).withAccess(Access.READ)).declared()) {
            assertEquals(Access.READ, mode.mode().policy().access(), () -> "who asked for a buffer to read has mode " + mode.mode().name()
                    + " of other access: narrow each policy with MmapPolicy.withAccess(request.access())");
        }
    }

    private static String words(Set<Caching> caching) {
        return Arrays.toString(caching.stream().map(Caching::property).toArray());
    }
}
