package dmabuf.shell.measure;

import dmabuf.api.Caching;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Whether a mapping behaves as its policy claims, by how fast it is compared to plain memory.
 *
 * @param verdict the conclusion
 * @param reason what it was drawn from, in words
 * @param suggested the attributes that fit what was measured; empty when it fits none, or shows nothing
 */
record CachingVerdict(Verdict verdict, String reason, List<Caching> suggested) {

    /** Cached memory is read at least so fast, as a part of plain memory. */
    static final double FAST_READ = 0.5;

    /** Memory that bypasses the cache is read at most so fast, as a part of plain memory: an order of magnitude slower. */
    static final double SLOW_READ = 0.1;

    /** Uncached memory is written slower than this, as a part of plain memory. Write-combined memory may be, behind a slow bus. */
    static final double FAST_WRITE = 0.5;

    /** Judges what was measured. */
    static CachingVerdict of(Caching claim, Bandwidth.Ratios ratios, Processor processor) {
        if (processor == Processor.EMULATED) {
            return new CachingVerdict(
                    Verdict.CANNOT_TELL, "this is an emulated processor, on which every mapping is equally fast", List.of());
        }
        List<Caching> suggested = suggested(ratios);
        String measured = measured(ratios);
        if (claim == Caching.UNKNOWN) {
            return new CachingVerdict(Verdict.NO_CLAIM, measured + ", " + behaves(suggested), suggested);
        }
        if (suggested.contains(claim)) {
            return new CachingVerdict(Verdict.PLAUSIBLE, measured, suggested);
        }
        if (suggested.isEmpty()) {
            return new CachingVerdict(
                    Verdict.CANNOT_TELL, measured + ": too slow for a cached mapping, and too fast for any other", suggested);
        }
        // Slow is slow. But what should be slow is fast where the hypervisor has not let the attribute through.
        if (processor == Processor.VIRTUAL && suggested.contains(Caching.CACHED)) {
            return new CachingVerdict(
                    Verdict.CANNOT_TELL, measured + ", and this is a virtual machine, where " + claim.property()
                            + " can turn into cached", suggested);
        }
        return new CachingVerdict(Verdict.IMPLAUSIBLE, measured + ", " + behaves(suggested), suggested);
    }

    /** What a mapping with these rates may be. */
    private static List<Caching> suggested(Bandwidth.Ratios ratios) {
        if (ratios.bestRead() >= FAST_READ) {
            return List.of(Caching.CACHED);
        }
        if (ratios.bestRead() > SLOW_READ) {
            return List.of();
        }
        return ratios.written() >= FAST_WRITE ? List.of(Caching.WRITE_COMBINED) : List.of(Caching.WRITE_COMBINED, Caching.UNCACHED);
    }

    private static String measured(Bandwidth.Ratios ratios) {
        return String.format(Locale.ROOT, "it is read %s as fast as plain memory%s", MeasurementText.ratio(ratios.bestRead()),
                ratios.written() > 0 ? ", and written " + MeasurementText.ratio(ratios.written()) : "");
    }

    private static String behaves(List<Caching> suggested) {
        return suggested.isEmpty()
                ? "as no cache attribute explains"
                : "as if it were " + suggested.stream().map(Caching::property).collect(Collectors.joining(" or "));
    }
}
