package importer.vmm;

import dmabuf.api.Caching;
import dmabuf.api.VirtioMapInfo;
import java.util.Locale;

/**
 * A line of the list of slots, at one moment. Holds words and numbers only.
 *
 * @param guest the name of the guest
 * @param number the slot's number in KVM
 * @param guestAddress where the guest sees it
 * @param length how long it is, in bytes
 * @param content what is in it, in words
 * @param mode the mapping mode; {@code ram} for RAM
 * @param caching the cache attribute of the host's mapping
 * @param mapInfo the same for the guest
 * @param readOnly whether the guest may only read
 * @param dirtyLog whether the pages are logged that the guest writes
 * @param state what has become of it
 */
public record SlotInfo(
        String guest,
        int number,
        long guestAddress,
        long length,
        String content,
        String mode,
        Caching caching,
        VirtioMapInfo mapInfo,
        boolean readOnly,
        boolean dirtyLog,
        SlotState state) {

    /** Says everything in a line. */
    @Override
    public String toString() {
        return guest + " slot " + number + ", 0x" + Long.toHexString(guestAddress) + " + " + length + ", "
                + (readOnly ? "read-only" : "read-write") + (dirtyLog ? ", dirty log" : "") + ", " + mode + " (" + caching.property()
                + ", map_info " + mapInfo.value() + "), " + state.name().toLowerCase(Locale.ROOT) + ": " + content;
    }
}
