package exporter.udmabuf;

import dmabuf.api.MemoryRange;
import dmabuf.fd.Errno;
import dmabuf.linux.FileStatus;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Posix;
import dmabuf.linux.Syscalls;
import java.util.List;

/**
 * Says in words why the driver refused, since its errno alone (EINVAL for nearly everything) helps nobody. Looks at the same facts in the
 * driver's own order ({@code udmabuf_create} of {@code drivers/dma-buf/udmabuf.c}); it decides nothing.
 */
final class RefusalHint {

    private RefusalHint() {}

    /** The reason, or null when the facts do not tell. */
    static String of(Errno errno, List<MemoryRange> ranges, long size, UdmabufLimits limits) {
        return switch (errno) {
            case EINVAL -> invalid(ranges, size, limits);
            case EBADFD -> badFile(ranges);
            case EMFILE -> "this process has no file descriptor left; raise the limit with: ulimit -n";
            default -> null;
        };
    }

    private static String invalid(List<MemoryRange> ranges, long size, UdmabufLimits limits) {
        if (ranges.size() > limits.listItems()) {
            return "a list may have " + limits.listItems() + " ranges; raise the module parameter " + UdmabufLimits.LIST_LIMIT;
        }
        for (int i = 0; i < ranges.size(); i++) {
            MemoryRange range = ranges.get(i);
            if (range.offset() % MappedMemory.PAGE_SIZE != 0 || range.length() % MappedMemory.PAGE_SIZE != 0) {
                return words(i, range) + " is not a multiple of the page size, " + MappedMemory.PAGE_SIZE;
            }
        }
        if (size > limits.sizeBytes() && limits.isConfigured()) {
            return "the configuration exporter.udmabuf allows " + limits.allowedMebibytes() + " MiB; raise its maxMebibytes";
        }
        if (size > limits.sizeBytes()) {
            return "the limit is " + limits.sizeBytes() + " bytes (" + limits.sizeMebibytes()
                    + " MiB); raise the module parameter with: echo " + (((size - 1) >> 20) + 1) + " | sudo tee "
                    + UdmabufLimits.SIZE_LIMIT;
        }
        if (size == 0) {
            return "a buffer has at least one page";
        }
        for (int i = 0; i < ranges.size(); i++) {
            String reason = file(ranges.get(i));
            if (reason != null) {
                return words(i, ranges.get(i)) + " " + reason;
            }
        }
        return null;
    }

    private static String file(MemoryRange range) {
        if (range.length() == 0) {
            return "is empty";
        }
        int seals = ((Syscalls) range.file().kernel()).fcntl(range.file().number(), Posix.F_GET_SEALS, 0);
        if (seals < 0 || (seals & Posix.F_SEAL_SHRINK) == 0) {
            return "is not sealed against shrinking: F_ADD_SEALS with F_SEAL_SHRINK comes first";
        }
        if ((seals & (Posix.F_SEAL_WRITE | Posix.F_SEAL_FUTURE_WRITE)) != 0) {
            return "is sealed against writing, and a udmabuf must be writable";
        }
        long end = FileStatus.of(range.file().number()).size();
        return range.offset() > end - range.length() ? "reaches beyond the end of the memfd, which has " + end + " bytes" : null;
    }

    private static String badFile(List<MemoryRange> ranges) {
        return ranges.isEmpty() ? null : "every range must be of a memfd that is open";
    }

    private static String words(int index, MemoryRange range) {
        return "range " + index + " (" + range.file() + ", offset " + range.offset() + ", length " + range.length() + ")";
    }
}
