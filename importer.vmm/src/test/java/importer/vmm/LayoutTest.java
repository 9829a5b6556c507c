package importer.vmm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dmabuf.linux.CHeader;
import importer.vmm.uapi.DirtyLog;
import importer.vmm.uapi.Kvm;
import importer.vmm.uapi.UserspaceMemoryRegion;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** The requests and structs of KVM, against {@code linux/kvm.h}. */
class LayoutTest {

    private final CHeader header = CHeader.of("linux/kvm.h");

    @Test
    void requestNumbersAndCapabilitiesAreThoseOfTheHeader() throws Exception {
        header.number("KVMIO", Kvm.TYPE);
        header.number("KVM_API_VERSION", Kvm.API_VERSION);
        header.number("KVM_GET_API_VERSION", Kvm.GET_API_VERSION);
        header.number("KVM_CREATE_VM", Kvm.CREATE_VM);
        header.number("KVM_CHECK_EXTENSION", Kvm.CHECK_EXTENSION);
        header.number("KVM_CAP_USER_MEMORY", Kvm.CAP_USER_MEMORY);
        header.number("KVM_CAP_NR_MEMSLOTS", Kvm.CAP_NR_MEMSLOTS);
        header.number("KVM_CAP_READONLY_MEM", Kvm.CAP_READONLY_MEM);
        header.number("KVM_SET_USER_MEMORY_REGION", UserspaceMemoryRegion.SET_USER_MEMORY_REGION);
        header.number("KVM_MEM_LOG_DIRTY_PAGES", UserspaceMemoryRegion.LOG_DIRTY_PAGES);
        header.number("KVM_MEM_READONLY", UserspaceMemoryRegion.READONLY);
        header.size("kvm_userspace_memory_region", UserspaceMemoryRegion.SIZE);
        header.number("KVM_GET_DIRTY_LOG", DirtyLog.GET_DIRTY_LOG);
        header.size("kvm_dirty_log", DirtyLog.SIZE);

        header.assertAsInC();
    }

    @Test
    void structsAreFilledAsACompilerFillsThem() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bits = MemorySegment.ofAddress(0x7f1122334000L);
            header.assertFilledAsInC(
                    "struct kvm_userspace_memory_region s = { .slot = 7, .flags = KVM_MEM_READONLY | KVM_MEM_LOG_DIRTY_PAGES,"
                            + " .guest_phys_addr = 0x123456000, .memory_size = 0x7000, .userspace_addr = 0x7f1122334000 }",
                    UserspaceMemoryRegion.fill(
                            arena, 7, UserspaceMemoryRegion.READONLY | UserspaceMemoryRegion.LOG_DIRTY_PAGES, 0x123456000L, 0x7000,
                            0x7f1122334000L));
            header.assertFilledAsInC("struct kvm_userspace_memory_region s = { .slot = 7 }", UserspaceMemoryRegion.remove(arena, 7));
            header.assertFilledAsInC("struct kvm_dirty_log s = { .slot = 7, .dirty_bitmap = (void *) 0x7f1122334000 }",
                    DirtyLog.fill(arena, 7, bits));
        }
    }

    @Test
    void bitmapIsMadeOfWholeWords() {
        try (Arena arena = Arena.ofConfined()) {
            assertArrayEquals(
                    new long[] {8, 8, 16},
                    new long[] {
                        DirtyLog.bitmap(arena, 1).byteSize(), DirtyLog.bitmap(arena, 64).byteSize(), DirtyLog.bitmap(arena, 65).byteSize()
                    });
        }
    }
}
