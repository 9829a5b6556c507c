package dmabuf.spi;

import dmabuf.api.DmaBufException;
import dmabuf.api.Lifetime;
import dmabuf.api.MappingMode;
import dmabuf.api.MmapPolicy;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A buffer as its exporter hands it over: data, with no class of the exporter in it, so that the buffer can outlive the bundle. Only an
 * exporter that wants a part in what is done with the buffer adds {@link BufferOps}, and its classes then stay as long as the buffer.
 *
 * <p>Most buffers are dma-bufs. Memory of a device that its driver shows through the device's own descriptor only, and gives no dma-buf
 * for, is one as well ({@link #ofDevice}): it can be mapped, and what takes a dma-buf is refused.
 */
public final class ExportedBuffer {

    private final Fd fd;
    private final long size;
    private final MmapPolicy policy;
    private final Lifetime lifetime;
    private final MappingPlan plan;
    private final List<Mode> modes;
    private final BufferOps ops;
    private final Set<BufferCallback> callbacks;
    private final boolean cachesMappings;
    private final boolean dmaBuf;

    /**
     * A mapping mode, and how a mapping of it is made.
     *
     * @param mode its name and its policy
     * @param plan which descriptor to mmap
     */
    public record Mode(MappingMode mode, MappingPlan plan) {}

    private ExportedBuffer(Builder builder, Set<BufferCallback> callbacks, boolean cachesMappings) {
        this.callbacks = Set.copyOf(callbacks);
        this.cachesMappings = cachesMappings;
        fd = Objects.requireNonNull(builder.fd, "fd");
        size = builder.size;
        policy = Objects.requireNonNull(builder.policy, "policy");
        ops = builder.ops;
        lifetime = ops == null || builder.lifetime == Lifetime.DEVICE_BOUND ? builder.lifetime : Lifetime.EXPORTER_BOUND;
        plan = builder.plan;
        modes = builder.modes();
        dmaBuf = builder.dmaBuf;
    }

    /**
     * Starts a description.
     *
     * @param fd the dma-buf; the ownership goes to the core with the finished description
     * @param size its size in bytes, as lseek(2) with SEEK_END tells it
     * @param policy how it may be mapped
     * @return a builder, with one mode, {@link MappingMode#DMA_BUF}: a mapping of the dma-buf's own descriptor at 0
     */
    public static Builder builder(Fd fd, long size, MmapPolicy policy) {
        return new Builder(fd, size, policy, MappingMode.DMA_BUF);
    }

    /**
     * Starts a description of memory that is no dma-buf: a stretch of a device that is mapped through the device's descriptor. Nobody gets
     * a descriptor of it, there are no fences, and no SYNC is issued. It is {@link Lifetime#DEVICE_BOUND} unless
     * something else is said. Every export of it is a buffer with an identity of its own.
     *
     * @param device what to mmap; the ownership goes to the core with the finished description
     * @param mode the driver's word for this way of mapping, other than {@link MappingMode#DMA_BUF}
     * @param offset where the memory's first byte is to be found there, a multiple of the page size
     * @param size bytes, a multiple of the page size; nobody can check it, and who says too much has importers die of SIGBUS
     * @param policy how it may be mapped
     * @return a builder, with that one mode
     * @throws IllegalArgumentException when no mode can have this name
     */
    public static Builder ofDevice(Fd device, String mode, long offset, long size, MmapPolicy policy) {
        if (mode.equals(MappingMode.DMA_BUF)) {
            throw new IllegalArgumentException("there is no " + mode + " to be mapped in memory that is none");
        }
        Builder builder = new Builder(device, size, policy, mode);
        builder.dmaBuf = false;
        builder.plan = MappingPlan.of(device, offset);
        return builder.lifetime(Lifetime.DEVICE_BOUND);
    }

    /**
     * Tells whether it is a dma-buf.
     *
     * @return false for memory of a device that was described by {@link #ofDevice}
     */
    public boolean isDmaBuf() {
        return dmaBuf;
    }

    /**
     * Gives the dma-buf; of memory that is none, the device's descriptor.
     *
     * @return its descriptor
     */
    public Fd fd() {
        return fd;
    }

    /**
     * Gives the size.
     *
     * @return bytes
     */
    public long size() {
        return size;
    }

    /**
     * Describes how the buffer may be mapped through the dma-buf, or, of memory that is none, through its device.
     *
     * @return the policy of the mode {@link MappingMode#DMA_BUF}, or of that of {@link #ofDevice}
     */
    public MmapPolicy policy() {
        return policy;
    }

    /**
     * Tells what becomes of the memory when the exporter goes.
     *
     * @return the lifetime
     */
    public Lifetime lifetime() {
        return lifetime;
    }

    /**
     * Tells how a CPU mapping is made in the mode {@link MappingMode#DMA_BUF}, or in that of {@link #ofDevice}.
     *
     * @return the plan
     */
    public MappingPlan plan() {
        return plan;
    }

    /**
     * Gives the exporter's part in what is done with the buffer.
     *
     * @return its callbacks; empty when the core does everything
     */
    public Optional<BufferOps> ops() {
        return Optional.ofNullable(ops);
    }

    /**
     * Lists the callbacks that are not missing.
     *
     * @return which of them {@link #ops} has; empty without
     */
    public Set<BufferCallback> callbacks() {
        return callbacks;
    }

    /**
     * Tells whether mappings of attachments are kept.
     *
     * @return what {@link BufferOps#cachesMappings} said
     */
    public boolean cachesMappings() {
        return cachesMappings;
    }

    /**
     * Lists the mapping modes.
     *
     * @return the default first, then in the order of the builder; never empty
     */
    public List<Mode> modes() {
        return modes;
    }

    /** Collects a description. Not thread-safe. */
    public static final class Builder {

        private final Fd fd;
        private final long size;
        private final MmapPolicy policy;
        private Lifetime lifetime = Lifetime.SELF_CONTAINED;
        private MappingPlan plan = MappingPlan.ofBuffer();
        private final Map<String, Mode> further = new LinkedHashMap<>();
        /** The mode that every description begins with. */
        private final MappingMode own;
        private String first;
        private BufferOps ops;
        private boolean dmaBuf = true;

        private Builder(Fd fd, long size, MmapPolicy policy, String mode) {
            this.fd = fd;
            this.size = size;
            this.policy = policy;
            this.own = new MappingMode(mode, policy);
            this.first = mode;
        }

        /**
         * Says what becomes of the memory when the exporter goes.
         *
         * @param value the lifetime, {@link Lifetime#SELF_CONTAINED} if never called
         * @return this builder
         */
        public Builder lifetime(Lifetime value) {
            lifetime = Objects.requireNonNull(value, "lifetime");
            return this;
        }

        /**
         * Says how a CPU mapping is made in the mode {@link MappingMode#DMA_BUF}, where it is not simply one of the whole dma-buf at 0.
         *
         * @param value the plan
         * @return this builder
         */
        public Builder plan(MappingPlan value) {
            plan = Objects.requireNonNull(value, "plan");
            return this;
        }

        /**
         * Adds another way in which the CPU can map the buffer. Several plans may share a descriptor; the core closes it once.
         *
         * @param name the driver's word for it, other than {@link MappingMode#DMA_BUF} and those there are
         * @param modePolicy how a mapping of this mode behaves
         * @param modePlan which descriptor to mmap
         * @return this builder
         * @throws IllegalArgumentException when no mode can have this name, or one has it already
         */
        public Builder mode(String name, MmapPolicy modePolicy, MappingPlan modePlan) {
            Mode mode = new Mode(new MappingMode(name, modePolicy), Objects.requireNonNull(modePlan, "modePlan"));
            if (name.equals(MappingMode.DMA_BUF) || name.equals(own.name()) || further.putIfAbsent(name, mode) != null) {
                throw new IllegalArgumentException("there is a mapping mode " + name + " already");
            }
            return this;
        }

        /**
         * Says which mode is the default, {@link MappingMode#DMA_BUF} if never called. Where the request asks for a caching, the core takes
         * the first mode that has it, and this decides between those that do.
         *
         * @param name a mode that there is
         * @return this builder
         * @throws IllegalArgumentException when there is none of this name
         */
        public Builder defaultMode(String name) {
            if (!name.equals(own.name()) && !further.containsKey(name)) {
                throw new IllegalArgumentException("there is no mapping mode " + name);
            }
            first = name;
            return this;
        }

        /**
         * Gives the exporter a part in what is done with the buffer. Its lifetime is then {@link Lifetime#EXPORTER_BOUND},
         * unless it is {@link Lifetime#DEVICE_BOUND}, in which case the classes of the exporter stay as well.
         *
         * @param value the callbacks
         * @return this builder
         */
        public Builder ops(BufferOps value) {
            ops = Objects.requireNonNull(value, "ops");
            return this;
        }

        /** What {@code dma_buf_export} checks of the callbacks. */
        private void checkOps(Set<BufferCallback> present, boolean cachesMappings) {
            checkPair(present, BufferCallback.MAP, BufferCallback.UNMAP);
            checkPair(present, BufferCallback.PIN, BufferCallback.UNPIN);
            if (present.contains(BufferCallback.VUNMAP) && !present.contains(BufferCallback.VMAP)) {
                throw refused("it has vunmap and no vmap");
            }
            if (present.contains(BufferCallback.PIN) && cachesMappings) {
                throw refused("its mappings are kept, so the buffer cannot move, and pin has nothing to do");
            }
        }

        private void checkPair(Set<BufferCallback> present, BufferCallback one, BufferCallback other) {
            if (present.contains(one) != present.contains(other)) {
                throw refused("it has one of " + one + " and " + other + " and lacks the other");
            }
        }

        private DmaBufException refused(String why) {
            return new DmaBufException(Errno.EINVAL, "dma_buf_export", ops.getClass().getName(), why);
        }

        private List<Mode> modes() {
            Map<String, Mode> all = new LinkedHashMap<>();
            all.put(first, null);
            all.put(own.name(), new Mode(own, plan));
            all.putAll(further);
            return List.copyOf(all.values());
        }

        /**
         * Makes the description.
         *
         * @return the description
         * @throws DmaBufException EINVAL when the callbacks lack one that they cannot do without, as {@link BufferOps} says; whatever was
         *     to be handed over is still the caller's
         */
        public ExportedBuffer build() {
            if (ops == null) {
                return new ExportedBuffer(this, Set.of(), false);
            }
            Set<BufferCallback> present = BufferCallback.of(ops);
            boolean cachesMappings = ops.cachesMappings();
            checkOps(present, cachesMappings);
            return new ExportedBuffer(this, present, cachesMappings);
        }
    }
}
