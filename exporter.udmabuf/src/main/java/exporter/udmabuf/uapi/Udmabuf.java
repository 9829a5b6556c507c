package exporter.udmabuf.uapi;

import dmabuf.linux.Ioctl;

/** The two requests of {@code linux/udmabuf.h}. Each returns the new dma-buf's descriptor as its result. */
public final class Udmabuf {

    private static final int TYPE = 'u';

    /** One range of one memfd becomes a dma-buf: takes {@link UdmabufCreate}. */
    public static final long CREATE = Ioctl.iow(TYPE, 0x42, UdmabufCreate.SIZE);

    /** A list of ranges becomes one dma-buf: takes {@link UdmabufCreateList}. The encoded size is the header's alone. */
    public static final long CREATE_LIST = Ioctl.iow(TYPE, 0x43, UdmabufCreateList.HEADER_SIZE);

    /** The new descriptor is closed on exec. The only flag there is; the kernel ignores others. */
    public static final int FLAGS_CLOEXEC = 1;

    private Udmabuf() {}
}
