package dmabuf.core;

import dmabuf.api.Direction;
import dmabuf.api.MmapPolicy;
import dmabuf.api.ScatterList;
import dmabuf.spi.AttachedImporter;
import dmabuf.spi.BufferControl;
import dmabuf.spi.BufferOps;
import iosys.IosysMap;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An exporter's part that believes nothing: it checks that what is promised to be called one at a time is, that whatever is begun is ended
 * once, that nothing is called before a buffer is exported or after it is released, and nothing but release once the exporter is gone.
 */
final class CheckingOps implements BufferOps {

    /** What is begun and not yet ended of one buffer. */
    private final class Books {

        final AtomicBoolean locked = new AtomicBoolean();
        final AtomicInteger attached = new AtomicInteger();
        final AtomicInteger mapped = new AtomicInteger();
        final AtomicInteger pinned = new AtomicInteger();
        final AtomicInteger accesses = new AtomicInteger();
        final AtomicInteger vmaps = new AtomicInteger();
        volatile Arena arena;

        void begin(AtomicInteger count) {
            count.incrementAndGet();
        }

        void end(AtomicInteger count, String what) {
            if (count.decrementAndGet() < 0) {
                wrong.add(what + " was ended more often than begun");
            }
        }

        /** What Linux enters with the reservation lock held. */
        void underTheLock(String what, Runnable action) {
            if (!locked.compareAndSet(false, true)) {
                wrong.add(what + " was called while another callback held the lock");
            }
            if (ThreadLocalRandom.current().nextInt(8) == 0) {
                Thread.yield();
            }
            action.run();
            locked.set(false);
        }

        List<Integer> open() {
            return List.of(attached.get(), mapped.get(), pinned.get(), accesses.get(), vmaps.get());
        }
    }

    final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    final AtomicInteger exported = new AtomicInteger();
    final AtomicInteger released = new AtomicInteger();
    final AtomicInteger calls = new AtomicInteger();
    private final Map<BufferControl, Books> books = new ConcurrentHashMap<>();
    private volatile boolean leaving;
    private volatile boolean gone;

    /** From now on what is taken back may be taken back without telling. */
    void leaving() {
        leaving = true;
    }

    /** From now on only release may be called. */
    void gone() {
        gone = true;
    }

    /** A buffer that is alive, if there is one. */
    BufferControl any() {
        return books.keySet().stream().findAny().orElse(null);
    }

    private Books of(BufferControl buffer, String what) {
        calls.incrementAndGet();
        if (gone) {
            wrong.add(what + " was called after the exporter had gone");
        }
        Books found = books.get(buffer);
        if (found == null) {
            wrong.add(what + " was called for a buffer that is not there");
            return new Books();
        }
        return found;
    }

    @Override
    public void exported(BufferControl buffer) {
        exported.incrementAndGet();
        books.put(buffer, new Books());
    }

    @Override
    public void attach(AttachedImporter importer) {
        Books ours = of(importer.buffer(), "attach");
        ours.begin(ours.attached);
    }

    @Override
    public void detach(AttachedImporter importer) {
        Books ours = of(importer.buffer(), "detach");
        ours.end(ours.attached, "attach");
    }

    @Override
    public void pin(AttachedImporter importer) {
        Books ours = of(importer.buffer(), "pin");
        ours.underTheLock("pin", () -> ours.begin(ours.pinned));
    }

    @Override
    public void unpin(AttachedImporter importer) {
        Books ours = of(importer.buffer(), "unpin");
        ours.underTheLock("unpin", () -> ours.end(ours.pinned, "pin"));
    }

    @Override
    public ScatterList map(AttachedImporter importer, Direction direction) {
        Books ours = of(importer.buffer(), "map");
        ours.underTheLock("map", () -> ours.begin(ours.mapped));
        return ScatterList.contiguous(RecordingOps.ADDRESS, importer.buffer().size());
    }

    @Override
    public void unmap(AttachedImporter importer, ScatterList list, Direction direction) {
        Books ours = of(importer.buffer(), "unmap");
        ours.underTheLock("unmap", () -> ours.end(ours.mapped, "map"));
    }

    @Override
    public void beginCpuAccess(BufferControl buffer, Direction direction) {
        Books ours = of(buffer, "beginCpuAccess");
        ours.begin(ours.accesses);
    }

    @Override
    public void endCpuAccess(BufferControl buffer, Direction direction) {
        Books ours = of(buffer, "endCpuAccess");
        ours.end(ours.accesses, "CPU access");
    }

    @Override
    public void vmap(BufferControl buffer, IosysMap map) {
        Books ours = of(buffer, "vmap");
        ours.underTheLock("vmap", () -> {
            if (ours.vmaps.incrementAndGet() != 1) {
                wrong.add("vmap was called for the second user");
            }
            ours.arena = Arena.ofShared();
            map.setSystem(ours.arena.allocate(buffer.size()));
        });
    }

    @Override
    public void vunmap(BufferControl buffer, IosysMap map) {
        Books ours = of(buffer, "vunmap");
        ours.underTheLock("vunmap", () -> {
            ours.end(ours.vmaps, "vmap");
            ours.arena.close();
        });
    }

    @Override
    public MmapPolicy mmapInfo(BufferControl buffer) {
        of(buffer, "mmapInfo");
        return null;
    }

    @Override
    public void release(BufferControl buffer) {
        released.incrementAndGet();
        Books ours = books.remove(buffer);
        if (ours == null) {
            wrong.add("release was called twice");
        } else if (!leaving && ours.open().stream().anyMatch(count -> count != 0)) {
            wrong.add("released with " + ours.open() + " open");
        }
    }
}
