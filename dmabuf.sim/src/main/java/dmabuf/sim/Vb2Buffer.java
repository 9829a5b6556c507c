package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A buffer of a queue, {@code struct vb2_v4l2_buffer}. Guarded by the camera's lock. */
final class Vb2Buffer {

    /** Who has it. */
    enum State {
        DEQUEUED(0),
        QUEUED(V4l2Uapi.BUF_FLAG_QUEUED),
        DONE(V4l2Uapi.BUF_FLAG_DONE),
        ERROR(V4l2Uapi.BUF_FLAG_DONE | V4l2Uapi.BUF_FLAG_ERROR);

        private final int flags;

        State(int flags) {
            this.flags = flags;
        }
    }

    private final int index;
    private final List<Vb2Plane> planes;
    private State state = State.DEQUEUED;
    private boolean prepared;
    private long timestampNanos;
    private int sequence;
    private int field;

    Vb2Buffer(int index, List<Vb2Plane> planes) {
        this.index = index;
        this.planes = List.copyOf(planes);
    }

    int index() {
        return index;
    }

    List<Vb2Plane> planes() {
        return planes;
    }

    State state() {
        return state;
    }

    boolean isPrepared() {
        return prepared;
    }

    /** It has its memory and is about to be queued: nothing is known of a picture in it any more. */
    void prepare() {
        prepared = true;
        timestampNanos = 0;
        sequence = 0;
    }

    void enqueue() {
        state = State.QUEUED;
    }

    /** The camera has filled it. */
    void complete(int number, long nanos, boolean broken) {
        sequence = number;
        timestampNanos = nanos;
        field = V4l2Uapi.FIELD_NONE;
        state = broken ? State.ERROR : State.DONE;
    }

    /** About to be the caller's again, who is told before that it is done. */
    void unprepare() {
        prepared = false;
    }

    void dequeue() {
        state = State.DEQUEUED;
    }

    /** {@code __fill_v4l2_buffer}. */
    void fill(MemorySegment buffer, MemorySegment planeStructs, int type, int memory, boolean inUse) {
        buffer.set(JAVA_INT, V4l2Uapi.BUFFER_INDEX, index);
        buffer.set(JAVA_INT, V4l2Uapi.BUFFER_TYPE, type);
        buffer.set(JAVA_INT, V4l2Uapi.BUFFER_MEMORY, memory);
        buffer.set(JAVA_INT, V4l2Uapi.BUFFER_BYTESUSED, 0);
        buffer.set(JAVA_INT, V4l2Uapi.BUFFER_FIELD, field);
        long micros = TimeUnit.NANOSECONDS.toMicros(timestampNanos);
        buffer.set(JAVA_LONG, V4l2Uapi.BUFFER_TIMESTAMP_SECONDS, micros / TimeUnit.SECONDS.toMicros(1));
        buffer.set(JAVA_LONG, V4l2Uapi.BUFFER_TIMESTAMP_MICROSECONDS, micros % TimeUnit.SECONDS.toMicros(1));
        buffer.asSlice(V4l2Uapi.BUFFER_TIMECODE, V4l2Uapi.BUFFER_SEQUENCE - V4l2Uapi.BUFFER_TIMECODE).fill((byte) 0);
        buffer.set(JAVA_INT, V4l2Uapi.BUFFER_SEQUENCE, sequence);
        buffer.set(JAVA_INT, V4l2Uapi.BUFFER_RESERVED2, 0);
        buffer.set(JAVA_INT, V4l2Uapi.BUFFER_REQUEST_FD, 0);
        if (planeStructs != null) {
            buffer.set(JAVA_INT, V4l2Uapi.BUFFER_LENGTH, planes.size());
            for (int plane = 0; plane < planes.size(); plane++) {
                planes.get(plane).fillPlane(planeStructs, plane);
            }
        } else {
            planes.getFirst().fillBuffer(buffer);
        }
        int readiness = state == State.DEQUEUED && prepared ? V4l2Uapi.BUF_FLAG_PREPARED : state.flags;
        buffer.set(JAVA_INT, V4l2Uapi.BUFFER_FLAGS,
                V4l2Uapi.BUF_FLAG_TIMESTAMP_MONOTONIC | readiness | (inUse ? V4l2Uapi.BUF_FLAG_MAPPED : 0));
    }
}
