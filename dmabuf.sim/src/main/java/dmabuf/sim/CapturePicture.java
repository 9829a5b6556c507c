package dmabuf.sim;

import java.util.List;

/**
 * What a camera is set to: format, size, and the bytes from one line to the next in each buffer. Immutable.
 *
 * @param format the format
 * @param width in pixels
 * @param height in lines
 * @param strides for each buffer
 */
record CapturePicture(CaptureFormat format, int width, int height, List<Integer> strides) {

    /** The bytes of each buffer. */
    List<Integer> sizes() {
        if (format.buffers() == 2) {
            return List.of(strides.get(0) * height, strides.get(1) * height / 2);
        }
        int lines = format.hasChromaPlane() ? height + height / 2 : height;
        return List.of(strides.getFirst() * lines);
    }

    TestPattern pattern() {
        return new TestPattern(format.fourcc(), width, height);
    }
}
