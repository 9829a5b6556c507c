package dmabuf.tck;

import dmabuf.linux.Posix;
import dmabuf.linux.SyscallResult;
import dmabuf.linux.Syscalls;
import dmabuf.tck.Scene.OpenFd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;

/** Steps that are calls on descriptors. */
final class FileActions {

    /** The events of poll(2), in the order that answers name them. */
    private static final Map<String, Long> EVENTS = new LinkedHashMap<>();

    static {
        EVENTS.put("POLLIN", (long) Posix.POLLIN);
        EVENTS.put("POLLOUT", (long) Posix.POLLOUT);
        EVENTS.put("POLLERR", (long) Posix.POLLERR);
        EVENTS.put("POLLHUP", (long) Posix.POLLHUP);
        EVENTS.put("POLLNVAL", (long) Posix.POLLNVAL);
    }

    private FileActions() {}

    /** open(2). A path {@code drm:DRIVER:card}, {@code drm:DRIVER:render}, {@code v4l2:DRIVER} or {@code vfio:DRIVER} is that driver's. */
    record Open(String path, long flags) implements Action {
        @Override
        public String perform(Scene scene, String variable) {
            String node = scene.nodes().resolve(path);
            return scene.adopt(variable, scene.kernel().open(node, (int) flags));
        }
    }

    /** memfd_create(2), ftruncate(2) and F_ADD_SEALS; the answer is that of the first that fails. */
    record Memfd(long size, long flags, long seals) implements Action {
        @Override
        public String perform(Scene scene, String variable) {
            Syscalls kernel = scene.kernel();
            int fd = kernel.memfdCreate("dmabuf-tck", (int) flags);
            if (fd < 0) {
                return Answers.errno(fd);
            }
            int result = kernel.ftruncate(fd, size);
            if (result >= 0 && seals != 0) {
                result = kernel.fcntl(fd, Posix.F_ADD_SEALS, seals);
            }
            if (result < 0) {
                kernel.close(fd);
                return Answers.errno(result);
            }
            return scene.adopt(variable, fd);
        }
    }

    record Dup(Operand fd) implements Action {
        @Override
        public String perform(Scene scene, String variable) {
            return scene.adopt(variable, scene.kernel().dup((int) fd.value(scene)));
        }
    }

    /** close(2) of something that a step has opened. */
    record Close(String name) implements Action {
        @Override
        public String perform(Scene scene, String variable) {
            Scene.Thing thing = scene.remove(name);
            if (thing instanceof OpenFd open) {
                return Answers.number(scene.kernel().close(open.fd()));
            }
            thing.close();
            return Answers.OK;
        }
    }

    /** close(2) of a number that nothing is open under. */
    record CloseNumber(long number) implements Action {
        @Override
        public String perform(Scene scene, String variable) {
            return Answers.number(scene.kernel().close((int) number));
        }
    }

    record Ftruncate(Operand fd, long size) implements Action {
        @Override
        public String perform(Scene scene, String variable) {
            return Answers.number(scene.kernel().ftruncate((int) fd.value(scene), size));
        }
    }

    record Lseek(Operand fd, long offset, long whence) implements Action {
        @Override
        public String perform(Scene scene, String variable) {
            return Answers.number(scene.kernel().lseek((int) fd.value(scene), offset, (int) whence));
        }
    }

    /** read(2); the answer is the bytes. */
    record Read(Operand fd, long count) implements Action {
        @Override
        public String perform(Scene scene, String variable) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment buffer = arena.allocate(Math.max(1, count));
                long result = scene.kernel().read((int) fd.value(scene), buffer.asSlice(0, count));
                return SyscallResult.isError(result)
                        ? Answers.errno(result)
                        : Answers.bytes(buffer.asSlice(0, result).toArray(ValueLayout.JAVA_BYTE));
            }
        }
    }

    /** write(2); the answer is how many bytes. */
    record Write(Operand fd, Bytes bytes) implements Action {
        @Override
        public String perform(Scene scene, String variable) {
            try (Arena arena = Arena.ofConfined()) {
                return Answers.number(scene.kernel().write((int) fd.value(scene), bytes.in(arena)));
            }
        }
    }

    /** pread(2); the answer is the bytes. */
    record Pread(Operand fd, long count, Operand offset) implements Action {
        @Override
        public String perform(Scene scene, String variable) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment buffer = arena.allocate(Math.max(1, count)).asSlice(0, count);
                long result = scene.kernel().pread((int) fd.value(scene), buffer, offset.value(scene));
                return SyscallResult.isError(result)
                        ? Answers.errno(result)
                        : Answers.bytes(buffer.asSlice(0, result).toArray(ValueLayout.JAVA_BYTE));
            }
        }
    }

    /** pwrite(2); the answer is how many bytes. */
    record Pwrite(Operand fd, Bytes bytes, Operand offset) implements Action {
        @Override
        public String perform(Scene scene, String variable) {
            try (Arena arena = Arena.ofConfined()) {
                return Answers.number(scene.kernel().pwrite((int) fd.value(scene), bytes.in(arena), offset.value(scene)));
            }
        }
    }

    /** fcntl(2) that makes no descriptor. */
    record Fcntl(Operand fd, long command, long argument) implements Action {
        @Override
        public String perform(Scene scene, String variable) {
            return Answers.number(scene.kernel().fcntl((int) fd.value(scene), (int) command, argument));
        }
    }

    /** poll(2) of one descriptor; the answer is the names of the events, or {@code none}. */
    record Poll(Operand fd, long events, long timeoutMillis) implements Action {
        @Override
        public String perform(Scene scene, String variable) {
            int result = scene.kernel().poll((int) fd.value(scene), (int) events, (int) timeoutMillis);
            return result < 0 ? Answers.errno(result) : Answers.bits(result, EVENTS);
        }
    }

    /**
     * Duplicates a descriptor until the kernel gives no more, and keeps the copies until they are closed under the step's name. The answer
     * is the errno that ended it.
     */
    record Exhaust(Operand fd) implements Action {
        @Override
        public String perform(Scene scene, String variable) {
            Syscalls kernel = scene.kernel();
            int number = (int) fd.value(scene);
            int first = kernel.dup(number);
            int last = first;
            Copies copies = new Copies(kernel, new java.util.BitSet());
            scene.put(variable, copies);
            while (last >= 0) {
                copies.fds().set(last);
                last = kernel.dup(number);
            }
            return Answers.errno(last);
        }
    }

    /** Many descriptors. */
    record Copies(Syscalls kernel, java.util.BitSet fds) implements Scene.Thing {
        @Override
        public long number() {
            return fds.cardinality();
        }

        @Override
        public void close() {
            fds.stream().forEach(kernel::close);
        }
    }
}
