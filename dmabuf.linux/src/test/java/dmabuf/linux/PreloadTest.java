package dmabuf.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dmabuf.fd.Errno;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A preloaded library that interposes calls is honoured, as it is for a C program: that is how tools such as umockdev put devices
 * before drivers. The calls are made by a JVM of its own, since a library is preloaded when a process starts.
 */
class PreloadTest {

    /** Answers for one path and one request of its own, and passes everything else on. */
    private static final String LIBRARY = """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <errno.h>
            #include <fcntl.h>
            #include <stdarg.h>
            #include <string.h>
            #include <sys/mman.h>
            #include <sys/types.h>

            int open(const char *path, int flags, ...) {
                static int (*next)(const char *, int, ...);
                va_list arguments;
                int mode;
                va_start(arguments, flags);
                mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(arguments, int) : 0;
                va_end(arguments);
                if (!next) next = (int (*)(const char *, int, ...)) dlsym(RTLD_NEXT, "open");
                return next(strcmp(path, "/dev/interposed") ? path : "/dev/null", flags, mode);
            }

            int ioctl(int fd, unsigned long request, ...) {
                static int (*next)(int, unsigned long, ...);
                va_list arguments;
                long *argument;
                va_start(arguments, request);
                argument = va_arg(arguments, long *);
                va_end(arguments);
                if (request == 0x40086200) {
                    *argument += 1;
                    return 77;
                }
                if (!next) next = (int (*)(int, unsigned long, ...)) dlsym(RTLD_NEXT, "ioctl");
                return next(fd, request, argument);
            }

            void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset) {
                static void *(*next)(void *, size_t, int, int, int, off_t);
                if (length == 12345) {
                    errno = EL2HLT;
                    return MAP_FAILED;
                }
                if (!next) next = (void *(*)(void *, size_t, int, int, int, off_t)) dlsym(RTLD_NEXT, "mmap");
                return next(address, length, protection, flags, fd, offset);
            }
            """;

    @TempDir
    private Path folder;

    @Test
    void interposedOpenIoctlAndMmapAreHonoured() throws Exception {
        Path library = CLayout.compileLibrary(LIBRARY, folder);
        assertEquals("open ok, ioctl 77, argument 42, mmap EL2HLT", run(library));
    }

    @Test
    void withoutALibraryTheKernelAnswers() throws Exception {
        assertEquals("open ENOENT, ioctl EBADF, argument 41, mmap EBADF", run(null));
    }

    private String run(Path library) throws Exception {
        Path errors = folder.resolve("errors");
        ProcessBuilder child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp", System.getProperty("java.class.path"),
                        Child.class.getName())
                .redirectError(errors.toFile());
        if (library != null) {
            child.environment().put("LD_PRELOAD", library.toString());
        }
        Process process = child.start();
        String output = new String(process.getInputStream().readAllBytes()).strip();
        assertEquals(0, process.waitFor(), () -> {
            try {
                return output + Files.readString(errors);
            } catch (IOException e) {
                return output;
            }
        });
        return output;
    }

    /** Calls what the library interposes, and says what came of it. */
    static final class Child {

        private Child() {}

        public static void main(String[] arguments) {
            LinuxSyscalls kernel = new LinuxSyscalls();
            try (Arena arena = Arena.ofConfined()) {
                int fd = kernel.open("/dev/interposed", Posix.O_RDWR);
                var argument = arena.allocateFrom(JAVA_LONG, 41);
                int result = kernel.ioctl(fd, DmaBufIoctl.SYNC, argument);
                long mapped = kernel.mmap(0, 12345, Posix.PROT_READ, Posix.MAP_SHARED, fd, 0);
                System.out.println("open " + answer(fd, true) + ", ioctl " + answer(result, false) + ", argument "
                        + argument.get(JAVA_LONG, 0) + ", mmap " + answer(mapped, true));
            }
        }

        private static String answer(long result, boolean numberDoesNotMatter) {
            if (SyscallResult.isError(result)) {
                return Errno.ofResult(result).name();
            }
            return numberDoesNotMatter ? "ok" : Long.toString(result);
        }
    }
}
