package dmabuf.sim;

import dmabuf.linux.Ioctl;

/** {@code linux/udmabuf.h} as the driver reads it. All fields are filled by the caller. */
final class UdmabufUapi {

    static final long CREATE = Ioctl.iow('u', 0x42, 24);
    /** Its size is that of the head only; the items follow the head in memory. */
    static final long CREATE_LIST = Ioctl.iow('u', 0x43, 8);

    static final int FLAGS_CLOEXEC = 1;

    /** {@code struct udmabuf_create} and {@code struct udmabuf_create_item}, which differ in what their second field means. */
    static final int ITEM_SIZE = 24;
    static final int ITEM_MEMFD = 0;
    static final int CREATE_FLAGS = 4;
    static final int ITEM_OFFSET = 8;
    static final int ITEM_LENGTH = 16;

    /** {@code struct udmabuf_create_list}. */
    static final int LIST_SIZE = 8;
    static final int LIST_FLAGS = 0;
    static final int LIST_COUNT = 4;

    private UdmabufUapi() {}
}
