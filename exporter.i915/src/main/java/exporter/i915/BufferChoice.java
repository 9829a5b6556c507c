package exporter.i915;

import dmabuf.api.Caching;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.Placement;
import dmabuf.fd.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an object is to be, so that its buffer is as requested on this device.
 *
 * @param placement where it is to be
 * @param mode how it is mapped by default
 * @param gpuCaching what SET_CACHING is to set, empty to leave it
 */
record BufferChoice(Placement placement, I915Mode mode, Optional<GpuCaching> gpuCaching) {

    private static final String OPERATION = "export";
    private static final String CACHING_OPTION = "caching";

    /**
     * Chooses.
     *
     * @throws DmaBufException EINVAL for an option that does not exist; EOPNOTSUPP for what this device lacks, with what it has
     */
    static BufferChoice of(ExportRequest request, I915Traits traits, String device) {
        Optional<GpuCaching> gpuCaching = gpuCaching(request.options(I915Exporter.NAME), traits, device);
        List<Placement> placements = request.placement().map(List::of).orElseGet(traits::placements);
        if (!traits.placements().containsAll(placements)) {
            throw new DmaBufException(
                    Errno.EOPNOTSUPP, OPERATION, device + ", memory of the " + words(placements.stream().map(Placement::property).toList()),
                    "there is memory of the " + words(traits.placements().stream().map(Placement::property).toList()));
        }
        if (request.caching().isEmpty()) {
            return new BufferChoice(placements.getFirst(), I915Mode.DMA_BUF, gpuCaching);
        }
        for (Caching wanted : request.caching()) {
            for (Placement placement : placements) {
                for (I915Mode mode : traits.modes()) {
                    if (I915Policy.caching(mode, placement) == wanted) {
                        return new BufferChoice(placement, mode, gpuCaching);
                    }
                }
            }
        }
        throw new DmaBufException(
                Errno.EOPNOTSUPP, OPERATION, device + ", mapped as " + words(request.caching().stream().map(Caching::property).toList()),
                "it can be mapped as " + modes(traits, placements));
    }

    private static Optional<GpuCaching> gpuCaching(Map<String, String> options, I915Traits traits, String device) {
        for (String key : options.keySet()) {
            if (!key.equals(CACHING_OPTION)) {
                throw new DmaBufException(
                        Errno.EINVAL, OPERATION, device + ", option " + I915Exporter.NAME + "." + key,
                        "the options are: " + I915Exporter.NAME + "." + CACHING_OPTION);
            }
        }
        String value = options.get(CACHING_OPTION);
        if (value == null) {
            return Optional.empty();
        }
        String subject = device + ", option " + I915Exporter.NAME + "." + CACHING_OPTION + "=" + value;
        GpuCaching chosen = List.of(GpuCaching.values()).stream()
                .filter(caching -> caching.word().equals(value))
                .findFirst()
                .orElseThrow(() -> new DmaBufException(
                        Errno.EINVAL, OPERATION, subject, "the values are: " + cachings(List.of(GpuCaching.values()))));
        if (!traits.cachings().contains(chosen)) {
            List<GpuCaching> accepted = traits.cachings().stream().sorted().toList();
            throw new DmaBufException(
                    Errno.EOPNOTSUPP, OPERATION, subject,
                    accepted.isEmpty() ? "this device's caching cannot be set" : "this device knows: " + cachings(accepted));
        }
        return Optional.of(chosen);
    }

    private static String cachings(List<GpuCaching> cachings) {
        return words(cachings.stream().map(GpuCaching::word).toList());
    }

    private static String modes(I915Traits traits, List<Placement> placements) {
        List<String> have = new ArrayList<>();
        for (Placement placement : placements) {
            for (I915Mode mode : traits.modes()) {
                have.add(mode.word() + " (" + I915Policy.caching(mode, placement).property()
                        + (traits.placements().size() > 1 ? ", memory of the " + placement.property() : "") + ")");
            }
        }
        return words(have);
    }

    private static String words(List<String> words) {
        return String.join(", ", words);
    }
}
