package exporter.virtio;

import dmabuf.api.Access;
import dmabuf.api.Caching;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.Placement;
import dmabuf.fd.Errno;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Chooses what a buffer is made of. */
final class KindChoice {

    /** What a refusal names as the operation, before the kernel is asked. */
    static final String OPERATION = "export";

    private static final String BLOB_OPTION = "blob";

    private KindChoice() {}

    /**
     * Chooses.
     *
     * @param kinds what the device has, in the order of preference
     * @param host how memory of the host is mapped; null on a device without
     * @throws DmaBufException EINVAL for an option that does not exist, EOPNOTSUPP for what the device lacks, so that a selection asks the
     *     next one; with what there is
     */
    static BlobKind of(ExportRequest request, List<BlobKind> kinds, HostMapping host, String device) {
        List<BlobKind> candidates = placed(request, optional(request.options(VirtioExporter.NAME), kinds, device), device);
        if (request.caching().isEmpty()) {
            return candidates.getFirst();
        }
        for (Caching wanted : request.caching()) {
            for (BlobKind kind : candidates) {
                if (caching(kind, host) == wanted) {
                    return kind;
                }
            }
        }
        throw new DmaBufException(
                Errno.EOPNOTSUPP, OPERATION,
                device + ", mapped as " + words(request.caching().stream().map(Caching::property).toList()),
                "there is: " + words(candidates.stream().map(kind -> kind.word() + " (" + caching(kind, host).property() + ")").toList()));
    }

    private static Caching caching(BlobKind kind, HostMapping host) {
        return Policies.of(kind, host, Access.READ_WRITE).caching();
    }

    private static List<BlobKind> optional(Map<String, String> options, List<BlobKind> kinds, String device) {
        String prefix = VirtioExporter.NAME + ".";
        for (String key : options.keySet()) {
            if (!key.equals(BLOB_OPTION)) {
                throw new DmaBufException(
                        Errno.EINVAL, OPERATION, device + ", option " + prefix + key, "the options are: " + prefix + BLOB_OPTION);
            }
        }
        String value = options.get(BLOB_OPTION);
        if (value == null) {
            return kinds;
        }
        String subject = device + ", option " + prefix + BLOB_OPTION + "=" + value;
        List<BlobKind> all = Arrays.asList(BlobKind.values());
        BlobKind kind = all.stream()
                .filter(each -> each.word().equals(value))
                .findFirst()
                .orElseThrow(() -> new DmaBufException(
                        Errno.EINVAL, OPERATION, subject, "the values are: " + words(all.stream().map(BlobKind::word).toList())));
        // A resource without a blob can always be had, though it is nobody's first choice.
        if (kind != BlobKind.NONE && !kinds.contains(kind)) {
            throw new DmaBufException(
                    Errno.EOPNOTSUPP, OPERATION, subject,
                    "this device has: " + words(kinds.stream().map(BlobKind::word).toList()));
        }
        return List.of(kind);
    }

    private static List<BlobKind> placed(ExportRequest request, List<BlobKind> kinds, String device) {
        if (request.placement().isEmpty()) {
            return kinds;
        }
        Placement wanted = request.placement().get();
        List<BlobKind> placed = kinds.stream().filter(kind -> kind.placement() == wanted).toList();
        if (placed.isEmpty()) {
            throw new DmaBufException(
                    Errno.EOPNOTSUPP, OPERATION, device + ", memory of the " + wanted.property(),
                    "there is memory of the " + words(kinds.stream().map(kind -> kind.placement().property()).distinct().toList()));
        }
        return placed;
    }

    private static String words(List<String> words) {
        return String.join(", ", words);
    }
}
