package dmabuf.sim;

/** The cameras that can be plugged into a simulated machine, at {@code /dev/video0} and the like. */
public enum SimulatedCamera implements SimulatedHardware {

    /** A webcam whose pictures are in one buffer each: YUYV, NV12 and XRGB8888 (V4L2's XR24). */
    CAMERA,

    /** The same through the multi-planar calls of V4L2, and besides with the planes of NV12 in two buffers (NM12). */
    CAMERA_MPLANE
}
