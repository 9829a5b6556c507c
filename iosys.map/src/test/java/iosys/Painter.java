package iosys;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;

/** Paints into memory with a header, wherever it is: in main memory or on a device. */
final class Painter {

    private static final MemoryLayout HEADER = MemoryLayout.structLayout(JAVA_INT.withName("pitch"), JAVA_INT.withName("frames"));
    private static final Field PITCH = Field.of(HEADER, groupElement("pitch"));
    private static final Field FRAMES = Field.of(HEADER, groupElement("frames"));

    static void paint(IosysMap screen, MemorySegment picture, long rowBytes) {
        int pitch = PITCH.readInt(screen, 0);
        IosysMap row = screen.atOffset(HEADER.byteSize());
        for (long done = 0; done < picture.byteSize(); done += rowBytes) {
            row.copyTo(0, picture, done, rowBytes);
            row.increment(pitch);
        }
        FRAMES.writeInt(screen, 0, FRAMES.readInt(screen, 0) + 1);
    }
}
