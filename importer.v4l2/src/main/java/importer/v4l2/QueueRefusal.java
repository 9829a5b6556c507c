package importer.v4l2;

import dmabuf.api.DmaBuf;
import dmabuf.fd.Errno;
import java.util.List;

/**
 * Says in words why a driver does not take a buffer, since its errno alone helps nobody. Looks at the same facts in the order of
 * {@code __prepare_dmabuf} of videobuf2; it decides nothing.
 */
final class QueueRefusal {

    private QueueRefusal() {}

    /** The reason, or null when the facts do not tell. */
    static String of(Errno errno, List<Long> needed, List<DmaBuf> buffers) {
        String words = switch (errno) {
            case EINVAL -> tooSmall(needed, buffers, "the driver takes no dma-buf of this exporter");
            case EFAULT -> tooSmall(needed, buffers, "the driver cannot reach this memory: a device without an IOMMU needs it in one"
                    + " physical stretch, and one that copies needs it mapped by the kernel; take another exporter, or require contiguous memory");
            case ENOMEM -> "the driver has no room to map it";
            default -> null;
        };
        return words == null || buffers.isEmpty() ? words : words + " (" + buffers.getFirst().origin() + ")";
    }

    private static String tooSmall(List<Long> needed, List<DmaBuf> buffers, String otherwise) {
        for (int i = 0; i < Math.min(needed.size(), buffers.size()); i++) {
            if (buffers.get(i).size() < needed.get(i)) {
                return "the buffer" + (needed.size() > 1 ? " of plane " + i : "") + " is too small: the driver needs " + needed.get(i)
                        + " bytes, and it has " + buffers.get(i).size();
            }
        }
        return otherwise;
    }
}
