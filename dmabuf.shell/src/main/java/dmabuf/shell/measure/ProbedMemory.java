package dmabuf.shell.measure;

import dmabuf.api.Access;
import dmabuf.api.CpuAccess;
import dmabuf.api.Mapping;
import java.lang.foreign.MemorySegment;
import java.util.function.ToDoubleFunction;

/** Memory whose speed is to be found out, with what has to be done around accesses to it. */
interface ProbedMemory {

    /** Does something with the memory inside the brackets that such an access needs. */
    double within(Access access, ToDoubleFunction<MemorySegment> work);

    /** Memory without brackets. */
    static ProbedMemory plain(MemorySegment memory) {
        return (access, work) -> work.applyAsDouble(memory);
    }

    /** A mapping. The brackets are not part of what is measured. */
    static ProbedMemory of(Mapping mapping) {
        return (access, work) -> {
            try (CpuAccess cpu = mapping.cpuAccess(access)) {
                return work.applyAsDouble(cpu.segment());
            }
        };
    }
}
