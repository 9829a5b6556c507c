package importer.vmm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dmabuf.fd.Fd;
import dmabuf.linux.Ioctl;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Posix;
import dmabuf.linux.SyscallResult;
import dmabuf.linux.Syscalls;
import importer.vmm.uapi.Kvm;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A real virtual processor of KVM, in real mode: it runs three bytes of machine code for every access. It needs RAM at {@link #CODE}, and
 * sees the first MiB.
 */
final class Vcpu implements Processor {

    /** Where the code is put. */
    static final long CODE = 0x1000;

    private static final long GET_VCPU_MMAP_SIZE = Ioctl.io(Kvm.TYPE, 0x04);
    private static final long CREATE_VCPU = Ioctl.io(Kvm.TYPE, 0x41);
    private static final long SET_TSS_ADDR = Ioctl.io(Kvm.TYPE, 0x47);
    private static final long RUN = Ioctl.io(Kvm.TYPE, 0x80);
    /** {@code struct kvm_regs}: rax, rbx, …, rip, rflags. */
    private static final int REGS = 144;
    private static final long SET_REGS = Ioctl.iow(Kvm.TYPE, 0x82, REGS);
    /** {@code struct kvm_sregs}: cs, ds, es, … of 24 bytes each. */
    private static final int SREGS = 312;
    private static final long GET_SREGS = Ioctl.ior(Kvm.TYPE, 0x83, SREGS);
    private static final long SET_SREGS = Ioctl.iow(Kvm.TYPE, 0x84, SREGS);
    /** {@code struct kvm_run}. */
    private static final int EXIT_REASON = 8;
    private static final int EXIT_HLT = 5;
    private static final int EXIT_MMIO = 6;

    private static final byte[] LOAD = {(byte) 0x8a, 0x07, (byte) 0xf4}; // mov al,[bx]; hlt
    private static final byte[] STORE = {(byte) 0x88, 0x07, (byte) 0xf4}; // mov [bx],al; hlt

    private final Syscalls kernel;
    private final GuestMemory guest;
    private final Arena arena = Arena.ofShared();
    private final Fd vm;
    private final Fd vcpu;
    private final MemorySegment run;
    private long rax;

    Vcpu(Syscalls kernel, GuestMemory guest) {
        this.kernel = kernel;
        this.guest = guest;
        vm = guest.vm().orElseThrow();
        ask(vm, SET_TSS_ADDR, MemorySegment.ofAddress(0xfffbd000L));
        vcpu = Fd.adopt(ask(vm, CREATE_VCPU, MemorySegment.ofAddress(0)), kernel);
        try (Fd node = Fd.adopt(SyscallResult.check(kernel.open(Kvm.NODE, Posix.O_RDWR), "open", Kvm.NODE), kernel)) {
            int size = ask(node, GET_VCPU_MMAP_SIZE, MemorySegment.NULL);
            run = MappedMemory.map(kernel, vcpu.number(), 0, size, true, arena);
        }
    }

    private int ask(Fd fd, long request, MemorySegment argument) {
        return SyscallResult.check(Ioctl.restarting(kernel, fd.number(), request, argument), "KVM 0x" + Long.toHexString(request),
                fd.toString());
    }

    /** Runs the code until it halts; true when every access reached memory. */
    private boolean run(byte[] code, long address, int value) {
        guest.write(CODE, MemorySegment.ofArray(code));
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment sregs = scratch.allocate(SREGS, 8);
            ask(vcpu, GET_SREGS, sregs);
            segment(sregs, 0, 0);
            segment(sregs, 24, address >> 4);
            ask(vcpu, SET_SREGS, sregs);
            MemorySegment regs = scratch.allocate(REGS, 8);
            regs.set(JAVA_LONG, 0, value);
            regs.set(JAVA_LONG, 8, address & 0xf);
            regs.set(JAVA_LONG, 128, CODE);
            regs.set(JAVA_LONG, 136, 2);
            ask(vcpu, SET_REGS, regs);
            boolean reached = true;
            while (true) {
                ask(vcpu, RUN, MemorySegment.NULL);
                switch (run.get(JAVA_INT, EXIT_REASON)) {
                    case EXIT_HLT -> {
                        MemorySegment after = scratch.allocate(REGS, 8);
                        ask(vcpu, Ioctl.ior(Kvm.TYPE, 0x81, REGS), after);
                        rax = after.get(JAVA_LONG, 0);
                        return reached;
                    }
                    case EXIT_MMIO -> reached = false;
                    default -> throw new AssertionError("the virtual processor stopped: exit reason " + run.get(JAVA_INT, EXIT_REASON));
                }
            }
        }
    }

    /** A segment of real mode: its base is its selector times 16. */
    private static void segment(MemorySegment sregs, int at, long selector) {
        sregs.set(JAVA_LONG, at, selector << 4);
        sregs.set(JAVA_INT, at + 8, 0xffff);
        sregs.set(JAVA_SHORT, at + 12, (short) selector);
        sregs.set(JAVA_BYTE, at + 19, (byte) 0); // db
        sregs.set(JAVA_BYTE, at + 22, (byte) 0); // g
    }

    @Override
    public int load(long guestAddress) {
        return run(LOAD, guestAddress, 0) ? (int) (rax & 0xff) : NOTHING;
    }

    @Override
    public boolean store(long guestAddress, int value) {
        return run(STORE, guestAddress, value);
    }

    @Override
    public void close() {
        arena.close();
        vcpu.close();
        vm.close();
    }
}
