package dmabuf.display;

/** What becomes of the cursor in a copy of the screen. */
public enum CursorMode {
    /** It is left out. */
    APART,
    /** It is drawn where it is. */
    COMPOSED
}
