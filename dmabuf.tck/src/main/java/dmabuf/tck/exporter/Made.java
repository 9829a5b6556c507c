package dmabuf.tck.exporter;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.DmaBufIoctl;
import dmabuf.linux.FileStatus;
import dmabuf.linux.Ioctl;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Posix;
import dmabuf.linux.Syscalls;
import dmabuf.spi.ExportedBuffer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** A buffer that the exporter has made, in the hands of whom the core would be: its descriptors are owned, and closed once each. */
final class Made implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Made.class.getName());

    private final ExportedBuffer buffer;
    private final Predicate<String> sound;
    private Custody custody;
    private boolean released;

    /** @param sound whether a mode can be mapped as its policy says */
    Made(ExportedBuffer buffer, Predicate<String> sound) {
        this.buffer = buffer;
        this.sound = sound;
    }

    ExportedBuffer buffer() {
        return buffer;
    }

    long size() {
        return buffer.size();
    }

    /** The modes in which it can be mapped by their policies. */
    List<ExportedBuffer.Mode> declared() {
        return buffer.modes().stream().filter(mode -> mode.mode().policy().mappable()).toList();
    }

    /** The modes in which it can be mapped in fact. That all of them can is one test's matter, and the others go on with those that can. */
    List<ExportedBuffer.Mode> mappable() {
        return declared().stream().filter(mode -> sound.test(mode.mode().name())).toList();
    }

    /** Memory that is no dma-buf has no size that the kernel would tell. */
    long sizeByKernel() {
        return !buffer.isDmaBuf() ? size() : kernel().lseek(buffer.fd().number(), 0, Posix.SEEK_END);
    }

    FileStatus identity() {
        return FileStatus.of(buffer.fd().number());
    }

    private Syscalls kernel() {
        return (Syscalls) buffer.fd().kernel();
    }

    /** Maps all of it. */
    MemorySegment map(ExportedBuffer.Mode mode, boolean writable, Arena arena) {
        return map(mode, 0, size(), writable, arena);
    }

    /** Maps a part as the core does: of a plan that wants it so, as a part of the whole. */
    MemorySegment map(ExportedBuffer.Mode mode, long offset, long length, boolean writable, Arena arena) {
        Fd fd = mode.plan().fd().orElse(buffer.fd());
        Syscalls kernel = (Syscalls) fd.kernel();
        long start = mode.plan().offset();
        if (mode.plan().isWholeOnly()) {
            return MappedMemory.map(kernel, fd.number(), start, size(), writable, arena).asSlice(offset, length);
        }
        return MappedMemory.map(kernel, fd.number(), start + offset, length, writable, arena);
    }

    void write(MemorySegment memory, int seed) {
        sync(DmaBufIoctl.SYNC_START | DmaBufIoctl.SYNC_WRITE);
        for (long at = 0; at + Long.BYTES <= memory.byteSize(); at += Long.BYTES) {
            memory.set(ValueLayout.JAVA_LONG, at, pattern(at, seed));
        }
        sync(DmaBufIoctl.SYNC_END | DmaBufIoctl.SYNC_WRITE);
    }

    /** Tells where a memory differs from what was written into the buffer, seen from an offset on; -1 when it does not. */
    long mismatch(MemorySegment memory, long offset, int seed) {
        sync(DmaBufIoctl.SYNC_START | DmaBufIoctl.SYNC_READ);
        try {
            for (long at = 0; at + Long.BYTES <= memory.byteSize(); at += Long.BYTES) {
                if (memory.get(ValueLayout.JAVA_LONG, at) != pattern(offset + at, seed)) {
                    return at;
                }
            }
            return -1;
        } finally {
            sync(DmaBufIoctl.SYNC_END | DmaBufIoctl.SYNC_READ);
        }
    }

    private static long pattern(long at, int seed) {
        return (at + 1) * 0x9E3779B97F4A7C15L + seed;
    }

    private void sync(long flags) {
        if (!buffer.isDmaBuf()) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocate(ValueLayout.JAVA_LONG);
            struct.set(ValueLayout.JAVA_LONG, 0, flags);
            int result = Ioctl.restarting(kernel(), buffer.fd().number(), DmaBufIoctl.SYNC, struct);
            if (result < 0) {
                throw new DmaBufException(
                        Errno.ofResult(result), "DMA_BUF_IOCTL_SYNC", buffer.fd().toString(), "ExportedBuffer.fd() is to be a dma-buf");
            }
        }
    }

    /** What is in a memory. */
    byte[] contents(MemorySegment memory) {
        sync(DmaBufIoctl.SYNC_START | DmaBufIoctl.SYNC_READ);
        try {
            return memory.toArray(ValueLayout.JAVA_BYTE);
        } finally {
            sync(DmaBufIoctl.SYNC_END | DmaBufIoctl.SYNC_READ);
        }
    }

    /** Writes through one mapping and reads through another, in each mode; what an importer would do first. */
    void assertUsable(String when) {
        for (ExportedBuffer.Mode mode : mappable()) {
            boolean writable = mode.mode().policy().access().writes();
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment memory = map(mode, writable, arena);
                if (writable) {
                    write(memory, 1);
                    assertTrue(mismatch(map(mode, false, arena), 0, 1) == -1, () -> when + ", what is written in mode "
                            + mode.mode().name() + " is not read back");
                }
            }
        }
    }

    /** Whether the exporter has a part in it. */
    boolean hasOps() {
        return buffer.ops().isPresent();
    }

    /** Tells the exporter that the buffer was taken, as the core does. */
    void taken() {
        buffer.ops().ifPresent(ops -> {
            custody = new Custody(buffer.size(), identity());
            ops.exported(custody);
        });
    }

    /** Tells the exporter that the last reference is gone, the first time. What it throws goes on. */
    void release() {
        if (!released) {
            released = true;
            buffer.ops().ifPresent(ops -> ops.release(custody));
        }
    }

    @Override
    public void close() {
        try {
            release();
        } catch (RuntimeException | LinkageError e) {
            // One test's matter; the descriptors are closed all the same.
            LOG.log(System.Logger.Level.DEBUG, "release threw {0}", e.toString());
        }
        Set<Fd> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
        distinct.add(buffer.fd());
        buffer.modes().forEach(mode -> mode.plan().fd().ifPresent(distinct::add));
        distinct.forEach(Fd::close);
    }
}
