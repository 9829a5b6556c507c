package dmabuf.bench.jmh;

import com.sun.jna.Library;
import com.sun.jna.Native;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A C function called with errno kept, by FFM as dmabuf.linux calls everything, and by an interface mapping of JNA. */
@State(Scope.Thread)
public class DowncallBenchmark {

    /** What JNA maps. It keeps errno after every call, too. */
    public interface C extends Library {

        /** The absolute value of a number: no system call. */
        long labs(long value);
    }

    private static final C LIBRARY = Native.load("c", C.class);

    private long value = -1;

    /** By FFM. */
    @Benchmark
    public long ffm() {
        return dmabuf.bench.jmh.Native.labs(value--);
    }

    /** By JNA. */
    @Benchmark
    public long jna() {
        long result = LIBRARY.labs(value--);
        return result >= 0 ? result : -Native.getLastError();
    }
}
