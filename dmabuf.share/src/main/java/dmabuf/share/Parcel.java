package dmabuf.share;

import dmabuf.api.BufferId;
import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.FileStatus;
import dmabuf.linux.SharedExtents;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A buffer made ready to travel: the message, and the numbers of the descriptors that go along. The numbers are borrowed from the buffer
 * and good for as long as the descriptor is open that this was made from.
 *
 * @param offer the message
 * @param descriptors what goes along: the buffer, or the token and memfds of a simulated one
 */
record Parcel(Offer offer, int[] descriptors) {

    /**
     * Packs a real dma-buf, or a memfd, as the one descriptor that it is, and a simulated dma-buf as its token and its memfds, each once.
     *
     * @throws DmaBufException E2BIG when a simulated buffer has more memfds or pieces than one message carries
     */
    static Parcel pack(Fd fd, BufferDescription description) {
        if (fd.kernel() instanceof SharedExtents simulation) {
            var parts = simulation.disassemble(fd.number());
            if (parts.isPresent()) {
                return packSimulated(parts.get(), description);
            }
        }
        return new Parcel(new Offer(description, false, 1, List.of()), new int[] {fd.number()});
    }

    private static Parcel packSimulated(SharedExtents.Parts parts, BufferDescription description) {
        List<Integer> descriptors = new ArrayList<>(List.of(parts.token()));
        Map<Integer, Integer> byNumber = new HashMap<>();
        Map<BufferId, Integer> byFile = new HashMap<>();
        List<Offer.Extent> extents = new ArrayList<>();
        for (SharedExtents.Extent part : parts.extents()) {
            int index = byNumber.computeIfAbsent(part.memfd(), number -> {
                FileStatus status = FileStatus.of(number);
                return byFile.computeIfAbsent(new BufferId(status.device(), status.inode()), file -> {
                    descriptors.add(number);
                    return descriptors.size() - 1;
                });
            });
            extents.add(new Offer.Extent(index, part.offset(), part.length()));
        }
        limit(descriptors.size() - 1, "memfds", Wire.MAX_MEMFDS, description);
        limit(extents.size(), "pieces", Wire.MAX_EXTENTS, description);
        return new Parcel(new Offer(description, true, descriptors.size(), extents), descriptors.stream().mapToInt(i -> i).toArray());
    }

    private static void limit(int count, String what, int most, BufferDescription description) {
        if (count > most) {
            throw new DmaBufException(Errno.E2BIG, "give", description.toString(),
                    "the simulated buffer is made of " + count + " " + what + ", one message carries at most " + most);
        }
    }
}
