package dmabuf.camera;

import dmabuf.api.Access;
import dmabuf.api.CpuAccess;
import dmabuf.api.Mapping;
import dmabuf.api.MmapRequest;
import dmabuf.frame.DrmFormat;
import dmabuf.frame.FrameDescription;
import dmabuf.frame.PlaneRows;
import dmabuf.image.FrameImages;
import dmabuf.image.YuvMatrix;
import dmabuf.image.YuvRange;
import importer.v4l2.CaptureFormat;
import importer.v4l2.CapturedFrame;
import importer.v4l2.FrameColours;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** A frame as a PNG, for looking at. */
final class Picture {

    private Picture() {}

    static Set<DrmFormat> formats() {
        return FrameImages.formats();
    }

    static void write(CaptureFormat format, CapturedFrame frame, Path png) throws IOException {
        BufferedImage image = image(format, frame);
        try (OutputStream file = Files.newOutputStream(png);
                ImageOutputStream out = new MemoryCacheImageOutputStream(file)) {
            if (!ImageIO.write(image, "png", out)) {
                throw new IOException("this JDK writes no PNG");
            }
        }
    }

    private static BufferedImage image(CaptureFormat format, CapturedFrame frame) {
        FrameImages images = FrameImages.standard().yuv(matrix(format.colours()), range(format.colours()));
        if (frame.buffers().size() > 1) {
            FrameDescription packed = packed(format);
            return images.toImage(packed, together(format, frame, packed));
        }
        try (Mapping mapping = frame.buffer().mmap(MmapRequest.whole().access(Access.READ))) {
            return images.toImage(frame.description(), mapping);
        }
    }

    private static FrameDescription packed(CaptureFormat format) {
        return FrameDescription.packed(format.frame().format(), format.frame().width(), format.frame().height());
    }

    /** Of other encodings the nearest: colours are a little off then, and shapes are not. */
    private static YuvMatrix matrix(FrameColours colours) {
        return switch (colours.encoding()) {
            case BT709, BT2020, SMPTE240M -> YuvMatrix.BT709;
            case BT601, OTHER -> YuvMatrix.BT601;
        };
    }

    private static YuvRange range(FrameColours colours) {
        return colours.range() == FrameColours.Range.FULL ? YuvRange.FULL : YuvRange.LIMITED;
    }

    /** The planes of a frame behind one another, which is what images are made of. For looking at alone: the frame itself is not copied. */
    private static MemorySegment together(CaptureFormat format, CapturedFrame frame, FrameDescription packed) {
        MemorySegment copy = MemorySegment.ofArray(new byte[Math.toIntExact(packed.size())]);
        for (int plane = 0; plane < packed.planes().size(); plane++) {
            PlaneRows to = packed.rows(plane, copy);
            int buffer = format.bufferOf(plane);
            try (Mapping mapping = frame.buffers().get(buffer).mmap(MmapRequest.whole().access(Access.READ));
                    CpuAccess cpu = mapping.cpuAccess(Access.READ)) {
                long stride = frame.description().planes().get(plane).stride();
                long offset = frame.description().planes().get(plane).offset();
                for (int row = 0; row < to.count(); row++) {
                    MemorySegment.copy(cpu.segment(), offset + row * stride, copy, to.offset(row), to.rowBytes());
                }
            }
        }
        return copy;
    }
}
