package dmabuf.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dmabuf.api.Access;
import dmabuf.api.BufferSource;
import dmabuf.api.Caching;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.Mapping;
import dmabuf.api.Requirements;
import dmabuf.api.Selection;
import dmabuf.linux.LinuxSyscalls;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/** What is done for every frame costs no garbage. */
class CpuAccessAllocationTest {

    private long sink;

    @Test
    void openingAndClosingAScopeAllocatesNothing() {
        Rig rig = new Rig();
        try (DmaBuf buffer = rig.buffer(Rig.PAGE);
                Mapping mapping = buffer.mmap()) {
            NoGarbage.in(() -> {
                try (CpuAccess access = mapping.cpuAccess(Access.READ_WRITE)) {
                    sink += access.segment().get(ValueLayout.JAVA_BYTE, 0);
                }
                try (CpuAccess outer = mapping.cpuAccess(Access.READ);
                        CpuAccess inner = mapping.cpuAccess(Access.WRITE)) {
                    sink += outer.segment().get(ValueLayout.JAVA_BYTE, 1);
                    inner.segment().set(ValueLayout.JAVA_BYTE, 2, (byte) sink);
                }
            });
        }
        rig.close();
    }

    @Test
    void systemCallsOfTheRealKernelAllocateNothing() {
        Rig rig = new Rig();
        try (DmaBuf buffer = rig.buffer(Rig.PAGE);
                Mapping mapping = buffer.mmap()) {
            // It says ENOTTY to a simulated buffer, but is asked in the same way.
            rig.kernel.alsoAsked = new LinuxSyscalls();
            NoGarbage.in(() -> mapping.cpuAccess(Access.READ_WRITE).close());
        }
        rig.close();
    }

    @Test
    void thirtyTwoScopesAtATimeAllocateNothing() {
        Rig rig = new Rig();
        try (DmaBuf buffer = rig.buffer(Rig.PAGE);
                Mapping mapping = buffer.mmap()) {
            CpuAccess[] open = new CpuAccess[32];
            NoGarbage.in(() -> {
                for (int i = 0; i < open.length; i++) {
                    open[i] = mapping.cpuAccess(Access.READ);
                }
                for (CpuAccess each : open) {
                    each.close();
                }
            });
        }
        rig.close();
    }

    @Test
    void selectingASourceThatHasNotChangedAllocatesNothing() {
        try (Rig rig = new Rig()) {
            rig.add("one");
            BufferSource two = rig.add("two").source();
            Selection selection = rig.core.select(Requirements.none().exporter("two").caching(Caching.CACHED).size(4096));
            int times = NoGarbage.in(() -> sink += selection.source() == two ? 1 : 0);
            assertEquals(times, sink);
        }
    }
}
