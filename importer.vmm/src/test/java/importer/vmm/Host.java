package importer.vmm;

import dmabuf.fd.Fd;
import dmabuf.linux.Ioctl;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.Posix;
import dmabuf.linux.Syscalls;
import importer.vmm.uapi.Kvm;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.Stream;

/** Whose slots are tried: nobody's, those of a KVM that looks at every byte, and those of this machine's own KVM, where it has one. */
enum Host {
    NO_KVM,
    SCRIPTED_KVM,
    REAL_KVM;

    private static final boolean HAS_KVM = hasKvm();

    private static boolean hasKvm() {
        LinuxSyscalls linux = new LinuxSyscalls();
        int node = linux.open(Kvm.NODE, Posix.O_RDWR);
        if (node < 0) {
            return explain("open", node);
        }
        try (Fd kvm = Fd.adopt(node, linux)) {
            int vm = Ioctl.restarting(linux, kvm.number(), Kvm.CREATE_VM, MemorySegment.NULL);
            if (vm < 0) {
                return explain("KVM_CREATE_VM", vm);
            }
            linux.close(vm);
            return true;
        }
    }

    private static boolean explain(String operation, int result) {
        System.out.println("this machine has no KVM (" + operation + " answers " + result + "): the scripted one is asked alone");
        return false;
    }

    /** All that this machine has. */
    static List<Host> all() {
        return Stream.of(values()).filter(host -> host != REAL_KVM || HAS_KVM).toList();
    }

    /** Those with KVM: one at least. */
    static List<Host> withKvm() {
        return all().stream().filter(host -> host != NO_KVM).toList();
    }

    /** Its kernel. */
    Syscalls kernel() {
        return this == SCRIPTED_KVM ? new ScriptedKvm() : new LinuxSyscalls();
    }

    KvmUse use() {
        return this == NO_KVM ? KvmUse.NEVER : KvmUse.REQUIRED;
    }
}
