package dmabuf.display;

import dmabuf.frame.FrameDescription;
import java.lang.foreign.MemorySegment;

/**
 * A copy of what was on a screen, in memory of the JVM. While it was made the guest may have drawn on, so that its upper rows may be older
 * than its lower ones.
 *
 * @param frame how the copy lies in its memory: linear, from the first byte on, without gaps
 * @param pixels its memory, read-only, good for all threads and for ever
 * @param state what the screen said of itself
 */
public record DisplayPicture(FrameDescription frame, MemorySegment pixels, DisplayState state) {}
