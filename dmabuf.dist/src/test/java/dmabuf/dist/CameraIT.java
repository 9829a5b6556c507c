package dmabuf.dist;

import static dmabuf.dist.Command.dmabuf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verb camera, on a simulated one; slowly, so that a machine under load drops no frame. */
class CameraIT {

    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G'};

    @TempDir
    private Path folder;

    private static Command.Builder camera(Object... arguments) {
        Object[] all = new Object[arguments.length + 1];
        all[0] = "camera";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return dmabuf(all).with("DMABUF_KERNEL", "simulated");
    }

    private static void assertPicture(Path png) throws Exception {
        byte[] bytes = Files.readAllBytes(png);
        for (int i = 0; i < PNG.length; i++) {
            assertEquals(PNG[i], bytes[i]);
        }
        assertTrue(bytes.length > 500, () -> bytes.length + " bytes");
    }

    @Test
    void framesAreCapturedIntoUdmabufsWithoutACopyOrADrop() throws Exception {
        Path png = folder.resolve("frame.png");
        Command.Ended ended = camera("--frames", 4, "--rate", 2, "--from", "udmabuf", "--png", png).run().succeeds();
        assertEquals("", ended.err());
        String out = ended.out();
        assertTrue(out.startsWith("camera    \"simulated camera\" (vivid) on /dev/video0, simulated\n"), out);
        assertTrue(out.contains("\nformat    YUYV 640x360, stride 1280, 1/2 s (2.00 a second)\n"), out);
        assertTrue(out.contains("\nmemory    8 frames of [460800] bytes, from udmabuf on /dev/udmabuf (simulated) generation 1\n"), out);
        assertTrue(out.contains("exporter is heap, needed is udmabuf\n"), out);
        assertTrue(out.contains("\nframe     3 latency "), out);
        assertTrue(out.contains(" 0 dropped, 0 damaged, 0 copies: each is in one of the 8 dma-bufs that the driver writes\n"), out);
        assertTrue(out.endsWith("picture   frame 3 is in " + png + "\n"), out);
        assertPicture(png);
    }

    @Test
    void buffersOfTheCameraItselfAreExported() throws Exception {
        Path png = folder.resolve("frame.png");
        Command.Ended ended = camera("--frames", 2, "--rate", 1, "--memory", "mmap", "--format", "NV12", "--size", "333x200", "--png", png)
                .run().succeeds();
        assertTrue(ended.out().contains("\n  changed width: asked for 333, granted 320\n"), ended::toString);
        assertTrue(ended.out().contains(", exported by the camera itself\n"), ended::toString);
        assertPicture(png);
    }

    @Test
    void whatCannotBeIsToldInOneLine() {
        camera("--device", "/dev/video9").run().fails(1, "there is no camera /dev/video9; there are: \"simulated camera\"");
        camera("--from", "voodoo").run().fails(1, "voodoo");
        camera("--format", "RG16").run().fails(1, "RGB565", "is not among what the camera has");
        camera("--png", "/nowhere/frame.png", "--frames", 1).run().fails(1, "cannot write /nowhere/frame.png: there is no folder /nowhere");
        camera("--machine", "laptop").run().fails(1, "there is no camera here");
    }

    @Test
    void whatIsNotUnderstoodIsToldInOneLine() {
        camera("--frames", "many").run().fails(2, "--frames takes a number from 1", "many");
        camera("--fast").run().fails(2, "no such option: --fast");
        camera("--memory", "userptr").run().fails(2, "--memory is dmabuf or mmap");
    }
}
