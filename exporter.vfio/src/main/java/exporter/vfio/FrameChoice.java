package exporter.vfio;

import dmabuf.api.Access;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.display.DisplayPlane;
import dmabuf.fd.Errno;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which framebuffer a request is about: the options {@code vfio.plane} and {@code vfio.id}.
 *
 * @param plane the plane that shows it
 * @param id its id; empty for what the plane shows now
 */
record FrameChoice(DisplayPlane plane, OptionalLong id) {

    static final String OPERATION = "export";

    private static final String PLANE = "plane";
    private static final String ID = "id";

    /**
     * Reads the options.
     *
     * @throws DmaBufException EINVAL for one that does not exist, or a value that is none
     */
    static FrameChoice of(ExportRequest request, String device) {
        Map<String, String> options = request.options(VfioExporter.NAME);
        Set<String> unknown = new TreeSet<>(options.keySet());
        unknown.removeAll(Set.of(PLANE, ID));
        if (!unknown.isEmpty()) {
            throw refused(device, unknown.iterator().next(), "", "the options are: " + option(PLANE) + ", " + option(ID));
        }
        String plane = options.getOrDefault(PLANE, DisplayPlane.PRIMARY.word());
        String words = Arrays.stream(DisplayPlane.values()).map(DisplayPlane::word).collect(Collectors.joining(", "));
        return new FrameChoice(
                Arrays.stream(DisplayPlane.values())
                        .filter(each -> each.word().equals(plane))
                        .findFirst()
                        .orElseThrow(() -> refused(device, PLANE, "=" + plane, "the values are: " + words)),
                id(options.get(ID), device));
    }

    private static OptionalLong id(String text, String device) {
        if (text == null) {
            return OptionalLong.empty();
        }
        if (!text.matches("\\d{1,10}")) {
            throw refused(device, ID, "=" + text, "an id is a number, as the device tells it");
        }
        return OptionalLong.of(Long.parseLong(text));
    }

    private static DmaBufException refused(String device, String option, String value, String why) {
        return new DmaBufException(Errno.EINVAL, OPERATION, device + ", option " + option(option) + value, why);
    }

    /** Asks for one framebuffer. */
    static ExportRequest request(DisplayPlane plane, long id, long size) {
        return ExportRequest.ofSize(size)
                .withAccess(Access.READ)
                .withName("screen-" + plane.word() + "-" + id)
                .withOption(option(PLANE), plane.word())
                .withOption(option(ID), Long.toString(id));
    }

    private static String option(String name) {
        return VfioExporter.NAME + "." + name;
    }
}
