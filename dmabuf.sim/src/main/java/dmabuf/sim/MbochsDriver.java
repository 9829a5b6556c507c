package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dmabuf.fd.Errno;
import dmabuf.linux.Posix;
import dmabuf.linux.UserMemory;
import dmabuf.linux.vfio.VfioIoctl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The sample driver {@code samples/vfio-mdev/mbochs.c} of Linux 6.12, of type {@code small}: a bochs display whose picture is a dma-buf
 * over its own memory. With its peculiarities, for whoever meets it must live with them: the first query after a change of mode is ENOMEM,
 * and memory that is read or written through the file and not mapped is two pages off. But where the driver re-exports a dma-buf without a
 * reference, and brings its kernel down, this one takes the reference.
 */
final class MbochsDriver extends VfioDriver {

    private static final long MEMORY = 4 << 20;
    private static final long MMIO_AT = PAGE;
    private static final long EDID_AT = 2 * PAGE;
    private static final long MEMORY_AT = 3 * PAGE;
    private static final int EDID_INDEX = VfioIoctl.PCI_NUM_REGIONS;
    private static final int REGIONS = EDID_INDEX + 1;
    private static final int MAX_X = 800;
    private static final int MAX_Y = 600;

    private static final int VENDOR = 0x1234;
    private static final int DEVICE = 0x1111;
    private static final int DISPI_BEGIN = 0x500;
    private static final int DISPI_END = 0x516;
    private static final int EDID_BLOCK_END = 0x400;
    private static final int EDID_BLOB_AT = 2048;
    private static final int EDID_BLOB_SIZE = 0x400;

    /** A framebuffer that has been asked for, {@code struct mbochs_dmabuf}. What exports it is guarded by {@link #exports}. */
    private static final class Framebuffer {
        private final DispiMode mode;
        private final int id;
        private SimulatedFile file;
        /** A descriptor of the dma-buf that nobody else knows, to make more of; -1 while there is none. */
        private int kept = -1;

        Framebuffer(DispiMode mode, int id) {
            this.mode = mode;
            this.id = id;
        }
    }

    /** Held for moments only: a dma-buf may be released under any other lock. */
    private final Object exports = new Object();
    private final short[] registers = new short[DispiMode.COUNT];
    private final MemorySegment edid = Arena.ofAuto().allocate(VfioUapi.EDID_REGISTERS, Integer.BYTES);
    private final byte[] edidBlob = new byte[EDID_BLOB_SIZE];
    private final List<Framebuffer> framebuffers = new ArrayList<>();
    private int nextId = 1;
    private Backing memory;

    MbochsDriver(BufferFactory buffers) {
        super("mbochs", "mbochs-small", buffers,
                new PciConfig(VENDOR, DEVICE).bar(PciConfig.BAR0, MEMORY, true).bar(PciConfig.BAR2, PAGE, false));
        memory = buffers.memory(name(), MEMORY);
        edid.set(JAVA_INT, VfioUapi.EDID_OFFSET, EDID_BLOB_AT);
        edid.set(JAVA_INT, VfioUapi.EDID_MAX_SIZE, EDID_BLOB_SIZE);
        edid.set(JAVA_INT, VfioUapi.EDID_MAX_XRES, MAX_X);
        edid.set(JAVA_INT, VfioUapi.EDID_MAX_YRES, MAX_Y);
        reset();
    }

    @Override
    Map<String, String> attributes() {
        return Map.of("vendor/memory", (MEMORY >> 20) + " MB",
                "mdev_type/description", "virtual display, " + (MEMORY >> 20) + " MB video memory");
    }

    @Override
    int deviceFlags() {
        return VfioIoctl.DEVICE_FLAGS_PCI;
    }

    @Override
    int numRegions() {
        return REGIONS;
    }

    @Override
    Region region(int index) {
        return switch (index) {
            case VfioIoctl.PCI_CONFIG_REGION_INDEX -> new Region(READ_WRITE, PciConfig.SIZE, 0);
            case VfioIoctl.PCI_BAR0_REGION_INDEX -> new Region(READ_WRITE_MMAP, MEMORY, MEMORY_AT);
            case VfioIoctl.PCI_BAR2_REGION_INDEX -> new Region(READ_WRITE, PAGE, MMIO_AT);
            case EDID_INDEX -> new Region(READ_WRITE | VfioIoctl.REGION_INFO_FLAG_CAPS, PAGE, EDID_AT);
            default -> Integer.compareUnsigned(index, REGIONS) < 0 ? Region.NONE : null;
        };
    }

    /** Writes as much as the caller has room for, and wants no more room than the capability of the EDID region takes. */
    @Override
    int regionInfo(long argument, Arena arena) {
        MemorySegment known = struct(argument, VfioUapi.REGION_SIZE, arena);
        int room = known.get(JAVA_INT, 0);
        if (room < 0 || room > VfioUapi.REGION_SIZE + VfioUapi.CAP_TYPE_SIZE) {
            return EINVAL;
        }
        int index = known.get(JAVA_INT, VfioUapi.REGION_INDEX);
        Region region = region(index);
        if (region == null) {
            return EINVAL;
        }
        MemorySegment info = arena.allocate((long) VfioUapi.REGION_SIZE + VfioUapi.CAP_TYPE_SIZE, Long.BYTES);
        info.copyFrom(known);
        fill(info, region);
        if (index == EDID_INDEX) {
            MemorySegment capability = info.asSlice(VfioUapi.REGION_SIZE);
            info.set(JAVA_INT, 0, (int) info.byteSize());
            info.set(JAVA_INT, VfioUapi.REGION_CAP_OFFSET, VfioUapi.REGION_SIZE);
            capability.set(JAVA_SHORT, VfioUapi.CAP_ID, (short) VfioUapi.REGION_INFO_CAP_TYPE);
            capability.set(JAVA_SHORT, VfioUapi.CAP_VERSION, (short) 1);
            capability.set(JAVA_INT, VfioUapi.CAP_TYPE, VfioUapi.REGION_TYPE_GFX);
            capability.set(JAVA_INT, VfioUapi.CAP_SUBTYPE, VfioUapi.REGION_SUBTYPE_GFX_EDID);
        }
        return UserMemory.copyTo(argument, info.asSlice(0, room));
    }

    @Override
    boolean accessLocked(MemorySegment piece, long offset, boolean write) {
        long end = offset + piece.byteSize();
        if (offset >= MMIO_AT && end <= EDID_AT) {
            mmio(piece, (int) (offset - MMIO_AT), write);
            return true;
        }
        if (offset >= EDID_AT && end <= MEMORY_AT) {
            int at = (int) (offset - EDID_AT);
            if (at < EDID_BLOB_AT) {
                edidRegister(piece, at, write);
            } else {
                edidBlob(piece, at - EDID_BLOB_AT, write);
            }
            return true;
        }
        // The driver subtracts where its registers begin, and not where its memory does. Behind the end it then reads what is not its own.
        return offset >= MEMORY_AT && end - MMIO_AT <= MEMORY && transfer(memory, offset - MMIO_AT, piece, write);
    }

    private void mmio(MemorySegment piece, int at, boolean write) {
        if (at >= DISPI_BEGIN && at < DISPI_END) {
            if (piece.byteSize() == Short.BYTES) {
                int index = (at - DISPI_BEGIN) / Short.BYTES;
                if (write) {
                    registers[index] = piece.get(JAVA_SHORT, 0);
                } else {
                    piece.set(JAVA_SHORT, 0, registers[index]);
                }
            }
        } else if (!write && at < EDID_BLOCK_END && edid.get(JAVA_INT, VfioUapi.EDID_LINK_STATE) == VfioUapi.LINK_STATE_UP
                && Integer.compareUnsigned(at, edid.get(JAVA_INT, VfioUapi.EDID_SIZE)) < 0) {
            MemorySegment.copy(edidBlob, at, piece, ValueLayout.JAVA_BYTE, 0, (int) piece.byteSize());
        }
    }

    private void edidRegister(MemorySegment piece, int at, boolean write) {
        if (at + piece.byteSize() > VfioUapi.EDID_REGISTERS || piece.byteSize() != Integer.BYTES || at % Integer.BYTES != 0) {
            return;
        }
        if (!write) {
            piece.copyFrom(edid.asSlice(at, Integer.BYTES));
        } else if (at == VfioUapi.EDID_LINK_STATE || at == VfioUapi.EDID_SIZE) {
            edid.asSlice(at, Integer.BYTES).copyFrom(piece);
        }
    }

    private void edidBlob(MemorySegment piece, int at, boolean write) {
        if (at + piece.byteSize() > EDID_BLOB_SIZE) {
            return;
        }
        MemorySegment blob = MemorySegment.ofArray(edidBlob).asSlice(at, piece.byteSize());
        if (write) {
            blob.copyFrom(piece);
        } else {
            piece.copyFrom(blob);
        }
    }

    @Override
    long mmapLocked(BufferMapping mapping, int flags, long address, long length, long offset) {
        return offset != MEMORY_AT || length > MEMORY || DriverRules.isPrivate(flags)
                ? EINVAL
                : mapping.map(memory.extents(), address, 0, length);
    }

    @Override
    int query(MemorySegment plane) {
        int flags = plane.get(JAVA_INT, VfioUapi.PLANE_FLAGS);
        if (flags == (VfioUapi.TYPE_PROBE | VfioUapi.TYPE_DMABUF)) {
            return 0;
        }
        if (flags != VfioUapi.TYPE_DMABUF) {
            return EINVAL;
        }
        boolean primary = plane.get(JAVA_INT, VfioUapi.PLANE_TYPE) == VfioUapi.PLANE_PRIMARY;
        clear(plane);
        DispiMode mode = primary ? DispiMode.of(registers, MEMORY).orElse(null) : null;
        if (mode == null) {
            return 0;
        }
        Framebuffer found = framebuffers.stream().filter(each -> each.mode.equals(mode)).findFirst().orElse(null);
        if (found == null) {
            framebuffers.add(new Framebuffer(mode, nextId++));
            return -Errno.ENOMEM.number(); // The driver forgets to look at what it has just made.
        }
        plane.set(JAVA_INT, VfioUapi.PLANE_FORMAT, FORMAT_XRGB8888);
        plane.set(JAVA_LONG, VfioUapi.PLANE_MODIFIER, 0);
        plane.set(JAVA_INT, VfioUapi.PLANE_WIDTH, mode.width());
        plane.set(JAVA_INT, VfioUapi.PLANE_HEIGHT, mode.height());
        plane.set(JAVA_INT, VfioUapi.PLANE_STRIDE, mode.stride());
        plane.set(JAVA_INT, VfioUapi.PLANE_LENGTH, (int) mode.size());
        plane.set(JAVA_INT, VfioUapi.PLANE_WHAT, found.id);
        return 0;
    }

    @Override
    int export(int id) {
        Framebuffer framebuffer = framebuffers.stream().filter(each -> each.id == id).findFirst().orElse(null);
        if (framebuffer == null) {
            return -Errno.ENOENT.number();
        }
        int again = exportAgain(framebuffer);
        return again != 0 ? again : exportAnew(framebuffer);
    }

    /** One more descriptor of the dma-buf that is there already; 0 when there is none. */
    private int exportAgain(Framebuffer framebuffer) {
        int fd;
        SimulatedFile file;
        synchronized (exports) {
            file = framebuffer.file;
            if (file == null || !file.enter()) {
                return 0;
            }
            fd = buffers.linux().dup(framebuffer.kept);
        }
        try {
            if (fd >= 0) {
                buffers.linux().fcntl(fd, Posix.F_SETFD, 0);
                buffers.descriptors().share(fd, file);
            }
            return fd;
        } finally {
            file.leave();
        }
    }

    private int exportAnew(Framebuffer framebuffer) {
        DispiMode mode = framebuffer.mode;
        if (mode.offset() % PAGE != 0) {
            return EINVAL;
        }
        BufferExport export = BufferExport.of(name(), Posix.O_RDONLY, DriverRules.MBOCHS, buffers.waits())
                .whenReleased(() -> released(framebuffer));
        int fd = buffers.export(export, BufferFactory.part(memory, mode.offset(), mode.size()), mode.size(), false);
        SimulatedFile file = buffers.descriptors().find(fd);
        if (file != null) {
            synchronized (exports) {
                framebuffer.kept = buffers.linux().dup(fd);
                framebuffer.file = framebuffer.kept < 0 ? null : file;
            }
            file.leave();
        }
        return fd;
    }

    private void released(Framebuffer framebuffer) {
        synchronized (exports) {
            if (framebuffer.kept >= 0) {
                buffers.linux().close(framebuffer.kept);
            }
            framebuffer.kept = -1;
            framebuffer.file = null;
        }
    }

    @Override
    int reset() {
        Arrays.fill(registers, (short) 0);
        registers[DispiMode.ID] = (short) DispiMode.ID5;
        registers[DispiMode.VIDEO_MEMORY_64K] = (short) (MEMORY >> 16);
        return 0;
    }

    /** Ids are not used again, and registers stay; memory begins anew, save where it is mapped or in a dma-buf. */
    @Override
    void closedLocked() {
        framebuffers.clear();
        Backing old = memory;
        memory = buffers.memory(name(), MEMORY);
        old.close();
    }

    @Override
    void unpluggedLocked() {
        framebuffers.clear();
        memory.close();
    }
}
