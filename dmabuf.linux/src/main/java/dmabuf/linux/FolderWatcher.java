package dmabuf.linux;

import dmabuf.api.Subscription;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Watches folders through inotify, with one thread for all of them that runs while anybody watches. A folder that does not exist yet is
 * watched through its nearest ancestor that does.
 */
final class FolderWatcher implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(FolderWatcher.class.getName());
    private static final WatchEvent.Kind<?>[] KINDS = {
        StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE, StandardWatchEventKinds.ENTRY_MODIFY
    };

    private final Object lock = new Object();
    private final Map<Watch, WatchKey> watches = new HashMap<>();
    private WatchService service;

    private record Watch(Path folder, Runnable changed, Object identity) {}

    Subscription watch(Path folder, Runnable changed) {
        Watch watch = new Watch(folder, changed, new Object());
        synchronized (lock) {
            try {
                if (service == null) {
                    service = folder.getFileSystem().newWatchService();
                    WatchService watched = service;
                    Thread.ofPlatform().daemon().name("dmabuf-devices").start(() -> run(watched));
                }
                watches.put(watch, register(folder));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot watch " + folder, e);
            }
        }
        return () -> remove(watch);
    }

    private WatchKey register(Path folder) throws IOException {
        Path existing = folder;
        while (!Files.isDirectory(existing)) {
            existing = existing.getParent();
        }
        return existing.register(service, KINDS);
    }

    private void remove(Watch watch) {
        WatchService unused = null;
        synchronized (lock) {
            WatchKey key = watches.remove(watch);
            if (key != null && !watches.containsValue(key)) {
                key.cancel();
            }
            if (watches.isEmpty()) {
                unused = service;
                service = null;
            }
        }
        end(unused);
    }

    private void run(WatchService watched) {
        try {
            while (true) {
                WatchKey key = watched.take();
                List<WatchEvent<?>> events = key.pollEvents();
                boolean overflow = events.stream().anyMatch(event -> event.kind() == StandardWatchEventKinds.OVERFLOW);
                key.reset();
                for (Runnable changed : concerned(watched, key, overflow)) {
                    notify(changed);
                }
            }
        } catch (ClosedWatchServiceException | InterruptedException e) {
            // Nobody watches any more.
        }
    }

    private List<Runnable> concerned(WatchService watched, WatchKey key, boolean overflow) {
        List<Runnable> concerned = new ArrayList<>();
        synchronized (lock) {
            if (watched != service) {
                return concerned;
            }
            for (Map.Entry<Watch, WatchKey> entry : watches.entrySet()) {
                if (!overflow && !entry.getValue().equals(key)) {
                    continue;
                }
                concerned.add(entry.getKey().changed());
                try {
                    // The folder itself may have come or gone: follow it down, or up.
                    entry.setValue(register(entry.getKey().folder()));
                } catch (IOException e) {
                    LOG.log(System.Logger.Level.WARNING, "can no longer watch {0}: {1}", entry.getKey().folder(), e.toString());
                }
            }
        }
        return concerned;
    }

    private static void notify(Runnable changed) {
        try {
            changed.run();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "a listener to device nodes failed: {0}", e.toString());
        }
    }

    private static void end(WatchService service) {
        if (service != null) {
            try {
                service.close();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "closing the watch service: {0}", e.toString());
            }
        }
    }

    @Override
    public void close() {
        WatchService unused;
        synchronized (lock) {
            watches.clear();
            unused = service;
            service = null;
        }
        end(unused);
    }
}
