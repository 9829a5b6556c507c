package importer.vmm;

import dmabuf.fd.Errno;

/** Why a slot is refused, for programs; the exception's message says it for people, with the figures. */
public enum SlotProblem {
    /** An address, an offset or a length is no multiple of the page size. EINVAL. */
    UNALIGNED(Errno.EINVAL),
    /** There is nothing to map. EINVAL, since KVM takes a length of 0 for "remove". */
    EMPTY(Errno.EINVAL),
    /** Address and length wrap around, or one of them is negative. EINVAL. */
    WRAPS(Errno.EINVAL),
    /** Beyond what a guest can address, or more pages than a slot can have. EINVAL. */
    OUT_OF_RANGE(Errno.EINVAL),
    /** Something else is in that range. EEXIST. */
    OVERLAP(Errno.EEXIST),
    /** All slots are taken. ENOSPC. */
    NO_SLOT_LEFT(Errno.ENOSPC),
    /** The buffer has no mode of that name. EINVAL. */
    NO_SUCH_MODE(Errno.EINVAL),
    /** The CPU cannot map the buffer in that mode. EOPNOTSUPP. */
    NOT_MAPPABLE(Errno.EOPNOTSUPP),
    /** Nobody knows the cache attribute, so nobody can tell it to a guest. EOPNOTSUPP. */
    UNKNOWN_CACHING(Errno.EOPNOTSUPP),
    /** The exporter says that no guest may map it. EOPNOTSUPP. */
    NOT_FOR_GUESTS(Errno.EOPNOTSUPP),
    /** The buffer is in the guest already, with another cache attribute. EBUSY. */
    ALIAS(Errno.EBUSY),
    /** The buffer may be written but not read, and a guest's memory can always be read. EACCES. */
    WRITE_ONLY(Errno.EACCES),
    /** This KVM has no slots that are read-only. EOPNOTSUPP. */
    NO_READ_ONLY_SLOTS(Errno.EOPNOTSUPP),
    /** Nobody logs the pages that a guest writes: the table is without KVM. EOPNOTSUPP. */
    NO_DIRTY_LOG(Errno.EOPNOTSUPP),
    /** What a guest cannot write is never dirty. EINVAL. */
    NEVER_DIRTY(Errno.EINVAL),
    /** There is no RAM at that address. EFAULT. */
    NOT_RAM(Errno.EFAULT),
    /** No slot has that address. EFAULT. */
    NO_SLOT(Errno.EFAULT);

    private final Errno errno;

    SlotProblem(Errno errno) {
        this.errno = errno;
    }

    /**
     * Gives the errno of the exception.
     *
     * @return the error; KVM's own where KVM has one for this
     */
    public Errno errno() {
        return errno;
    }
}
