package dmabuf.api;

import dmabuf.frame.FrameDescription;
import dmabuf.frame.FrameFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A buffer that several importers agreed on, and what is to be in it. Immutable; whoever receives it closes it, which closes the buffer's
 * handle and no other.
 */
public final class NegotiatedBuffer implements AutoCloseable {

    private final DmaBuf buffer;
    private final FrameFormat format;
    private final FrameDescription frame;
    private final List<ImporterRefusal> refusals;

    /**
     * Describes what was agreed on.
     *
     * @param buffer the buffer, whose handle is taken over
     * @param format the format, null when nobody asked for one
     * @param frame the frame, null when none was asked for
     * @param refusals what was against other sources
     */
    public NegotiatedBuffer(DmaBuf buffer, FrameFormat format, FrameDescription frame, List<ImporterRefusal> refusals) {
        this.buffer = Objects.requireNonNull(buffer, "buffer");
        this.format = format;
        this.frame = frame;
        this.refusals = List.copyOf(refusals);
    }

    /**
     * Gives the buffer.
     *
     * @return a handle, which {@link #close} closes
     */
    public DmaBuf buffer() {
        return buffer;
    }

    /**
     * Gives the format that all importers take.
     *
     * @return the format and its layout; empty when no importer stated any
     */
    public Optional<FrameFormat> format() {
        return Optional.ofNullable(format);
    }

    /**
     * Gives the frame as it is to lie in the buffer, with strides that suit all importers.
     *
     * @return the frame, which fits into the buffer; empty when the negotiation was about a size
     */
    public Optional<FrameDescription> frame() {
        return Optional.ofNullable(frame);
    }

    /**
     * Says why other sources were not chosen.
     *
     * @return what was against each that could not serve all importers, or failed when it was asked before
     */
    public List<ImporterRefusal> refusals() {
        return refusals;
    }

    /** Closes the handle. The second and later calls do nothing. */
    @Override
    public void close() {
        buffer.close();
    }

    /** Says what was agreed on, for messages. */
    @Override
    public String toString() {
        return buffer.size() + " bytes of " + buffer.origin() + (frame != null ? ", " + frame : format != null ? ", " + format : "");
    }
}
