package importer.vmm;

import dmabuf.api.Access;
import dmabuf.api.Caching;
import dmabuf.api.DmaBuf;
import dmabuf.api.MappingMode;
import dmabuf.api.MmapPolicy;
import java.util.List;
import java.util.Optional;

/**
 * What of a buffer is to be mapped, and how, once it is found that a guest may have it.
 *
 * @param buffer the buffer in words
 * @param mode in which mode
 * @param offset where in it
 * @param length how much
 * @param access what the guest may do
 * @param prefault whether pages are to be there
 */
record BufferPlan(String buffer, MappingMode mode, long offset, long length, Access access, boolean prefault) {

    private static final String OPERATION = "map into a guest";

    /**
     * Judges the policy that the exporter states. Nothing is guessed: what it does not say is refused.
     *
     * @throws SlotException when no guest may have it so
     */
    static BufferPlan of(DmaBuf buffer, SlotRequest request) {
        MappingMode mode = mode(buffer, request.mode());
        MmapPolicy policy = mode.policy();
        String subject = buffer + " in mode " + mode.name();
        if (!policy.mappable()) {
            throw new SlotException(SlotProblem.NOT_MAPPABLE, OPERATION, subject, "the CPU cannot map it so" + others(buffer));
        }
        if (policy.caching() == Caching.UNKNOWN) {
            throw new SlotException(
                    SlotProblem.UNKNOWN_CACHING, OPERATION, subject,
                    "nobody knows with which cache attribute it is mapped, so nobody can tell the guest which to use; a guess could be an"
                            + " alias" + others(buffer));
        }
        if (!policy.guestMappable()) {
            throw new SlotException(
                    SlotProblem.NOT_FOR_GUESTS, OPERATION, subject,
                    "its exporter says that no guest may map it"
                            + (policy.needsSync() ? ": its data is right inside brackets only, and a guest has none" : "")
                            + others(buffer));
        }
        if (!policy.access().reads()) {
            throw new SlotException(
                    SlotProblem.WRITE_ONLY, OPERATION, subject, "it may only be written, and a guest can always read what it sees");
        }
        boolean readOnly = request.isReadOnly() || !policy.access().writes();
        if (readOnly && request.logsDirtyPages()) {
            throw new SlotException(
                    SlotProblem.NEVER_DIRTY, OPERATION, subject, "the guest may only read it; leave the dirty log out");
        }
        return new BufferPlan(
                buffer.toString(), mode, request.offset(), request.length(buffer.size()), readOnly ? Access.READ : Access.READ_WRITE,
                request.isPrefaulted());
    }

    private static MappingMode mode(DmaBuf buffer, Optional<String> name) {
        if (name.isEmpty()) {
            return buffer.modes().getFirst();
        }
        return buffer.mode(name.get()).orElseThrow(() -> new SlotException(
                SlotProblem.NO_SUCH_MODE, OPERATION, buffer + " in mode " + name.get(), "its modes are: "
                        + String.join(", ", buffer.modes().stream().map(MappingMode::toString).toList())));
    }

    /** Names the modes that would do. */
    private static String others(DmaBuf buffer) {
        List<String> good =
                buffer.modes().stream().filter(mode -> mode.policy().guestMappable()).map(MappingMode::toString).toList();
        return good.isEmpty() ? "" : "; these modes will do: " + String.join(", ", good);
    }

    boolean readOnly() {
        return access == Access.READ;
    }

    /** Says what is to be mapped, for messages. */
    @Override
    public String toString() {
        return buffer + " in mode " + mode.name() + ", offset " + offset + ", length " + length;
    }
}
