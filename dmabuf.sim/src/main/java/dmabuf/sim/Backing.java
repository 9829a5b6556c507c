package dmabuf.sim;

import dmabuf.fd.Errno;
import dmabuf.linux.FileStatus;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.SharedExtents.Extent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The memory of a buffer: pieces of memfds, in order, with every distinct memfd held once. The checks, their order and their errno are
 * those of {@code udmabuf_create} in Linux 6.12.
 */
final class Backing implements AutoCloseable {

    private final List<Extent> extents;
    private final List<HeldMemfd> memfds;
    private final long size;

    private Backing(List<Extent> extents, List<HeldMemfd> memfds, long size) {
        this.extents = List.copyOf(extents);
        this.memfds = List.copyOf(memfds);
        this.size = size;
    }

    /**
     * Takes hold of memory. Everything is checked before anything is taken, as a kernel does that needs no descriptors of its own; and
     * checked again on what was taken, since the caller's numbers may change their meaning meanwhile.
     *
     * @param requested pieces of the caller's memfds
     * @param readOnly whether it is held in such a way that it cannot be mapped for writing
     * @return the memory, to be closed; on failure nothing is held
     */
    static Backing hold(LinuxSyscalls linux, Descriptors descriptors, List<Extent> requested, boolean readOnly) {
        Map<Integer, FileStatus> checked = new HashMap<>();
        for (Extent extent : requested) {
            checkRange(checked.computeIfAbsent(extent.memfd(), memfd -> HeldMemfd.check(linux, descriptors, memfd)), extent);
        }
        List<HeldMemfd> held = new ArrayList<>();
        try {
            Map<Integer, HeldMemfd> byNumber = new HashMap<>();
            List<Extent> extents = new ArrayList<>(requested.size());
            long size = 0;
            for (Extent extent : requested) {
                HeldMemfd memfd = byNumber.get(extent.memfd());
                if (memfd == null) {
                    memfd = hold(linux, descriptors, extent.memfd(), readOnly, held);
                    byNumber.put(extent.memfd(), memfd);
                }
                checkRange(memfd.status(), extent);
                extents.add(new Extent(memfd.fd(), extent.offset(), extent.length()));
                size += extent.length();
            }
            return new Backing(extents, held, size);
        } catch (RuntimeException e) {
            held.forEach(HeldMemfd::close);
            throw e;
        }
    }

    /** Two numbers may be of one memfd, which is held once. */
    private static HeldMemfd hold(LinuxSyscalls linux, Descriptors descriptors, int memfd, boolean readOnly, List<HeldMemfd> held) {
        HeldMemfd mine = HeldMemfd.hold(linux, descriptors, memfd, readOnly);
        for (HeldMemfd other : held) {
            if (other.status().sameFile(mine.status())) {
                mine.close();
                return other;
            }
        }
        held.add(mine);
        return mine;
    }

    /** As {@code memfd_pin_folios}: a piece is not empty and ends within its file, whose size cannot shrink any more. */
    private static void checkRange(FileStatus memfd, Extent extent) {
        boolean aligned = (extent.offset() | extent.length()) % MappedMemory.PAGE_SIZE == 0;
        if (!aligned || extent.offset() < 0 || extent.length() <= 0 || extent.length() > memfd.size() - extent.offset()) {
            throw new KernelError(Errno.EINVAL);
        }
    }

    /** The pieces, of descriptors that stay open until this is closed. */
    List<Extent> extents() {
        return extents;
    }

    /** The sum of the pieces, in bytes. */
    long size() {
        return size;
    }

    /** Tells whether other memory is the same bytes of the same files in the same order. */
    boolean sameAs(Backing other) {
        if (extents.size() != other.extents.size()) {
            return false;
        }
        Map<Integer, FileStatus> mine = statuses();
        Map<Integer, FileStatus> theirs = other.statuses();
        for (int i = 0; i < extents.size(); i++) {
            Extent one = extents.get(i);
            Extent two = other.extents.get(i);
            boolean same = one.offset() == two.offset() && one.length() == two.length();
            if (!same || !mine.get(one.memfd()).sameFile(theirs.get(two.memfd()))) {
                return false;
            }
        }
        return true;
    }

    private Map<Integer, FileStatus> statuses() {
        Map<Integer, FileStatus> statuses = new HashMap<>();
        memfds.forEach(memfd -> statuses.put(memfd.fd(), memfd.status()));
        return statuses;
    }

    @Override
    public void close() {
        memfds.forEach(HeldMemfd::close);
    }
}
