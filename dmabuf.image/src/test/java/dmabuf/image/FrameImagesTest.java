package dmabuf.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.Caching;
import dmabuf.api.CpuAccess;
import dmabuf.api.Mapping;
import dmabuf.api.MappingMode;
import dmabuf.api.MemoryKind;
import dmabuf.api.MmapPolicy;
import dmabuf.api.PolicyOrigin;
import dmabuf.frame.DrmFormat;
import dmabuf.frame.DrmModifier;
import dmabuf.frame.FrameDescription;
import dmabuf.frame.FramePlane;
import java.awt.image.BufferedImage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameImagesTest {

    private static final DrmModifier X_TILED = new DrmModifier(0x0100000000000001L);

    /** A mapping of plain memory, which writes down what is done. */
    private record PlainMapping(MemorySegment memory, long offset, MemoryKind kind, List<String> events) implements Mapping {

        @Override
        public long length() {
            return memory.byteSize();
        }

        @Override
        public MmapPolicy policy() {
            return new MmapPolicy(true, Caching.CACHED, true, Access.READ, kind, false, PolicyOrigin.EXPORTER);
        }

        @Override
        public String mode() {
            return MappingMode.DMA_BUF;
        }

        @Override
        public CpuAccess cpuAccess(Access access) {
            events.add("begin " + access);
            return new CpuAccess() {
                @Override
                public MemorySegment segment() {
                    return memory.asReadOnly();
                }

                @Override
                public void close() {
                    events.add("end");
                }
            };
        }

        @Override
        public void close() {
            events.add("close");
        }
    }

    private static String refused(FrameDescription frame, MemorySegment memory) {
        return assertThrows(IllegalArgumentException.class, () -> FrameImages.standard().toImage(frame, memory)).getMessage();
    }

    @Test
    void memoryIsReadInsideAScope() {
        try (Arena arena = Arena.ofConfined()) {
            for (MemoryKind kind : MemoryKind.values()) {
                MemorySegment memory = arena.allocate(4096, 8);
                memory.set(ValueLayout.JAVA_INT, 2 * 64 + 4, 0x00123456);
                FrameDescription frame = FrameDescription.packed(DrmFormat.XRGB8888, 3, 5, 64);
                List<String> events = new ArrayList<>();
                BufferedImage image = FrameImages.standard().toImage(frame, new PlainMapping(memory, 0, kind, events));
                assertEquals(0xff123456, image.getRGB(1, 2), kind.toString());
                assertEquals(0xff000000, image.getRGB(2, 4));
                assertEquals(List.of("begin read", "end"), events);
            }
        }
    }

    @Test
    void scopeIsEndedWhenThereIsNoImage() {
        List<String> events = new ArrayList<>();
        MemorySegment memory = MemorySegment.ofArray(new byte[8]);
        for (MemoryKind kind : MemoryKind.values()) {
            Mapping mapping = new PlainMapping(memory, 0, kind, events);
            FrameDescription frame = FrameDescription.packed(DrmFormat.XRGB8888, 3, 1);
            assertThrows(IllegalArgumentException.class, () -> FrameImages.standard().toImage(frame, mapping));
        }
        assertEquals(List.of("begin read", "end", "begin read", "end"), events);
    }

    @Test
    void mappingOfAnotherPartIsRefused() {
        List<String> events = new ArrayList<>();
        Mapping mapping = new PlainMapping(MemorySegment.ofArray(new byte[4096]), 4096, MemoryKind.SYSTEM, events);
        FrameDescription frame = FrameDescription.packed(DrmFormat.XRGB8888, 3, 1);
        assertTrue(assertThrows(IllegalArgumentException.class, () -> FrameImages.standard().toImage(frame, mapping))
                .getMessage().contains("begins at byte 4096"));
        assertEquals(List.of(), events);
    }

    @Test
    void whatCannotBeReadIsRefusedInWords() {
        MemorySegment memory = MemorySegment.ofArray(new byte[4096]);
        assertEquals("no image can be made of UYVY 2x1, stride 4: possible are ABGR8888, ARGB8888, NV12, RGB565, XBGR8888, XRGB8888, YUYV",
                refused(FrameDescription.packed(DrmFormat.UYVY, 2, 1), memory));
        for (DrmModifier layout : List.of(X_TILED, DrmModifier.INVALID)) {
            FrameDescription frame = new FrameDescription(DrmFormat.XRGB8888, layout, 8, 8, List.of(new FramePlane(0, 32)));
            assertTrue(refused(frame, memory).endsWith("it is not linear"));
        }
        assertTrue(refused(FrameDescription.packed(DrmFormat.NV12, 64, 64), memory).contains("plane 1"));
        assertTrue(refused(FrameDescription.packed(DrmFormat.RGB565, 1 << 16, 1 << 16), memory).startsWith("no image has as many pixels"));
        assertTrue(refused(FrameDescription.packed(DrmFormat.YUYV, Integer.MAX_VALUE - 9, 1), memory).startsWith("no image has as many"));
    }

    @Test
    void everyFormatThatIsListedGivesAnImage() {
        for (DrmFormat format : FrameImages.formats()) {
            FrameDescription frame = FrameDescription.packed(format, 5, 3);
            BufferedImage image = FrameImages.standard().toImage(frame, MemorySegment.ofArray(new byte[(int) frame.size()]));
            assertEquals(5, image.getWidth(), format.toString());
            assertEquals(3, image.getHeight(), format.toString());
        }
        assertEquals(7, FrameImages.formats().size());
    }
}
