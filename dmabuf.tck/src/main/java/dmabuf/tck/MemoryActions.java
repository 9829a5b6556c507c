package dmabuf.tck;

import dmabuf.linux.MappedMemory;
import dmabuf.linux.Posix;
import dmabuf.linux.SyscallResult;
import dmabuf.linux.Syscalls;
import dmabuf.tck.Scene.Mapped;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Steps that map memory and look at it. It is touched by the kernel (read(2) and write(2) of a scratch memfd), by plain loads and stores at
 * the address as a program would: where a program would get SIGSEGV or SIGBUS, the answer is EFAULT.
 */
final class MemoryActions {

    private static final int ANONYMOUS = Posix.MAP_PRIVATE | Posix.MAP_ANONYMOUS;

    private MemoryActions() {}

    /** mmap(2) at an address of the kernel's choice. */
    record Mmap(Operand fd, long length, long protection, long flags, Operand offset) implements Action {
        @Override
        public String perform(Scene scene, String variable) {
            Syscalls kernel = scene.kernel();
            int number = (int) fd.value(scene);
            long address = kernel.mmap(0, length, (int) protection, (int) flags, number, offset.value(scene));
            if (SyscallResult.isError(address)) {
                return Answers.errno(address);
            }
            Mapped mapped = new Mapped(kernel, address, MappedMemory.roundUp(length), MappedMemory.roundUp(length));
            if (variable.isEmpty()) {
                mapped.close();
            } else {
                scene.put(variable, mapped);
            }
            return Answers.MAPPED;
        }
    }

    record Munmap(String name) implements Action {
        @Override
        public String perform(Scene scene, String variable) {
            Mapped mapped = (Mapped) scene.remove(name);
            return Answers.number(scene.kernel().munmap(mapped.number(), mapped.reserved()));
        }
    }

    /** Memory of the caller, with a page behind it that is not there. */
    record Memory(long size) implements Action {
        @Override
        public String perform(Scene scene, String variable) {
            Syscalls kernel = scene.kernel();
            long page = MappedMemory.PAGE_SIZE;
            long usable = MappedMemory.roundUp(size);
            long address = kernel.mmap(0, usable + page, Posix.PROT_NONE, ANONYMOUS, -1, 0);
            if (SyscallResult.isError(address)) {
                return Answers.errno(address);
            }
            scene.put(variable, new Mapped(kernel, address, usable, usable + page));
            long again = kernel.mmap(
                    address, usable, Posix.PROT_READ | Posix.PROT_WRITE, ANONYMOUS | Posix.MAP_FIXED, -1, 0);
            return SyscallResult.isError(again) ? Answers.errno(again) : Answers.OK;
        }
    }

    /** Takes memory over that a call has mapped and told the address of. */
    record Adopt(String address, long length) implements Action {
        @Override
        public String perform(Scene scene, String variable) {
            long rounded = MappedMemory.roundUp(length);
            scene.put(variable, new Mapped(scene.kernel(), scene.get(address).number(), rounded, rounded));
            return Answers.OK;
        }
    }

    /** Writes the address of a place into another. */
    record Point(String name, long at, String target, long targetAt) implements Action {
        @Override
        public String perform(Scene scene, String variable) {
            try (Arena arena = Arena.ofConfined()) {
                long address = scene.get(target, Mapped.class).number() + targetAt;
                MemorySegment word = arena.allocateFrom(ValueLayout.JAVA_LONG, address);
                return through(scene.kernel(), word, range(scene, name, at, Long.BYTES), Long.BYTES);
            }
        }
    }

    /** Writes a number into memory: a descriptor for one, which has no bytes that a step could be written with. */
    record Put(String name, long at, Operand value) implements Action {
        @Override
        public String perform(Scene scene, String variable) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment word = arena.allocateFrom(ValueLayout.JAVA_INT, (int) value.value(scene));
                return through(scene.kernel(), word, range(scene, name, at, Integer.BYTES), Integer.BYTES);
            }
        }
    }

    /** Writes bytes into memory. */
    record Poke(String name, long at, Bytes bytes) implements Action {
        @Override
        public String perform(Scene scene, String variable) {
            MemorySegment target = range(scene, name, at, bytes.length());
            try (Arena arena = Arena.ofConfined()) {
                return through(scene.kernel(), bytes.in(arena), target, bytes.length());
            }
        }
    }

    /** Reads bytes of memory. */
    record Peek(String name, long at, long count) implements Action {
        @Override
        public String perform(Scene scene, String variable) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment copy = arena.allocate(count);
                String answer = through(scene.kernel(), range(scene, name, at, count), copy, count);
                return answer.equals(Answers.OK) ? Answers.bytes(copy.toArray(ValueLayout.JAVA_BYTE)) : answer;
            }
        }
    }

    /** Reads a C string of memory. */
    record Text(String name, long at) implements Action {
        private static final int MOST = 64;

        @Override
        public String perform(Scene scene, String variable) {
            Mapped mapped = scene.get(name, Mapped.class);
            long count = Math.min(MOST, mapped.length() - at);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment copy = arena.allocate(count + 1);
                String answer = through(scene.kernel(), range(scene, name, at, count), copy, count);
                return answer.equals(Answers.OK) ? '"' + copy.getString(0) + '"' : answer;
            }
        }
    }

    private static MemorySegment range(Scene scene, String name, long at, long count) {
        Mapped mapped = scene.get(name, Mapped.class);
        if (at < 0 || count > mapped.length() - at) {
            throw new IllegalStateException(name + " has " + mapped.length() + " bytes");
        }
        return MappedMemory.borrow(mapped.number() + at, count);
    }

    /** Copies by way of a memfd: write(2) loads from the source, read(2) stores to the target. */
    private static String through(Syscalls kernel, MemorySegment source, MemorySegment target, long count) {
        int scratch = kernel.memfdCreate("dmabuf-tck-scratch", 0);
        if (scratch < 0) {
            throw new IllegalStateException("no scratch file: " + Answers.errno(scratch));
        }
        try {
            long written = kernel.write(scratch, source);
            if (written != count) {
                return partial(written);
            }
            kernel.lseek(scratch, 0, Posix.SEEK_SET);
            long read = kernel.read(scratch, target);
            return read == count ? Answers.OK : partial(read);
        } finally {
            kernel.close(scratch);
        }
    }

    private static String partial(long result) {
        return SyscallResult.isError(result) ? Answers.errno(result) : "EFAULT after " + result;
    }
}
