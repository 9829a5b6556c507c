package dmabuf.sim;

import dmabuf.fd.Errno;
import dmabuf.fd.KernelKind;
import dmabuf.linux.Devices;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.Posix;
import dmabuf.linux.SharedExtents;
import dmabuf.linux.Syscalls;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * A kernel with devices that the machine does not have. It answers for its own device nodes and dma-bufs with what Linux 6.12 answers,
 * errno by errno, and hands everything else on to the real kernel.
 *
 * <p>Descriptors of the simulation are real numbers of this process, and mean something to this object only. A dma-buf's memory is that
 * of memfds: real pages, mapped and shared by the real kernel, which outlive this object wherever they are mapped.
 *
 * <p>After {@link #close()} there are no device nodes any more; buffers that are open work until their last descriptor is closed.
 *
 * <p>Also usable without a container. Thread-safe. The path of {@code DMA_BUF_IOCTL_SYNC} takes no lock and allocates nothing.
 */
@Component(
        service = {Syscalls.class, SimulatedKernel.class},
        immediate = true,
        property = {"dmabuf.kernel=simulated", "service.ranking:Integer=-1000"})
public final class SimulatedKernel implements Syscalls, SharedExtents, AutoCloseable {

    private static final System.Logger LOG = System.getLogger(SimulatedKernel.class.getName());

    private static final long REQUEST = 0xffffffffL;
    private static final int ENOTTY = -Errno.ENOTTY.number();
    private static final int EACCES = -Errno.EACCES.number();

    private final LinuxSyscalls linux = new LinuxSyscalls();
    private final Descriptors descriptors = new Descriptors();
    private final SimulatedDevices devices = new SimulatedDevices(new MemoryTypes());
    private final SimulatedMachine machine =
            new SimulatedMachine(devices, descriptors, new BufferFactory(linux, descriptors, new Waits()));

    /** Starts a kernel with the devices that any machine can have: {@code /dev/udmabuf} and {@code /dev/dma_heap/system}. */
    public SimulatedKernel() {
        machine.plugDefaults();
    }

    /** Says in the log that what is about to be seen is not the real thing. */
    @Activate
    void announce() {
        LOG.log(System.Logger.Level.INFO, "a simulated kernel is deployed: {0}, with real memory and no hardware", devices.nodes());
    }

    /**
     * Gives the hand on the devices.
     *
     * @return the same object every time
     */
    public SimulatedMachine machine() {
        return machine;
    }

    /** Unplugs every device and ends all watching. Open buffers stay. The second and later calls do nothing. */
    @Deactivate
    @Override
    public void close() {
        machine.switchOff();
        devices.close();
        linux.shutDown();
    }

    @Override
    public KernelKind kind() {
        return KernelKind.SIMULATED;
    }

    @Override
    public Devices devices() {
        return devices;
    }

    @Override
    public int open(String path, int flags) {
        if (!SimulatedMachine.serves(path)) {
            return fresh(linux.open(path, flags));
        }
        SimulatedDevice device = devices.device(path);
        if (device == null) {
            return -Errno.ENOENT.number();
        }
        try {
            int fd = descriptors.open(linux, path, 0, token -> device.open(
                    new DeviceOpening(linux, descriptors, token, () -> devices.device(path) == device, flags)));
            linux.fcntl(fd, Posix.F_SETFL, flags & SimulatedFile.SETTABLE);
            return fd;
        } catch (KernelError e) {
            return e.result();
        }
    }

    /** The real kernel gives a number away only when it is free, whatever the simulation still believes. */
    private int fresh(int fd) {
        if (fd >= 0) {
            descriptors.forget(fd);
        }
        return fd;
    }

    @Override
    public int close(int fd) {
        return descriptors.close(fd, linux::close);
    }

    @Override
    public int ioctl(int fd, long request, MemorySegment argument) {
        SimulatedFile file = descriptors.enter(fd);
        if (file == null) {
            int result = linux.ioctl(fd, request, argument);
            if (result != ENOTTY) {
                return result;
            }
            file = descriptors.find(fd);
            if (file == null) {
                return result;
            }
        }
        try {
            return file.ioctl(request & REQUEST, argument);
        } catch (KernelError e) {
            return e.result();
        } finally {
            file.leave();
        }
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        boolean anonymous = (flags & Posix.MAP_ANONYMOUS) != 0;
        SimulatedFile file = anonymous ? null : descriptors.enter(fd);
        if (file == null) {
            long result = linux.mmap(address, length, protection, flags, fd, offset);
            if (anonymous || result != EACCES) {
                return result;
            }
            file = descriptors.find(fd);
            if (file == null) {
                return result;
            }
        }
        try {
            return file.mmap(address, length, protection, flags, offset);
        } finally {
            file.leave();
        }
    }

    @Override
    public int munmap(long address, long length) {
        int result = linux.munmap(address, length);
        if (result == 0) {
            devices.memoryTypes().free(address, length);
        }
        return result;
    }

    @Override
    public int memfdCreate(String name, int flags) {
        return fresh(linux.memfdCreate(name, flags));
    }

    @Override
    public int fcntl(int fd, int command, long argument) {
        SimulatedFile file = descriptors.find(fd);
        if (file == null) {
            int result = linux.fcntl(fd, command, argument);
            boolean duplicate = command == Posix.F_DUPFD || command == Posix.F_DUPFD_CLOEXEC;
            return duplicate ? fresh(result) : result;
        }
        try {
            return file.fcntl(fd, command, argument);
        } finally {
            file.leave();
        }
    }

    @Override
    public int ftruncate(int fd, long length) {
        SimulatedFile file = descriptors.find(fd);
        if (file == null) {
            return linux.ftruncate(fd, length);
        }
        try {
            return file.ftruncate();
        } finally {
            file.leave();
        }
    }

    @Override
    public long lseek(int fd, long offset, int whence) {
        SimulatedFile file = descriptors.find(fd);
        if (file == null) {
            return linux.lseek(fd, offset, whence);
        }
        try {
            return file.lseek(offset, whence);
        } finally {
            file.leave();
        }
    }

    @Override
    public long read(int fd, MemorySegment buffer) {
        SimulatedFile file = descriptors.find(fd);
        if (file == null) {
            return linux.read(fd, buffer);
        }
        try {
            return file.read();
        } finally {
            file.leave();
        }
    }

    @Override
    public long write(int fd, MemorySegment buffer) {
        SimulatedFile file = descriptors.find(fd);
        if (file == null) {
            return linux.write(fd, buffer);
        }
        try {
            return file.write();
        } finally {
            file.leave();
        }
    }

    @Override
    public int poll(int fd, int events, int timeoutMillis) {
        SimulatedFile file = descriptors.find(fd);
        if (file == null) {
            return linux.poll(fd, events, timeoutMillis);
        }
        try {
            return file.poll(fd, events, timeoutMillis);
        } finally {
            file.leave();
        }
    }

    @Override
    public Optional<Parts> disassemble(int fd) {
        SimulatedFile file = descriptors.find(fd);
        if (file == null) {
            return Optional.empty();
        }
        try {
            return file instanceof BufferFile buffer
                    ? Optional.of(new Parts(fd, buffer.backing().size(), buffer.backing().extents()))
                    : Optional.empty();
        } finally {
            file.leave();
        }
    }

    @Override
    public int assemble(Parts parts) {
        try {
            return machine.buffersOfDrivers().assemble(parts);
        } catch (KernelError e) {
            return e.result();
        }
    }
}
