package importer.v4l2;

import dmabuf.api.DmaBuf;
import dmabuf.frame.FrameDescription;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** A frame with handles of its own on the buffers that the driver has written, so that they outlive the stream. */
final class V4l2Frame implements CapturedFrame {

    /** What the driver says of a frame. */
    record Facts(
            FrameDescription description,
            long sequence,
            long droppedBefore,
            Optional<Duration> timestamp,
            Optional<Duration> latency,
            boolean damaged) {}

    private final V4l2Stream stream;
    private final Slot slot;
    private final List<DmaBuf> buffers;
    private final Facts facts;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Takes the handles over. */
    V4l2Frame(V4l2Stream stream, Slot slot, List<DmaBuf> buffers, Facts facts) {
        this.stream = stream;
        this.slot = slot;
        this.buffers = List.copyOf(buffers);
        this.facts = facts;
    }

    @Override
    public List<DmaBuf> buffers() {
        return buffers;
    }

    @Override
    public FrameDescription description() {
        return facts.description;
    }

    @Override
    public long sequence() {
        return facts.sequence;
    }

    @Override
    public long droppedBefore() {
        return facts.droppedBefore;
    }

    @Override
    public Optional<Duration> timestamp() {
        return facts.timestamp;
    }

    @Override
    public Optional<Duration> latency() {
        return facts.latency;
    }

    @Override
    public boolean isDamaged() {
        return facts.damaged;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            buffers.forEach(DmaBuf::close);
            stream.giveBack(slot);
        }
    }

    /** Says number, picture and buffer, for messages. */
    @Override
    public String toString() {
        return "frame " + facts.sequence + ", " + facts.description + ", in " + buffers;
    }
}
