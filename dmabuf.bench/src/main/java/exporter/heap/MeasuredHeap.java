package exporter.heap;

import dmabuf.linux.Syscalls;
import dmabuf.spi.Exporter;

/** Reaches the exporter that is to be measured, which is private to its package; here its classes are on the class path. */
public final class MeasuredHeap {

    private MeasuredHeap() {}

    /** The exporter of the system heap, as its component makes it. */
    public static Exporter on(Syscalls kernel) {
        return new HeapExporter(kernel, "/dev/dma_heap/system");
    }
}
