package dmabuf.guest.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Starts a program that ends with this process even when this one is killed, and no shutdown hook runs: by {@code PR_SET_PDEATHSIG},
 * which setpriv of util-linux sets. A machine without it makes do with the shutdown hook.
 *
 * <p>The signal comes when the <em>thread</em> ends that started the program. So that is one of its own, which lives as long.
 */
final class BoundToParent {

    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

    private BoundToParent() {}

    /** Tells whether this machine has what it takes. */
    static boolean isPossible() {
        return Files.isExecutable(SETPRIV);
    }

    /** Starts it. */
    static Process start(ProcessBuilder builder) throws IOException, InterruptedException {
        if (!isPossible()) {
            return builder.start();
        }
        List<String> line = new ArrayList<>(List.of(SETPRIV.toString(), "--pdeathsig", "KILL", "--"));
        line.addAll(builder.command());
        builder.command(line);
        CompletableFuture<Process> started = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("dmabuf-guest-qemu").start(() -> startAndStay(builder, started));
        try {
            return started.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            started.thenAccept(Process::destroyForcibly);
            throw e;
        }
    }

    private static void startAndStay(ProcessBuilder builder, CompletableFuture<Process> started) {
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            started.completeExceptionally(e);
            return;
        }
        started.complete(process);
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            // Nobody interrupts this thread; if somebody did, the program would end, as it would with the process.
            Thread.currentThread().interrupt();
        }
    }
}
