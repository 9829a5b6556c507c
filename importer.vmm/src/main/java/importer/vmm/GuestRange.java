package importer.vmm;

/**
 * A stretch of guest-physical memory, as guests list the pieces of what they show to a device: an entry of virtio-gpu's
 * {@code RESOURCE_ATTACH_BACKING}.
 *
 * @param address where it begins, a multiple of the page size
 * @param length how long it is in bytes, a multiple of the page size and more than 0
 */
public record GuestRange(long address, long length) {

    /** Says the range, for messages. */
    @Override
    public String toString() {
        return "0x" + Long.toHexString(address) + " + " + length;
    }
}
