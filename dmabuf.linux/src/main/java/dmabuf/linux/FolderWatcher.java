package dmabuf.linux;

import dmabuf.api.DmaBufException;
import dmabuf.api.Subscription;
import dmabuf.fd.Errno;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Watches folders, with one thread for all of them that runs while anybody watches. A folder that does not exist yet is watched through
 * its nearest ancestor that does.
 *
 * <p>The thread also opens inotify and places the watches, since to link its functions takes longer than to find the exporters that are
 * there. Whatever came meanwhile is told of as soon as a watch is in place.
 *
 * <p>Where there is no inotify to be had, or no permission, that is said in the log, and changes go unnoticed: a driver whose node is
 * there already works all the same.
 */
final class FolderWatcher implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(FolderWatcher.class.getName());
    /** A listener that is being told may take its time, and may wait for whoever closes. */
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(1);
    private static final int NOT_YET = -2;
    private static final int NOWHERE = -3;

    private static final class Watch {
        private final Path folder;
        private final Runnable changed;
        private int place = NOT_YET;

        Watch(Path folder, Runnable changed) {
            this.folder = folder;
            this.changed = changed;
        }
    }

    private final Syscalls kernel;
    private final Object lock = new Object();
    private final List<Watch> watches = new ArrayList<>();
    private boolean running;
    /** The latest thread, which has ended unless it is running. */
    private Thread thread;
    private boolean closed;
    private Inotify queue;

    /** What the queue of the thread that runs has watches on. Only touched by it. */
    private final Set<Integer> places = new HashSet<>();

    FolderWatcher(Syscalls kernel) {
        this.kernel = kernel;
    }

    Subscription watch(Path folder, Runnable changed) {
        Watch watch = new Watch(folder.toAbsolutePath().normalize(), changed);
        synchronized (lock) {
            if (closed) {
                return () -> {};
            }
            watches.add(watch);
            if (running) {
                wake();
            } else {
                running = true;
                thread = Thread.ofPlatform().daemon().name("dmabuf-devices").start(this::run);
            }
        }
        return () -> remove(watch);
    }

    private void remove(Watch watch) {
        synchronized (lock) {
            if (watches.remove(watch)) {
                wake();
            }
        }
    }

    /** Also waits for the thread, for a while: once the bundle has stopped, its classes may not be there for it any more. */
    @Override
    public void close() {
        Thread last;
        synchronized (lock) {
            closed = true;
            watches.clear();
            wake();
            last = thread;
        }
        if (last != null && last != Thread.currentThread()) {
            try {
                last.join(CLOSE_PATIENCE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** A thread that has no queue yet looks at the watches before it waits. */
    private void wake() {
        if (queue != null) {
            queue.wake();
        }
    }

    private void run() {
        boolean ended = false;
        try (Inotify opened = new Inotify(kernel)) {
            places.clear();
            Set<Integer> events = Set.of();
            while (true) {
                List<Runnable> concerned;
                synchronized (lock) {
                    if (watches.isEmpty()) {
                        running = false;
                        queue = null;
                        ended = true;
                        return;
                    }
                    queue = opened;
                    concerned = follow(opened, events);
                }
                concerned.forEach(FolderWatcher::notify);
                events = opened.take();
            }
        } catch (DmaBufException e) {
            LOG.log(System.Logger.Level.WARNING, "device nodes that come or go will not be noticed: {0}", e.getMessage());
        } finally {
            if (!ended) {
                synchronized (lock) {
                    running = false;
                    queue = null;
                }
            }
        }
    }

    /** Finds who is to be told; places new watches, and follows folders that came or went: down to them, or up to what is left. */
    private List<Runnable> follow(Inotify opened, Set<Integer> events) {
        List<Runnable> concerned = new ArrayList<>();
        for (Watch watch : watches) {
            if (watch.place == NOT_YET || events.contains(watch.place) || events.contains(Inotify.OVERFLOW)) {
                concerned.add(watch.changed);
                try {
                    place(opened, watch);
                } catch (DmaBufException e) {
                    LOG.log(System.Logger.Level.WARNING, "nodes that come to or go from {0} will not be noticed: {1}",
                            watch.folder, e.getMessage());
                }
            }
        }
        dropUnused(opened);
        return concerned;
    }

    /** Watches the folder, or what there is on the way to it; again if that came or went at the same time. */
    private void place(Inotify opened, Watch watch) {
        watch.place = NOWHERE;
        Path existing = nearest(watch.folder);
        Path before;
        do {
            before = existing;
            int place = opened.add(existing);
            if (place >= 0) {
                places.add(place);
                watch.place = place;
            } else if (place != -Errno.ENOENT.number() && place != -Errno.ENOTDIR.number()) {
                SyscallResult.check(place, "inotify_add_watch", existing.toString());
            }
            existing = nearest(watch.folder);
        } while (watch.place == NOWHERE || !existing.equals(before));
    }

    private static Path nearest(Path folder) {
        Path existing = folder;
        while (!Files.isDirectory(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        return existing;
    }

    private void dropUnused(Inotify opened) {
        places.removeIf(place -> {
            boolean unused = watches.stream().noneMatch(watch -> watch.place == place);
            if (unused) {
                opened.remove(place);
            }
            return unused;
        });
    }

    private static void notify(Runnable changed) {
        try {
            changed.run();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "a listener to device nodes failed: {0}", e.toString());
        }
    }
}
