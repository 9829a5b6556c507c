package dmabuf.share;

import dmabuf.api.Access;
import dmabuf.api.Caching;
import dmabuf.api.DmaBuf;
import dmabuf.api.MappingMode;
import dmabuf.api.MmapPolicy;
import dmabuf.frame.DrmFormat;
import dmabuf.frame.DrmModifier;
import dmabuf.frame.FrameDescription;
import dmabuf.frame.FramePlane;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

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
    /** Empty when the picture has one plane, which begins with the buffer. */
    private final List<FramePlane> planes;
    /** Null when there is none. */
    private final FrameDescription frame;

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
        planes = builder.planes;
        frame = builder.fittingFrame();
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

    /**
     * Gives the picture as a frame. A layout of which nothing is said is {@link DrmModifier#INVALID}, implicit, and not linear.
     *
     * @return the frame, which fits into the buffer; empty when there is no picture, and when what a peer said of it does not amount to a
     *     frame, or to one that fits
     */
    public Optional<FrameDescription> frame() {
        return Optional.ofNullable(frame);
    }

    /** Where the planes lie, for the wire; empty when the older form says it all. */
    List<FramePlane> planes() {
        return planes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BufferDescription that && size == that.size && content == that.content && name.equals(that.name)
                && policy.equals(that.policy) && width == that.width && height == that.height && stride == that.stride
                && fourcc == that.fourcc && modifier.equals(that.modifier) && planes.equals(that.planes);
    }

    @Override
    public int hashCode() {
        return Objects.hash(size, content, name, policy, width, height, stride, fourcc, modifier, planes);
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
            words.append(", ").append(width).append('x').append(height).append(' ').append(new DrmFormat(fourcc).text());
            words.append(", stride ").append(stride);
        }
        for (int i = 0; i < planes.size(); i++) {
            words.append(i == 0 ? "" : " + " + planes.get(i).stride()).append(" at ").append(planes.get(i).offset());
        }
        modifier.ifPresent(layout -> words.append(", modifier 0x").append(Long.toHexString(layout)));
        return words.toString();
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
        private List<FramePlane> planes = List.of();

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
         * Says what frame is in the buffer, wherever its planes lie. Instead of {@link #picture} and {@link #modifier}.
         *
         * @param newFrame the frame; its first stride is not 0, and none is more than {@link Integer#MAX_VALUE}
         * @return this
         */
        public Builder frame(FrameDescription newFrame) {
            FramePlane first = newFrame.planes().getFirst();
            int firstStride = (int) Math.min(first.stride(), Integer.MAX_VALUE);
            picture(newFrame.width(), newFrame.height(), firstStride, newFrame.format().fourcc());
            modifier(newFrame.modifier().value());
            boolean simple = newFrame.planes().equals(List.of(new FramePlane(0, firstStride)));
            return planes(simple ? List.of() : newFrame.planes());
        }

        /** Says where the planes lie, of a picture that is given already. */
        Builder planes(List<FramePlane> where) {
            planes = List.copyOf(where);
            return this;
        }

        private FrameDescription frame() {
            List<FramePlane> where = planes.isEmpty() ? List.of(new FramePlane(0, stride)) : planes;
            DrmModifier layout = modifier.isPresent() ? new DrmModifier(modifier.getAsLong()) : DrmModifier.INVALID;
            return new FrameDescription(new DrmFormat(fourcc), layout, width, height, where);
        }

        private FrameDescription fittingFrame() {
            if (width == 0) {
                return null;
            }
            try {
                FrameDescription frame = frame();
                frame.requireFits(size);
                return frame;
            } catch (IllegalArgumentException e) {
                return null; // Figures that the older form lets pass, and that make no frame.
            }
        }

        /**
         * Checks what was said.
         *
         * @return the description
         * @throws IllegalArgumentException when the size is not positive, the content is not within it, the name is too long or has
         *     control characters, a figure of the picture is not positive, the picture is linear and larger than the buffer, there is a
         *     modifier but no picture, or a plane is not where it can be, which is said by plane and row
         */
        public BufferDescription build() {
            require(size > 0, () -> "the size is " + size);
            require(content > 0 && content <= size && size - content <= Wire.MAX_PADDING,
                    () -> "the content is " + content + " of " + size + " bytes");
            int length = name.getBytes(StandardCharsets.UTF_8).length;
            require(length <= Wire.MAX_NAME, () -> "the name has " + length + " bytes, at most " + Wire.MAX_NAME + " are allowed");
            require(name.isEmpty() || name.codePoints().noneMatch(Character::isISOControl), () -> "the name has control characters");
            if ((width | height | stride | fourcc) != 0) {
                require(width > 0 && height > 0 && stride > 0 && fourcc != 0,
                        () -> "the picture is " + width + "x" + height + ", stride " + stride + ", format 0x" + Integer.toHexString(fourcc));
                checkPicture();
            } else {
                require(modifier.isEmpty(), () -> "a modifier says nothing without a picture");
                require(planes.isEmpty(), () -> "planes say nothing without a picture");
            }
            return new BufferDescription(this);
        }

        private void checkPicture() {
            if (!planes.isEmpty()) {
                require(planes.getFirst().stride() == stride && planes.stream().allMatch(plane -> plane.stride() <= Integer.MAX_VALUE),
                        () -> "the planes are " + planes + ", and the stride of the picture is " + stride);
                frame().requireFits(size);
                return;
            }
            boolean linear = modifier.orElse(0) == 0;
            require(!linear || (height - 1L) * stride < size,
                    () -> "the picture has " + height + " rows of " + stride + " bytes, the buffer " + size + " bytes");
        }

        private static void require(boolean right, Supplier<String> complaint) {
            if (!right) {
                throw new IllegalArgumentException(complaint.get());
            }
        }
    }
}
