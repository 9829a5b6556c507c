package dmabuf.display.impl;

import dmabuf.api.Access;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBufException;
import dmabuf.api.Mapping;
import dmabuf.api.MemoryKind;
import dmabuf.api.MmapRequest;
import dmabuf.display.CursorMode;
import dmabuf.display.DisplayFrame;
import dmabuf.display.DisplayPicture;
import dmabuf.display.DisplayPlane;
import dmabuf.display.DisplayState;
import dmabuf.display.PlaneInfo;
import dmabuf.fd.Errno;
import dmabuf.frame.FrameDescription;
import dmabuf.frame.FramePlane;
import dmabuf.frame.PlaneRows;
import dmabuf.linux.MappedMemory;
import iosys.IosysMap;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** Copies what is on a screen. */
final class Capture {

    /** What the longest array holds. */
    private static final int MOST = Integer.MAX_VALUE - 8;
    private static final long PAGE = MappedMemory.PAGE_SIZE;

    /**
     * Pixels of this process's own.
     *
     * @param info what they were copied of
     * @param frame how they lie, without gaps
     */
    record Copy(PlaneInfo info, FrameDescription frame, MemorySegment pixels) {}

    private Capture() {}

    static Optional<DisplayPicture> of(Screen screen, CursorMode mode) {
        Optional<Copy> primary = copy(screen, DisplayPlane.PRIMARY);
        Optional<Copy> cursor = mode == CursorMode.APART || primary.isEmpty() ? Optional.empty() : copy(screen, DisplayPlane.CURSOR);
        if (primary.isEmpty()) {
            return Optional.empty();
        }
        Copy picture = primary.get();
        DisplayState state = new DisplayState(
                DisplayState.Condition.ON, Optional.of(picture.info), cursor.map(Copy::info), "");
        return Optional.of(cursor
                .map(pointer -> composed(screen, picture, pointer, state))
                .orElseGet(() -> new DisplayPicture(picture.frame, picture.pixels.asReadOnly(), state)));
    }

    private static DisplayPicture composed(Screen screen, Copy picture, Copy pointer, DisplayState state) {
        ColourImage image = colours(screen, picture);
        image.draw(colours(screen, pointer), pointer.info.x(), pointer.info.y());
        return new DisplayPicture(image.frame(), image.pixels().asReadOnly(), state);
    }

    private static ColourImage colours(Screen screen, Copy copy) {
        return ColourImage.of(copy.frame, copy.pixels).orElseThrow(() -> refused(
                screen, copy.info, "it cannot be composed with another plane: that takes " + ColourImage.formats()));
    }

    private static Optional<Copy> copy(Screen screen, DisplayPlane plane) {
        Optional<DisplayFrame> taken = screen.frame(plane);
        if (taken.isEmpty()) {
            return Optional.empty();
        }
        try (DisplayFrame frame = taken.get()) {
            checkReadable(screen, frame.info());
            checkMappable(screen, frame);
            long pages = frame.buffer().size() & -PAGE;
            try (Mapping mapping = frame.buffer().mmap(MmapRequest.whole().range(0, pages).access(Access.READ));
                    CpuAccess cpu = mapping.cpuAccess(Access.READ)) {
                boolean io = mapping.policy().memory() == MemoryKind.IO;
                return Optional.of(cpu.access(memory -> copy(frame.info(), memory, io)));
            }
        }
    }

    private static void checkReadable(Screen screen, PlaneInfo info) {
        FrameDescription frame = info.frame();
        if (!frame.format().isKnown()) {
            throw refused(screen, info, "how " + frame.format() + " is stored is not known here");
        }
        if (!frame.modifier().isLinear()) {
            throw refused(screen, info, "it is laid out as " + frame.modifier() + ", and only linear pictures can be read");
        }
        if (FrameDescription.packed(frame.format(), frame.width(), frame.height()).size() > MOST) {
            throw refused(screen, info, "it is larger than any array");
        }
    }

    private static void checkMappable(Screen screen, DisplayFrame frame) {
        if (!frame.buffer().policy().mappable()) {
            throw refused(screen, frame.info(), "its driver shows it to devices only: no CPU can map it");
        }
        if (frame.info().frame().size() > (frame.buffer().size() & -PAGE)) {
            throw refused(screen, frame.info(), "it ends in the tail of a buffer of " + frame.buffer().size()
                    + " bytes, of which whole pages can be mapped");
        }
    }

    private static DmaBufException refused(Screen screen, PlaneInfo info, String why) {
        return new DmaBufException(Errno.EOPNOTSUPP, "capture", screen + ", " + info, why);
    }

    private static Copy copy(PlaneInfo info, MemorySegment memory, boolean io) {
        FrameDescription from = info.frame();
        FrameDescription to = FrameDescription.packed(from.format(), from.width(), from.height());
        MemorySegment pixels = MemorySegment.ofArray(new byte[(int) to.paddedSize()]);
        IosysMap map = io ? IosysMap.ofIo(memory) : IosysMap.of(memory);
        for (int plane = 0; plane < from.planes().size(); plane++) {
            PlaneRows rows = from.rows(plane, memory);
            FramePlane packed = to.planes().get(plane);
            for (int y = 0; y < rows.count(); y++) {
                map.copyFrom(pixels, packed.offset() + y * packed.stride(), rows.offset(y), rows.rowBytes());
            }
        }
        return new Copy(info, to, pixels);
    }
}
