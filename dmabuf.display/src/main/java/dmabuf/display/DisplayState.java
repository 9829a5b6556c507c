package dmabuf.display;

import java.util.Objects;
import java.util.Optional;

/**
 * What a screen shows at one moment.
 *
 * @param condition what has become of the screen
 * @param primary the picture; empty unless the condition is {@link Condition#ON}
 * @param cursor the pointer; empty when there is none, or none apart from the picture
 * @param problem why the screen, or its cursor, cannot be read, in words; empty when it can
 */
public record DisplayState(Condition condition, Optional<PlaneInfo> primary, Optional<PlaneInfo> cursor, String problem) {

    /** What has become of a screen. */
    public enum Condition {
        /** It shows something. */
        ON,
        /** Its picture is switched off, or its guest has set no mode yet. */
        OFF,
        /** The device says what cannot be, or fails; {@link DisplayState#problem()} says how. */
        UNREADABLE,
        /** The device, or the exporter that knows it, is not here at present. */
        GONE
    }

    /** Nobody knows the screen at present. */
    public static final DisplayState GONE = new DisplayState(Condition.GONE, Optional.empty(), Optional.empty(), "");

    /** Checks that nothing is missing. */
    public DisplayState {
        Objects.requireNonNull(condition, "condition");
        Objects.requireNonNull(primary, "primary");
        Objects.requireNonNull(cursor, "cursor");
        Objects.requireNonNull(problem, "problem");
    }

    /** Says it in words, in one line. */
    @Override
    public String toString() {
        return switch (condition) {
            case ON -> primary.map(PlaneInfo::toString).orElse("") + cursor.map(one -> "; " + one).orElse("");
            case OFF -> "off" + cursor.map(one -> "; " + one).orElse("");
            case UNREADABLE -> "unreadable: " + problem;
            case GONE -> "gone";
        };
    }
}
