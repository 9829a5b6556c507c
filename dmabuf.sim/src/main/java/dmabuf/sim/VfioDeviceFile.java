package dmabuf.sim;

import dmabuf.fd.Errno;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.Posix;
import dmabuf.linux.UserMemory;
import dmabuf.linux.vfio.VfioIoctl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * An open VFIO device: requests go to its driver, and its regions lie one behind the other in the file. As the sample drivers of the
 * kernel do, it reads and writes in the largest aligned pieces of at most four bytes, and forgets what it has done when one of them fails.
 */
final class VfioDeviceFile extends SimulatedFile {

    private final VfioGroup group;
    private final VfioDriver driver;
    private long position;

    VfioDeviceFile(LinuxSyscalls linux, Descriptors descriptors, int token, VfioGroup group) {
        super(linux, descriptors, token);
        this.group = group;
        this.driver = group.driver();
    }

    @Override
    void release() {
        group.closeDevice();
    }

    @Override
    int accessMode() {
        return Posix.O_RDWR;
    }

    @Override
    int ioctl(long request, MemorySegment argument) {
        if (request == VfioIoctl.DEVICE_FEATURE) {
            driver.checkPlugged();
            return VfioFeatures.ioctl(argument.address());
        }
        return driver.ioctl(request, argument.address());
    }

    @Override
    long mmap(long address, long length, int protection, int flags, long offset) {
        int refusal = DriverRules.check(length, protection, flags, offset, accessMode());
        return refusal < 0 ? refusal : driver.mmap(new BufferMapping(linux, protection, flags), flags, address, length, offset);
    }

    /** Without an llseek operation. */
    @Override
    long lseek(long offset, int whence) {
        return -Errno.ESPIPE.number();
    }

    @Override
    synchronized long read(MemorySegment buffer) {
        return advance(transfer(buffer, position, false));
    }

    @Override
    synchronized long write(MemorySegment buffer) {
        return advance(transfer(buffer, position, true));
    }

    private long advance(long result) {
        position += Math.max(0, result);
        return result;
    }

    @Override
    long pread(MemorySegment buffer, long offset) {
        return transfer(buffer, offset, false);
    }

    @Override
    long pwrite(MemorySegment buffer, long offset) {
        return transfer(buffer, offset, true);
    }

    private long transfer(MemorySegment caller, long offset, boolean write) {
        long count = caller.byteSize();
        if (offset + count < 0) {
            return -Errno.EINVAL.number();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment word = arena.allocate(Integer.BYTES, Integer.BYTES);
            for (long done = 0; done < count; ) {
                long left = count - done;
                long at = offset + done;
                MemorySegment piece = word.asSlice(0, left >= 4 && at % 4 == 0 ? 4 : left >= 2 && at % 2 == 0 ? 2 : 1);
                long address = caller.address() + done;
                boolean ok = write
                        ? UserMemory.copyFrom(address, piece) == 0 && driver.access(piece, at, true)
                        : driver.access(piece.fill((byte) 0), at, false) && UserMemory.copyTo(address, piece) == 0;
                if (!ok) {
                    return -Errno.EFAULT.number();
                }
                done += piece.byteSize();
            }
            return count;
        } catch (KernelError e) {
            return e.result();
        }
    }
}
