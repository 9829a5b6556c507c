package dmabuf.guest.parts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What must not outlive this process, even if Ctrl-C ends it: programs that it has started, and temporary folders. Thread-safe.
 */
public final class AtExit {

    private static final Set<Process> PROGRAMS = ConcurrentHashMap.newKeySet();
    private static final Set<Path> FOLDERS = ConcurrentHashMap.newKeySet();
    private static final long GONE_SECONDS = 5;
    private static volatile boolean ending;

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(AtExit::endAll, "dmabuf-guest-exit"));
    }

    private AtExit() {}

    private static void endAll() {
        ending = true;
        PROGRAMS.forEach(Process::destroyForcibly);
        try {
            for (Process program : PROGRAMS) {
                program.waitFor(GONE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            // The process ends; what is left of its folders is in a folder for temporary files.
            return;
        }
        for (Path folder : FOLDERS) {
            try {
                Folders.delete(folder);
            } catch (IOException e) {
                System.err.println("guest: cannot delete " + folder + ": " + e.getMessage());
            }
        }
    }

    /**
     * Watches over a program.
     *
     * @param program just started
     */
    public static void kill(Process program) {
        PROGRAMS.add(program);
        if (ending) {
            program.destroyForcibly();
        }
    }

    /**
     * Ends a program, if it has not ended by itself, and forgets it. Waits until it is gone, so that it no longer writes to its files.
     *
     * @param program one that is watched over
     */
    public static void killNow(Process program) {
        if (ending) {
            awaitTheEnd();
        }
        program.destroyForcibly();
        program.onExit().completeOnTimeout(program, GONE_SECONDS, TimeUnit.SECONDS).join();
        PROGRAMS.remove(program);
    }

    /** The process ends: that its programs were ended is no news, and nobody should report it as their failure. */
    private static void awaitTheEnd() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Makes a temporary folder.
     *
     * @param prefix how its name begins
     * @return the folder, deleted with the process at the latest
     * @throws IOException when it cannot be made
     */
    public static Path temporaryFolder(String prefix) throws IOException {
        Path folder = Files.createTempDirectory(prefix);
        FOLDERS.add(folder);
        return folder;
    }

    /**
     * Deletes a temporary folder.
     *
     * @param folder one that was made here
     * @throws IOException when something in it cannot be deleted
     */
    public static void deleteNow(Path folder) throws IOException {
        Folders.delete(folder);
        FOLDERS.remove(folder);
    }
}
