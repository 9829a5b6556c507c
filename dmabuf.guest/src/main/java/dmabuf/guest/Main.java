package dmabuf.guest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Runs one command in a guest: {@code [--out FOLDER] [--timeout SECONDS] [--] COMMAND [ARGUMENT...]}. */
public final class Main {

    /** The system property that names the distribution's folder, whose verbs can then be run by their names. */
    public static final String HOME = "dmabuf.home";

    /** No exit status came back, or the lane cannot be used: as env(1) and its kin have it. */
    private static final int FAILED = 125;
    private static final int TIMED_OUT = 124;
    private static final int WRONG_USE = 2;

    private static final String USAGE =
            """
            usage: dmabuf guest [--out FOLDER] [--timeout SECONDS] [--] COMMAND [ARGUMENT...]

            Boots a real Linux kernel in QEMU and runs COMMAND in it, on this machine's files (read-only) and JDK: one of our
            verbs, or a program with a slash in its path.
              --out FOLDER       a folder that the command can write to, under the same path
              --timeout SECONDS  how long the guest may take, boot included (240)
            The exit status is the command's; 124 when its time was over, 125 when the guest could not be had or died.""";

    private Main() {}

    /**
     * Runs the command, and ends with its exit status.
     *
     * @param arguments as the usage says
     */
    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments)));
    }

    private static int run(List<String> arguments) {
        try {
            return runInside(arguments);
        } catch (WrongUseException e) {
            System.err.println("guest: " + e.getMessage());
            System.err.println(USAGE);
            return WRONG_USE;
        } catch (GuestException e) {
            System.err.println("guest: " + e.getMessage());
            return e.reason() == GuestException.Reason.TIMED_OUT ? TIMED_OUT : FAILED;
        } catch (IOException e) {
            System.err.println("guest: " + e.getMessage());
            return FAILED;
        }
    }

    private static int runInside(List<String> arguments) throws WrongUseException, GuestException, IOException {
        GuestSettings settings = GuestSettings.ofEnvironment();
        Optional<Path> home = Optional.ofNullable(System.getProperty(HOME)).map(Path::of);
        Invocation invocation = Invocation.parse(arguments, GuestOptions.of(settings), home);
        GuestOptions options = Invocation.inheriting(invocation.options(), System.getenv());
        Guest guest = Guest.prepare(GuestMachine.full(), settings, ConsoleProgress.ofStandardError());
        GuestResult result = guest.run(invocation.command(), options.relayedTo(System.out, System.err));
        double seconds = result.total().toMillis() / 1e3;
        System.err.printf(Locale.ROOT, "guest: exit status %d, %.1f s in all%n", result.exit(), seconds);
        return result.exit();
    }
}
