package importer.vmm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.fd.Errno;
import dmabuf.linux.ForwardingSyscalls;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Posix;
import dmabuf.linux.UserMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The real kernel with another {@code /dev/kvm}: it looks at every byte that it is given, answers as KVM does, and keeps what it is told.
 * Its processor walks the slots as a real one does. A descriptor of it is a memfd, so that one that stays open is found.
 */
final class ScriptedKvm extends ForwardingSyscalls {

    static final int SLOTS = 509;

    /** A slot as KVM was told. */
    record Region(int flags, long guestAddress, long size, long hostAddress, BitSet dirty) {

        boolean has(long address) {
            return address >= guestAddress && address < guestAddress + size;
        }
    }

    /** What a virtual machine is, whatever descriptors it has. */
    private static final class Machine {
        final Map<Integer, Region> regions = new TreeMap<>();
        int descriptors = 1;
    }

    private static final Machine NODE = new Machine();

    /** What happened, in order. */
    final List<String> events = new CopyOnWriteArrayList<>();
    /** How many removals of slots are to answer ENOMEM. */
    volatile int refusedRemovals;
    /** What is asked before a slot is made. */
    volatile Runnable beforeSet = () -> { };
    volatile boolean readOnlySlots = true;
    volatile int version = 12;
    volatile boolean memoryOfProcesses = true;

    private final Map<Integer, Machine> open = new ConcurrentHashMap<>();

    ScriptedKvm() {
        super(new LinuxSyscalls());
    }

    private int descriptor(Machine machine) {
        int made = super.memfdCreate("kvm", 0);
        if (made >= 0) {
            open.put(made, machine);
        }
        return made;
    }

    @Override
    public int open(String path, int flags) {
        if (!path.equals("/dev/kvm")) {
            return super.open(path, flags);
        }
        assertEquals(Posix.O_RDWR, flags & Posix.O_ACCMODE);
        return descriptor(NODE);
    }

    @Override
    public synchronized int close(int fd) {
        Machine machine = open.remove(fd);
        if (machine != null && machine != NODE && --machine.descriptors == 0) {
            events.add("close with " + machine.regions.size() + " slots");
        }
        return super.close(fd);
    }

    @Override
    public synchronized int ioctl(int fd, long request, MemorySegment argument) {
        Machine machine = open.get(fd);
        if (machine == null) {
            return super.ioctl(fd, request, argument);
        }
        if (machine == NODE) {
            return node(request, argument.address());
        }
        if (request == 0x4020ae46L) { // KVM_SET_USER_MEMORY_REGION
            return setRegion(machine, argument);
        }
        return request == 0x4010ae42L ? dirtyLog(machine, argument) : -Errno.ENOTTY.number(); // KVM_GET_DIRTY_LOG
    }

    private int node(long request, long number) {
        if (request == 0xae00L) { // KVM_GET_API_VERSION
            return number == 0 ? version : -Errno.EINVAL.number();
        }
        if (request == 0xae01L) { // KVM_CREATE_VM
            return number == 0 ? descriptor(new Machine()) : -Errno.EINVAL.number();
        }
        if (request == 0xae03L) { // KVM_CHECK_EXTENSION
            return switch ((int) number) {
                case 3 -> memoryOfProcesses ? 1 : 0;
                case 10 -> SLOTS;
                case 81 -> readOnlySlots ? 1 : 0;
                default -> 0;
            };
        }
        return -Errno.ENOTTY.number();
    }

    /** As {@code __kvm_set_memory_region}. */
    private int setRegion(Machine machine, MemorySegment struct) {
        assertEquals(32, struct.byteSize());
        int slot = struct.get(JAVA_INT, 0);
        int flags = struct.get(JAVA_INT, 4);
        long guestAddress = struct.get(JAVA_LONG, 8);
        long size = struct.get(JAVA_LONG, 16);
        long hostAddress = struct.get(JAVA_LONG, 24);
        Region old = machine.regions.get(slot);
        if (size == 0) {
            return remove(machine, slot, old);
        }
        beforeSet.run();
        boolean bad = (flags & ~3) != 0 || size % MappedMemory.PAGE_SIZE != 0 || guestAddress % MappedMemory.PAGE_SIZE != 0
                || hostAddress % MappedMemory.PAGE_SIZE != 0 || slot < 0 || slot >= SLOTS || guestAddress + size < guestAddress
                        || old != null;
        if (bad) {
            return -Errno.EINVAL.number();
        }
        boolean taken = machine.regions.values().stream()
                .anyMatch(other -> guestAddress < other.guestAddress + other.size && other.guestAddress < guestAddress + size);
        if (taken) {
            return -Errno.EEXIST.number();
        }
        assertTrue(isThere(hostAddress) && isThere(hostAddress + size - 1), "a slot of memory that is not there");
        machine.regions.put(slot, new Region(flags, guestAddress, size, hostAddress, new BitSet()));
        events.add("set " + slot + " flags " + flags);
        return 0;
    }

    private int remove(Machine machine, int slot, Region old) {
        if (old == null) {
            return -Errno.EINVAL.number();
        }
        if (refusedRemovals > 0) {
            refusedRemovals--;
            return -Errno.ENOMEM.number();
        }
        assertTrue(isThere(old.hostAddress), "the memory of slot " + slot + " went before the slot");
        machine.regions.remove(slot);
        events.add("remove " + slot);
        return 0;
    }

    private int dirtyLog(Machine machine, MemorySegment struct) {
        assertEquals(16, struct.byteSize());
        assertEquals(0, struct.get(JAVA_INT, 4));
        Region region = machine.regions.get(struct.get(JAVA_INT, 0));
        if (region == null || (region.flags & 1) == 0) {
            return -Errno.ENOENT.number();
        }
        long words = (region.size / MappedMemory.PAGE_SIZE + 63) / 64;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bits = arena.allocate(words * 8, 8);
            MemorySegment.copy(MemorySegment.ofArray(region.dirty.toLongArray()), 0, bits, 0, region.dirty.toLongArray().length * 8L);
            region.dirty.clear();
            return UserMemory.copyTo(struct.get(JAVA_LONG, 8), bits);
        }
    }

    static boolean isThere(long address) {
        try (Arena arena = Arena.ofConfined()) {
            return UserMemory.copyFrom(address, arena.allocate(1)) == 0;
        }
    }

    /** The slots of the machine behind a descriptor. */
    synchronized List<Region> regions(int vm) {
        return List.copyOf(open.get(vm).regions.values());
    }

    /** How many slots there are, of all machines that are open. */
    synchronized int slotsInUse() {
        return open.values().stream().distinct().mapToInt(machine -> machine.regions.size()).sum();
    }

    /** A processor for the machine behind a descriptor. */
    Processor processor(GuestMemory guest) {
        var vm = guest.vm().orElseThrow();
        return new Processor() {
            private Region at(long address) {
                return regions(vm.number()).stream().filter(region -> region.has(address)).findFirst().orElse(null);
            }

            @Override
            public int load(long address) {
                Region region = at(address);
                if (region == null) {
                    return NOTHING;
                }
                try (Arena arena = Arena.ofConfined()) {
                    MemorySegment value = arena.allocate(1);
                    assertEquals(0, UserMemory.copyFrom(region.hostAddress + address - region.guestAddress, value),
                            "memory that is not there");
                    return value.get(JAVA_BYTE, 0) & 0xff;
                }
            }

            @Override
            public boolean store(long address, int value) {
                Region region = at(address);
                if (region == null || (region.flags & 2) != 0) {
                    return false;
                }
                try (Arena arena = Arena.ofConfined()) {
                    MemorySegment bytes = arena.allocate(1);
                    bytes.set(JAVA_BYTE, 0, (byte) value);
                    long at = address - region.guestAddress;
                    assertEquals(0, UserMemory.copyTo(region.hostAddress + at, bytes), "memory that is not there");
                    region.dirty.set((int) (at / MappedMemory.PAGE_SIZE));
                    return true;
                }
            }

            @Override
            public void close() {
                vm.close();
            }
        };
    }

    @Override
    public synchronized int fcntl(int fd, int command, long argument) {
        int result = super.fcntl(fd, command, argument);
        Machine machine = open.get(fd);
        if (result >= 0 && machine != null && command == Posix.F_DUPFD_CLOEXEC) {
            machine.descriptors++;
            open.put(result, machine);
        }
        return result;
    }
}
