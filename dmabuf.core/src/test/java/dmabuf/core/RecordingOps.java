package dmabuf.core;

import dmabuf.api.Direction;
import dmabuf.api.MmapPolicy;
import dmabuf.api.ScatterList;
import dmabuf.spi.AttachedImporter;
import dmabuf.spi.BufferControl;
import dmabuf.spi.BufferOps;
import iosys.IosysMap;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Every callback there is. Writes down what is called, and does before or instead what a test wants. */
class RecordingOps implements BufferOps {

    /** An address that is nobody's. */
    static final long ADDRESS = 0x7000_0000L;

    final List<String> calls = new CopyOnWriteArrayList<>();
    /** What a callback does, by its name: throw, wait, call back. */
    final Map<String, Runnable> doing = new ConcurrentHashMap<>();

    volatile BufferControl control;
    volatile AttachedImporter lastImporter;
    volatile ScatterList mapsTo;
    volatile MemorySegment vmapsTo;
    volatile MmapPolicy info;

    private void called(String name, String line) {
        calls.add(line);
        Runnable action = doing.get(name);
        if (action != null) {
            action.run();
        }
    }

    private void called(String name) {
        called(name, name);
    }

    @Override
    public void exported(BufferControl buffer) {
        control = buffer;
        mapsTo = ScatterList.contiguous(ADDRESS, buffer.size());
        called("exported");
    }

    @Override
    public void attach(AttachedImporter importer) {
        lastImporter = importer;
        called("attach", "attach " + importer.device());
    }

    @Override
    public void detach(AttachedImporter importer) {
        called("detach", "detach " + importer.device());
    }

    @Override
    public void pin(AttachedImporter importer) {
        called("pin");
    }

    @Override
    public void unpin(AttachedImporter importer) {
        called("unpin");
    }

    @Override
    public ScatterList map(AttachedImporter importer, Direction direction) {
        called("map", "map " + direction);
        return mapsTo;
    }

    @Override
    public void unmap(AttachedImporter importer, ScatterList list, Direction direction) {
        called("unmap", "unmap " + direction);
    }

    @Override
    public void beginCpuAccess(BufferControl buffer, Direction direction) {
        called("beginCpuAccess", "begin " + direction);
    }

    @Override
    public void endCpuAccess(BufferControl buffer, Direction direction) {
        called("endCpuAccess", "end " + direction);
    }

    @Override
    public void vmap(BufferControl buffer, IosysMap map) {
        called("vmap");
        if (vmapsTo != null) {
            map.setSystem(vmapsTo);
        }
    }

    @Override
    public void vunmap(BufferControl buffer, IosysMap map) {
        called("vunmap", "vunmap " + map.byteSize());
    }

    @Override
    public MmapPolicy mmapInfo(BufferControl buffer) {
        called("mmapInfo");
        return info;
    }

    @Override
    public void release(BufferControl buffer) {
        called("release");
    }
}
