package dmabuf.guest;

import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a command is run in a guest.
 *
 * @param workingFolder where it starts; the same path inside
 * @param out a folder of this machine that the command can write to, under the same path inside; made if it is not there
 * @param visible files and folders that it needs to see although the guest has a folder of its own in their place ({@code /tmp},
 *     {@code /run}); the working folder, the JDK and the out folder are always seen
 * @param environment variables that it gets besides the usual ones
 * @param timeout how long the guest may take, boot included
 * @param stdout gets its standard output while it runs
 * @param stderr gets its standard error while it runs
 */
public record GuestOptions(
        Path workingFolder,
        Optional<Path> out,
        List<Path> visible,
        Map<String, String> environment,
        Duration timeout,
        OutputStream stdout,
        OutputStream stderr) {

    /** Makes the collections unmodifiable, and the paths absolute. */
    public GuestOptions {
        workingFolder = absolute(workingFolder);
        out = out.map(GuestOptions::absolute);
        visible = visible.stream().map(GuestOptions::absolute).toList();
        environment = Map.copyOf(environment);
    }

    /**
     * The defaults: the working folder of this process, no out folder, and output only in the result.
     *
     * @param settings gives the time-out
     * @return options
     */
    public static GuestOptions of(GuestSettings settings) {
        return new GuestOptions(
                Path.of(""),
                Optional.empty(),
                List.of(),
                Map.of(),
                settings.timeout(),
                OutputStream.nullOutputStream(),
                OutputStream.nullOutputStream());
    }

    /**
     * Sets where the command starts.
     *
     * @param folder a folder of this machine, seen under the same path inside
     * @return options with it
     */
    public GuestOptions in(Path folder) {
        return new GuestOptions(folder, out, visible, environment, timeout, stdout, stderr);
    }

    /**
     * Sets a folder that the command can write to.
     *
     * @param folder a folder of this machine
     * @return options with it
     */
    public GuestOptions withOut(Path folder) {
        return new GuestOptions(workingFolder, Optional.of(folder), visible, environment, timeout, stdout, stderr);
    }

    /**
     * Adds a file or folder that the command needs to see.
     *
     * @param path a path of this machine, the same inside
     * @return options with it
     */
    public GuestOptions withVisible(Path path) {
        List<Path> more = new ArrayList<>(visible);
        more.add(path);
        return new GuestOptions(workingFolder, out, more, environment, timeout, stdout, stderr);
    }

    /**
     * Adds an environment variable.
     *
     * @param name its name
     * @param value its value
     * @return options with it
     */
    public GuestOptions withEnvironment(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(environment);
        more.put(name, value);
        return new GuestOptions(workingFolder, out, visible, more, timeout, stdout, stderr);
    }

    /**
     * Limits the time.
     *
     * @param limit how long the guest may take, boot included
     * @return options with it
     */
    public GuestOptions withTimeout(Duration limit) {
        return new GuestOptions(workingFolder, out, visible, environment, limit, stdout, stderr);
    }

    /**
     * Passes the command's output on while it runs.
     *
     * @param standardOutput gets its standard output
     * @param standardError gets its standard error
     * @return options with them
     */
    public GuestOptions relayedTo(OutputStream standardOutput, OutputStream standardError) {
        return new GuestOptions(workingFolder, out, visible, environment, timeout, standardOutput, standardError);
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }
}
