package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.linux.LinuxSyscalls;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The memory of an object that CPU and device see differently until somebody flushes caches: a copy for each, and what both were when they
 * last agreed. What one side has changed is what differs from that.
 *
 * <p>{@link #publish} brings to the device what the CPU has changed, {@link #fetch} brings to the CPU what the device has changed, and
 * neither touches a byte that the other side has changed too. Such a byte is a race that no bracket allows: each side keeps its own, and
 * publishing leaves it to the device, from which the next fetch takes it.
 *
 * <p>Where a real CPU writes whole cache lines, bytes are carried here: what is never brought over stays stale every time, and not only
 * when a line happens to stay in the cache. Thread-safe; a CPU that writes while this copies loses nothing.
 */
final class IncoherentMemory implements AutoCloseable {

    private static final VarHandle WORD = JAVA_LONG.varHandle();
    private static final int SEEK_DATA = 3;
    /** How much is looked at in one piece. */
    private static final long CHUNK = 1 << 20;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long BYTE = 0xff;

    private final LinuxSyscalls linux;
    private final Backing cpu;
    private final Backing device;
    private final Backing agreed;

    private IncoherentMemory(LinuxSyscalls linux, Backing cpu, Backing device, Backing agreed) {
        this.linux = linux;
        this.cpu = cpu;
        this.device = device;
        this.agreed = agreed;
    }

    /** Gives new memory of the CPU its other half. The CPU's stays the caller's to close. */
    static IncoherentMemory of(LinuxSyscalls linux, Gpu gpu, Backing cpu) {
        Backing device = gpu.memory(cpu.size());
        try {
            return new IncoherentMemory(linux, cpu, device, gpu.memory(cpu.size()));
        } catch (RuntimeException e) {
            device.close();
            throw e;
        }
    }

    /** The device's copy, which mappings past the caches show too. */
    Backing device() {
        return device;
    }

    /** Flushes the CPU's caches: what the CPU has changed since the copies agreed goes to the device. */
    void publish() {
        carry(cpu, device, true);
    }

    /** Invalidates the CPU's caches: what the device has changed goes to the CPU. */
    void fetch() {
        carry(device, cpu, false);
    }

    /** Copies bytes of the device's. A device that snoops sees what the CPU has changed. */
    synchronized void deviceRead(long offset, MemorySegment target, boolean snoops) {
        if (snoops) {
            publish();
        }
        try (MemoryView view = MemoryView.of(linux, device, offset, target.byteSize())) {
            target.copyFrom(view.bytes());
        }
    }

    /** Writes bytes as the device. If it snoops, the CPU sees them. */
    void deviceWrite(long offset, MemorySegment source, boolean snoops) {
        try (MemoryView view = MemoryView.of(linux, device, offset, source.byteSize())) {
            deviceWrites(snoops, () -> view.bytes().copyFrom(source));
        }
    }

    /** Lets the device write into its copy. If it snoops, the CPU sees it. */
    synchronized void deviceWrites(boolean snoops, Runnable writing) {
        if (snoops) {
            publish();
        }
        writing.run();
        if (snoops) {
            fetch();
        }
    }

    /** Goes through all that was ever touched: memory that was not is zero on both sides. */
    private synchronized void carry(Backing from, Backing to, boolean publishing) {
        long size = cpu.size();
        long at = touchedFrom(0);
        while (at < size) {
            long length = Math.min(CHUNK, size - at);
            try (MemoryView source = MemoryView.of(linux, from, at, length);
                    MemoryView target = MemoryView.of(linux, to, at, length);
                    MemoryView base = MemoryView.of(linux, agreed, at, length)) {
                carry(source.bytes(), target.bytes(), base.bytes(), publishing);
            }
            at = touchedFrom(at + length);
        }
    }

    private long touchedFrom(long at) {
        return Math.min(dataFrom(cpu, at), dataFrom(device, at));
    }

    /** Where the next page of a memfd is; its end when there is none. */
    private long dataFrom(Backing memory, long at) {
        long data = at >= memory.size() ? -1 : linux.lseek(memory.extents().getFirst().memfd(), at, SEEK_DATA);
        return data < 0 ? memory.size() : data;
    }

    private static void carry(MemorySegment from, MemorySegment to, MemorySegment base, boolean publishing) {
        long end = base.byteSize();
        long at = 0;
        while (at < end) {
            long different = MemorySegment.mismatch(from, at, end, base, at, end);
            if (different < 0) {
                return;
            }
            at = (at + different) & -Long.BYTES;
            // Changes come in runs, in which looking for the next one word by word is faster.
            while (at < end && carryWord(from, to, base, at, publishing)) {
                at += Long.BYTES;
            }
        }
    }

    /** Carries the bytes of a word that only the source has changed. False when it has changed none. */
    private static boolean carryWord(MemorySegment from, MemorySegment to, MemorySegment base, long at, boolean publishing) {
        long source = from.get(JAVA_LONG, at);
        long before = base.get(JAVA_LONG, at);
        long changed = differing(source, before);
        if (changed == 0) {
            return false;
        }
        while (true) {
            long target = (long) WORD.getVolatile(to, at);
            long carried = changed & ~differing(target, before);
            if (carried == 0 || WORD.compareAndSet(to, at, target, target & ~carried | source & carried)) {
                long settled = publishing ? changed : carried | changed & ~differing(source, target);
                base.set(JAVA_LONG, at, before & ~settled | source & settled);
                return true;
            }
        }
    }

    /** All bits of those bytes in which two words differ. */
    private static long differing(long one, long other) {
        long difference = one ^ other;
        long high = ((difference & ~HIGH_BITS) + ~HIGH_BITS | difference) & HIGH_BITS;
        return (high >>> Byte.SIZE - 1) * BYTE;
    }

    @Override
    public void close() {
        device.close();
        agreed.close();
    }
}
