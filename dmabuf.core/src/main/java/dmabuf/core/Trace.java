package dmabuf.core;

import java.security.CodeSource;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Where something was made, and where the CPU-access scopes that are open on it were opened. Words only: an exception would keep the
 * classes of whoever called. Scopes that have no slot are not remembered.
 */
final class Trace {

    private static final int FRAMES = 16;
    private static final StackWalker STACK = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);
    private static final CodeSource CORE = Trace.class.getProtectionDomain().getCodeSource();

    /** Null when it was made before traces were kept. */
    private final StackTraceElement[] made;

    private final AtomicReferenceArray<StackTraceElement[]> scopes = new AtomicReferenceArray<>(ScopeBits.SLOTS);

    Trace(StackTraceElement[] made) {
        this.made = made;
    }

    /** Where the core was called. */
    static StackTraceElement[] here() {
        return STACK.walk(frames -> frames.dropWhile(Trace::isCore)
                .limit(FRAMES)
                .map(StackWalker.StackFrame::toStackTraceElement)
                .toArray(StackTraceElement[]::new));
    }

    private static boolean isCore(StackWalker.StackFrame frame) {
        Class<?> caller = frame.getDeclaringClass();
        CodeSource source = caller.getProtectionDomain().getCodeSource();
        return caller.getClassLoader() == Trace.class.getClassLoader()
                && caller.getPackageName().equals(Trace.class.getPackageName())
                && (source == null || source.equals(CORE));
    }

    void scopeOpened(int slot, StackTraceElement[] where) {
        if (slot != ScopeBits.NO_SLOT) {
            scopes.set(slot, where);
        }
    }

    void scopeClosed(int slot) {
        if (slot != ScopeBits.NO_SLOT) {
            scopes.set(slot, null);
        }
    }

    /** Gives what is known, in lines that go below the name of the thing; empty for nothing. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        append(text, "made", made);
        for (int slot = 0; slot < ScopeBits.SLOTS; slot++) {
            append(text, "with an open scope, opened", scopes.get(slot));
        }
        return text.toString();
    }

    private static void append(StringBuilder text, String verb, StackTraceElement[] frames) {
        if (frames != null) {
            text.append("\n  ").append(verb);
            for (StackTraceElement frame : frames) {
                text.append("\n    at ").append(frame);
            }
        }
    }
}
