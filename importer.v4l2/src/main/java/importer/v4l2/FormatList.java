package importer.v4l2;

import dmabuf.fd.Errno;
import dmabuf.frame.DrmFormat;
import importer.v4l2.uapi.FormatDescription;
import importer.v4l2.uapi.FrameRate;
import importer.v4l2.uapi.FrameSize;
import importer.v4l2.uapi.Videodev;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks a driver what it can deliver. */
final class FormatList {

    /** More than any driver has: one that never says that there are no more is not asked for ever. */
    private static final int MOST = 256;

    private final VideoNode node;
    private final int type;

    FormatList(VideoNode node, int type) {
        this.node = node;
        this.type = type;
    }

    /** A format as the driver lists it. */
    private record Listed(int fourcc, String description) {}

    private List<Listed> listed() {
        List<Listed> all = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            while (all.size() < MOST) {
                MemorySegment struct = FormatDescription.fill(arena, all.size(), type);
                if (!next(Videodev.ENUM_FMT, "VIDIOC_ENUM_FMT", struct)) {
                    return all;
                }
                all.add(new Listed(FormatDescription.fourcc(struct), FormatDescription.description(struct)));
            }
        }
        return all;
    }

    /** Lists the formats by their numbers, in the driver's order. */
    List<Integer> fourccs() {
        return listed().stream().map(Listed::fourcc).toList();
    }

    /** Lists everything. */
    List<CameraFormat> all() {
        return listed().stream().map(this::describe).toList();
    }

    private CameraFormat describe(Listed one) {
        Optional<PixelFormat> known = PixelFormat.of(one.fourcc);
        Optional<DrmFormat> format = known.map(PixelFormat::format);
        return new CameraFormat(one.fourcc, one.description, format, known.map(PixelFormat::buffers).orElse(0), sizes(one.fourcc));
    }

    private List<FrameSizes> sizes(int fourcc) {
        List<FrameSizes> all = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            while (all.size() < MOST) {
                MemorySegment struct = FrameSize.fill(arena, all.size(), fourcc);
                if (!next(Videodev.ENUM_FRAMESIZES, "VIDIOC_ENUM_FRAMESIZES", struct)) {
                    return all;
                }
                int[] range = FrameSize.range(struct);
                all.add(new FrameSizes(range[0], range[1], range[2], range[3], range[4], range[5], intervals(fourcc, range[1], range[4])));
                if (FrameSize.type(struct) != FrameSize.DISCRETE) {
                    return all;
                }
            }
        }
        return all;
    }

    private List<FrameInterval> intervals(int fourcc, int width, int height) {
        List<FrameInterval> all = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            for (int i = 0; i < MOST; i++) {
                MemorySegment struct = FrameRate.fill(arena, i, fourcc, width, height);
                if (!next(Videodev.ENUM_FRAMEINTERVALS, "VIDIOC_ENUM_FRAMEINTERVALS", struct)) {
                    return all;
                }
                interval(FrameRate.first(struct)).ifPresent(all::add);
                if (FrameRate.type(struct) != FrameRate.DISCRETE) {
                    interval(FrameRate.last(struct)).ifPresent(all::add);
                    return all;
                }
            }
        }
        return all;
    }

    /** A fraction of the driver's; empty when it is none. */
    static Optional<FrameInterval> interval(int[] fraction) {
        return fraction[0] > 0 && fraction[1] > 0 ? Optional.of(new FrameInterval(fraction[0], fraction[1])) : Optional.empty();
    }

    /** Asks for the next one; false when there is none, or the driver lists nothing of the kind. */
    private boolean next(long request, String name, MemorySegment struct) {
        int result = node.request(request, struct);
        if (result == -Errno.EINVAL.number() || result == -Errno.ENOTTY.number()) {
            return false;
        }
        if (result < 0) {
            throw node.failure(Errno.ofResult(result), name, "");
        }
        return true;
    }
}
