package importer.v4l2;

import dmabuf.api.DmaBufs;
import dmabuf.api.ExporterProperties;
import dmabuf.linux.Syscalls;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;

/** A video capture device. Without state: the node is opened by each method. */
final class V4l2Camera implements Camera {

    private final Syscalls kernel;
    private final CameraInfo info;
    private final DmaBufs dmaBufs;
    private final OpenStreams streams;

    private V4l2Camera(Syscalls kernel, CameraInfo info, DmaBufs dmaBufs, OpenStreams streams) {
        this.kernel = kernel;
        this.info = info;
        this.dmaBufs = dmaBufs;
        this.streams = streams;
    }

    /**
     * Looks what a node is.
     *
     * @return the camera; null when it is none that can be captured from
     * @throws dmabuf.api.DmaBufException EACCES when it may not be opened, ENODEV when it goes meanwhile
     */
    static V4l2Camera probe(Syscalls kernel, String node, DmaBufs dmaBufs, OpenStreams streams) {
        try (VideoNode opened = VideoNode.open(kernel, node)) {
            CameraInfo info = opened.describe();
            return info == null ? null : new V4l2Camera(kernel, info, dmaBufs, streams);
        }
    }

    Dictionary<String, Object> properties() {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(DEVICE, info.device());
        properties.put(DRIVER, info.driver());
        properties.put(CARD, info.card());
        properties.put(BUS, info.bus());
        properties.put(MULTIPLANAR, info.multiplanar());
        properties.put(ExporterProperties.KERNEL, info.kernel().property());
        return properties;
    }

    @Override
    public CameraInfo info() {
        return info;
    }

    @Override
    public List<CameraFormat> formats() {
        try (VideoNode node = VideoNode.open(kernel, info.device())) {
            return new FormatList(node, StreamSetup.typeOf(info)).all();
        }
    }

    @Override
    public CaptureStream open(CaptureRequest request) {
        VideoNode node = VideoNode.open(kernel, info.device());
        try (StreamSetup setup = new StreamSetup(node, info, dmaBufs, request)) {
            return streams.add(waiter -> setup.start(waiter, streams::remove));
        }
    }

    /** Names the camera, for messages. */
    @Override
    public String toString() {
        return info.toString();
    }
}
