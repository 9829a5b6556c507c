package dmabuf.spi;

import dmabuf.api.Lifetime;
import dmabuf.api.MmapPolicy;
import dmabuf.fd.Fd;
import java.util.Objects;

/**
 * A buffer as its exporter hands it over: data, with no class of the exporter in it, so that the buffer can outlive the bundle.
 */
public final class ExportedBuffer {

    private final Fd fd;
    private final long size;
    private final MmapPolicy policy;
    private final Lifetime lifetime;
    private final MappingPlan plan;

    private ExportedBuffer(Builder builder) {
        fd = Objects.requireNonNull(builder.fd, "fd");
        size = builder.size;
        policy = Objects.requireNonNull(builder.policy, "policy");
        lifetime = builder.lifetime;
        plan = builder.plan;
    }

    /**
     * Starts a description.
     *
     * @param fd the dma-buf; the ownership goes to the core with the finished description
     * @param size its size in bytes, as lseek(2) with SEEK_END tells it
     * @param policy how it may be mapped
     * @return a builder, with a mapping of the dma-buf's own descriptor at 0 as the plan
     */
    public static Builder builder(Fd fd, long size, MmapPolicy policy) {
        return new Builder(fd, size, policy);
    }

    /**
     * Gives the dma-buf.
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
     * Describes how the buffer may be mapped.
     *
     * @return the policy
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
     * Tells how a CPU mapping is made.
     *
     * @return the plan
     */
    public MappingPlan plan() {
        return plan;
    }

    /** Collects a description. Not thread-safe. */
    public static final class Builder {

        private final Fd fd;
        private final long size;
        private final MmapPolicy policy;
        private Lifetime lifetime = Lifetime.SELF_CONTAINED;
        private MappingPlan plan = MappingPlan.ofBuffer();

        private Builder(Fd fd, long size, MmapPolicy policy) {
            this.fd = fd;
            this.size = size;
            this.policy = policy;
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
         * Says how a CPU mapping is made, where it is not made through the dma-buf itself.
         *
         * @param value the plan
         * @return this builder
         */
        public Builder plan(MappingPlan value) {
            plan = Objects.requireNonNull(value, "plan");
            return this;
        }

        /**
         * Makes the description.
         *
         * @return the description
         */
        public ExportedBuffer build() {
            return new ExportedBuffer(this);
        }
    }
}
