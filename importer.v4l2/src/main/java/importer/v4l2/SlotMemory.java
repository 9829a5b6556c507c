package importer.v4l2;

import dmabuf.api.BufferState;
import dmabuf.api.DmaBuf;
import dmabuf.fd.Fd;
import java.util.ArrayList;
import java.util.List;

/** The memory of one frame: handles that the stream owns, and the descriptors under which the driver is given it. Immutable. */
final class SlotMemory implements AutoCloseable {

    private final List<DmaBuf> buffers;
    private final List<Fd> fds;

    private SlotMemory(List<DmaBuf> buffers, List<Fd> fds) {
        this.buffers = List.copyOf(buffers);
        this.fds = List.copyOf(fds);
    }

    /** Takes handles over, and closes them when it fails; with a descriptor of each, for a driver that is given the buffers by those. */
    static SlotMemory of(List<DmaBuf> buffers) {
        List<Fd> fds = new ArrayList<>();
        boolean made = false;
        try {
            buffers.forEach(buffer -> fds.add(buffer.fd()));
            SlotMemory memory = new SlotMemory(buffers, fds);
            made = true;
            return memory;
        } finally {
            if (!made) {
                fds.forEach(Fd::close);
                buffers.forEach(DmaBuf::close);
            }
        }
    }

    /** Takes over handles on the driver's own buffers, which it knows by their numbers. */
    static SlotMemory ofDriver(List<DmaBuf> buffers) {
        return new SlotMemory(buffers, List.of());
    }

    List<DmaBuf> buffers() {
        return buffers;
    }

    List<Fd> fds() {
        return fds;
    }

    /** The furthest that any of the buffers has come. */
    BufferState state() {
        BufferState furthest = BufferState.ACTIVE;
        for (int i = 0; i < buffers.size(); i++) {
            BufferState state = buffers.get(i).state();
            furthest = state.compareTo(furthest) > 0 ? state : furthest;
        }
        return furthest;
    }

    String origin() {
        return buffers.getFirst().origin();
    }

    @Override
    public void close() {
        fds.forEach(Fd::close);
        buffers.forEach(DmaBuf::close);
    }
}
