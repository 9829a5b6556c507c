package dmabuf.sim;

/**
 * The hand on a simulated camera: stops its clock, so that a test decides when a picture is taken, and has things go wrong. Thread-safe;
 * does nothing any more once the camera is unplugged.
 */
public final class CameraControl {

    private final Camera camera;

    CameraControl(Camera camera) {
        this.camera = camera;
    }

    /** Stops the camera's clock: pictures are taken by {@link #tick} alone, in this stream and those to come. */
    public void holdClock() {
        camera.holdClock(true);
    }

    /** Lets the clock run again, from now on: a picture every frame interval while there is a stream. */
    public void runClock() {
        camera.holdClock(false);
    }

    /**
     * Lets frame intervals pass at once. Each takes one picture, which goes into the next buffer that is queued; without one it is lost,
     * and the sequence number of the next picture tells. The picture is there when this returns.
     *
     * @param times how many intervals
     * @return how many pictures went into a buffer; 0 when there is no stream
     */
    public int tick(int times) {
        int taken = 0;
        for (int i = 0; i < times; i++) {
            taken += camera.tick();
        }
        return taken;
    }

    /**
     * Tells whether there is a stream.
     *
     * @return true from STREAMON on
     */
    public boolean isStreaming() {
        return camera.isStreaming();
    }

    /**
     * Counts the buffers that are queued for pictures to come.
     *
     * @return how many, at this moment
     */
    public int queuedBuffers() {
        return camera.queuedBuffers();
    }

    /**
     * Counts the pictures that the stream's sensor has taken, with those that were lost; the next picture has this sequence number.
     *
     * @return how many since STREAMON
     */
    public int frames() {
        return camera.frames();
    }

    /** Has the next picture come with {@code V4L2_BUF_FLAG_ERROR}: it is not to be trusted, and the stream goes on. */
    public void failNextFrame() {
        camera.failNext();
    }

    /**
     * Breaks the camera's stream: QBUF and DQBUF answer EIO and poll(2) POLLERR until STREAMOFF, as drivers do whose hardware has stopped
     * ({@code vb2_queue_error}).
     */
    public void breakDown() {
        camera.breakDown();
    }

    /**
     * Gives what the camera draws as it is set now, for reading the pictures.
     *
     * @return the pattern of its format and size
     */
    public TestPattern pattern() {
        return camera.currentPattern();
    }
}
