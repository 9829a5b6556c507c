package dmabuf.share;

import dmabuf.api.Access;
import dmabuf.api.Caching;
import dmabuf.api.DmaBuf;
import dmabuf.api.MappingMode;
import dmabuf.api.MmapPolicy;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * What a giver says about a buffer: its size, name and policy, and what picture is in it, if one is. Immutable; made by a {@link Builder}.
 *
 * <p>On the taker's side this is a claim. The size is checked against the descriptor; the rest is as trustworthy as the giver.
 */
public final class BufferDescription {

    private final long size;
    private final long content;
    private final String name;
    private final MmapPolicy policy;
    private final int width;
    private final int height;
    private final int stride;
    private final int fourcc;
    private final OptionalLong modifier;

    private BufferDescription(Builder builder) {
        size = builder.size;
        content = builder.content;
        name = builder.name;
        policy = builder.policy;
        width = builder.width;
        height = builder.height;
        stride = builder.stride;
        fourcc = builder.fourcc;
        modifier = builder.modifier;
    }

    /**
     * Begins the description of a buffer of this size.
     *
     * @param size bytes
     * @return a builder, with no name and an unknown policy
     */
    public static Builder ofSize(long size) {
        return new Builder(size);
    }

    /**
     * Begins the description of a buffer with what the buffer itself tells.
     *
     * @param buffer a buffer; only looked at
     * @return a builder with its size, name and the policy of its {@link MappingMode#DMA_BUF}. Control characters in the name become question marks
     */
    public static Builder of(DmaBuf buffer) {
        String printable = buffer.name().codePoints()
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        // A peer has the descriptor and nothing else, so what counts is how a mapping of that behaves.
        MmapPolicy policy = buffer.mode(MappingMode.DMA_BUF).map(MappingMode::policy).orElseGet(MmapPolicy::notMappable);
        return new Builder(buffer.size()).name(printable).policy(policy);
    }

    /**
     * Gives the size.
     *
     * @return bytes, more than 0
     */
    public long size() {
        return size;
    }

    /**
     * Tells how much of the buffer means something: less than the size where an exporter rounded up to whole pages. V4L2 calls it
     * {@code bytesused}.
     *
     * @return bytes from the first one on; the size, when nothing was said
     */
    public long content() {
        return content;
    }

    /**
     * Gives the name.
     *
     * @return at most 31 bytes in UTF-8, without control characters; empty for none
     */
    public String name() {
        return name;
    }

    /**
     * Gives the policy.
     *
     * @return how the buffer may be mapped; marked {@link dmabuf.api.PolicyOrigin#DECLARED} when it came from a peer
     */
    public MmapPolicy policy() {
        return policy;
    }

    /**
     * Gives the cache attribute of the policy.
     *
     * @return the attribute of every mapping
     */
    public Caching caching() {
        return policy.caching();
    }

    /**
     * Gives the need for SYNC of the policy.
     *
     * @return whether data is only right inside a CPU-access scope
     */
    public boolean needsSync() {
        return policy.needsSync();
    }

    /**
     * Gives the access of the policy.
     *
     * @return the most that a mapping may do
     */
    public Access access() {
        return policy.access();
    }

    /**
     * Tells whether a picture is in the buffer.
     *
     * @return true when width, height, stride and fourcc mean something
     */
    public boolean hasPicture() {
        return width > 0;
    }

    /**
     * Gives the width of the picture.
     *
     * @return pixels; 0 when there is no picture
     */
    public int width() {
        return width;
    }

    /**
     * Gives the height of the picture.
     *
     * @return rows; 0 when there is no picture
     */
    public int height() {
        return height;
    }

    /**
     * Gives the distance from one row of the picture to the next.
     *
     * @return bytes; 0 when there is no picture
     */
    public int stride() {
        return stride;
    }

    /**
     * Gives the format of the picture, as {@code drm_fourcc.h} has it.
     *
     * @return four characters, the first in the lowest byte; 0 when there is no picture
     */
    public int fourcc() {
        return fourcc;
    }

    /**
     * Gives the layout of the picture, as {@code drm_fourcc.h} has it.
     *
     * @return the format modifier, 0 for linear; empty when nothing is said
     */
    public OptionalLong modifier() {
        return modifier;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BufferDescription that && size == that.size && content == that.content && name.equals(that.name)
                && policy.equals(that.policy) && width == that.width && height == that.height && stride == that.stride
                && fourcc == that.fourcc && modifier.equals(that.modifier);
    }

    @Override
    public int hashCode() {
        return Objects.hash(size, content, name, policy, width, height, stride, fourcc, modifier);
    }

    /** Says it in words: {@code "frame", 8294400 bytes, cached, needs sync, 1920x1080 XR24, stride 7680}. */
    @Override
    public String toString() {
        StringBuilder words = new StringBuilder();
        if (!name.isEmpty()) {
            words.append('"').append(name).append("\", ");
        }
        if (content != size) {
            words.append(content).append(" of ");
        }
        words.append(size).append(" bytes, ").append(policy.caching().property());
        words.append(policy.needsSync() ? ", needs sync" : ", needs no sync");
        if (!policy.mappable()) {
            words.append(", not mappable");
        }
        if (policy.access() != Access.READ_WRITE) {
            words.append(", ").append(policy.access().name().toLowerCase(Locale.ROOT)).append(" only");
        }
        if (hasPicture()) {
            words.append(", ").append(width).append('x').append(height).append(' ').append(text(fourcc)).append(", stride ").append(stride);
        }
        modifier.ifPresent(layout -> words.append(", modifier 0x").append(Long.toHexString(layout)));
        return words.toString();
    }

    private static String text(int fourcc) {
        StringBuilder text = new StringBuilder();
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            int c = fourcc >>> shift & 0xff;
            text.append(c >= ' ' && c <= '~' ? (char) c : '?');
        }
        return text.toString();
    }

    /** Makes a {@link BufferDescription}. Not thread-safe. */
    public static final class Builder {

        private final long size;
        private long content;
        private String name = "";
        private MmapPolicy policy = MmapPolicy.unknown();
        private int width;
        private int height;
        private int stride;
        private int fourcc;
        private OptionalLong modifier = OptionalLong.empty();

        private Builder(long size) {
            this.size = size;
            this.content = size;
        }

        /**
         * Says how much of the buffer means something, where not all of it does.
         *
         * @param bytes from the first one on; at least 1, and at most 4 GiB less than the size
         * @return this
         */
        public Builder content(long bytes) {
            content = bytes;
            return this;
        }

        /**
         * Gives the buffer a name.
         *
         * @param newName at most 31 bytes in UTF-8, without control characters; empty for none
         * @return this
         */
        public Builder name(String newName) {
            name = Objects.requireNonNull(newName, "newName");
            return this;
        }

        /**
         * Says how the buffer may be mapped.
         *
         * @param newPolicy the policy; its origin is not sent, the taker marks it as declared
         * @return this
         */
        public Builder policy(MmapPolicy newPolicy) {
            policy = Objects.requireNonNull(newPolicy, "newPolicy");
            return this;
        }

        /**
         * Says what picture is in the buffer, from its first byte on.
         *
         * @param newWidth pixels
         * @param newHeight rows
         * @param newStride bytes from one row to the next
         * @param newFourcc the format, as {@code drm_fourcc.h} has it
         * @return this
         */
        public Builder picture(int newWidth, int newHeight, int newStride, int newFourcc) {
            width = newWidth;
            height = newHeight;
            stride = newStride;
            fourcc = newFourcc;
            return this;
        }

        /**
         * Says how the picture is laid out.
         *
         * @param newModifier the format modifier, as {@code drm_fourcc.h} has it; 0 for linear
         * @return this
         */
        public Builder modifier(long newModifier) {
            modifier = OptionalLong.of(newModifier);
            return this;
        }

        /**
         * Checks what was said.
         *
         * @return the description
         * @throws IllegalArgumentException when the size is not positive, the content is not within it, the name is too long or has
         *     control characters, a figure of the picture is not positive, the picture is linear and larger than the buffer, or there is
         *     a modifier but no picture
         */
        public BufferDescription build() {
            require(size > 0, "the size is " + size);
            require(content > 0 && content <= size && size - content <= Wire.MAX_PADDING,
                    "the content is " + content + " of " + size + " bytes");
            int length = name.getBytes(StandardCharsets.UTF_8).length;
            require(length <= Wire.MAX_NAME, "the name has " + length + " bytes, at most " + Wire.MAX_NAME + " are allowed");
            require(name.codePoints().noneMatch(Character::isISOControl), "the name has control characters");
            if ((width | height | stride | fourcc) != 0) {
                require(width > 0 && height > 0 && stride > 0 && fourcc != 0,
                        "the picture is " + width + "x" + height + ", stride " + stride + ", format 0x" + Integer.toHexString(fourcc));
                boolean linear = modifier.orElse(0) == 0;
                require(!linear || (height - 1L) * stride < size,
                        "the picture has " + height + " rows of " + stride + " bytes, the buffer " + size + " bytes");
            } else {
                require(modifier.isEmpty(), "a modifier says nothing without a picture");
            }
            return new BufferDescription(this);
        }

        private static void require(boolean right, String complaint) {
            if (!right) {
                throw new IllegalArgumentException(complaint);
            }
        }
    }
}
