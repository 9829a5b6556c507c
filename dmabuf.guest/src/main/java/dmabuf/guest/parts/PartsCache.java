package dmabuf.guest.parts;

import dmabuf.guest.GuestException;
import dmabuf.guest.Progress;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Folders that were fetched once and are reused, outside of any working tree. Each is made beside its place and renamed when it is
 * whole, with a manifest; one that no longer agrees with its manifest is made again.
 *
 * <p>Processes take turns by a lock on a file, threads of one process by a lock of its own.
 */
final class PartsCache {

    private static final ReentrantLock THREADS = new ReentrantLock();

    private final Path folder;
    private final Progress progress;

    /** Makes a folder's content. */
    @FunctionalInterface
    interface Maker {

        /** Fills an empty folder. */
        void make(Path empty) throws IOException, GuestException;
    }

    /** Something done while no other process changes the cache. */
    @FunctionalInterface
    interface Action<T> {

        /** Does it. */
        T run() throws IOException, GuestException;
    }

    PartsCache(Path folder, Progress progress) {
        this.folder = folder;
        this.progress = progress;
    }

    /** Does something while no other process changes the cache. Waits for one that does. */
    <T> T locked(Action<T> action) throws IOException, GuestException {
        THREADS.lock();
        try {
            createFolder();
            try (FileChannel file = FileChannel.open(
                            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock held = lock(file)) {
                if (!held.isValid()) {
                    throw new IOException("cannot lock " + folder.resolve("lock"));
                }
                return action.run();
            }
        } finally {
            THREADS.unlock();
        }
    }

    private void createFolder() throws GuestException {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new GuestException(
                    GuestException.Reason.UNUSABLE,
                    "the folder for fetched parts, " + folder + ", cannot be made (" + e.getMessage() + "); "
                            + "set DMABUF_GUEST_CACHE to one that can",
                    e);
        }
    }

    private FileLock lock(FileChannel file) throws IOException {
        FileLock free = file.tryLock();
        if (free != null) {
            return free;
        }
        try (Progress.Step step = progress.begin("wait for another process that uses " + folder)) {
            FileLock held = file.lock();
            step.done("");
            return held;
        }
    }

    /** Gives a folder, made now if it is not there or is damaged. Under the lock only. */
    Path folder(String name, Maker maker) throws IOException, GuestException {
        Path place = folder.resolve(name);
        if (Files.exists(place)) {
            try {
                Manifest.read(place).verify(place);
                return place;
            } catch (DamagedException e) {
                try (Progress.Step step = progress.begin("discard what is damaged")) {
                    Folders.delete(place);
                    step.done(e.getMessage());
                }
            }
        }
        make(place, maker);
        return place;
    }

    /** Tells whether a folder is there, whole or not. Under the lock only. */
    boolean has(String name) {
        return Files.exists(folder.resolve(name));
    }

    /** Forgets every folder whose name begins so. Under the lock only. */
    void discardAll(String prefix) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, prefix + "*")) {
            for (Path each : all) {
                Folders.delete(each);
            }
        }
    }

    /** Forgets a folder, so that it is made anew. Under the lock only. */
    void discard(String name) throws IOException {
        Folders.delete(folder.resolve(name));
    }

    private void make(Path place, Maker maker) throws IOException, GuestException {
        Path growing = folder.resolve(place.getFileName() + ".new");
        // What a process left that was killed while it fetched.
        Folders.delete(growing);
        try {
            Files.createDirectories(growing);
            maker.make(growing);
            Manifest.write(growing);
            // Content before name: after a power failure there is a whole folder or none.
            HostCommand.of("sync", "-f", growing.toString()).limit(Duration.ofMinutes(5)).run();
            Files.move(growing, place, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Folders.delete(growing);
        }
    }
}
