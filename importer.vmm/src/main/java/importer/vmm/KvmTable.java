package importer.vmm;

import static importer.vmm.uapi.UserspaceMemoryRegion.LOG_DIRTY_PAGES;
import static importer.vmm.uapi.UserspaceMemoryRegion.READONLY;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.api.BufferClosedException;
import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.DeviceNode;
import dmabuf.linux.Ioctl;
import dmabuf.linux.Posix;
import dmabuf.linux.SyscallResult;
import dmabuf.linux.Syscalls;
import importer.vmm.uapi.DirtyLog;
import importer.vmm.uapi.Kvm;
import importer.vmm.uapi.UserspaceMemoryRegion;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.Optional;

/**
 * The slots of a virtual machine of KVM. What its struct says of memory is an address; the cache attribute that the host's processors use
 * is that of the mapping which is there, and the guest's processors use what the guest sets.
 *
 * <p>Requests are made one after the other, as KVM itself takes them under {@code slots_lock}, and none on a descriptor that is closed.
 */
final class KvmTable implements SlotTable {

    private static final String SET = "KVM_SET_USER_MEMORY_REGION";

    private final Syscalls kernel;
    private final Fd vm;
    private final int limit;
    private final boolean readOnlySlots;
    private boolean closed;

    private KvmTable(Syscalls kernel, Fd vm, int limit, boolean readOnlySlots) {
        this.kernel = kernel;
        this.vm = vm;
        this.limit = limit;
        this.readOnlySlots = readOnlySlots;
    }

    /**
     * Makes a virtual machine.
     *
     * @throws DmaBufException what the kernel says against it; nothing is left open
     */
    static KvmTable create(Syscalls kernel) {
        try (Fd node = DeviceNode.open(
                kernel, Kvm.NODE, Posix.O_RDWR,
                "no KVM: load its driver with: sudo modprobe kvm_intel (or kvm_amd), once virtualization is enabled in the firmware")) {
            int version = ask(kernel, node, Kvm.GET_API_VERSION, 0, "KVM_GET_API_VERSION", Kvm.NODE);
            if (version != Kvm.API_VERSION) {
                throw new DmaBufException(
                        Errno.ENODEV, "KVM_GET_API_VERSION", Kvm.NODE,
                        "it is version " + version + ", and " + Kvm.API_VERSION + " is known");
            }
            if (extension(kernel, node, Kvm.CAP_USER_MEMORY, "KVM_CAP_USER_MEMORY") == 0) {
                throw new DmaBufException(
                        Errno.ENODEV, "KVM_CHECK_EXTENSION", "KVM_CAP_USER_MEMORY", "this KVM takes no memory of processes");
            }
            int slots = extension(kernel, node, Kvm.CAP_NR_MEMSLOTS, "KVM_CAP_NR_MEMSLOTS");
            boolean readOnly = extension(kernel, node, Kvm.CAP_READONLY_MEM, "KVM_CAP_READONLY_MEM") > 0;
            Fd vm = Fd.adopt(ask(kernel, node, Kvm.CREATE_VM, 0, "KVM_CREATE_VM", Kvm.NODE), kernel);
            // Documented: a KVM that does not say has 32.
            return new KvmTable(kernel, vm, slots > 0 ? slots : 32, readOnly);
        }
    }

    private static int extension(Syscalls kernel, Fd node, long capability, String name) {
        return ask(kernel, node, Kvm.CHECK_EXTENSION, capability, "KVM_CHECK_EXTENSION", name);
    }

    private static int ask(Syscalls kernel, Fd node, long request, long number, String operation, String subject) {
        return SyscallResult.check(
                Ioctl.restarting(kernel, node.number(), request, MemorySegment.ofAddress(number)), operation, subject);
    }

    @Override
    public int limit() {
        return limit;
    }

    @Override
    public boolean hasReadOnlySlots() {
        return readOnlySlots;
    }

    @Override
    public Optional<String> whyNoKvm() {
        return Optional.empty();
    }

    @Override
    public synchronized Optional<Fd> vm() {
        checkOpen("dup");
        return Optional.of(Fd.adopt(SyscallResult.check(kernel.dup(vm.number()), "dup", vm.toString()), kernel));
    }

    @Override
    public synchronized void set(int number, boolean readOnly, boolean dirtyLog, long guestAddress, long length, long hostAddress) {
        checkOpen(SET);
        int flags = (readOnly ? READONLY : 0) | (dirtyLog ? LOG_DIRTY_PAGES : 0);
        try (Arena arena = Arena.ofConfined()) {
            int result = Ioctl.restarting(
                    kernel, vm.number(), UserspaceMemoryRegion.SET_USER_MEMORY_REGION,
                    UserspaceMemoryRegion.fill(arena, number, flags, guestAddress, length, hostAddress));
            if (result < 0) {
                Errno errno = Errno.ofResult(result);
                String hint =
                        switch (errno) {
                            case EEXIST -> "somebody else has put a slot of this virtual machine there";
                            case EINVAL -> "beyond the physical addresses of this processor, perhaps";
                            default -> null;
                        };
                throw new DmaBufException(
                        errno, SET, "slot " + number + ", " + new GuestRange(guestAddress, length) + ", flags " + flags, hint);
            }
        }
    }

    @Override
    public synchronized void remove(int number) {
        if (closed) {
            return; // Its slots have gone with it.
        }
        try (Arena arena = Arena.ofConfined()) {
            SyscallResult.check(
                    Ioctl.restarting(
                            kernel, vm.number(), UserspaceMemoryRegion.SET_USER_MEMORY_REGION, UserspaceMemoryRegion.remove(arena, number)),
                    SET, "slot " + number + ", size 0");
        }
    }

    @Override
    public synchronized BitSet takeDirtyPages(int number, long pages) {
        checkOpen("KVM_GET_DIRTY_LOG");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bitmap = DirtyLog.bitmap(arena, pages);
            SyscallResult.check(
                    Ioctl.restarting(kernel, vm.number(), DirtyLog.GET_DIRTY_LOG, DirtyLog.fill(arena, number, bitmap)),
                    "KVM_GET_DIRTY_LOG", "slot " + number);
            return BitSet.valueOf(bitmap.toArray(JAVA_LONG));
        }
    }

    private void checkOpen(String operation) {
        if (closed) {
            throw new BufferClosedException(operation, vm.toString());
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        vm.close();
    }
}
