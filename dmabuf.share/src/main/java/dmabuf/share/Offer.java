package dmabuf.share;

import dmabuf.api.Access;
import dmabuf.api.Caching;
import dmabuf.api.MemoryKind;
import dmabuf.api.MmapPolicy;
import dmabuf.frame.FramePlane;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The message that carries a buffer: its description, and which of the descriptors that travel along is what.
 *
 * @param description what the giver says about the buffer
 * @param simulated whether descriptor 0 is the token of a simulated buffer, rather than the buffer itself
 * @param descriptors how many descriptors travel along
 * @param extents the pieces of a simulated buffer, in order
 */
record Offer(BufferDescription description, boolean simulated, int descriptors, List<Extent> extents) {

    /**
     * A piece of a simulated buffer.
     *
     * @param memfd which descriptor of the message it lies in, from 1
     * @param offset where it begins there, in bytes
     * @param length how long it is, in bytes
     */
    record Extent(int memfd, long offset, long length) {}

    /** Cache attributes in the order of their numbers. */
    static final List<Caching> CACHING = List.of(Caching.UNKNOWN, Caching.CACHED, Caching.WRITE_COMBINED, Caching.UNCACHED);
    /** Accesses in the order of their numbers, which begin with 1. */
    static final List<Access> ACCESS = List.of(Access.READ, Access.WRITE, Access.READ_WRITE);

    /** Takes a copy of the list. */
    Offer {
        extents = List.copyOf(extents);
    }

    byte[] encode() {
        byte[] name = description.name().getBytes(StandardCharsets.UTF_8);
        List<FramePlane> planes = description.planes();
        int header = Wire.OFFER_LENGTH + (planes.isEmpty() ? 0 : Wire.PLANES_LENGTH + planes.size() * Wire.PLANE_LENGTH);
        ByteBuffer out = ByteBuffer.allocate(header + extents.size() * Wire.EXTENT_LENGTH + name.length)
                .order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(Wire.AT_MAGIC, Wire.MAGIC);
        out.putShort(Wire.AT_VERSION, (short) Wire.VERSION);
        out.putShort(Wire.AT_TYPE, (short) Wire.TYPE_OFFER);
        out.putInt(Wire.AT_HEADER_LENGTH, header);
        out.putInt(Wire.AT_FLAGS, flags());
        out.putLong(Wire.AT_SIZE, description.size());
        out.putInt(Wire.AT_CACHING, CACHING.indexOf(description.caching()));
        out.putInt(Wire.AT_ACCESS, ACCESS.indexOf(description.access()) + 1);
        out.putInt(Wire.AT_DESCRIPTORS, descriptors);
        out.putInt(Wire.AT_EXTENTS, extents.size());
        out.putInt(Wire.AT_NAME_LENGTH, name.length);
        out.putInt(Wire.AT_WIDTH, description.width());
        out.putInt(Wire.AT_HEIGHT, description.height());
        out.putInt(Wire.AT_STRIDE, description.stride());
        out.putInt(Wire.AT_FOURCC, description.fourcc());
        out.putInt(Wire.AT_PADDING, (int) (description.size() - description.content()));
        out.putLong(Wire.AT_MODIFIER, description.modifier().orElse(0));
        putPlanes(out, planes);
        int at = header;
        for (Extent extent : extents) {
            out.putInt(at + Wire.AT_EXTENT_MEMFD, extent.memfd);
            out.putLong(at + Wire.AT_EXTENT_OFFSET, extent.offset);
            out.putLong(at + Wire.AT_EXTENT_LENGTH, extent.length);
            at += Wire.EXTENT_LENGTH;
        }
        out.put(at, name);
        return out.array();
    }

    private static void putPlanes(ByteBuffer out, List<FramePlane> planes) {
        if (planes.isEmpty()) {
            return;
        }
        out.putInt(Wire.AT_PLANES, planes.size());
        int at = Wire.OFFER_LENGTH + Wire.PLANES_LENGTH;
        for (FramePlane plane : planes) {
            out.putLong(at + Wire.AT_PLANE_OFFSET, plane.offset());
            out.putInt(at + Wire.AT_PLANE_STRIDE, (int) plane.stride());
            at += Wire.PLANE_LENGTH;
        }
    }

    private int flags() {
        MmapPolicy policy = description.policy();
        return (simulated ? Wire.FLAG_SIMULATED : 0)
                | (policy.needsSync() ? Wire.FLAG_NEEDS_SYNC : 0)
                | (policy.mappable() ? Wire.FLAG_MAPPABLE : 0)
                | (policy.guestMappable() ? Wire.FLAG_GUEST_MAPPABLE : 0)
                | (policy.memory() == MemoryKind.IO ? Wire.FLAG_IO_MEMORY : 0)
                | (description.hasPicture() ? Wire.FLAG_PICTURE : 0)
                | (description.modifier().isPresent() ? Wire.FLAG_MODIFIER : 0)
                | (description.planes().isEmpty() ? 0 : Wire.FLAG_PLANES);
    }
}
