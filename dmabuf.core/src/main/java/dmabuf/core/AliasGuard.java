package dmabuf.core;

import dmabuf.api.BufferId;
import dmabuf.api.Caching;
import dmabuf.api.DmaBufException;
import dmabuf.api.MappingMode;
import dmabuf.fd.Errno;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Knows every live CPU mapping that this core has made, by the identity of its buffer, and sees to it that no two of one buffer differ in
 * their cache attribute: that is undefined behaviour on some processors. What others map, in this process or in another, it cannot see.
 *
 * <p>Two mappings through the same mode behave alike, whatever is known of them. Through different modes they clash when their attributes
 * differ, and when that of one is unknown.
 */
final class AliasGuard {

    private static final System.Logger LOG = System.getLogger(AliasGuard.class.getName());

    /** Mappings that are alive, of one mode and one policy; and those of the others. */
    private record Live(MappingMode mode, int count, Live others) {

        Live with(MappingMode added) {
            if (mode.equals(added)) {
                return new Live(mode, count + 1, others);
            }
            return new Live(mode, count, others == null ? new Live(added, 1, null) : others.with(added));
        }

        Live without(MappingMode removed) {
            if (mode.equals(removed)) {
                return count == 1 ? others : new Live(mode, count - 1, others);
            }
            return new Live(mode, count, others.without(removed));
        }

        /** The mappings that another one would clash with, null for none. */
        Live clashing(MappingMode newcomer) {
            if (clash(mode, newcomer)) {
                return this;
            }
            return others == null ? null : others.clashing(newcomer);
        }
    }

    private final ConcurrentHashMap<BufferId, Live> live = new ConcurrentHashMap<>();
    private volatile AliasPolicy policy = AliasPolicy.REFUSE;

    void policy(AliasPolicy newPolicy) {
        policy = newPolicy;
    }

    /**
     * Takes note of a mapping that is about to be made.
     *
     * @throws DmaBufException EBUSY when it clashes with another one, which is named
     */
    void enter(BufferBody body, MappingMode mode) {
        AliasPolicy rule = policy;
        Live clash = null;
        BufferId id = body.facts().id();
        while (true) {
            Live now = live.get(id);
            clash = now == null ? null : now.clashing(mode);
            if (clash != null && rule == AliasPolicy.REFUSE) {
                throw new DmaBufException(Errno.EBUSY, "mmap", body + " as " + mode, describe(clash)
                        + "; mappings whose cache attributes differ are undefined behaviour on some processors: unmap the other first,"
                        + " or set aliasing to warn or allow in the configuration dmabuf.core");
            }
            boolean entered = now == null
                    ? live.putIfAbsent(id, new Live(mode, 1, null)) == null
                    : live.replace(id, now, now.with(mode));
            if (entered) {
                break;
            }
        }
        if (clash != null && rule == AliasPolicy.WARN) {
            LOG.log(System.Logger.Level.WARNING, "{0} is mapped as {1} while {2}", body, mode, describe(clash));
        }
    }

    /** The mapping is gone, or was never made. */
    void leave(BufferBody body, MappingMode mode) {
        live.computeIfPresent(body.facts().id(), (id, now) -> now.without(mode));
    }

    private static String describe(Live clash) {
        return "it is mapped as " + clash.mode + " already" + (clash.count == 1 ? "" : ", " + clash.count + " times");
    }

    private static boolean clash(MappingMode one, MappingMode two) {
        Caching a = one.policy().caching();
        Caching b = two.policy().caching();
        if (a == Caching.UNKNOWN || b == Caching.UNKNOWN) {
            return !one.name().equals(two.name());
        }
        return a != b;
    }
}
