package importer.v4l2.uapi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** A text in a field of fixed length, which ends with the first NUL or with the field. */
final class Text {

    private Text() {}

    static String of(MemorySegment struct, long offset, int length) {
        byte[] bytes = struct.asSlice(offset, length).toArray(JAVA_BYTE);
        int end = 0;
        while (end < length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }
}
