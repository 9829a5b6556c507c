package dmabuf.core;

import dmabuf.api.BufferInfo;
import dmabuf.api.BufferListener;
import dmabuf.api.BufferSource;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.DmaBufs;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.Fence;
import dmabuf.api.MmapPolicy;
import dmabuf.api.NegotiatedBuffer;
import dmabuf.api.Negotiation;
import dmabuf.api.PolicyOrigin;
import dmabuf.api.Requirements;
import dmabuf.api.Selection;
import dmabuf.api.Subscription;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.Deadline;
import dmabuf.linux.Syscalls;
import dmabuf.spi.Exporter;
import iosys.IosysMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The core as a plain object, with or without a container around it.
 *
 * <p>After {@link #close} exporting throws {@link dmabuf.api.ExporterGoneException} and importing ENODEV, while the census goes on
 * answering: buffers and mappings stay usable until they are closed. Thread-safe.
 */
public final class CoreDmaBufs implements DmaBufs, AutoCloseable {

    /** How long a leaving exporter's calls are awaited unless {@link #drainTimeoutMillis(int)} says otherwise, in milliseconds. */
    public static final int DEFAULT_DRAIN_MILLIS = 2000;

    /** The most that they are awaited, in milliseconds: who stops a bundle holds locks of SCR, which give up after 5 seconds. */
    public static final int MOST_DRAIN_MILLIS = 4000;

    /** How long mappings of memory that leaves go on working unless {@link #graceMillis} says otherwise, in milliseconds. */
    public static final int DEFAULT_GRACE_MILLIS = 2000;

    /** The longest grace period, in milliseconds. */
    public static final int MOST_GRACE_MILLIS = 600_000;

    private static final System.Logger LOG = System.getLogger(CoreDmaBufs.class.getName());

    private final Announcer announcer = new Announcer();
    private final Census census = new Census(announcer);
    private final SourceRegistry registry = new SourceRegistry(census);
    private volatile int drainMillis = DEFAULT_DRAIN_MILLIS;
    private volatile boolean closed;

    /** Begins with no exporter. */
    public CoreDmaBufs() {}

    /**
     * Says how long a leaving exporter's calls are awaited.
     *
     * @param millis milliseconds; less than 0 counts as 0, more than {@link #MOST_DRAIN_MILLIS} as that
     */
    public void drainTimeoutMillis(int millis) {
        drainMillis = Math.clamp(millis, 0, MOST_DRAIN_MILLIS);
    }

    /**
     * Says how long mappings go on working once their memory is leaving with its device. Counts for what leaves from now on.
     *
     * @param millis milliseconds; less than 0 counts as 0, more than {@link #MOST_GRACE_MILLIS} as that
     */
    public void graceMillis(int millis) {
        census.graceMillis(Math.clamp(millis, 0, MOST_GRACE_MILLIS));
    }

    /**
     * Says what to do with a mapping whose cache attribute differs from that of another live mapping of the same buffer.
     *
     * @param policy the rule from now on, {@link AliasPolicy#REFUSE} if never called
     */
    public void aliasing(AliasPolicy policy) {
        census.aliases().policy(Objects.requireNonNull(policy, "policy"));
    }

    /**
     * Says whether to remember where buffers, mappings, attachments, fences and scopes are made, for the report of one that leaks and for
     * the census. Counts for what is made from now on.
     *
     * @param wanted whether to; false if never called, since each trace costs some microseconds and a kilobyte or two
     */
    public void traceLeaks(boolean wanted) {
        census.leaks().tracing(wanted);
    }

    /**
     * Takes an exporter in. Its generation counts the exporters of the same name and device, from 1.
     *
     * @param exporter the exporter; held until it leaves
     * @param properties what it says of itself
     * @param ranking its service ranking, the highest first among equals
     * @return close this when the exporter leaves
     * @throws IllegalStateException after {@link #close}
     */
    public ExporterRegistration add(Exporter exporter, ExporterProperties properties, int ranking) {
        Objects.requireNonNull(exporter, "exporter");
        return new Registration(registry.add(exporter, properties, ranking));
    }

    private final class Registration implements ExporterRegistration {

        private final ExporterSource source;

        Registration(ExporterSource source) {
            this.source = source;
        }

        @Override
        public BufferSource source() {
            return source;
        }

        @Override
        public void whenLeaving(Runnable withdraw) {
            source.whenLeaving(withdraw);
        }

        @Override
        public void update(ExporterProperties properties, int ranking) {
            registry.update(source, properties, ranking);
        }

        @Override
        public void close() {
            registry.retire(List.of(source), drainDeadline());
        }
    }

    /** The moment up to which calls of exporters that leave now are awaited. */
    Deadline drainDeadline() {
        return Deadline.in(Duration.ofMillis(drainMillis));
    }

    /** Sees several exporters off at once, under one deadline. */
    void retire(Collection<ExporterRegistration> leaving, Deadline deadline) {
        registry.retire(leaving.stream().map(each -> ((Registration) each).source).toList(), deadline);
    }

    @Override
    public Selection select(Requirements requirements) {
        return new PreparedSelection(registry, requirements);
    }

    @Override
    public DmaBuf export(Requirements requirements, ExportRequest request) {
        return select(requirements).export(request);
    }

    @Override
    public NegotiatedBuffer negotiate(Negotiation negotiation) {
        return Negotiator.run(registry, negotiation);
    }

    @Override
    public List<BufferSource> sources() {
        return List.copyOf(registry.sources().inOrder());
    }

    @Override
    public DmaBuf importFd(Fd fd) {
        return importWith(fd, MmapPolicy.unknown());
    }

    @Override
    public DmaBuf importFd(Fd fd, MmapPolicy declared) {
        if (declared == null) {
            fd.close(); // The ownership was taken over, whatever came with it.
            throw new NullPointerException("declared");
        }
        return importWith(fd, declared.saidBy(PolicyOrigin.DECLARED));
    }

    private DmaBuf importWith(Fd fd, MmapPolicy policy) {
        checkOpen(fd, "importFd");
        return FdImport.take(fd, policy, census).firstHandle();
    }

    @Override
    public Fence fenceOf(Fd fd) {
        checkOpen(fd, "fenceOf");
        return census.fences().take(fd);
    }

    /** Refuses what came too late, and closes it: the ownership was taken over. */
    private void checkOpen(Fd fd, String operation) {
        if (closed) {
            fd.close();
            throw new DmaBufException(
                    Errno.ENODEV, operation, fd.toString(), "dmabuf.core has stopped; use the DmaBufs that is there now");
        }
    }

    @Override
    public List<BufferInfo> census() {
        return census.lines();
    }

    @Override
    public Subscription listen(BufferListener listener) {
        return announcer.listen(listener);
    }

    /**
     * Has the classes loaded that open buffers need, since a bundle is about to go.
     *
     * @param leaving tells by a class whether its bundle goes; where it is this one's, everything that buffers stand on goes
     */
    void prepareBuffersFor(Predicate<Class<?>> leaving) {
        Set<Class<?>> kernels = census.kernels();
        if (!kernels.isEmpty() && leaving.test(CoreDmaBufs.class)) {
            List<Class<?>> everything = new ArrayList<>(List.of(CoreDmaBufs.class, DmaBuf.class, Fd.class, Syscalls.class, IosysMap.class));
            everything.addAll(kernels);
            ClassPreload.ofAll(everything);
        } else {
            kernels.stream().filter(leaving).forEach(ClassPreload::of);
        }
    }

    /**
     * Stops: sees every exporter off under one deadline, ends the waits for fences and the search for leaks, tells listeners the last news,
     * and lists the buffers that are still open. They stay usable until they are closed; one that is lost from now on stays for as long as
     * the process. The second and later calls do nothing.
     */
    @Override
    public void close() {
        closed = true;
        Collection<ExporterSource> here = registry.close();
        Deadline deadline = drainDeadline();
        registry.retire(here, deadline);
        census.fences().close();
        census.leaks().end(deadline);
        if (!announcer.end(deadline)) {
            return;
        }
        List<BufferInfo> open = census.lines();
        if (!open.isEmpty()) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "{0} buffers stay usable until they are closed:{1}",
                    Integer.toString(open.size()),
                    open.stream().map(CoreDmaBufs::item).collect(Collectors.joining()));
        }
    }

    /** A buffer in a list, with what is known of where it came from below it. */
    private static String item(BufferInfo line) {
        return "\n    " + line + line.traces().stream().map(each -> ("\n" + each).replace("\n", "\n      ")).collect(Collectors.joining());
    }
}
