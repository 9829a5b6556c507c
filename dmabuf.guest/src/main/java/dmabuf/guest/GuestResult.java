package dmabuf.guest;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What a guest brought back.
 *
 * @param exit the command's exit status
 * @param stdout its standard output
 * @param stderr its standard error
 * @param console what kernel and init said on the serial console
 * @param out the folder that it could write to, with what it wrote
 * @param boot how long it took until the command could start
 * @param total how long the guest took in all
 */
public record GuestResult(
        int exit, String stdout, String stderr, String console, Optional<Path> out, Duration boot, Duration total) {}
