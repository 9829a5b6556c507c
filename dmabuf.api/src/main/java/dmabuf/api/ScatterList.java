package dmabuf.api;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;

/**
 * Where a buffer is, as a device sees it: pieces of the device's address space, in the order of the buffer's bytes. Mirrors {@code struct
 * sg_table}, of which importers may use nothing but the device addresses either.
 *
 * <p>Addresses are unsigned. Immutable; holds no memory, and stays readable when the mapping that it describes is gone: then its addresses
 * mean nothing any more.
 */
public final class ScatterList implements Iterable<ScatterList.Entry> {

    private final List<Entry> entries;
    private final long size;

    /**
     * A piece.
     *
     * @param address where it begins in the device's address space, unsigned
     * @param length how long it is, in bytes, more than 0
     * @param offset where it begins in the buffer, in bytes
     */
    public record Entry(long address, long length, long offset) {

        /**
         * Checks the piece.
         *
         * @throws IllegalArgumentException when it is empty, begins before the buffer, or wraps around the end of the address space
         */
        public Entry {
            if (length <= 0 || offset < 0) {
                throw new IllegalArgumentException("no piece of a buffer: " + length + " bytes at " + offset);
            }
            if (Long.compareUnsigned(address + (length - 1), address) < 0) {
                throw new IllegalArgumentException(
                        length + " bytes at 0x" + Long.toHexString(address) + " reach beyond the end of the address space");
            }
        }

        /** Gives address and length as a kernel's log would. */
        @Override
        public String toString() {
            return "0x" + Long.toHexString(address) + "+" + length;
        }
    }

    private ScatterList(List<Entry> entries, long size) {
        this.entries = List.copyOf(entries);
        this.size = size;
    }

    /**
     * Makes a list of pieces.
     *
     * @param size the buffer's size in bytes
     * @param entries the pieces, in the order of the buffer's bytes
     * @return the list
     * @throws IllegalArgumentException when a piece does not begin where the one before ends, or the total is not the size
     */
    public static ScatterList of(long size, List<Entry> entries) {
        long total = 0;
        for (Entry entry : entries) {
            if (entry.offset != total) {
                throw new IllegalArgumentException("a piece begins at " + entry.offset + " where the one before ends at " + total);
            }
            total = Math.addExact(total, entry.length);
        }
        if (total != size || size <= 0) {
            throw new IllegalArgumentException("the pieces are " + total + " bytes of a buffer of " + size);
        }
        return new ScatterList(entries, size);
    }

    /**
     * Makes a list of one piece, as a device has it that sees the buffer in one place.
     *
     * @param address where
     * @param size the buffer's size in bytes
     * @return the list
     * @throws IllegalArgumentException as {@link Entry} and {@link #of} say
     */
    public static ScatterList contiguous(long address, long size) {
        return of(size, List.of(new Entry(address, size, 0)));
    }

    /**
     * Lists the pieces. Mirrors {@code for_each_sgtable_dma_sg}.
     *
     * @return in the order of the buffer's bytes; never empty
     */
    public List<Entry> entries() {
        return entries;
    }

    /**
     * Adds up the pieces.
     *
     * @return bytes, the buffer's size
     */
    public long size() {
        return size;
    }

    @Override
    public Iterator<Entry> iterator() {
        return entries.iterator();
    }

    /**
     * Walks over the list by pages of the device. Mirrors {@code for_each_sgtable_dma_page}, and cuts where that would round: a piece that
     * begins or ends within a page gives a part of one.
     *
     * @param pageSize the size of the device's pages in bytes, a power of two
     * @return pieces none of which crosses a page boundary of the device, in the order of the buffer's bytes; walks anew each time
     * @throws IllegalArgumentException when the size is no power of two
     */
    public Iterable<Entry> pages(long pageSize) {
        if (Long.bitCount(pageSize) != 1 || pageSize < 0) {
            throw new IllegalArgumentException("a page size is a power of two: " + pageSize);
        }
        return () -> new PageIterator(entries.iterator(), pageSize);
    }

    /**
     * Finds a byte of the buffer.
     *
     * @param offset where it is in the buffer
     * @return where the device sees it
     * @throws IndexOutOfBoundsException when the buffer is not that long
     */
    public long addressOf(long offset) {
        Objects.checkIndex(offset, size);
        int low = 0;
        int high = entries.size() - 1;
        while (low < high) {
            int middle = low + high + 1 >>> 1;
            if (entries.get(middle).offset <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return entries.get(low).address + (offset - entries.get(low).offset);
    }

    /**
     * Joins pieces that continue each other in the device's address space.
     *
     * @return a list with as few pieces as there can be; this one when it is that already
     */
    public ScatterList coalesced() {
        List<Entry> joined = new ArrayList<>();
        for (Entry entry : entries) {
            Entry last = joined.isEmpty() ? null : joined.getLast();
            if (last != null && last.address + last.length == entry.address && entry.address != 0) {
                joined.set(joined.size() - 1, new Entry(last.address, last.length + entry.length, last.offset));
            } else {
                joined.add(entry);
            }
        }
        return joined.size() == entries.size() ? this : new ScatterList(joined, size);
    }

    /** Says how many pieces there are, and the first ones. */
    @Override
    public String toString() {
        String first = String.join(", ", entries.stream().limit(4).map(Entry::toString).toList());
        return size + " bytes in " + entries.size() + (entries.size() == 1 ? " piece: " : " pieces: ") + first
                + (entries.size() > 4 ? ", …" : "");
    }

    /** Cuts pieces at the boundaries of pages. */
    private static final class PageIterator implements Iterator<Entry> {

        private final Iterator<Entry> rest;
        private final long pageSize;
        private Entry piece;
        private long done;

        PageIterator(Iterator<Entry> rest, long pageSize) {
            this.rest = rest;
            this.pageSize = pageSize;
        }

        @Override
        public boolean hasNext() {
            return piece != null || rest.hasNext();
        }

        @Override
        public Entry next() {
            if (piece == null) {
                if (!rest.hasNext()) {
                    throw new NoSuchElementException();
                }
                piece = rest.next();
                done = 0;
            }
            long address = piece.address + done;
            long length = Math.min(pageSize - (address & pageSize - 1), piece.length - done);
            Entry page = new Entry(address, length, piece.offset + done);
            done += length;
            if (done == piece.length) {
                piece = null;
            }
            return page;
        }
    }
}
