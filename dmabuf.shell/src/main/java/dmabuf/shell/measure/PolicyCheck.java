package dmabuf.shell.measure;

import dmabuf.api.Access;
import dmabuf.api.BufferSource;
import dmabuf.api.Caching;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.Mapping;
import dmabuf.api.MappingMode;
import dmabuf.api.MmapRequest;
import dmabuf.api.Placement;
import dmabuf.fd.KernelKind;
import dmabuf.linux.MappedMemory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Puts the policies of exporters to the test: makes a buffer of each kind that an exporter has, maps it in each mode, and compares its
 * speed with that of plain memory. What is made is closed again, on every path.
 *
 * <p>Of a simulated device nothing is measured: behind it is ordinary memory, whatever it claims. Not thread-safe.
 */
public final class PolicyCheck {

    /** A machine that does something else at the moment is given so many chances to show a claim to be right. */
    private static final int ATTEMPTS = 3;

    private final Supplier<BandwidthProbe> probes;
    private final Processor processor;

    /** Prepares a check on the processor that this runs on. */
    public PolicyCheck() {
        this(BandwidthProbe::new, Processor.here());
    }

    PolicyCheck(Supplier<BandwidthProbe> probes, Processor processor) {
        this.probes = probes;
        this.processor = processor;
    }

    /**
     * Checks exporters, one after the other.
     *
     * @param sources which
     * @return one item for every mode of every kind of buffer, in the order of the sources
     */
    public List<Measurement> run(List<BufferSource> sources) {
        List<Measurement> all = new ArrayList<>();
        try (BandwidthProbe probe = probes.get()) {
            for (BufferSource source : sources) {
                all.addAll(new Run(source, probe).all());
            }
        }
        return all;
    }

    /** One exporter's turn. */
    private final class Run {

        private record Kind(String placement, String mode, Caching claim) {}

        private final BufferSource source;
        private final BandwidthProbe probe;
        private final ExporterProperties properties;
        private final Set<Kind> seen = new HashSet<>();
        private final List<Measurement> done = new ArrayList<>();

        Run(BufferSource source, BandwidthProbe probe) {
            this.source = source;
            this.probe = probe;
            this.properties = source.properties();
        }

        /** What each place has by default, and then what has to be asked for. */
        List<Measurement> all() {
            ExportRequest any = ExportRequest.ofSize(size()).withName("measured");
            if (!properties.mmap()) {
                conclude("", "", Caching.UNKNOWN, Verdict.NOT_MAPPABLE, "its buffers are not for the CPU");
                return done;
            }
            if (!properties.allocates()) {
                conclude("", "", Caching.UNKNOWN, Verdict.CANNOT_TELL, "it makes no buffers: it hands out what its device has");
                return done;
            }
            if (properties.placements().size() == 1) {
                check(any, properties.placements().iterator().next().property());
            } else {
                for (Placement place : properties.placements()) {
                    check(any.withPlacement(place), place.property());
                }
            }
            // Who has refused once will not do better the next time.
            for (Caching caching : seen.isEmpty() ? Set.<Caching>of() : properties.caching()) {
                if (caching != Caching.UNKNOWN && seen.stream().noneMatch(kind -> kind.claim() == caching)) {
                    check(any.withCaching(caching), "");
                }
            }
            return done;
        }

        /** The same for every exporter, so that what is printed can be compared. */
        private long size() {
            return Math.min(BandwidthProbe.SIZE, properties.maxSize() & -MappedMemory.PAGE_SIZE);
        }

        private void check(ExportRequest request, String placement) {
            try (DmaBuf buffer = source.export(request)) {
                for (MappingMode mode : buffer.modes()) {
                    if (seen.add(new Kind(placement, mode.name(), mode.policy().caching()))) {
                        check(buffer, placement, mode);
                    }
                }
            } catch (DmaBufException e) {
                conclude(placement, "", claim(request), Verdict.CANNOT_TELL, e.getMessage());
            }
        }

        /** What a buffer would have claimed that could not be had. */
        private Caching claim(ExportRequest request) {
            if (!request.caching().isEmpty()) {
                return request.caching().getFirst();
            }
            return properties.caching().size() == 1 ? properties.caching().iterator().next() : Caching.UNKNOWN;
        }

        private void check(DmaBuf buffer, String placement, MappingMode mode) {
            Caching claim = mode.policy().caching();
            if (!mode.policy().mappable()) {
                conclude(placement, mode.name(), claim, Verdict.NOT_MAPPABLE, "this buffer is not for the CPU");
            } else if (properties.kernel() == KernelKind.SIMULATED) {
                conclude(placement, mode.name(), claim, Verdict.SIMULATED, "nothing to measure");
            } else {
                Access access = mode.policy().access();
                try (Mapping mapping = buffer.mmap(MmapRequest.whole().mode(mode.name()).access(access))) {
                    done.add(measure(mapping, access, placement, mode));
                } catch (DmaBufException e) {
                    conclude(placement, mode.name(), claim, Verdict.CANNOT_TELL, e.getMessage());
                }
            }
        }

        private Measurement measure(Mapping mapping, Access access, String placement, MappingMode mode) {
            ProbedMemory memory = ProbedMemory.of(mapping);
            Measurement measurement = null;
            int attempts = processor == Processor.EMULATED ? 1 : ATTEMPTS;
            for (int attempt = 0; attempt < attempts; attempt++) {
                Bandwidth plain = probe.plain(mapping.length());
                Bandwidth measured = probe.measure(memory, access);
                CachingVerdict conclusion =
                        CachingVerdict.of(mode.policy().caching(), measured.relativeTo(plain), processor);
                measurement = new Measurement(
                        properties, placement, mode.name(), mode.policy().caching(), mapping.length(), measured, plain, conclusion);
                if (conclusion.verdict() == Verdict.PLAUSIBLE || conclusion.verdict() == Verdict.NO_CLAIM) {
                    break;
                }
            }
            return measurement;
        }

        private void conclude(String placement, String mode, Caching claim, Verdict verdict, String reason) {
            CachingVerdict conclusion = new CachingVerdict(verdict, reason, List.of());
            done.add(new Measurement(properties, placement, mode, claim, 0, null, null, conclusion));
        }
    }
}
