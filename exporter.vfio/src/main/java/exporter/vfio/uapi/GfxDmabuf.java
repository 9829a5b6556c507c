package exporter.vfio.uapi;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dmabuf.linux.Ioctl;
import dmabuf.linux.vfio.VfioIoctl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The argument of {@code VFIO_DEVICE_GET_GFX_DMABUF} of {@code linux/vfio.h}: a u32, the id that a query has told. */
public final class GfxDmabuf {

    /** Gives the descriptor of a dma-buf, as the result. */
    public static final long GET = Ioctl.io(VfioIoctl.TYPE, VfioIoctl.BASE + 15);

    private GfxDmabuf() {}

    /** Fills the argument. */
    public static MemorySegment fill(Arena arena, int id) {
        return arena.allocateFrom(JAVA_INT, id);
    }
}
