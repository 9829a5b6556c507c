package importer.v4l2.uapi;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** {@code struct v4l2_capability} of {@code linux/videodev2.h}: every field is filled by the kernel. */
public final class Capability {

    /** The size of the struct in bytes. */
    public static final int SIZE = 104;

    static final int DRIVER = 0;
    static final int CARD = 16;
    static final int BUS_INFO = 48;
    static final int VERSION = 80;
    static final int CAPABILITIES = 84;
    static final int DEVICE_CAPS = 88;

    private static final int DRIVER_LENGTH = 16;
    private static final int NAME_LENGTH = 32;

    private Capability() {}

    /** Makes an empty struct. */
    public static MemorySegment empty(Arena arena) {
        return arena.allocate(SIZE, Integer.BYTES);
    }

    /** Reads the driver's name. */
    public static String driver(MemorySegment struct) {
        return Text.of(struct, DRIVER, DRIVER_LENGTH);
    }

    /** Reads the device's name, for people. */
    public static String card(MemorySegment struct) {
        return Text.of(struct, CARD, NAME_LENGTH);
    }

    /** Reads where the device is. */
    public static String bus(MemorySegment struct) {
        return Text.of(struct, BUS_INFO, NAME_LENGTH);
    }

    /** Reads what this node can do: {@code device_caps} where it is filled, and else what the whole device can. */
    public static int ofNode(MemorySegment struct) {
        int all = struct.get(JAVA_INT, CAPABILITIES);
        return (all & Videodev.CAP_DEVICE_CAPS) != 0 ? struct.get(JAVA_INT, DEVICE_CAPS) : all;
    }
}
