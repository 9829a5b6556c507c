package dmabuf.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.invoke.MethodHandle;

/**
 * The functions of the C library behind {@link LinuxSyscalls}, each linked when it is first called: linking one takes milliseconds, and
 * finding out which exporters there are calls none. The kernel's unsigned int flags and the C library's size_t are passed at their C
 * widths.
 */
final class Libc {

    private Libc() {}

    static final class Open {
        static final MethodHandle CALL = Downcalls.linkVariadic("open", 2, Downcalls.intOf(ADDRESS, JAVA_INT, JAVA_INT));
    }

    static final class Ioctl {
        static final MethodHandle CALL = Downcalls.linkVariadic("ioctl", 2, Downcalls.intOf(JAVA_INT, JAVA_LONG, ADDRESS));
    }

    static final class Mmap {
        static final MethodHandle CALL =
                Downcalls.link("mmap", Downcalls.longOf(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    }

    static final class Munmap {
        static final MethodHandle CALL = Downcalls.link("munmap", Downcalls.intOf(JAVA_LONG, JAVA_LONG));
    }

    static final class MemfdCreate {
        static final MethodHandle CALL = Downcalls.link("memfd_create", Downcalls.intOf(ADDRESS, JAVA_INT));
    }

    static final class Fcntl {
        static final MethodHandle CALL = Downcalls.linkVariadic("fcntl", 2, Downcalls.intOf(JAVA_INT, JAVA_INT, JAVA_LONG));
    }

    static final class Ftruncate {
        static final MethodHandle CALL = Downcalls.link("ftruncate", Downcalls.intOf(JAVA_INT, JAVA_LONG));
    }

    static final class Lseek {
        static final MethodHandle CALL = Downcalls.link("lseek", Downcalls.longOf(JAVA_INT, JAVA_LONG, JAVA_INT));
    }

    static final class Read {
        static final MethodHandle CALL = Downcalls.link("read", Downcalls.longOf(JAVA_INT, ADDRESS, JAVA_LONG));
    }

    static final class Write {
        static final MethodHandle CALL = Downcalls.link("write", Downcalls.longOf(JAVA_INT, ADDRESS, JAVA_LONG));
    }

    static final class Pread {
        static final MethodHandle CALL = Downcalls.link("pread", Downcalls.longOf(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
    }

    static final class Pwrite {
        static final MethodHandle CALL = Downcalls.link("pwrite", Downcalls.longOf(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
    }

    static final class Poll {
        static final MethodHandle CALL = Downcalls.link("poll", Downcalls.intOf(ADDRESS, JAVA_LONG, JAVA_INT));
    }
}
