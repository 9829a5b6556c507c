package dmabuf.guest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What the user overrides, by the environment.
 *
 * @param cache the folder that keeps what was fetched
 * @param kernel a kernel image to boot ({@code vmlinux} or {@code bzImage}) in place of the distribution's
 * @param modules the folder of that kernel's modules, as {@code /lib/modules/VERSION}
 * @param qemu the QEMU program to run
 * @param busybox a statically linked busybox for the first steps inside
 * @param accelerator the value of QEMU's {@code -accel}
 * @param timeout how long a guest may take, from power-on to power-off
 */
public record GuestSettings(
        Path cache,
        Optional<Path> kernel,
        Optional<Path> modules,
        Optional<Path> qemu,
        Optional<Path> busybox,
        String accelerator,
        Duration timeout) {

    /** The folder that keeps what was fetched; {@code $XDG_CACHE_HOME/dmabuf/guest} by default. */
    public static final String CACHE = "DMABUF_GUEST_CACHE";
    /** A kernel image to boot in place of the distribution's. */
    public static final String KERNEL = "DMABUF_GUEST_KERNEL";
    /** The folder of that kernel's modules. */
    public static final String MODULES = "DMABUF_GUEST_MODULES";
    /** The QEMU program to run. */
    public static final String QEMU = "DMABUF_GUEST_QEMU";
    /** A statically linked busybox. */
    public static final String BUSYBOX = "DMABUF_GUEST_BUSYBOX";
    /** The value of QEMU's {@code -accel}: {@code tcg,thread=multi} by default, {@code kvm} where that works. */
    public static final String ACCELERATOR = "DMABUF_GUEST_ACCEL";
    /** How long a guest may take, in seconds. */
    public static final String TIMEOUT = "DMABUF_GUEST_TIMEOUT";

    /** How long a guest may take if nobody says otherwise. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(240);

    /**
     * Reads the environment.
     *
     * @param environment variables by name
     * @return the settings
     * @throws GuestException when one of them makes no sense
     */
    public static GuestSettings of(Map<String, String> environment) throws GuestException {
        Optional<Path> kernel = existing(environment, KERNEL);
        Optional<Path> modules = existing(environment, MODULES);
        if (kernel.isPresent() != modules.isPresent()) {
            throw unusable("a kernel and its modules go together: set both " + KERNEL + " and " + MODULES + ", or neither");
        }
        return new GuestSettings(
                cache(environment),
                kernel,
                modules,
                existing(environment, QEMU),
                existing(environment, BUSYBOX),
                value(environment, ACCELERATOR).orElse("tcg,thread=multi"),
                timeout(environment));
    }

    /**
     * Reads the environment of this process.
     *
     * @return the settings
     * @throws GuestException when one of them makes no sense
     */
    public static GuestSettings ofEnvironment() throws GuestException {
        return of(System.getenv());
    }

    /**
     * Tells whether the guest's processor is made of software, which is slow, and on which times mean nothing.
     *
     * @return false when this machine's own runs it
     */
    public boolean isEmulated() {
        return accelerator.startsWith("tcg");
    }

    private static Path cache(Map<String, String> environment) throws GuestException {
        Optional<String> own = value(environment, CACHE);
        if (own.isPresent()) {
            return Path.of(own.get()).toAbsolutePath().normalize();
        }
        // The XDG specification: a relative path is to be ignored.
        Optional<Path> xdg = value(environment, "XDG_CACHE_HOME").map(Path::of).filter(Path::isAbsolute);
        Optional<Path> base = xdg.or(() -> value(environment, "HOME").map(home -> Path.of(home, ".cache")));
        return base.orElseThrow(() -> unusable("no folder to keep the kernel in: HOME is not set; set " + CACHE))
                .resolve("dmabuf")
                .resolve("guest");
    }

    private static Duration timeout(Map<String, String> environment) throws GuestException {
        Optional<String> text = value(environment, TIMEOUT);
        return text.isEmpty() ? DEFAULT_TIMEOUT : seconds(TIMEOUT, text.get());
    }

    /** Reads a time-out. */
    static Duration seconds(String what, String text) throws GuestException {
        try {
            int seconds = Integer.parseInt(text);
            if (seconds > 0) {
                return Duration.ofSeconds(seconds);
            }
        } catch (NumberFormatException e) {
            // Said below, with the name of what is wrong.
        }
        throw unusable(what + " is a number of seconds above 0, not \"" + text + "\"");
    }

    private static Optional<Path> existing(Map<String, String> environment, String name) throws GuestException {
        Optional<Path> path = value(environment, name).map(text -> Path.of(text).toAbsolutePath().normalize());
        if (path.isPresent() && !Files.isReadable(path.get())) {
            throw unusable(name + " names " + path.get() + ", which is not there or cannot be read");
        }
        return path;
    }

    private static Optional<String> value(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(text -> !text.isBlank());
    }

    private static GuestException unusable(String message) {
        return new GuestException(GuestException.Reason.UNUSABLE, message);
    }
}
