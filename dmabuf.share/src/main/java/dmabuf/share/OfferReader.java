package dmabuf.share;

import dmabuf.api.MemoryKind;
import dmabuf.api.MmapPolicy;
import dmabuf.api.PolicyOrigin;
import dmabuf.fd.Errno;
import dmabuf.frame.FramePlane;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Supplier;

/** Reads an offer, believing nothing: whoever sent it may be written in anything, or mean harm. */
final class OfferReader {

    private final ByteBuffer in;
    private final int length;
    private final int received;

    /**
     * Begins to read.
     *
     * @param bytes a message
     * @param received how many descriptors came with it
     */
    OfferReader(byte[] bytes, int received) {
        this.in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        this.length = bytes.length;
        this.received = received;
    }

    /**
     * Reads all of it.
     *
     * @return the offer, every field of which is in its range
     * @throws MalformedMessageException EPROTO for what is no offer; EPROTONOSUPPORT for one of another version, or with a flag that must
     *     be understood and is not
     */
    Offer read() throws MalformedMessageException {
        checkCommon(in, Wire.TYPE_OFFER);
        checkVersion();
        int header = in.getInt(Wire.AT_HEADER_LENGTH);
        require(header >= Wire.OFFER_LENGTH && header <= Wire.MAX_HEADER && header % 8 == 0 && header <= length,
                () -> "the length of the header is " + Integer.toUnsignedString(header) + " in a message of " + length + " bytes");
        boolean simulated = has(Wire.FLAG_SIMULATED);
        checkDescriptors(simulated);
        int extents = in.getInt(Wire.AT_EXTENTS);
        require(simulated ? extents > 0 && extents <= Wire.MAX_EXTENTS : extents == 0,
                () -> Integer.toUnsignedString(extents) + " extents are announced");
        int nameLength = in.getInt(Wire.AT_NAME_LENGTH);
        require(nameLength >= 0 && nameLength <= Wire.MAX_NAME,
                () -> "a name of " + Integer.toUnsignedString(nameLength) + " bytes is announced");
        int nameAt = header + extents * Wire.EXTENT_LENGTH;
        require(length == nameAt + nameLength, () -> "the message has " + length + " bytes, and by its header " + (nameAt + nameLength));
        BufferDescription description = description(name(nameAt, nameLength), planes(header));
        return new Offer(description, simulated, received, extents(header, extents, description.size()));
    }

    /** Checks what every message begins with, in every version. */
    static void checkCommon(ByteBuffer in, int type) throws MalformedMessageException {
        require(in.capacity() >= Wire.COMMON_LENGTH, () -> "the message has only " + in.capacity() + " bytes");
        require(in.getInt(Wire.AT_MAGIC) == Wire.MAGIC, () -> "the message does not begin with DMAB");
        int found = Short.toUnsignedInt(in.getShort(Wire.AT_TYPE));
        require(found == type, () -> "the message is of type " + found + ", expected was " + type);
    }

    private void checkVersion() throws MalformedMessageException {
        int version = Short.toUnsignedInt(in.getShort(Wire.AT_VERSION));
        if (version != Wire.VERSION) {
            throw new MalformedMessageException(Errno.EPROTONOSUPPORT,
                    "the giver speaks version " + version + " of the protocol, this taker version " + Wire.VERSION);
        }
        int foreign = in.getInt(Wire.AT_FLAGS) & Wire.CRITICAL_FLAGS & ~Wire.KNOWN_FLAGS;
        if (foreign != 0) {
            throw new MalformedMessageException(Errno.EPROTONOSUPPORT,
                    "the giver sets flags that this taker does not know: 0x" + Integer.toHexString(foreign));
        }
    }

    private void checkDescriptors(boolean simulated) throws MalformedMessageException {
        int announced = in.getInt(Wire.AT_DESCRIPTORS);
        require(announced == received, () -> Integer.toUnsignedString(announced) + " descriptors are announced, and " + received + " came");
        require(simulated ? received >= 2 : received == 1,
                () -> received + " descriptors came, where a " + (simulated ? "simulated buffer has 2 or more" : "buffer has 1"));
    }

    private boolean has(int flag) {
        return (in.getInt(Wire.AT_FLAGS) & flag) != 0;
    }

    private String name(int at, int bytes) throws MalformedMessageException {
        if (bytes == 0) {
            return "";
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(in.duplicate().position(at).limit(at + bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedMessageException("the name is not UTF-8");
        }
    }

    private List<FramePlane> planes(int header) throws MalformedMessageException {
        if (!has(Wire.FLAG_PLANES)) {
            return List.of();
        }
        int at = Wire.OFFER_LENGTH + Wire.PLANES_LENGTH;
        require(header >= at, () -> "planes are announced in a header of " + header + " bytes");
        int count = in.getInt(Wire.AT_PLANES);
        require(count > 0 && count <= Wire.MAX_PLANES && header >= at + count * Wire.PLANE_LENGTH,
                () -> Integer.toUnsignedString(count) + " planes are announced in a header of " + header + " bytes");
        require(in.getInt(Wire.AT_PLANES_RESERVED) == 0, () -> "the reserved field of the planes is not 0");
        List<FramePlane> planes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            planes.add(plane(at + i * Wire.PLANE_LENGTH, i));
        }
        return planes;
    }

    private FramePlane plane(int at, int number) throws MalformedMessageException {
        long offset = in.getLong(at + Wire.AT_PLANE_OFFSET);
        int stride = in.getInt(at + Wire.AT_PLANE_STRIDE);
        require(offset >= 0 && stride >= 0, () -> "plane " + number + " begins at " + Long.toUnsignedString(offset) + " and has rows of "
                + Integer.toUnsignedString(stride) + " bytes");
        require(in.getInt(at + Wire.AT_PLANE_RESERVED) == 0, () -> "the reserved field of plane " + number + " is not 0");
        return new FramePlane(offset, stride);
    }

    private BufferDescription description(String name, List<FramePlane> planes) throws MalformedMessageException {
        try {
            long size = in.getLong(Wire.AT_SIZE);
            BufferDescription.Builder builder = BufferDescription.ofSize(size)
                    .content(size - Integer.toUnsignedLong(in.getInt(Wire.AT_PADDING)))
                    .name(name)
                    .policy(policy());
            if (has(Wire.FLAG_PICTURE)) {
                int width = in.getInt(Wire.AT_WIDTH);
                require(width > 0, () -> "the width of the picture is " + Integer.toUnsignedString(width));
                builder.picture(width, in.getInt(Wire.AT_HEIGHT), in.getInt(Wire.AT_STRIDE), in.getInt(Wire.AT_FOURCC));
            }
            if (has(Wire.FLAG_MODIFIER)) {
                builder.modifier(in.getLong(Wire.AT_MODIFIER));
            }
            return builder.planes(planes).build();
        } catch (IllegalArgumentException e) {
            throw new MalformedMessageException(e.getMessage());
        }
    }

    private MmapPolicy policy() throws MalformedMessageException {
        int caching = in.getInt(Wire.AT_CACHING);
        require(caching >= 0 && caching < Offer.CACHING.size(), () -> "the caching is number " + Integer.toUnsignedString(caching));
        int access = in.getInt(Wire.AT_ACCESS);
        require(access > 0 && access <= Offer.ACCESS.size(), () -> "the access is number " + Integer.toUnsignedString(access));
        return new MmapPolicy(
                has(Wire.FLAG_MAPPABLE),
                Offer.CACHING.get(caching),
                has(Wire.FLAG_NEEDS_SYNC),
                Offer.ACCESS.get(access - 1),
                has(Wire.FLAG_IO_MEMORY) ? MemoryKind.IO : MemoryKind.SYSTEM,
                has(Wire.FLAG_GUEST_MAPPABLE),
                PolicyOrigin.DECLARED);
    }

    private List<Offer.Extent> extents(int at, int count, long size) throws MalformedMessageException {
        List<Offer.Extent> extents = new ArrayList<>(count);
        BitSet used = new BitSet(received);
        long left = size;
        for (int i = 0; i < count; i++) {
            Offer.Extent extent = extent(at + i * Wire.EXTENT_LENGTH, i);
            require(extent.length() <= left, () -> "the extents are longer than the buffer");
            left -= extent.length();
            used.set(extent.memfd());
            extents.add(extent);
        }
        long missing = left;
        require(count == 0 || missing == 0, () -> "the extents are " + missing + " bytes shorter than the buffer");
        require(count == 0 || used.cardinality() == received - 1, () -> "a descriptor is used by no extent");
        return extents;
    }

    private Offer.Extent extent(int at, int number) throws MalformedMessageException {
        int memfd = in.getInt(at + Wire.AT_EXTENT_MEMFD);
        long offset = in.getLong(at + Wire.AT_EXTENT_OFFSET);
        long bytes = in.getLong(at + Wire.AT_EXTENT_LENGTH);
        require(memfd > 0 && memfd < received, () -> "extent " + number + " lies in descriptor " + Integer.toUnsignedString(memfd));
        require(in.getInt(at + Wire.AT_EXTENT_RESERVED) == 0, () -> "the reserved field of extent " + number + " is not 0");
        require(offset >= 0 && bytes > 0 && offset <= Long.MAX_VALUE - bytes,
                () -> "extent " + number + " is " + Long.toUnsignedString(bytes) + " bytes from " + Long.toUnsignedString(offset) + " on");
        return new Offer.Extent(memfd, offset, bytes);
    }

    static void require(boolean right, Supplier<String> complaint) throws MalformedMessageException {
        if (!right) {
            throw new MalformedMessageException(complaint.get());
        }
    }
}
