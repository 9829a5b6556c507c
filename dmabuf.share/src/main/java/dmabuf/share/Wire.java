package dmabuf.share;

import dmabuf.frame.FrameDescription;
import dmabuf.linux.UnixSocket;

/**
 * The numbers of the protocol, version 1, as {@code docs/share-protocol.md} has them: little-endian, unsigned, at fixed offsets. What comes
 * from a process that may be written in anything is checked against these before it is used.
 */
final class Wire {

    static final int VERSION = 1;

    /** The bytes {@code DMAB}, read as a little-endian number. */
    static final int MAGIC = 0x42414d44;

    // Every message, in every version.
    static final int AT_MAGIC = 0;
    static final int AT_VERSION = 4;
    static final int AT_TYPE = 6;
    static final int AT_HEADER_LENGTH = 8;
    static final int AT_FLAGS = 12;
    static final int COMMON_LENGTH = 16;

    static final int TYPE_OFFER = 1;
    static final int TYPE_STATUS = 2;

    // STATUS, in every version.
    static final int AT_ERRNO = 16;
    static final int AT_STATUS_RESERVED = 20;
    static final int STATUS_LENGTH = 24;

    // OFFER, version 1.
    static final int AT_SIZE = 16;
    static final int AT_CACHING = 24;
    static final int AT_ACCESS = 28;
    static final int AT_DESCRIPTORS = 32;
    static final int AT_EXTENTS = 36;
    static final int AT_NAME_LENGTH = 40;
    static final int AT_WIDTH = 44;
    static final int AT_HEIGHT = 48;
    static final int AT_STRIDE = 52;
    static final int AT_FOURCC = 56;
    static final int AT_PADDING = 60;
    static final int AT_MODIFIER = 64;
    static final int OFFER_LENGTH = 72;

    // What follows with FLAG_PLANES, and belongs to the header.
    static final int AT_PLANES = 72;
    static final int AT_PLANES_RESERVED = 76;
    static final int PLANES_LENGTH = 8;

    // One plane.
    static final int AT_PLANE_OFFSET = 0;
    static final int AT_PLANE_STRIDE = 8;
    static final int AT_PLANE_RESERVED = 12;
    static final int PLANE_LENGTH = 16;

    // One extent.
    static final int AT_EXTENT_MEMFD = 0;
    static final int AT_EXTENT_RESERVED = 4;
    static final int AT_EXTENT_OFFSET = 8;
    static final int AT_EXTENT_LENGTH = 16;
    static final int EXTENT_LENGTH = 24;

    /** The buffer is simulated: descriptor 0 is its token, the others are the memfds of its extents. */
    static final int FLAG_SIMULATED = 1;
    static final int FLAG_NEEDS_SYNC = 1 << 1;
    static final int FLAG_MAPPABLE = 1 << 2;
    static final int FLAG_GUEST_MAPPABLE = 1 << 3;
    static final int FLAG_IO_MEMORY = 1 << 4;
    /** Width, height, stride and fourcc mean something. */
    static final int FLAG_PICTURE = 1 << 5;
    /** The modifier means something. */
    static final int FLAG_MODIFIER = 1 << 6;
    /** The planes of the picture are listed: there are several, or the first does not begin with the buffer. */
    static final int FLAG_PLANES = 1 << 7;
    static final int KNOWN_FLAGS = (1 << 8) - 1;
    /** Flags that a receiver must understand; it may pass over the other half. */
    static final int CRITICAL_FLAGS = 0xffff;

    /** What the field holds: more than any page that an exporter rounds up to. */
    static final long MAX_PADDING = 0xffff_ffffL;
    /** The longest name: that of a dma-buf without its NUL. */
    static final int MAX_NAME = 31;
    static final int MAX_PLANES = FrameDescription.MOST_PLANES;
    /** More pieces than udmabuf takes by default, and 96 KiB of message, which every socket's send buffer holds. */
    static final int MAX_EXTENTS = 4096;
    /** A token and as many memfds as one message carries besides. */
    static final int MAX_MEMFDS = UnixSocket.MAX_DESCRIPTORS - 1;
    /** How far a header may have grown, in later revisions of this version. */
    static final int MAX_HEADER = 4096;
    static final int MAX_MESSAGE = MAX_HEADER + MAX_EXTENTS * EXTENT_LENGTH + MAX_NAME;

    private Wire() {}
}
