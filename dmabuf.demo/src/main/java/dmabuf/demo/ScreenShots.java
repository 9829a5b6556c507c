package dmabuf.demo;

import dmabuf.api.Access;
import dmabuf.api.BufferState;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExporterProperties;
import dmabuf.api.Mapping;
import dmabuf.api.MmapRequest;
import dmabuf.display.CursorMode;
import dmabuf.display.Display;
import dmabuf.display.DisplayFrame;
import dmabuf.display.DisplayPlane;
import dmabuf.display.Displays;
import dmabuf.display.Transport;
import dmabuf.fd.KernelKind;
import dmabuf.linux.Syscalls;
import dmabuf.linux.vfio.VfioDevice;
import dmabuf.linux.vfio.VfioNode;
import dmabuf.linux.vfio.VfioNodes;
import dmabuf.screen.SampleGuest;
import dmabuf.screen.ScreenShot;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntBinaryOperator;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceRegistration;

/**
 * Looks at the screens of virtual GPUs, each as a PNG, and compares every pixel with what was drawn: by the guest of a simulated GPU; on
 * the kernel's sample displays by this demonstration, which plays their guest.
 */
final class ScreenShots {

    private static final String DRIVER = "exporter.vfio";
    private static final int COLOURS = 0xff_ffff;
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    private final Stage stage;
    private final Displays displays;

    ScreenShots(Stage stage) {
        this.stage = stage;
        this.displays = stage.service(Displays.class, null);
        System.setProperty("java.awt.headless", "true");
    }

    /** One sentence for each screen, or why there is none. */
    List<String> take() {
        List<String> sentences = new ArrayList<>();
        for (VfioNode node : sampleDisplays()) {
            sentences.add(sample(node));
        }
        for (Display display : displays.all()) {
            if (display.kernel() == KernelKind.SIMULATED) {
                SimulatedPicture.of(stage, display).ifPresent(drawn -> sentences.add(simulated(display, drawn)));
            }
        }
        if (sentences.isEmpty()) {
            sentences.add("skipped, there is no virtual GPU here whose picture is known"
                    + displays.explanations().stream().findFirst().map(why -> ": " + why).orElse(""));
        }
        return sentences;
    }

    private String simulated(Display display, SimulatedPicture drawn) {
        String same = compare(display, drawn.width(), drawn.height(), (x, y) -> drawn.withCursor(x, y));
        String swapped = swap(display);
        return same + ", with its cursor" + swapped;
    }

    /** Takes a PNG, reads it again, and compares every pixel. */
    private String compare(Display display, int width, int height, IntBinaryOperator drawn) {
        Transport transport = display.state().primary().orElseThrow().transport();
        byte[] png = ScreenShot.png(ScreenShot.of(display, CursorMode.COMPOSED).orElseThrow());
        BufferedImage seen = ScreenShot.read(png);
        stage.checks().equal("size of the screen", width + "x" + height, seen.getWidth() + "x" + seen.getHeight());
        int wrong = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                if ((seen.getRGB(x, y) & COLOURS) != (drawn.applyAsInt(x, y) & COLOURS)) {
                    wrong++;
                }
            }
        }
        stage.checks().equal("pixels of the PNG of " + display.name() + " that differ from what was drawn", 0, wrong);
        return display.name() + Stage.label(display.kernel()) + " by " + transport.word() + ": " + width + "x" + height + ", a PNG of "
                + png.length + " bytes, each of " + width * height + " pixels as it was drawn";
    }

    /** A frame that is mapped outlives the exporter of the screen, if it is a dma-buf; and the screen is the same one afterwards. */
    private String swap(Display display) {
        Bundle driver = Arrays.stream(stage.context().getBundles())
                .filter(bundle -> DRIVER.equals(bundle.getSymbolicName())).findFirst().orElseThrow();
        boolean dmaBuf = display.state().primary().orElseThrow().transport() == Transport.DMA_BUF;
        try (DisplayFrame frame = display.frame(DisplayPlane.PRIMARY).orElseThrow();
                Mapping mapping = frame.buffer().mmap(MmapRequest.whole().access(Access.READ))) {
            int before = dmaBuf ? hash(mapping) : 0;
            change(driver::stop, "stop");
            try {
                stage.checks().holds("the screen is gone with its exporter", displays.all().isEmpty(), displays::all);
                stage.checks().equal(
                        "state of the frame", dmaBuf ? BufferState.ORPHANED : BufferState.REVOKED, frame.buffer().state());
                stage.checks().holds("the frame is what it was", !dmaBuf || hash(mapping) == before, () -> "another one");
            } finally {
                change(driver::start, "start");
            }
        }
        // Of a region the frame has kept the device open until now.
        stage.checks().holds("the screen is back", isBack(display), displays::all);
        return dmaBuf ? "; a mapped frame outlived " + DRIVER : "; a mapped frame left with " + DRIVER;
    }

    private boolean isBack(Display display) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!displays.all().contains(display) && System.nanoTime() < end) {
            LockSupport.parkNanos(1_000_000);
        }
        return displays.all().contains(display);
    }

    private static int hash(Mapping mapping) {
        try (CpuAccess cpu = mapping.cpuAccess(Access.READ)) {
            return cpu.segment().asByteBuffer().hashCode();
        }
    }

    /** What a bundle's life takes. */
    @FunctionalInterface
    private interface Change {
        void make() throws BundleException;
    }

    private static void change(Change change, String what) {
        try {
            change.make();
        } catch (BundleException e) {
            throw new Checks.CheckFailed("to " + what + " " + DRIVER, "done", e.getMessage());
        }
    }

    private Syscalls realKernel() {
        try {
            return stage.service(Syscalls.class, "(dmabuf.kernel=linux)");
        } catch (Checks.CheckFailed e) {
            return null;
        }
    }

    private List<VfioNode> sampleDisplays() {
        Syscalls kernel = realKernel();
        return kernel == null ? List.of() : VfioNodes.list(kernel.devices()).stream()
                .filter(SampleGuest::plays)
                .toList();
    }

    /** Plays VMM and guest: opens the device, draws, and lends it to the exporter. */
    private String sample(VfioNode node) {
        Syscalls kernel = realKernel();
        try (VfioDevice device = VfioDevice.open(kernel, node)) {
            SampleGuest guest = SampleGuest.of(device, node).orElseThrow();
            guest.draw();
            Hashtable<String, Object> properties = new Hashtable<>();
            properties.put(ExporterProperties.DEVICE, node.node());
            ServiceRegistration<VfioDevice> lent = stage.context().registerService(VfioDevice.class, device, properties);
            try {
                Optional<Display> display = displays.all().stream().filter(each -> each.device().equals(node.node())).findFirst();
                stage.checks().holds("the screen of " + node + " is here", display.isPresent(), displays::explanations);
                return sample(display.orElseThrow(), guest);
            } finally {
                lent.unregister();
            }
        } catch (DmaBufException e) {
            return "skipped " + node + ": " + e.getMessage();
        }
    }

    /** A dma-buf that no CPU can map, as those of mbochs, is taken and described; a PNG of it is not to be had. */
    private String sample(Display display, SampleGuest guest) {
        try (DisplayFrame frame = display.frame(DisplayPlane.PRIMARY).orElseThrow()) {
            if (!frame.buffer().policy().mappable()) {
                stage.checks().equal(
                        "size of the screen", guest.width() + "x" + guest.height(),
                        frame.info().frame().width() + "x" + frame.info().frame().height());
                return display.name() + " by " + frame.info().transport().word() + ": " + frame.info().frame()
                        + ", handed out, and no PNG since its driver shows it to devices only";
            }
        }
        return compare(display, guest.width(), guest.height(), guest::colour);
    }
}
