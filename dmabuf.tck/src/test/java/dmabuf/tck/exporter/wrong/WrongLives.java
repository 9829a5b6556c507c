package dmabuf.tck.exporter.wrong;

import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterGoneException;
import dmabuf.api.Subscription;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.DeviceTracker.Device;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Memfd;
import dmabuf.linux.SyscallResult;
import dmabuf.spi.BufferControl;
import dmabuf.spi.ExportedBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.framework.BundleContext;

/** Exporters that come, go, share and tidy up in another way than they should. */
public final class WrongLives {

    private WrongLives() {}

    @FailsOnly(value = "everyExportIsABufferOfItsOwn", saying = "two exports gave the same dma-buf")
    public static class OnePageIsShared extends RightExporter {
        private Fd shared;

        @Override
        protected synchronized Fd create(Fd memfd, long size) {
            if (size != PAGE) {
                return super.create(memfd, size);
            }
            if (shared == null) {
                shared = super.create(memfd, size);
            } else {
                open().close();
            }
            return Fd.adopt(SyscallResult.check(kernel.dup(shared.number()), "F_DUPFD_CLOEXEC", shared.toString()), kernel);
        }

        @Override
        public void stop(BundleContext context) {
            super.stop(context);
            synchronized (this) {
                if (shared != null) {
                    shared.close();
                    shared = null;
                }
            }
        }
    }

    @FailsOnly(value = "closedBufferLeavesNothingOpen", saying = "left open: ")
    public static class NodesAreKept extends RightExporter {
        private final List<Fd> kept = new CopyOnWriteArrayList<>();

        @Override
        protected Fd create(Fd memfd, long size) {
            Fd buffer = super.create(memfd, size);
            boolean opened = false;
            try {
                kept.add(open());
                opened = true;
                return buffer;
            } finally {
                if (!opened) {
                    buffer.close();
                }
            }
        }

        @Override
        public void stop(BundleContext context) {
            super.stop(context);
            kept.forEach(Fd::close);
            kept.clear();
        }
    }

    @FailsOnly(value = "refusedRequestLeavesNothingOpen", saying = "close on the way out what was opened before")
    public static class RefusesTooLate extends RightExporter {
        @Override
        protected void checkLeast(long size) {
            if (size < 1) {
                Fd node = open();
                throw refusal(Errno.EINVAL, node + " makes nothing of this size");
            }
        }
    }

    @FailsOnly(value = "exportThatFailsInTheMiddleLeavesNothingOpen", saying = "also the dma-buf itself where something fails after it")
    public static class ForgetsTheMemfd extends RightExporter {
        @Override
        public ExportedBuffer export(ExportRequest request) {
            check(request);
            long size = MappedMemory.roundUp(request.size());
            Fd memfd = Memfd.sealed(kernel, "forgotten", size);
            ExportedBuffer buffer = export(request, memfd, size);
            memfd.close();
            return buffer;
        }
    }

    @FailsOnly(value = "serviceGoesWithTheDeviceAndComesBackWithIt", saying = "its service is still there")
    public static class StaysWithoutADevice extends RightExporter {
        @Override
        protected Subscription publish(BundleContext context, Device device) {
            super.publish(context, device);
            return () -> {};
        }
    }

    @FailsOnly(value = "restartedBundleServesAgain", saying = "keep no state in static fields")
    public static class ServesOnce extends RightExporter {
        private static boolean stopped;

        @Override
        public void start(BundleContext context) {
            if (!stopped) {
                super.start(context);
            }
        }

        @Override
        public void stop(BundleContext context) {
            if (!stopped) {
                super.stop(context);
            }
            stopped = true;
        }
    }

    @FailsOnly(value = "eightThreadsExportAtTheSameTime", saying = "keep what belongs to one export in local variables")
    public static class OneSizeForAll extends RightExporter {
        private volatile long current;

        @Override
        public ExportedBuffer export(ExportRequest request) {
            check(request);
            current = MappedMemory.roundUp(request.size());
            open().close();
            long size = current;
            try (Fd memfd = Memfd.sealed(kernel, "shared", size)) {
                return export(request, memfd, size);
            }
        }
    }

    @FailsOnly(value = "exporterServesUntilItsServiceIsUnregistered", saying = "unregister it first")
    public static class ClosesBeforeItGoes extends RightExporter {
        private volatile boolean closed;

        @Override
        public void start(BundleContext context) {
            closed = false;
            super.start(context);
        }

        @Override
        protected void check(ExportRequest request) {
            if (closed) {
                throw new ExporterGoneException(NODE);
            }
            super.check(request);
        }

        @Override
        public void stop(BundleContext context) {
            closed = true;
            super.stop(context);
        }
    }

    @FailsOnly(value = "stoppingTheBundleWaitsForNoExport", saying = "Take no lock in deactivate that export holds")
    public static class StopsWhenAllIsQuiet extends RightExporter {
        @Override
        public synchronized ExportedBuffer export(ExportRequest request) {
            return super.export(request);
        }

        @Override
        public synchronized void stop(BundleContext context) {
            super.stop(context);
        }
    }

    @FailsOnly(value = "exportThatOutlivesItsBundleEndsWell", saying = "set no field to null that export uses")
    public static class ForgetsItsKernel extends RightExporter {
        @Override
        public void stop(BundleContext context) {
            super.stop(context);
            kernel = null;
        }
    }

    @FailsOnly(value = "stoppedBundleLeavesNothingOpen", saying = "Close what the exporter holds when it is deactivated")
    public static class HoldsItsNode extends RightExporter {
        /** Opened to save time later, and left to nobody. */
        Fd node;

        @Override
        protected Subscription publish(BundleContext context, Device device) {
            Subscription published = super.publish(context, device);
            node = open();
            return published;
        }
    }

    @FailsOnly(value = "buffersStayUsableWhenTheBundleIsRemoved", saying = "its buffer cannot be used any more")
    public static class TakesItsBuffersAlong extends RightExporter {
        private final List<Fd> made = new CopyOnWriteArrayList<>();

        @Override
        protected Fd create(Fd memfd, long size) {
            Fd buffer = super.create(memfd, size);
            made.add(buffer);
            return buffer;
        }

        @Override
        public void stop(BundleContext context) {
            super.stop(context);
            made.forEach(Fd::close);
        }
    }

    /** After dozens of others in one JVM, what it throws keeps its class longer than the kit waits. */
    @FailsOnly(
            value = "releaseWorksWhenTheBundleIsRemoved",
            saying = "Let release work without what is closed when the bundle stops",
            perhaps = "classLoaderGoesWhileBuffersAreHeld")
    public static class ReleasesWhileItRuns extends RightExporterWithOps {
        private volatile boolean running;

        @Override
        public void start(BundleContext context) {
            running = true;
            super.start(context);
        }

        @Override
        public void stop(BundleContext context) {
            super.stop(context);
            running = false;
        }

        @Override
        public void release(BufferControl buffer) {
            if (!running) {
                throw new IllegalStateException("the exporter is stopped");
            }
            super.release(buffer);
        }
    }

    @FailsOnly(value = "classLoaderGoesWhileBuffersAreHeld", saying = "its class loader is not collected")
    public static class LeavesAHook extends RightExporter {
        /** What the virtual machine keeps, and its class with it. */
        public static final class Hook extends Thread {
            @Override
            public void run() {
                Thread.yield();
            }
        }

        @Override
        public void start(BundleContext context) {
            Runtime.getRuntime().addShutdownHook(new Hook());
            super.start(context);
        }
    }
}
