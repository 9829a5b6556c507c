package dmabuf.tck;

import dmabuf.tck.Scene.Thing;
import java.util.Optional;

/** A value in a step: a number as it is written, or something that an earlier step has made. */
sealed interface Operand {

    /** The value, once the scene is known. */
    long value(Scene scene);

    /** A number: {@code 4096}, {@code 4K}, {@code 0x1000}, {@code -1}, {@code PROT_READ|PROT_WRITE}. */
    record Number(long number) implements Operand {
        @Override
        public long value(Scene scene) {
            return number;
        }
    }

    /** A descriptor's number, or a number that a call has filled in. */
    record Variable(String name) implements Operand {
        @Override
        public long value(Scene scene) {
            return scene.get(name).number();
        }
    }

    /** An address: {@code @memory+8}, or {@code @0} where there is no memory. */
    record Address(Optional<String> memory, long offset) implements Operand {
        @Override
        public long value(Scene scene) {
            return memory.map(scene::get).map(Thing::number).orElse(0L) + offset;
        }
    }
}
