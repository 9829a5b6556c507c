package dmabuf.api;

import dmabuf.fd.Errno;
import java.util.OptionalLong;

/**
 * The two sets of values in which the query of 2022 was to answer: that of its first version and that of its resend. Both count their
 * parameter as 1. For a virtual machine monitor that speaks one of them to somebody else; nothing here is sent to a kernel.
 */
public enum MmapInfoAbi {

    /** {@code DMA_BUF_INFO_VM_PROT}, the first version: write-combined 0, cached 1. It can say nothing else. */
    VM_PROT {
        @Override
        public OptionalLong value(MmapPolicy policy) {
            if (!policy.mappable()) {
                return OptionalLong.empty();
            }
            return switch (policy.caching()) {
                case WRITE_COMBINED -> OptionalLong.of(0);
                case CACHED -> OptionalLong.of(1);
                case UNCACHED, UNKNOWN -> OptionalLong.empty();
            };
        }

        @Override
        MmapPolicy known(long value) {
            return value == 0 ? MmapPolicy.mappable(Caching.WRITE_COMBINED) : value == 1 ? MmapPolicy.mappable(Caching.CACHED) : null;
        }
    },

    /**
     * {@code DMA_BUF_INFO_MAP_INFO}, the resend: incoherent 0, coherent and write-combined 1, coherent and cached 2. Incoherent means that
     * SYNC is required and that no guest may map the buffer.
     */
    MAP_INFO {
        @Override
        public OptionalLong value(MmapPolicy policy) {
            if (!policy.mappable() || policy.caching() == Caching.UNKNOWN) {
                return OptionalLong.empty();
            }
            if (!policy.guestMappable()) {
                return OptionalLong.of(0);
            }
            return switch (policy.caching()) {
                case WRITE_COMBINED -> OptionalLong.of(1);
                case CACHED -> OptionalLong.of(2);
                case UNCACHED, UNKNOWN -> OptionalLong.empty();
            };
        }

        @Override
        MmapPolicy known(long value) {
            if (value == 0) {
                return new MmapPolicy(
                        true, Caching.UNKNOWN, true, Access.READ_WRITE, MemoryKind.SYSTEM, false, PolicyOrigin.EXPORTER);
            }
            Caching caching = value == 1 ? Caching.WRITE_COMBINED : value == 2 ? Caching.CACHED : null;
            return caching == null ? null : MmapPolicy.mappable(caching).withNeedsSync(false);
        }
    };

    /** The number of the parameter, of both. */
    public static final int PARAMETER = 1;

    /**
     * Says a policy in these values.
     *
     * @param policy what is to be said
     * @return the value; empty when it cannot be said, be it that nobody knows or that there is no value for it, which is ENOSYS in the query
     */
    public abstract OptionalLong value(MmapPolicy policy);

    /** The policy that a value says, null for a value that is none. */
    abstract MmapPolicy known(long value);

    /**
     * Reads a value.
     *
     * @param value one of this set
     * @return the policy that it says, with everything that it does not say at its safe default
     * @throws DmaBufException EINVAL for a value that is none of this set
     */
    public MmapPolicy policy(long value) {
        MmapPolicy known = known(value);
        if (known == null) {
            throw new DmaBufException(Errno.EINVAL, "DMA_BUF_IOCTL_INFO", this + " value " + value);
        }
        return known;
    }
}
