package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/** How the guest of a simulated vGPU lays its pixels out, as DRM names formats: little-endian. */
enum PixelLayout {

    /** Eight bits each of red, green and blue; what is left is not looked at. */
    XR24(4) {
        @Override
        void put(MemorySegment memory, long at, int pixel) {
            memory.set(JAVA_INT_UNALIGNED, at, pixel & 0xffffff);
        }
    },

    /** The same with an alpha, which only the cursor has. */
    AR24(4) {
        @Override
        void put(MemorySegment memory, long at, int pixel) {
            memory.set(JAVA_INT_UNALIGNED, at, pixel);
        }
    },

    /** Five bits of red, six of green, five of blue. */
    RG16(2) {
        @Override
        void put(MemorySegment memory, long at, int pixel) {
            memory.set(JAVA_SHORT_UNALIGNED, at, (short) (pixel >> 8 & 0xf800 | pixel >> 5 & 0x7e0 | pixel >> 3 & 0x1f));
        }

        @Override
        int shown(int pixel) {
            int red = pixel >> 19 & 0x1f;
            int green = pixel >> 10 & 0x3f;
            int blue = pixel >> 3 & 0x1f;
            return (red << 3 | red >> 2) << 16 | (green << 2 | green >> 4) << 8 | blue << 3 | blue >> 2;
        }
    };

    private final int bytes;

    PixelLayout(int bytes) {
        this.bytes = bytes;
    }

    int bytes() {
        return bytes;
    }

    int fourcc() {
        return VfioDriver.fourcc(name());
    }

    /** Writes a pixel. */
    abstract void put(MemorySegment memory, long at, int pixel);

    /** What a pixel looks like that has been written so: bits that are missing are the upper ones once more. */
    int shown(int pixel) {
        return pixel;
    }
}
