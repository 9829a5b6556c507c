package importer.v4l2;

import dmabuf.api.DmaBufException;
import dmabuf.api.Negotiation;
import dmabuf.api.NegotiationException;
import dmabuf.api.Requirements;
import dmabuf.fd.Errno;
import dmabuf.frame.DrmFormat;
import dmabuf.frame.DrmModifier;
import dmabuf.frame.FrameDescription;
import dmabuf.frame.FrameFormat;
import dmabuf.frame.FrameFormats;
import dmabuf.frame.FramePlane;
import importer.v4l2.uapi.Format;
import importer.v4l2.uapi.StreamParameters;
import importer.v4l2.uapi.Videodev;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Agrees with a driver, and with those who use its frames, on a format. Used once. */
final class FormatAgreement {

    private final VideoNode node;
    private final CameraInfo camera;
    private final int type;
    private final CaptureRequest request;
    private final List<FormatChange> changes = new ArrayList<>();

    FormatAgreement(VideoNode node, CameraInfo camera, int type, CaptureRequest request) {
        this.node = node;
        this.camera = camera;
        this.type = type;
        this.request = request;
    }

    /** What camera and users agree on: formats in order of preference, and what rows have to begin at. */
    private record Wishes(List<PixelFormat> inOrder, int alignment) {}

    /** What a driver granted, before it was found to hold together. */
    private record Granted(FormatReply reply, PixelFormat format, FrameDescription frame) {}

    CaptureFormat reach() {
        FormatReply now = ask();
        Wishes wishes = wishes(now.fourcc());
        long width = request.hasSize() ? request.width() : now.width();
        long height = request.hasSize() ? request.height() : now.height();
        Granted granted = set(wishes, (int) width, (int) height);
        Optional<FrameInterval> interval = interval();
        if (request.exact() && !changes.isEmpty()) {
            throw refused("S_FMT", "the driver grants it otherwise, and it was to be exact: " + changes);
        }
        return new CaptureFormat(granted.reply.fourcc(), granted.frame, granted.reply.sizes(),
                granted.reply.colours(granted.format.rgb()), interval, changes);
    }

    private FormatReply ask() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = Format.of(arena, type);
            node.call(Videodev.G_FMT, "VIDIOC_G_FMT", struct);
            return FormatReply.of(struct);
        }
    }

    private DmaBufException refused(String request, String why) {
        return node.failure(Errno.EINVAL, "VIDIOC_" + request, "", why);
    }

    /** The camera's formats, and which of them all users take, in order of preference. */
    private Wishes wishes(int current) {
        List<Integer> all = new FormatList(node, type).fourccs();
        List<Integer> listed = all.isEmpty() ? List.of(current) : all; // Some drivers have one format, and list none.
        List<PixelFormat> offered = listed.stream()
                .flatMap(each -> PixelFormat.of(each).stream())
                .filter(each -> each.buffers() > 1 || !request.hasPlanesApart())
                .toList();
        List<DrmFormat> formats = request.formats().isEmpty()
                ? inOrder(offered, current)
                : request.formats().stream().filter(wanted -> offered.stream().anyMatch(one -> one.format().equals(wanted))).toList();
        if (formats.isEmpty()) {
            String wanted = (request.formats().isEmpty() ? "a format that can be described as a picture" : request.formats().toString())
                    + (request.hasPlanesApart() ? ", with planes in buffers of their own," : "");
            throw refused("ENUM_FMT", wanted + " is not among what the camera has: "
                    + listed.stream().map(each -> new DrmFormat(each).text()).toList());
        }
        Negotiation negotiation = negotiation(formats);
        if (!negotiation.contradictions().isEmpty()) {
            throw NegotiationException.contradicted(negotiation, negotiation.contradictions());
        }
        List<PixelFormat> inOrder = new ArrayList<>();
        for (FrameFormat common : negotiation.formats()) {
            // One buffer is easier to hand on than several, and a name in use is better than a deprecated one.
            offered.stream()
                    .filter(one -> one.format().equals(common.format()) && common.modifier().isLinear())
                    .sorted(Comparator.comparingInt(PixelFormat::buffers).thenComparing(PixelFormat.all()::indexOf))
                    .forEach(inOrder::add);
        }
        return new Wishes(inOrder, negotiation.merged().strideAlignment());
    }

    /** As the driver lists them, but first the one that it is set to. */
    private static List<DrmFormat> inOrder(List<PixelFormat> offered, int current) {
        return offered.stream()
                .sorted(Comparator.comparing(one -> one.fourcc() != current))
                .map(PixelFormat::format)
                .distinct()
                .toList();
    }

    private Negotiation negotiation(List<DrmFormat> formats) {
        List<FrameFormat> linear = formats.stream().map(one -> new FrameFormat(one, DrmModifier.LINEAR)).toList();
        try {
            Requirements needs = request.source().kernel(camera.kernel()).formats(FrameFormats.of(linear));
            Negotiation negotiation = Negotiation.ofSize(1).importer(CaptureRequest.CAMERA, needs);
            for (Map.Entry<String, Requirements> user : request.importers().entrySet()) {
                negotiation = negotiation.importer(user.getKey(), user.getValue());
            }
            return negotiation;
        } catch (IllegalArgumentException e) {
            throw new DmaBufException(Errno.EINVAL, "open", camera.device(), e.getMessage());
        }
    }

    /** Tries the formats one after the other, until the driver grants one that suits. */
    private Granted set(Wishes wishes, int width, int height) {
        List<String> reasons = new ArrayList<>();
        for (PixelFormat wanted : wishes.inOrder) {
            try {
                FormatReply reply = set(wanted, width, height, wishes.alignment);
                PixelFormat got = wishes.inOrder.stream()
                        .filter(one -> one.fourcc() == reply.fourcc())
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException(
                                "the driver makes " + new DrmFormat(reply.fourcc()).text() + " of it, which was not asked for"));
                FrameDescription frame = reply.frame(got);
                checkAlignment(frame, wishes.alignment);
                note(wanted, reply, width, height);
                return new Granted(reply, got, frame);
            } catch (IllegalArgumentException e) {
                reasons.add(wanted + ": " + e.getMessage());
            }
        }
        throw refused("S_FMT", String.join("; ", reasons));
    }

    private FormatReply set(PixelFormat wanted, int width, int height, int alignment) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = Format.fill(arena, type, wanted.fourcc(), width, height);
            Format.askPlanes(struct, wanted.buffers());
            if (alignment > 1) {
                // A hint, which drivers may pass over; of planes in one buffer only the first has a stride of its own.
                FrameDescription aligned = FrameDescription.packed(wanted.format(), width, height, alignment);
                for (int i = 0; i < wanted.buffers(); i++) {
                    Format.askStride(struct, i, (int) Math.min(Integer.MAX_VALUE, aligned.planes().get(i).stride()));
                }
            }
            int result = node.request(Videodev.S_FMT, struct);
            if (result == -Errno.EINVAL.number()) {
                throw new IllegalArgumentException("the driver refuses it with EINVAL");
            }
            if (result < 0) {
                throw node.failure(Errno.ofResult(result), "VIDIOC_S_FMT", wanted + " " + width + "x" + height);
            }
            return FormatReply.of(struct);
        }
    }

    private static void checkAlignment(FrameDescription frame, int alignment) {
        for (FramePlane plane : frame.planes()) {
            if (plane.stride() % alignment != 0 || plane.offset() % alignment != 0) {
                throw new IllegalArgumentException(
                        "rows and planes must begin at multiples of " + alignment + " bytes, and the driver's are " + frame);
            }
        }
    }

    /** Compares with what was asked for. What nobody asked for is no change. */
    private void note(PixelFormat wanted, FormatReply reply, int width, int height) {
        if (request.hasSize() && reply.width() != width) {
            changes.add(new FormatChange("width", Integer.toString(width), Long.toString(reply.width())));
        }
        if (request.hasSize() && reply.height() != height) {
            changes.add(new FormatChange("height", Integer.toString(height), Long.toString(reply.height())));
        }
        if (reply.fourcc() != wanted.fourcc()) {
            changes.add(new FormatChange("pixel format", new DrmFormat(wanted.fourcc()).text(), new DrmFormat(reply.fourcc()).text()));
        }
        if (reply.field() != Videodev.FIELD_NONE && reply.field() != Videodev.FIELD_ANY) {
            changes.add(new FormatChange("field", "whole frames", "fields (V4L2_FIELD " + reply.field() + ")"));
        }
    }

    private Optional<FrameInterval> interval() {
        FrameInterval wanted = request.interval().orElse(null);
        long request = wanted == null ? Videodev.G_PARM : Videodev.S_PARM;
        String name = wanted == null ? "VIDIOC_G_PARM" : "VIDIOC_S_PARM";
        Optional<FrameInterval> granted;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = wanted == null
                    ? StreamParameters.fill(arena, type, 0, 0)
                    : StreamParameters.fill(arena, type, wanted.numerator(), wanted.denominator());
            int result = node.request(request, struct);
            if (result == -Errno.ENOTTY.number() || result == -Errno.EINVAL.number()) {
                granted = Optional.empty(); // Most cameras behind a media controller know no interval.
            } else if (result < 0) {
                throw node.failure(Errno.ofResult(result), name, "");
            } else {
                granted = FormatList.interval(StreamParameters.interval(struct));
            }
        }
        if (wanted != null && !granted.map(wanted::isSameAs).orElse(false)) {
            String there = granted.map(FrameInterval::toString).orElse("what the device has");
            changes.add(new FormatChange("frame interval", wanted.toString(), there));
        }
        return granted;
    }
}
