package dmabuf.camera;

import dmabuf.frame.DrmFormat;
import importer.v4l2.CaptureMemory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the user asks for.
 *
 * @param device the node, empty for the first camera that there is
 * @param frames how many to take
 * @param png where the last one goes as a picture, null for nowhere
 * @param from whose buffers, empty for whoever suits best
 * @param memory any exporter's, or the camera's own
 * @param format the pixels, null for what the camera is set to
 * @param width in pixels, 0 for what the camera is set to
 * @param height in rows
 * @param rate frames a second, 0 for what the camera is set to
 */
record CameraOptions(
        String device, int frames, Path png, String from, CaptureMemory memory, DrmFormat format, int width, int height, int rate) {

    static final int DEFAULT_FRAMES = 30;
    private static final Set<String> NAMES = Set.of("--device", "--frames", "--png", "--from", "--memory", "--format", "--size", "--rate");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,5})x(\\d{1,5})");

    /**
     * Reads arguments.
     *
     * @throws IllegalArgumentException when they are not understood, with a message for the user
     */
    static CameraOptions parse(String[] arguments) {
        Map<String, String> given = given(arguments);
        CaptureMemory memory = memory(given.getOrDefault("--memory", "dmabuf"));
        if (memory == CaptureMemory.MMAP && given.containsKey("--from")) {
            throw new IllegalArgumentException("--memory mmap is the camera's own memory, so there is no exporter to take it --from");
        }
        int[] size = size(given.get("--size"));
        return new CameraOptions(
                given.getOrDefault("--device", ""),
                number("--frames", given.get("--frames"), DEFAULT_FRAMES),
                given.containsKey("--png") ? Path.of(given.get("--png")) : null,
                given.getOrDefault("--from", ""),
                memory,
                format(given.get("--format")),
                size[0],
                size[1],
                number("--rate", given.get("--rate"), 0));
    }

    private static Map<String, String> given(String[] arguments) {
        Map<String, String> given = new HashMap<>();
        Iterator<String> words = Arrays.asList(arguments).iterator();
        while (words.hasNext()) {
            String word = words.next();
            int equals = word.startsWith("--") ? word.indexOf('=') : -1;
            String name = equals < 0 ? word : word.substring(0, equals);
            if (!NAMES.contains(name)) {
                throw new IllegalArgumentException(name.startsWith("-") ? "no such option: " + name : "not understood: " + word);
            }
            if (equals < 0 && !words.hasNext()) {
                throw new IllegalArgumentException(name + " needs a value");
            }
            if (given.put(name, equals < 0 ? words.next() : word.substring(equals + 1)) != null) {
                throw new IllegalArgumentException(name + " is given twice");
            }
        }
        return given;
    }

    private static int number(String name, String text, int unsaid) {
        if (text == null) {
            return unsaid;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= 1) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, in words of the user's.
        }
        throw new IllegalArgumentException(name + " takes a number from 1 on, and not \"" + text + "\"");
    }

    private static CaptureMemory memory(String text) {
        return switch (text) {
            case "dmabuf" -> CaptureMemory.DMABUF;
            case "mmap" -> CaptureMemory.MMAP;
            default -> throw new IllegalArgumentException("--memory is dmabuf or mmap, and not \"" + text + "\"");
        };
    }

    private static DrmFormat format(String text) {
        return text == null ? null : DrmFormat.of(text);
    }

    private static int[] size(String text) {
        if (text == null) {
            return new int[2];
        }
        Matcher size = SIZE.matcher(text);
        if (size.matches()) {
            int width = Integer.parseInt(size.group(1));
            int height = Integer.parseInt(size.group(2));
            if (width > 0 && height > 0) {
                return new int[] {width, height};
            }
        }
        throw new IllegalArgumentException("--size takes WIDTHxHEIGHT, such as 640x480, and not \"" + text + "\"");
    }
}
