package dmabuf.tck;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Steps that are ioctls. */
final class IoctlActions {

    private IoctlActions() {}

    /** A field and what goes into it. */
    record Assignment(Field field, Operand value, Optional<String> text) {

        void fill(MemorySegment struct, long base, Scene scene) {
            if (text.isPresent()) {
                field.set(struct, base, text.get());
            } else {
                field.set(struct, base, value.value(scene));
            }
        }
    }

    /** Structs that follow the first: some fields of each, and how many alike. */
    record Items(List<Assignment> assignments, int times) {}

    /** An ioctl whose struct is filled field by field; what is not named is 0. */
    record Filled(
            Operand fd, Request request, List<Assignment> assignments, List<Items> items, Map<String, Field> captures)
            implements Action {

        @Override
        public String perform(Scene scene, String variable) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment struct = fill(arena, scene);
                long result = scene.kernel().ioctl((int) fd.value(scene), request.number(), struct);
                if (result < 0) {
                    return Answers.errno(result);
                }
                StringBuilder answer =
                        new StringBuilder(request.returnsFd() ? scene.adopt(variable, result) : Answers.number(result));
                for (Field field : request.fields()) {
                    if (field.answered()) {
                        answer.append(' ').append(field.describe(struct));
                    }
                }
                take(scene, struct);
                return answer.toString();
            }
        }

        private MemorySegment fill(Arena arena, Scene scene) {
            int count = items.stream().mapToInt(Items::times).sum();
            MemorySegment struct = arena.allocate(Math.max(1, request.size() + (long) count * request.itemSize()), Long.BYTES);
            assignments.forEach(each -> each.fill(struct, 0, scene));
            long base = request.size();
            for (Items alike : items) {
                for (int i = 0; i < alike.times(); i++) {
                    for (Assignment each : alike.assignments()) {
                        each.fill(struct, base, scene);
                    }
                    base += request.itemSize();
                }
            }
            return struct;
        }

        /** Takes what the kernel has filled in. A descriptor that nobody wants is closed; one that is a standard one was not filled in. */
        private void take(Scene scene, MemorySegment struct) {
            for (Field field : request.fields()) {
                if (field.answered() && !field.type().isText()) {
                    String name = captures.entrySet().stream()
                            .filter(capture -> capture.getValue().equals(field))
                            .map(Map.Entry::getKey)
                            .findFirst()
                            .orElse("");
                    long value = field.get(struct);
                    if (field.type() == Field.Type.FD && value > Request.LAST_STANDARD_FD) {
                        scene.adopt(name, value);
                    } else if (field.type() != Field.Type.FD && !name.isEmpty()) {
                        scene.put(name, new Scene.Value(value));
                    }
                }
            }
        }
    }

    /** An ioctl that is given an address, a text, or bytes. */
    record Raw(Operand fd, long request, boolean returnsFd, Argument argument) implements Action {
        @Override
        public String perform(Scene scene, String variable) {
            try (Arena arena = Arena.ofConfined()) {
                long result = scene.kernel().ioctl((int) fd.value(scene), request, argument.in(arena, scene));
                return returnsFd && result >= 0 ? scene.adopt(variable, result) : Answers.number(result);
            }
        }
    }

    /** The third argument of ioctl(2). */
    sealed interface Argument {

        MemorySegment in(Arena arena, Scene scene);

        record Pointer(Operand address) implements Argument {
            @Override
            public MemorySegment in(Arena arena, Scene scene) {
                return MemorySegment.ofAddress(address.value(scene));
            }
        }

        record Text(String text) implements Argument {
            @Override
            public MemorySegment in(Arena arena, Scene scene) {
                return arena.allocateFrom(scene.nodes().text(text));
            }
        }

        record Struct(Bytes bytes) implements Argument {
            @Override
            public MemorySegment in(Arena arena, Scene scene) {
                return bytes.in(arena);
            }
        }
    }
}
