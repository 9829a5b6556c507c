package iosys;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/**
 * Reads memory and ignores the value, until the optimising compiler has seen it; then takes the memory away, so that a read that happens
 * is noticed. A process of its own, since how it compiles is set on the command line.
 */
final class IgnoredRead {

    private static final int PAGE = 1 << 16;

    private IgnoredRead() {}

    /** Says of system and of I/O memory whether the load happened. */
    public static void main(String[] args) throws IOException {
        System.out.println("I/O memory: " + (happens(Path.of(args[0]), IosysMap::ofIo, IgnoredRead::read) ? "read" : "not read"));
        System.out.println("system memory: " + (happens(Path.of(args[0]), IosysMap::of, IgnoredRead::read) ? "read" : "not read"));
    }

    private static void read(IosysMap map) {
        map.readInt(PAGE);
    }

    private interface Kind {
        IosysMap of(MemorySegment memory);
    }

    private static boolean happens(Path path, Kind kind, Consumer<IosysMap> read) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
                Arena arena = Arena.ofConfined()) {
            file.write(ByteBuffer.allocate(1), 2 * PAGE - 1);
            IosysMap map = kind.of(file.map(FileChannel.MapMode.READ_WRITE, 0, 2 * PAGE, arena));
            for (int i = 0; i < 200_000; i++) {
                read.accept(map);
            }
            file.truncate(PAGE);
            try {
                read.accept(map);
                return false;
            } catch (InternalError fault) {
                // What SIGBUS becomes in Java.
                return true;
            }
        }
    }
}
