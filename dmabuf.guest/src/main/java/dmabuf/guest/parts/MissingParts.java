package dmabuf.guest.parts;

import dmabuf.guest.GuestException;
import java.util.ArrayList;
import java.util.List;

/** Collects what has to come from packages, so that a machine without them hears of everything at once. */
final class MissingParts {

    private final Distribution distribution;
    private final List<String> lines = new ArrayList<>();

    MissingParts(Distribution distribution) {
        this.distribution = distribution;
    }

    void add(String what, String... variables) {
        lines.add("  " + what + ": name one in " + String.join(" and ", variables));
    }

    void check() throws GuestException {
        if (distribution.hasPackages() || lines.isEmpty()) {
            return;
        }
        throw new GuestException(
                GuestException.Reason.UNUSABLE,
                "the parts of a guest are fetched by themselves on Debian 12 or later, on x86-64, with apt-get and dpkg; this is "
                        + distribution.name() + ". Missing here:\n" + String.join("\n", lines));
    }
}
