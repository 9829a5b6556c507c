/**
 * Memory that may be system or I/O memory, and the accesses that are right for each: Linux's {@code struct iosys_map} over
 * {@link java.lang.foreign.MemorySegment}. Independent of any bus and of any driver; no native access of its own.
 *
 * <pre>{@code
 * IosysMap map = IosysMap.ofIo(bar);            // or IosysMap.of(memory): the rest is the same
 * map.copyTo(0, pixels);
 * map.writeInt(DOORBELL, 1);
 * while (STATUS.readInt(map, 0) != DONE) {
 *     Thread.onSpinWait();
 * }
 * }</pre>
 *
 * <p>Every function of {@code include/linux/iosys-map.h} has its method here; the repository's {@code docs/iosys-map.md} is the table of
 * them, with the rules and where they differ from the kernel's.
 *
 * <p>Importers of this package use {@code [1.0,2)}.
 */
@Export
@Version("1.0.0")
package iosys;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
