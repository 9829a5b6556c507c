package dmabuf.linux.vfio;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.fd.Errno;
import dmabuf.fd.KernelKind;
import dmabuf.linux.Devices;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Syscalls;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A kernel with one group and one device in it, whose calls fail when a test says so. What it does else is what the requests promise. */
final class FakeVfio {

    static final String NODE = "/dev/vfio/7";
    static final String NAME = "0000:01:00.0";
    static final VfioRegion REGION = new VfioRegion(2, 3, 4096, 1L << 40);

    /** What a path or request answers instead of doing what it should. */
    final Map<Object, Integer> answers = new HashMap<>();
    final List<Integer> open = new ArrayList<>();
    final List<Object> asked = new ArrayList<>();
    final byte[] registers = new byte[4096];
    int groupFlags = VfioIoctl.GROUP_FLAGS_VIABLE;
    /** How much a read or write does at most; negated errnos that come before. */
    int most = Integer.MAX_VALUE;
    final List<Errno> interruptions = new ArrayList<>();
    private int last = 10;

    final Syscalls kernel = (Syscalls) Proxy.newProxyInstance(
            FakeVfio.class.getClassLoader(), new Class<?>[] {Syscalls.class}, (self, method, arguments) -> switch (method.getName()) {
                case "open" -> opened(arguments[0]);
                case "close" -> open.remove(arguments[0]) ? 0 : -Errno.EBADF.number();
                case "ioctl" -> ioctl((long) arguments[1], (MemorySegment) arguments[2]);
                case "pread" -> transfer((MemorySegment) arguments[1], (long) arguments[2], false);
                case "pwrite" -> transfer((MemorySegment) arguments[1], (long) arguments[2], true);
                case "kind" -> KernelKind.LINUX;
                case "devices" -> devices();
                default -> throw new UnsupportedOperationException(method.getName());
            });

    private static Devices devices() {
        return (Devices) Proxy.newProxyInstance(FakeVfio.class.getClassLoader(), new Class<?>[] {Devices.class},
                (self, method, arguments) -> java.util.Optional.of("ask the owner of " + arguments[0]));
    }

    private int opened(Object what) {
        asked.add(what);
        int answer = answers.getOrDefault(what, 0);
        if (answer < 0) {
            return answer;
        }
        open.add(++last);
        return last;
    }

    private int ioctl(long request, MemorySegment argument) {
        asked.add(request);
        if (answers.containsKey(request)) {
            return answers.get(request);
        }
        if (request == VfioIoctl.CHECK_EXTENSION) {
            return argument.address() == VfioIoctl.TYPE1_IOMMU ? 1 : 0;
        }
        if (request == VfioIoctl.GROUP_GET_STATUS) {
            argument.set(JAVA_INT, 4, groupFlags);
        } else if (request == VfioIoctl.GROUP_GET_DEVICE_FD) {
            String name = MappedMemory.borrow(argument.address(), 64).getString(0);
            return name.equals(NAME) ? opened(name) : -Errno.ENODEV.number();
        } else if (request == VfioIoctl.DEVICE_GET_INFO) {
            argument.set(JAVA_INT, 4, VfioIoctl.DEVICE_FLAGS_PCI);
            argument.set(JAVA_INT, 8, VfioIoctl.PCI_NUM_REGIONS);
            argument.set(JAVA_INT, 12, 5);
        } else if (request == VfioIoctl.DEVICE_GET_REGION_INFO) {
            if (argument.get(JAVA_INT, 8) != REGION.index()) {
                return -Errno.EINVAL.number();
            }
            argument.set(JAVA_INT, 4, REGION.flags());
            argument.set(JAVA_LONG, 16, REGION.size());
            argument.set(JAVA_LONG, 24, REGION.offset());
        }
        return 0;
    }

    private long transfer(MemorySegment memory, long offset, boolean write) {
        if (!interruptions.isEmpty()) {
            return -interruptions.removeFirst().number();
        }
        long count = Math.min(most, memory.byteSize());
        MemorySegment device = MemorySegment.ofArray(registers).asSlice(offset - REGION.offset(), count);
        if (write) {
            device.copyFrom(memory.asSlice(0, count));
        } else {
            memory.asSlice(0, count).copyFrom(device);
        }
        return count;
    }
}
