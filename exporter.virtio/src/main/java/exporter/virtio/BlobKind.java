package exporter.virtio;

import dmabuf.api.Placement;

/** What a buffer of virtio-gpu can be made of; the words are those of the option {@code virtio.blob}. */
enum BlobKind {

    /** Memory of the guest that the host uses as it is. */
    GUEST("guest", Placement.SYSTEM),

    /** Memory of the host that the guest sees. */
    HOST3D("host3d", Placement.DEVICE),

    /** No blob: a resource of the host that has a copy in the guest, as all had before there were blobs. */
    NONE("none", Placement.SYSTEM);

    private final String word;
    private final Placement placement;

    BlobKind(String word, Placement placement) {
        this.word = word;
        this.placement = placement;
    }

    String word() {
        return word;
    }

    /** Where the memory is, as the guest sees it. */
    Placement placement() {
        return placement;
    }
}
