package dmabuf.core;

import dmabuf.api.Direction;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExporterGoneException;
import dmabuf.api.MmapPolicy;
import dmabuf.fd.Errno;
import dmabuf.spi.BufferCallback;
import dmabuf.spi.BufferControl;
import dmabuf.spi.BufferOps;
import dmabuf.spi.ExportedBuffer;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The only way to the callbacks of one buffer. Every call passes the exporter's gate, so that those in flight are awaited when it stops,
 * and none comes after it is gone; only {@link #release} does, once.
 */
final class ExporterOps {

    private static final System.Logger LOG = System.getLogger(ExporterOps.class.getName());
    private static final VarHandle OPS;

    static {
        try {
            OPS = MethodHandles.lookup().findVarHandle(ExporterOps.class, "ops", BufferOps.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final CallGate gate;
    private final String exporter;
    private final Set<BufferCallback> present;
    private final boolean cachesMappings;

    /** Null once it is released: a handle that somebody keeps does not keep the exporter's classes. */
    private volatile BufferOps ops;

    private volatile BufferControl control;

    private ExporterOps(BufferOps ops, ExportedBuffer made, CallGate gate, String exporter) {
        this.ops = ops;
        this.present = made.callbacks();
        this.cachesMappings = made.cachesMappings();
        this.gate = gate;
        this.exporter = exporter;
    }

    /** Null when the exporter has no part in its buffer. */
    static ExporterOps of(ExportedBuffer made, CallGate gate, String exporter) {
        made.ops().ifPresent(ops -> ClassPreload.of(ops.getClass()));
        return made.ops().map(ops -> new ExporterOps(ops, made, gate, exporter)).orElse(null);
    }

    boolean has(BufferCallback callback) {
        return present.contains(callback);
    }

    boolean cachesMappings() {
        return cachesMappings;
    }

    BufferControl control() {
        return control;
    }

    /** Tells the exporter that its buffer has been taken. Called from within its call of export, unless that came back too late. */
    void exported(BufferControl buffer) {
        control = buffer;
        if (has(BufferCallback.EXPORTED) && gate.phase() != CallGate.Phase.GONE) {
            call(BufferCallback.EXPORTED, each -> {
                each.exported(buffer);
                return null;
            });
        }
    }

    /**
     * Asks for something that cannot be had without the exporter.
     *
     * @throws ExporterGoneException ENODEV
     * @throws DmaBufException what the exporter says; EIO when it fails in a way that is no errno
     */
    <T> T ask(BufferCallback callback, Function<BufferOps, T> how) {
        if (!gate.enter()) {
            throw new ExporterGoneException(callback.toString(), exporter);
        }
        try {
            return call(callback, how);
        } finally {
            gate.exit();
        }
    }

    /** As {@link #ask}, where there is nothing to be answered. */
    void askTo(BufferCallback callback, Consumer<BufferOps> how) {
        ask(callback, each -> {
            how.accept(each);
            return null;
        });
    }

    /** Tells the exporter, if it is still there, that something is taken back, which cannot fail. */
    void tell(BufferCallback callback, Consumer<BufferOps> how) {
        if (!has(callback) || !gate.enter()) {
            return;
        }
        try {
            how.accept(ops);
        } catch (Throwable e) {
            report(callback, e);
        } finally {
            gate.exit();
        }
    }

    /** Begins CPU access, where the exporter has a part in it. */
    void beginCpuAccess(Direction direction) {
        if (has(BufferCallback.BEGIN_CPU_ACCESS)) {
            askTo(BufferCallback.BEGIN_CPU_ACCESS, each -> each.beginCpuAccess(control, direction));
        }
    }

    /** Ends CPU access; without the exporter when that has gone meanwhile. What it says goes to the caller. */
    void endCpuAccess(Direction direction) {
        if (!has(BufferCallback.END_CPU_ACCESS) || !gate.enter()) {
            return;
        }
        try {
            call(BufferCallback.END_CPU_ACCESS, each -> {
                each.endCpuAccess(control, direction);
                return null;
            });
        } finally {
            gate.exit();
        }
    }

    /** What the exporter says now of mappings of the descriptor; what it said when it exported, if it has nothing to say or has gone. */
    MmapPolicy mmapInfo(MmapPolicy then) {
        if (!has(BufferCallback.MMAP_INFO) || !gate.enter()) {
            return then;
        }
        try {
            MmapPolicy now = call(BufferCallback.MMAP_INFO, each -> each.mmapInfo(control));
            return now == null ? MmapPolicy.unknown() : now;
        } finally {
            gate.exit();
        }
    }

    /** Calls. What comes out of it is an answer, or an exception of the API's. */
    private <T> T call(BufferCallback callback, Function<BufferOps, T> how) {
        try {
            return how.apply(ops);
        } catch (DmaBufException e) {
            throw e;
        } catch (Throwable e) {
            // Whatever it is, linkage errors of a half-resolved bundle included: the caller is not to know the exporter's classes.
            report(callback, e);
            throw new DmaBufException(
                    Errno.EIO, callback.toString(), exporter, "the exporter is at fault: it threw " + Foreign.summary(e));
        }
    }

    /** Releases, the first time that it is called. Also when the exporter is gone; must not fail, so that the descriptors are closed. */
    void release() {
        BufferOps last = (BufferOps) OPS.getAndSet(this, null);
        if (last == null || !has(BufferCallback.RELEASE)) {
            return;
        }
        try {
            last.release(control);
        } catch (Throwable e) {
            report(BufferCallback.RELEASE, e);
        }
    }

    private void report(BufferCallback callback, Throwable e) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        LOG.log(System.Logger.Level.WARNING, "{0} failed in {1}: {2}", exporter, callback.toString(), Foreign.report(e));
    }

    /** Reports what an exporter answered that cannot be true, and gives what its caller is told. */
    DmaBufException wrong(BufferCallback callback, String what) {
        LOG.log(System.Logger.Level.WARNING, "{0} failed in {1}: {2}", exporter, callback.toString(), what);
        return new DmaBufException(Errno.EIO, callback.toString(), exporter, "the exporter is at fault: " + what);
    }
}
