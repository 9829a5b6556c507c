package exporter.heap;

import dmabuf.api.Caching;

/**
 * What a heap's name says of its memory. The kernel gives no other way to ask; the names are those of {@code drivers/dma-buf/heaps} and of
 * the vendors' heaps that follow them.
 *
 * @param caching the cache attribute of its mappings
 * @param contiguous whether a buffer is one physical stretch
 */
record HeapPolicy(Caching caching, boolean contiguous) {

    static HeapPolicy ofName(String heap) {
        if (heap.contains("uncached")) {
            return new HeapPolicy(Caching.WRITE_COMBINED, false);
        }
        boolean contiguous = heap.contains("cma") || heap.contains("reserved");
        boolean known = contiguous || heap.equals("system");
        return new HeapPolicy(known ? Caching.CACHED : Caching.UNKNOWN, contiguous);
    }
}
