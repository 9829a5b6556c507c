package dmabuf.camera;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.frame.DrmFormat;
import importer.v4l2.CaptureMemory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What a command line means to the verb. */
class CameraOptionsTest {

    private static CameraOptions parse(String... words) {
        return CameraOptions.parse(words);
    }

    private static void refused(String why, String... words) {
        String message = assertThrows(IllegalArgumentException.class, () -> parse(words)).getMessage();
        assertTrue(message.contains(why), message);
    }

    @Test
    void nothingSaidLeavesItToTheCamera() {
        assertEquals(new CameraOptions("", 30, null, "", CaptureMemory.DMABUF, null, 0, 0, 0), parse());
        assertNull(parse("--frames", "2").png());
    }

    @Test
    void everyOptionIsUnderstood() {
        assertEquals(
                new CameraOptions("/dev/video3", 100, Path.of("a.png"), "udmabuf", CaptureMemory.DMABUF, DrmFormat.NV12, 640, 480, 15),
                parse("--device", "/dev/video3", "--frames=100", "--png", "a.png", "--from", "udmabuf", "--memory", "dmabuf",
                        "--format", "NV12", "--size", "640x480", "--rate", "15"));
        assertEquals(CaptureMemory.MMAP, parse("--memory=mmap").memory());
    }

    @Test
    void whatIsNotUnderstoodIsSaid() {
        refused("no such option: --fast", "--fast");
        refused("not understood: video0", "video0");
        refused("--frames needs a value", "--frames");
        refused("--frames takes a number from 1 on, and not \"none\"", "--frames", "none");
        refused("--frames takes a number from 1 on", "--frames", "0");
        refused("--rate takes a number from 1 on", "--rate", "fast");
        refused("--frames is given twice", "--frames", "1", "--frames", "2");
        refused("--memory is dmabuf or mmap", "--memory", "userptr");
        refused("--memory mmap is the camera's own", "--memory", "mmap", "--from", "heap");
        refused("--size takes WIDTHxHEIGHT", "--size", "640");
        refused("--size takes WIDTHxHEIGHT", "--size", "0x480");
        refused("not a fourcc", "--format", "MOTION");
    }
}
