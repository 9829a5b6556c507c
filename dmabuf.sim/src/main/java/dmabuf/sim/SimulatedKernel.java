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
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

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
        configurationPid = SimulatedKernel.PID,
        property = {"dmabuf.kernel=simulated", "service.ranking:Integer=-1000"})
@Designate(ocd = SimulatedKernel.Configuration.class)
public final class SimulatedKernel implements Syscalls, SharedExtents, AutoCloseable {

    /** The PID of the configuration. */
    public static final String PID = "dmabuf.sim";

    /** The configuration, under the PID {@code dmabuf.sim}. Changing it plugs and unplugs what has changed, and nothing else. */
    @ObjectClassDefinition(name = "Simulated kernel", description = "Which devices the simulated machine has.")
    public @interface Configuration {

        /**
         * Names the machine.
         *
         * @return a name that {@link MachineDescription#names} lists
         */
        @AttributeDefinition(
                name = "Machine",
                description = "default, laptop, atom, meteorlake, discrete, vm, vm-classic, vm-3d, camera, vgpu or all.",
                options = {
                    @Option("default"), @Option("laptop"), @Option("atom"), @Option("meteorlake"), @Option("discrete"), @Option("vm"),
                    @Option("vm-classic"), @Option("vm-3d"), @Option("camera"), @Option("vgpu"), @Option("all")
                })
        String machine() default MachineDescription.DEFAULT;

        /**
         * Lists the devices, in the place of a machine's.
         *
         * @return devices as {@link MachineDescription#of} takes them, one by one or separated by commas; none to have those of the machine
         */
        @AttributeDefinition(
                name = "Devices",
                description = "The devices of the machine, one by one or separated by commas, for example /dev/udmabuf or"
                        + " /dev/dri/card0=i915-llc. Counts more than the name of a machine.")
        String[] devices() default {};
    }

    private static final System.Logger LOG = System.getLogger(SimulatedKernel.class.getName());

    /** A configuration that is a text file has one line for all devices. A comma can also be part of a heap's name. */
    private static final Pattern NEXT_DEVICE = Pattern.compile("\\s*,\\s*(?=/)");

    private static final long REQUEST = 0xffffffffL;
    private static final int ENOTTY = -Errno.ENOTTY.number();
    private static final int EACCES = -Errno.EACCES.number();

    private final LinuxSyscalls linux = new LinuxSyscalls();
    private final Descriptors descriptors = new Descriptors();
    private final SimulatedDevices devices = new SimulatedDevices(new MemoryTypes());
    private final SimulatedMachine machine =
            new SimulatedMachine(devices, descriptors, new BufferFactory(linux, descriptors, new Waits()));

    /** Starts a kernel with the devices of the default machine: {@code /dev/udmabuf}, {@code /dev/dma_heap/system} and two cameras. */
    public SimulatedKernel() {
        machine.become(MachineDescription.named(MachineDescription.DEFAULT));
    }

    /**
     * Becomes the machine that is configured, or refuses to start.
     *
     * @throws IllegalArgumentException when there is no such machine or device; the message lists those that there are
     */
    @Activate
    void start(Configuration configuration) {
        machine.become(description(configuration));
        machine.startClocks();
        announce();
    }

    /** Becomes another machine; what both have stays plugged in. Says so, and stays as it is, when there is no such machine or device. */
    @Modified
    void modify(Configuration configuration) {
        try {
            machine.become(description(configuration));
            machine.startClocks();
        } catch (IllegalArgumentException e) {
            LOG.log(System.Logger.Level.ERROR, "the simulated kernel keeps its devices: {0}", e.getMessage());
            return;
        }
        LOG.log(System.Logger.Level.INFO, "the simulated kernel has other devices now: {0}", devices.nodes());
    }

    private static MachineDescription description(Configuration configuration) {
        return configuration.devices().length == 0
                ? MachineDescription.named(configuration.machine())
                : MachineDescription.of(Stream.of(configuration.devices()).flatMap(NEXT_DEVICE::splitAsStream).toList());
    }

    /** Says in the log that what is about to be seen is not the real thing. */
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
            int fd = descriptors.open(linux, device.token(linux, path), token -> device.open(
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
            devices.mappings().free(address, length);
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
            return file.read(buffer);
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
            return file.write(buffer);
        } finally {
            file.leave();
        }
    }

    @Override
    public long pread(int fd, MemorySegment buffer, long offset) {
        SimulatedFile file = offset < 0 ? null : descriptors.find(fd);
        if (file == null) {
            return linux.pread(fd, buffer, offset);
        }
        try {
            return file.pread(buffer, offset);
        } catch (KernelError e) {
            return e.result();
        } finally {
            file.leave();
        }
    }

    @Override
    public long pwrite(int fd, MemorySegment buffer, long offset) {
        SimulatedFile file = offset < 0 ? null : descriptors.find(fd);
        if (file == null) {
            return linux.pwrite(fd, buffer, offset);
        }
        try {
            return file.pwrite(buffer, offset);
        } catch (KernelError e) {
            return e.result();
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
                    ? Optional.of(new Parts(fd, buffer.size(), buffer.backing().extents()))
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
