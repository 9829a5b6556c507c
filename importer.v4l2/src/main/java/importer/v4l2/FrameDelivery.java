package importer.v4l2;

import dmabuf.api.DmaBufException;
import dmabuf.api.Subscription;

/**
 * Gives the frames of a stream to a listener. Between two frames there is no thread: the readiness of the node starts a virtual one, which
 * inherits nothing, so that it keeps nobody's class loader.
 */
final class FrameDelivery implements Subscription {

    private static final System.Logger LOG = System.getLogger(FrameDelivery.class.getName());

    private final V4l2Stream stream;
    private final CaptureListener listener;
    private volatile boolean ended;

    FrameDelivery(V4l2Stream stream, CaptureListener listener) {
        this.stream = stream;
        this.listener = listener;
    }

    void start() {
        Thread.ofVirtual().name("dmabuf-camera").inheritInheritableThreadLocals(false).start(this::deliver);
    }

    /** Delivers what is there, and arranges for the rest. */
    private void deliver() {
        try {
            while (!ended) {
                V4l2Frame frame = stream.take();
                if (frame == null) {
                    stream.readiness().whenComplete((ready, failure) -> start());
                    return;
                }
                deliver(frame);
            }
        } catch (DmaBufException e) {
            end(e);
        }
    }

    private void deliver(V4l2Frame frame) {
        try {
            listener.frame(frame);
        } catch (RuntimeException | Error e) {
            report("a frame", e);
            close(frame);
        }
    }

    private static void close(V4l2Frame frame) {
        try {
            frame.close();
        } catch (DmaBufException e) {
            LOG.log(System.Logger.Level.WARNING, "{0}", e.getMessage()); // The stream tries again.
        }
    }

    void tell(CaptureEvent event) {
        try {
            listener.event(event);
        } catch (RuntimeException | Error e) {
            report("an event", e);
        }
    }

    private void end(DmaBufException why) {
        boolean meant = ended || stream.isClosed();
        close();
        if (!meant) {
            try {
                listener.ended(why);
            } catch (RuntimeException | Error e) {
                report("the end", e);
            }
        }
    }

    private static void report(String what, Throwable e) {
        LOG.log(System.Logger.Level.WARNING, "a listener of a camera failed when it was given {0}: {1}", what, e.toString());
    }

    @Override
    public void close() {
        ended = true;
        stream.forget(this);
    }
}
