package dmabuf.tck.exporter.wrong;

import dmabuf.api.Caching;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.Lifetime;
import dmabuf.api.MmapPolicy;
import dmabuf.api.Placement;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.MappingPlan;
import java.util.Dictionary;

/** Exporters that say of themselves, or of a buffer, what is not so. */
public final class WrongDescriptions {

    private WrongDescriptions() {}

    @FailsOnly(value = "everyPropertyOfAnExporterIsThere", saying = "[dmabuf.wrap]")
    public static class PropertyIsMissing extends RightExporter {
        @Override
        protected Dictionary<String, Object> properties() {
            Dictionary<String, Object> properties = super.properties();
            properties.remove(ExporterProperties.WRAP);
            return properties;
        }
    }

    @FailsOnly(value = "propertiesHaveTheirTypes", saying = "dmabuf.max.size is of type Integer, not Long")
    public static class PropertyIsOfAnotherType extends RightExporter {
        @Override
        protected Dictionary<String, Object> properties() {
            Dictionary<String, Object> properties = super.properties();
            properties.put(ExporterProperties.MAX_SIZE, 4096);
            return properties;
        }
    }

    @FailsOnly(value = "noPropertyIsUnknown", saying = "[dmabuf.cached]")
    public static class PropertyIsMisspelt extends RightExporter {
        @Override
        protected Dictionary<String, Object> properties() {
            Dictionary<String, Object> properties = super.properties();
            properties.put("dmabuf.cached", true);
            return properties;
        }
    }

    @FailsOnly(value = "kernelIsTheOneThatAnswers", saying = "pass Syscalls.kind() on")
    public static class SimulationIsHidden extends RightExporter {
        @Override
        protected Dictionary<String, Object> properties() {
            Dictionary<String, Object> properties = super.properties();
            properties.put(ExporterProperties.KERNEL, "linux");
            return properties;
        }
    }

    @FailsOnly(value = "deviceIsANodeThatIsThere", saying = "dmabuf.device is /dev/udmabuf0")
    public static class DeviceIsAnother extends RightExporter {
        @Override
        protected Dictionary<String, Object> properties() {
            Dictionary<String, Object> properties = super.properties();
            properties.put(ExporterProperties.DEVICE, "/dev/udmabuf0");
            return properties;
        }
    }

    @FailsOnly(value = "exporterHasANameThatOptionsCanBeginWith", saying = "\"Right.Exporter\"")
    public static class NameHasADot extends RightExporter {
        @Override
        protected Dictionary<String, Object> properties() {
            Dictionary<String, Object> properties = super.properties();
            properties.put(ExporterProperties.EXPORTER, "Right.Exporter");
            return properties;
        }

        @Override
        protected void checkOptions(ExportRequest request) {
            if (!request.options("Right.Exporter").isEmpty()) {
                throw refusal(Errno.EINVAL, "there are no options");
            }
        }
    }

    @FailsOnly(value = "buffersCanBeMappedIfAndOnlyIfThePropertiesSaySo", saying = "dmabuf.mmap is false")
    public static class MmapIsDenied extends RightExporter {
        @Override
        protected Dictionary<String, Object> properties() {
            Dictionary<String, Object> properties = super.properties();
            properties.put(ExporterProperties.MMAP, false);
            return properties;
        }
    }

    @FailsOnly(value = "modesOfABufferAreAmongThoseOfTheProperties", saying = "dmabuf.modes lists [dma-buf]")
    public static class ModeIsNotDeclared extends RightExporter {
        @Override
        protected ExportedBuffer.Builder finish(ExportedBuffer.Builder buffer, ExportRequest request, Fd memfd) {
            return buffer.mode("second", policy(request), MappingPlan.ofBuffer());
        }
    }

    @FailsOnly(value = "cachingOfEachModeIsAmongThatOfTheProperties", saying = "mode dma-buf of a buffer is write-combined, declared is"
            + " [cached]")
    public static class CachingIsAnother extends RightExporter {
        @Override
        protected MmapPolicy policy(ExportRequest request) {
            return request.caching().isEmpty()
                    ? MmapPolicy.mappable(Caching.WRITE_COMBINED).withAccess(request.access())
                    : super.policy(request);
        }
    }

    @FailsOnly(value = "everyCachingOfThePropertiesCanBeHad", saying = "promises uncached")
    public static class CachingIsPromised extends RightExporter {
        @Override
        protected ExporterProperties.Builder describe(ExporterProperties.Builder properties) {
            return properties.caching(Caching.UNCACHED);
        }
    }

    @FailsOnly(value = "everyPlacementOfThePropertiesCanBeHad", saying = "promises memory of the device")
    public static class PlacementIsPromised extends RightExporter {
        @Override
        protected ExporterProperties.Builder describe(ExporterProperties.Builder properties) {
            return properties.placement(Placement.SYSTEM, Placement.DEVICE);
        }
    }

    @FailsOnly(value = "placementThatIsNotDeclaredIsRefusedAsSuch", saying = "refuse memory of the device with EOPNOTSUPP")
    public static class PlacementIsNotLookedAt extends RightExporter {
        @Override
        protected void checkPlacement(ExportRequest request) {
            // That is what is wrong.
        }
    }

    @FailsOnly(value = "lifetimeOfABufferIsThatOfTheProperties", saying = "expected: <EXPORTER_BOUND> but was: <SELF_CONTAINED>")
    public static class LifetimeIsAnother extends RightExporter {
        @Override
        protected ExporterProperties.Builder describe(ExporterProperties.Builder properties) {
            return properties.lifetime(Lifetime.EXPORTER_BOUND);
        }
    }

    @FailsOnly(value = "bufferNeedsNoSyncThatThePropertiesDeny", saying = "dmabuf.sync is false")
    public static class SyncIsDenied extends RightExporter {
        @Override
        protected ExporterProperties.Builder describe(ExporterProperties.Builder properties) {
            return properties.needsSync(false);
        }
    }

    @FailsOnly(value = "requestForReadingGivesAPolicyForReading", saying = "MmapPolicy.withAccess(request.access())")
    public static class AccessIsNotNarrowed extends RightExporter {
        @Override
        protected MmapPolicy policy(ExportRequest request) {
            return readWrite(Caching.CACHED);
        }
    }

    @FailsOnly(value = "sizeOfABufferIsWhatTheKernelTells", saying = "for 1 bytes")
    public static class SizeIsTheRequested extends RightExporter {
        @Override
        protected ExportedBuffer export(ExportRequest request, Fd memfd, long size) {
            return ExportedBuffer.builder(create(memfd, size), request.size(), policy(request)).build();
        }
    }

    @FailsOnly(value = "largestSizeOfThePropertiesCanBeHad", saying = "serve them, or declare less")
    public static class LimitIsLower extends RightExporter {
        @Override
        protected ExporterProperties.Builder describe(ExporterProperties.Builder properties) {
            return properties.maxSize(2 * LIMIT);
        }
    }

    @FailsOnly(value = "existingMemoryIsSharedOrRefusedAsThePropertiesSay", saying = "share its pages and do not copy them")
    public static class MemoryIsCopied extends RightExporter {
        @Override
        protected ExporterProperties.Builder describe(ExporterProperties.Builder properties) {
            return properties.wrap(true);
        }

        @Override
        protected void checkMemory(ExportRequest request) {
            // It makes new memory, whatever is asked for.
        }
    }

    @FailsOnly(value = "refusalNamesWhatWasTriedOnWhat", saying = "does not say what was tried on what")
    public static class RefusalSaysNothing extends RightExporter {
        @Override
        protected DmaBufException refusal(Errno errno, String hint) {
            return new DmaBufException(errno, "", "");
        }
    }

    @FailsOnly(value = "bundleExportsNoPackage", saying = "keep its packages private", headers = "Export-Package:"
            + " dmabuf.tck.exporter.wrong")
    public static class ExportsAPackage extends RightExporter {}

    @FailsOnly(value = "bundleWiresByImportedPackagesOnly", saying = "DynamicImport-Package", headers = "DynamicImport-Package: *")
    public static class ImportsWhateverIsThere extends RightExporter {}

    @FailsOnly(
            value = "contractIsImportedWithTheRangeOfItsUsers",
            saying = "dmabuf.spi;version=null instead of [1.0,2)",
            headers = "Import-Package: dmabuf.api;version=\"[1.0,2)\",dmabuf.fd;version=\"[1.0,2)\",dmabuf.linux;version=\"[1.0,2)\","
                    + "dmabuf.linux.drm;version=\"[1.0,2)\",dmabuf.spi,org.osgi.framework")
    public static class ImportsAnyVersion extends RightExporter {}
}
