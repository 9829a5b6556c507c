package dmabuf.tck.fault;

import dmabuf.fd.KernelKind;
import dmabuf.linux.Devices;
import dmabuf.linux.SharedExtents;
import dmabuf.linux.SocketSyscalls;
import dmabuf.linux.Syscalls;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A kernel whose calls fail when a test says so, in front of any other kernel. Hand it to an exporter or importer instead of the kernel
 * itself:
 *
 * <pre>{@code
 * FaultySyscalls kernel = FaultySyscalls.over(new SimulatedKernel());
 * kernel.at(3).fails(Errno.EMFILE);                                     // the third call from now on
 * kernel.at(1, Call.ioctl(DmaBufIoctl.SYNC)).times(2).fails(Errno.EINTR);
 * Fault held = kernel.at(1, Call.of(SyscallKind.MMAP)).blocks();        // until held.release()
 * }</pre>
 *
 * <p>Where the kernel behind can take simulated buffers apart and put them together ({@link SharedExtents}), so can this one. Everything
 * else, {@link #kind()} and {@link #devices()} among it, is the answer of the kernel behind. Code that speaks to other processes is
 * handed {@link #sockets} besides.
 *
 * <p>Thread-safe; calls are counted in the order in which they arrive. Has nothing to close: {@link #heal} makes it harmless.
 */
public class FaultySyscalls implements Syscalls {

    private final Syscalls kernel;
    private final Queue<Call> calls;
    private final List<Fault> faults;

    private FaultySyscalls(Syscalls kernel, Queue<Call> calls, List<Fault> faults) {
        this.kernel = Objects.requireNonNull(kernel, "kernel");
        this.calls = calls;
        this.faults = faults;
    }

    private FaultySyscalls(Syscalls kernel) {
        this(kernel, new ConcurrentLinkedQueue<>(), new CopyOnWriteArrayList<>());
    }

    /**
     * Stands before a kernel.
     *
     * @param kernel who answers; stays the caller's
     * @return a kernel without a fault so far
     */
    public static FaultySyscalls over(Syscalls kernel) {
        return kernel instanceof SharedExtents sharing ? new Sharing(kernel, sharing) : new FaultySyscalls(kernel);
    }

    /** Stands before one more kernel, with the same count and the same faults. */
    FaultySyscalls alsoOver(Syscalls other) {
        return new FaultySyscalls(other, calls, faults);
    }

    /**
     * Stands before sockets as well: their calls are counted with those of the kernel, and faults do not tell the two apart. A connection
     * of which a fault says that it has ended (EPIPE, ECONNRESET) does end, and what was under way to this side is lost.
     *
     * @param sockets who answers, {@link SocketSyscalls#linux()} in the end
     * @return sockets for the code under test
     */
    public SocketSyscalls sockets(SocketSyscalls sockets) {
        return new FaultySockets(this, sockets);
    }

    /**
     * Chooses a call, whatever it is.
     *
     * @param number its number, counted from the moment when the fault is made; the first is 1
     * @return the choice
     */
    public Fault.Choice at(int number) {
        return new Fault.Choice(this, any -> true, number, number);
    }

    /**
     * Chooses a call of one kind; of ioctl and fcntl, with one request.
     *
     * @param number its number among those, counted from the moment when the fault is made; the first is 1
     * @param which the call
     * @return the choice
     */
    public Fault.Choice at(int number, Call which) {
        return new Fault.Choice(this, which::equals, number, number);
    }

    /**
     * Tells what was asked, in order, faults included.
     *
     * @return a copy
     */
    public List<Call> calls() {
        return List.copyOf(calls);
    }

    /** Forgets what was asked. Faults go on counting. */
    public void forgetCalls() {
        calls.clear();
    }

    /** Ends all faults, and lets go on whoever is blocked. */
    public void heal() {
        faults.forEach(Fault::close);
    }

    Fault add(Fault fault) {
        faults.add(fault);
        return fault;
    }

    void remove(Fault fault) {
        faults.remove(fault);
    }

    /** Notes a call; gives the fault that it meets, after having waited there, or null. All faults count it. */
    private Fault meet(Call call) {
        calls.add(call);
        Fault met = null;
        for (Fault fault : faults) {
            if (fault.hits(call) && met == null) {
                met = fault;
            }
        }
        if (met != null) {
            met.meet();
        }
        return met;
    }

    /** The errno of the fault that a call meets, negated; 0 for going on. */
    private int error(Call call) {
        Fault met = meet(call);
        return met == null ? 0 : met.result();
    }

    int error(SyscallKind kind) {
        return error(Call.of(kind));
    }

    @Override
    public KernelKind kind() {
        return kernel.kind();
    }

    @Override
    public Devices devices() {
        return kernel.devices();
    }

    @Override
    public int open(String path, int flags) {
        int error = error(SyscallKind.OPEN);
        return error < 0 ? error : kernel.open(path, flags);
    }

    @Override
    public int close(int fd) {
        int error = error(SyscallKind.CLOSE);
        int result = kernel.close(fd);
        return error < 0 ? error : result;
    }

    @Override
    public int ioctl(int fd, long request, MemorySegment argument) {
        int error = error(Call.ioctl(request));
        return error < 0 ? error : kernel.ioctl(fd, request, argument);
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        int error = error(SyscallKind.MMAP);
        return error < 0 ? error : kernel.mmap(address, length, protection, flags, fd, offset);
    }

    @Override
    public int munmap(long address, long length) {
        int error = error(SyscallKind.MUNMAP);
        int result = kernel.munmap(address, length);
        return error < 0 ? error : result;
    }

    @Override
    public int memfdCreate(String name, int flags) {
        int error = error(SyscallKind.MEMFD_CREATE);
        return error < 0 ? error : kernel.memfdCreate(name, flags);
    }

    @Override
    public int fcntl(int fd, int command, long argument) {
        int error = error(Call.fcntl(command));
        return error < 0 ? error : kernel.fcntl(fd, command, argument);
    }

    @Override
    public int ftruncate(int fd, long length) {
        int error = error(SyscallKind.FTRUNCATE);
        return error < 0 ? error : kernel.ftruncate(fd, length);
    }

    @Override
    public long lseek(int fd, long offset, int whence) {
        int error = error(SyscallKind.LSEEK);
        return error < 0 ? error : kernel.lseek(fd, offset, whence);
    }

    @Override
    public long read(int fd, MemorySegment buffer) {
        Fault met = meet(Call.of(SyscallKind.READ));
        return met != null && met.result() < 0 ? met.result() : kernel.read(fd, shortened(buffer, met));
    }

    @Override
    public long write(int fd, MemorySegment buffer) {
        Fault met = meet(Call.of(SyscallKind.WRITE));
        return met != null && met.result() < 0 ? met.result() : kernel.write(fd, shortened(buffer, met));
    }

    @Override
    public long pread(int fd, MemorySegment buffer, long offset) {
        Fault met = meet(Call.of(SyscallKind.PREAD));
        return met != null && met.result() < 0 ? met.result() : kernel.pread(fd, shortened(buffer, met), offset);
    }

    @Override
    public long pwrite(int fd, MemorySegment buffer, long offset) {
        Fault met = meet(Call.of(SyscallKind.PWRITE));
        return met != null && met.result() < 0 ? met.result() : kernel.pwrite(fd, shortened(buffer, met), offset);
    }

    private static MemorySegment shortened(MemorySegment buffer, Fault met) {
        boolean whole = met == null || met.effect() != Fault.Effect.SHORTEN || buffer.byteSize() == 0;
        return whole ? buffer : buffer.asSlice(0, Math.max(1, buffer.byteSize() / 2));
    }

    @Override
    public int poll(int fd, int events, int timeoutMillis) {
        int error = error(SyscallKind.POLL);
        return error < 0 ? error : kernel.poll(fd, events, timeoutMillis);
    }

    /** Says which kernel is behind. */
    @Override
    public String toString() {
        return "faults over " + kernel;
    }

    /** In front of a kernel that takes buffers apart. */
    private static final class Sharing extends FaultySyscalls implements SharedExtents {

        private final SharedExtents sharing;

        Sharing(Syscalls kernel, SharedExtents sharing) {
            super(kernel);
            this.sharing = sharing;
        }

        @Override
        public Optional<Parts> disassemble(int fd) {
            return sharing.disassemble(fd);
        }

        @Override
        public int assemble(Parts parts) {
            int error = super.error(SyscallKind.ASSEMBLE);
            return error < 0 ? error : sharing.assemble(parts);
        }
    }
}
