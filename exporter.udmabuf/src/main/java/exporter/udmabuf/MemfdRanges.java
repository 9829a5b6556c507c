package exporter.udmabuf;

import dmabuf.api.DmaBufException;
import dmabuf.api.MemoryRange;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.FileStatus;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.SyscallResult;
import dmabuf.linux.Syscalls;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The memfds behind pieces of this process's memory: what turns the {@code iovec}s of the 2018 proposal into the file ranges of today's
 * driver. Holds duplicates of the memfds' descriptors until it is closed.
 */
final class MemfdRanges implements AutoCloseable {

    private final Syscalls kernel;
    private final List<MemoryRange> ranges = new ArrayList<>();
    private final Map<ProcessMaps.File, Fd> files = new LinkedHashMap<>();

    private MemfdRanges(Syscalls kernel) {
        this.kernel = kernel;
    }

    /**
     * Finds the ranges of memfds that segments are mappings of.
     *
     * @throws DmaBufException EINVAL for memory of the Java heap, or memory that is not page-aligned; EBADFD for memory that is no shared
     *     mapping of a memfd; EBADF when the memfd is no longer open in this process
     */
    static MemfdRanges of(List<MemorySegment> segments, Syscalls kernel) {
        MemfdRanges found = new MemfdRanges(kernel);
        try {
            ProcessMaps maps = ProcessMaps.read();
            for (int i = 0; i < segments.size(); i++) {
                found.add(segments.get(i), "segment " + i, maps);
            }
            return found;
        } catch (RuntimeException e) {
            found.close();
            throw e;
        }
    }

    /** The ranges, in the order of the segments; a segment that spans several mappings gives several. */
    List<MemoryRange> ranges() {
        return ranges;
    }

    private void add(MemorySegment segment, String name, ProcessMaps maps) {
        if (!segment.isNative()) {
            throw refused(Errno.EINVAL, name, "it is on the Java heap, which moves; map a memfd instead");
        }
        long address = segment.address();
        long length = segment.byteSize();
        String subject = name + " at 0x" + Long.toHexString(address) + ", length " + length;
        if (address % MappedMemory.PAGE_SIZE != 0 || length % MappedMemory.PAGE_SIZE != 0 || length == 0) {
            throw refused(Errno.EINVAL, subject, "address and length must be multiples of the page size, " + MappedMemory.PAGE_SIZE);
        }
        long end = address + length;
        while (address < end) {
            ProcessMaps.Area area = maps.at(address)
                    .orElseThrow(() -> refused(Errno.EBADFD, subject, "part of it is not mapped"));
            if (!area.shared() || !area.isMemfd()) {
                throw refused(Errno.EBADFD, subject, "it is " + area.describe() + ", and only shared mappings of memfds can be wrapped");
            }
            long part = Math.min(end, area.end()) - address;
            ranges.add(new MemoryRange(fileOf(area, subject), area.offset() + (address - area.start()), part));
            address += part;
        }
    }

    private Fd fileOf(ProcessMaps.Area area, String subject) {
        Fd known = files.get(area.file());
        if (known != null) {
            return known;
        }
        for (int candidate : ProcessMaps.openDescriptors()) {
            Fd duplicate = duplicateIfSame(candidate, area.file());
            if (duplicate != null) {
                files.put(area.file(), duplicate);
                return duplicate;
            }
        }
        throw refused(Errno.EBADF, subject, "its memfd is no longer open in this process; keep the descriptor until the export");
    }

    /** Another thread may close the descriptor at any moment: so it is duplicated first, and looked at then. */
    private Fd duplicateIfSame(int candidate, ProcessMaps.File file) {
        if (!isFile(candidate, file)) {
            return null;
        }
        int number = kernel.dup(candidate);
        if (number == -Errno.EBADF.number()) {
            return null;
        }
        Fd duplicate = Fd.adopt(SyscallResult.check(number, "F_DUPFD_CLOEXEC", "fd " + candidate), kernel);
        if (isFile(number, file)) {
            return duplicate;
        }
        duplicate.close();
        return null;
    }

    private static boolean isFile(int fd, ProcessMaps.File file) {
        try {
            FileStatus status = FileStatus.of(fd);
            return status.inode() == file.inode() && status.device() == file.device();
        } catch (DmaBufException e) {
            return false; // Closed meanwhile: not this one, then.
        }
    }

    private static DmaBufException refused(Errno errno, String subject, String reason) {
        return new DmaBufException(errno, "UDMABUF_CREATE_LIST", subject, reason);
    }

    @Override
    public void close() {
        files.values().forEach(Fd::close);
    }
}
