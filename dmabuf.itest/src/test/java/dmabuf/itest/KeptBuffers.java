package dmabuf.itest;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.api.Access;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.Mapping;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What an importer in a bundle of its own holds, and how the outside, which knows none of the types, has it work: by words. A word is
 * answered with {@code ok}, or with what is wrong.
 */
final class KeptBuffers {

    private static final ExportRequest REQUEST = ExportRequest.ofSize(8192).withName("kept");

    private final List<DmaBuf> buffers = new ArrayList<>();
    private final List<Mapping> mappings = new ArrayList<>();

    /** Does what a word says; {@code source} exports where that is needed. */
    String obey(String word, Function<ExportRequest, DmaBuf> source) {
        try {
            return switch (word) {
                case "keep" -> keep(source);
                case "check" -> check();
                case "map again" -> mapAgain();
                case "close" -> close();
                default -> "no such word: " + word;
            };
        } catch (DmaBufException | IllegalStateException e) {
            return e.toString();
        }
    }

    private String keep(Function<ExportRequest, DmaBuf> source) {
        DmaBuf buffer = source.apply(REQUEST);
        buffers.add(buffer);
        Mapping mapping = buffer.mmap();
        mappings.add(mapping);
        try (CpuAccess cpu = mapping.cpuAccess(Access.WRITE)) {
            for (long at = 0; at < mapping.length(); at += Long.BYTES) {
                cpu.segment().set(JAVA_LONG, at, word(mappings.size() - 1, at));
            }
        }
        return check();
    }

    private String check() {
        for (int i = 0; i < mappings.size(); i++) {
            String wrong = check(mappings.get(i), i);
            if (!wrong.isEmpty()) {
                return wrong;
            }
        }
        return mappings.isEmpty() ? "nothing is kept" : "ok";
    }

    private static String check(Mapping mapping, int number) {
        try (CpuAccess cpu = mapping.cpuAccess(Access.READ_WRITE)) {
            MemorySegment memory = cpu.segment();
            for (long at = 0; at < memory.byteSize(); at += Long.BYTES) {
                if (memory.get(JAVA_LONG, at) != word(number, at)) {
                    return "buffer " + number + " is not what was written, at " + at;
                }
                memory.set(JAVA_LONG, at, word(number, at));
            }
            return "";
        }
    }

    private static long word(int number, long at) {
        return 0x9E37_79B9_7F4A_7C15L * (number + 1) ^ at;
    }

    /** A handle is good for more than the mapping that there is. */
    private String mapAgain() {
        for (int i = 0; i < buffers.size(); i++) {
            try (Mapping another = buffers.get(i).mmap()) {
                String wrong = check(another, i);
                if (!wrong.isEmpty()) {
                    return wrong;
                }
            }
        }
        return "ok";
    }

    private String close() {
        mappings.forEach(Mapping::close);
        buffers.forEach(DmaBuf::close);
        mappings.clear();
        buffers.clear();
        return "ok";
    }
}
