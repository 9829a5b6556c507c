package dmabuf.sim;

/** A resource of the host, as {@code struct virtio_gpu_object} keeps it beside the memory, which is the guest's own here. */
class VirtioGpuResource implements DriverObject {

    private final int number;
    private final boolean guestBlob;
    private final boolean hostBlob;
    private final int blobMemory;

    /**
     * Keeps what is known when it is made.
     *
     * @param number the host's name for it
     * @param guestBlob whether the host uses the guest's memory as it is
     * @param hostBlob whether the host's renderer has a part in it
     * @param blobMemory what RESOURCE_INFO tells
     */
    VirtioGpuResource(int number, boolean guestBlob, boolean hostBlob, int blobMemory) {
        this.number = number;
        this.guestBlob = guestBlob;
        this.hostBlob = hostBlob;
        this.blobMemory = blobMemory;
    }

    final int number() {
        return number;
    }

    final boolean isBlob() {
        return guestBlob || hostBlob;
    }

    final boolean isHostBlob() {
        return hostBlob;
    }

    /** A blob of which the host has no copy, so that nothing can be transferred. */
    final boolean isOnlyGuests() {
        return guestBlob && !hostBlob;
    }

    final int blobMemory() {
        return blobMemory;
    }

    @Override
    public void freed() {
        // The host's name for it is not used again.
    }
}
