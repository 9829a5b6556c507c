package importer.vmm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dmabuf.linux.CLayout;
import importer.vmm.uapi.DirtyLog;
import importer.vmm.uapi.Kvm;
import importer.vmm.uapi.UserspaceMemoryRegion;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The requests and structs of KVM, against {@code linux/kvm.h}. */
class LayoutTest {

    @BeforeEach
    void thereIsACompiler() {
        assumeTrue(CLayout.compiler().isPresent(), "no C compiler on this machine");
    }

    @Test
    void requestNumbersAndCapabilitiesAreThoseOfTheHeader() throws Exception {
        var ours = new LinkedHashMap<String, Long>();
        ours.put("KVMIO", (long) Kvm.TYPE);
        ours.put("KVM_API_VERSION", (long) Kvm.API_VERSION);
        ours.put("KVM_GET_API_VERSION", Kvm.GET_API_VERSION);
        ours.put("KVM_CREATE_VM", Kvm.CREATE_VM);
        ours.put("KVM_CHECK_EXTENSION", Kvm.CHECK_EXTENSION);
        ours.put("KVM_CAP_USER_MEMORY", Kvm.CAP_USER_MEMORY);
        ours.put("KVM_CAP_NR_MEMSLOTS", Kvm.CAP_NR_MEMSLOTS);
        ours.put("KVM_CAP_READONLY_MEM", Kvm.CAP_READONLY_MEM);
        ours.put("KVM_SET_USER_MEMORY_REGION", UserspaceMemoryRegion.SET_USER_MEMORY_REGION);
        ours.put("KVM_MEM_LOG_DIRTY_PAGES", (long) UserspaceMemoryRegion.LOG_DIRTY_PAGES);
        ours.put("KVM_MEM_READONLY", (long) UserspaceMemoryRegion.READONLY);
        ours.put("sizeof(struct kvm_userspace_memory_region)", (long) UserspaceMemoryRegion.SIZE);
        ours.put("KVM_GET_DIRTY_LOG", DirtyLog.GET_DIRTY_LOG);
        ours.put("sizeof(struct kvm_dirty_log)", (long) DirtyLog.SIZE);

        assertEquals(ours, CLayout.evaluate(List.of("linux/kvm.h"), List.copyOf(ours.keySet())));
    }

    @Test
    void structsAreFilledAsACompilerFillsThem() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bits = MemorySegment.ofAddress(0x7f1122334000L);
            assertFilled(
                    "struct kvm_userspace_memory_region s = { .slot = 7, .flags = KVM_MEM_READONLY | KVM_MEM_LOG_DIRTY_PAGES,"
                            + " .guest_phys_addr = 0x123456000, .memory_size = 0x7000, .userspace_addr = 0x7f1122334000 }",
                    UserspaceMemoryRegion.fill(
                            arena, 7, UserspaceMemoryRegion.READONLY | UserspaceMemoryRegion.LOG_DIRTY_PAGES, 0x123456000L, 0x7000,
                            0x7f1122334000L));
            assertFilled("struct kvm_userspace_memory_region s = { .slot = 7 }", UserspaceMemoryRegion.remove(arena, 7));
            assertFilled("struct kvm_dirty_log s = { .slot = 7, .dirty_bitmap = (void *) 0x7f1122334000 }", DirtyLog.fill(arena, 7, bits));
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

    private static void assertFilled(String declaration, MemorySegment ours) throws Exception {
        String c = CLayout.compileAndRun("#include <stdio.h>\n#include <linux/kvm.h>\nint main(void) {\n    " + declaration + ";\n"
                + "    for (unsigned i = 0; i < sizeof s; i++)\n        printf(\"%02x\", ((unsigned char *) &s)[i]);\n    return 0;\n}\n");
        assertEquals(c, HexFormat.of().formatHex(ours.toArray(JAVA_BYTE)), declaration);
    }
}
