package dmabuf.demo;

import dmabuf.api.Access;
import dmabuf.api.BufferSource;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.ExportRequest;
import dmabuf.api.Mapping;
import dmabuf.api.MemoryRange;
import dmabuf.fd.Fd;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Memfd;
import dmabuf.linux.Syscalls;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file in a buffer that is made of three ranges of two memfds, which lie there in another order than in the buffer: the end of the first
 * memfd, the second memfd, the beginning of the first. The bytes are written into the memfds, and read through the buffer.
 */
final class PlacedFile implements AutoCloseable {

    private static final int RANGES = 3;
    private static final long READ_PIECE = 1 << 24;

    private final long content;
    private final Arena arena = Arena.ofShared();
    private final List<Fd> memfds = new ArrayList<>();
    private final List<MemorySegment> pieces = new ArrayList<>();
    private String fileDigest;
    private String paddedDigest;
    private DmaBuf buffer;
    private Mapping mapping;

    private PlacedFile(long content) {
        this.content = content;
    }

    static PlacedFile place(Path file, BufferSource source, Syscalls kernel) {
        PlacedFile placed = new PlacedFile(file.toFile().length());
        try {
            List<MemoryRange> ranges = placed.makeRanges(kernel);
            placed.buffer = source.export(ExportRequest.ofRanges(ranges).withName("demo"));
            placed.read(file);
            placed.mapping = placed.buffer.mmap();
            return placed;
        } catch (RuntimeException e) {
            placed.close();
            throw e;
        }
    }

    /** Three ranges of whole pages, the last of which takes what is left over. */
    private List<MemoryRange> makeRanges(Syscalls kernel) {
        long pages = Math.max(RANGES, MappedMemory.roundUp(content) / MappedMemory.PAGE_SIZE);
        long one = pages / RANGES * MappedMemory.PAGE_SIZE;
        long last = pages * MappedMemory.PAGE_SIZE - 2 * one;
        Fd first = memfd(kernel, last + one);
        Fd other = memfd(kernel, one);
        List<MemoryRange> ranges =
                List.of(new MemoryRange(first, last, one), new MemoryRange(other, 0, one), new MemoryRange(first, 0, last));
        for (MemoryRange range : ranges) {
            pieces.add(MappedMemory.map(kernel, range.file().number(), range.offset(), range.length(), true, arena));
        }
        return ranges;
    }

    private Fd memfd(Syscalls kernel, long size) {
        Fd memfd = Memfd.sealed(kernel, "dmabuf-demo", size);
        memfds.add(memfd);
        return memfd;
    }

    private void read(Path file) {
        try (FileChannel channel = FileChannel.open(file)) {
            long left = content;
            for (MemorySegment piece : pieces) {
                long length = Math.min(left, piece.byteSize());
                readFully(channel, piece.asSlice(0, length));
                left -= length;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
        fileDigest = Digests.sha256(contentOf(pieces));
        paddedDigest = Digests.sha256(pieces);
    }

    private static void readFully(FileChannel channel, MemorySegment memory) throws IOException {
        long at = 0;
        while (at < memory.byteSize()) {
            ByteBuffer part = memory.asSlice(at, Math.min(READ_PIECE, memory.byteSize() - at)).asByteBuffer();
            int count = channel.read(part);
            if (count < 0) {
                throw new EOFException("it became shorter while it was read");
            }
            at += count;
        }
    }

    private List<MemorySegment> contentOf(List<MemorySegment> whole) {
        List<MemorySegment> parts = new ArrayList<>();
        long left = content;
        for (MemorySegment piece : whole) {
            parts.add(piece.asSlice(0, Math.min(left, piece.byteSize())));
            left -= parts.getLast().byteSize();
        }
        return parts;
    }

    long content() {
        return content;
    }

    int ranges() {
        return pieces.size();
    }

    int memfds() {
        return memfds.size();
    }

    DmaBuf buffer() {
        return buffer;
    }

    Mapping mapping() {
        return mapping;
    }

    /** The SHA-256 of the file, as it was read. */
    String fileDigest() {
        return fileDigest;
    }

    /** The SHA-256 of the file and the zeroes behind it up to the size of the buffer. */
    String paddedDigest() {
        return paddedDigest;
    }

    /** The SHA-256 of the content now, read through the buffer. */
    String bufferDigest() {
        try (CpuAccess cpu = mapping.cpuAccess(Access.READ)) {
            return Digests.sha256(contentOf(List.of(cpu.segment())));
        }
    }

    /** The SHA-256 of the content now, read from the memfds. */
    String memfdDigest() {
        return Digests.sha256(contentOf(pieces));
    }

    /** Where the content first differs from the pattern of the second process, -1 for nowhere. */
    long firstDifferenceFromPattern() {
        try (CpuAccess cpu = mapping.cpuAccess(Access.READ)) {
            return TestPattern.firstDifference(cpu.segment().asSlice(0, content), SecondProcess.SEED);
        }
    }

    @Override
    public void close() {
        if (mapping != null) {
            mapping.close();
        }
        if (buffer != null) {
            buffer.close();
        }
        arena.close();
        memfds.forEach(Fd::close);
    }
}
