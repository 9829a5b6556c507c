package dmabuf.tck;

import dmabuf.linux.Syscalls;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Where one case is played: the kernel, and what the steps have made. Closing it closes and unmaps all that is left, so that nothing leaks
 * however a case ends.
 *
 * <p>Thread-safe, since a step may run beside the others.
 */
final class Scene implements AutoCloseable {

    /** Something that a step has made. */
    interface Thing extends AutoCloseable {

        /** What it is as a number: a descriptor, an address, a value. */
        long number();

        /** Gives it back. Done once by the scene, unless a step did it before. */
        @Override
        void close();
    }

    /** A value that a call has filled in. */
    record Value(long number) implements Thing {
        @Override
        public void close() {
            // A number holds nothing.
        }
    }

    /** An open descriptor. */
    record OpenFd(Syscalls kernel, int fd) implements Thing {
        @Override
        public long number() {
            return fd;
        }

        @Override
        public void close() {
            kernel.close(fd);
        }
    }

    /** A range of addresses. */
    record Mapped(Syscalls kernel, long number, long length, long reserved) implements Thing {
        @Override
        public void close() {
            kernel.munmap(number, reserved);
        }
    }

    /** A step needs what an earlier step has failed to make. */
    static final class NotMade extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final String variable;

        NotMade(String variable) {
            super(variable, null, false, false);
            this.variable = variable;
        }

        String variable() {
            return variable;
        }
    }

    private final Syscalls kernel;
    private final NamedNodes nodes;
    private final Map<String, Thing> things = new ConcurrentHashMap<>();
    private final Deque<Thing> order = new ConcurrentLinkedDeque<>();

    Scene(Syscalls kernel, NamedNodes nodes) {
        this.kernel = kernel;
        this.nodes = nodes;
    }

    Syscalls kernel() {
        return kernel;
    }

    NamedNodes nodes() {
        return nodes;
    }

    /** Keeps something, which is the scene's from now on. */
    void put(String variable, Thing thing) {
        order.push(thing);
        things.put(variable, thing);
    }

    /** Takes a descriptor over that a call has returned: under a name, or to be closed at once when nobody wants it. */
    String adopt(String variable, long fd) {
        if (fd < 0) {
            return Answers.errno(fd);
        }
        OpenFd open = new OpenFd(kernel, (int) fd);
        if (variable.isEmpty()) {
            open.close();
        } else {
            put(variable, open);
        }
        return Answers.FD;
    }

    Thing get(String variable) {
        Thing thing = things.get(variable);
        if (thing == null) {
            throw new NotMade(variable);
        }
        return thing;
    }

    <T extends Thing> T get(String variable, Class<T> type) {
        return type.cast(get(variable));
    }

    /** Gives something up that a step takes care of. */
    Thing remove(String variable) {
        Thing thing = get(variable);
        things.remove(variable);
        order.remove(thing);
        return thing;
    }

    /** Closes in the reverse order of making. What waits in the kernel for a fence is let go by that, and ended last. */
    @Override
    public void close() {
        Deque<Thing> waiting = new ArrayDeque<>();
        while (!order.isEmpty()) {
            Thing thing = order.pop();
            if (thing instanceof TaskActions.Task) {
                waiting.push(thing);
            } else {
                thing.close();
            }
        }
        waiting.forEach(Thing::close);
    }
}
