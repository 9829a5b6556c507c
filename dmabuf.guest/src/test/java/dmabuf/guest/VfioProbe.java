package dmabuf.guest;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dmabuf.fd.Errno;
import dmabuf.linux.Posix;
import dmabuf.linux.Syscalls;
import dmabuf.linux.vfio.VfioDevice;
import dmabuf.linux.vfio.VfioIoctl;
import dmabuf.linux.vfio.VfioNode;
import dmabuf.linux.vfio.VfioNodes;
import dmabuf.linux.vfio.VfioRegion;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Plays VMM and guest of the sample displays, and tells what they answer. The numbers are those of {@code linux/vfio.h}, written out here,
 * so that a mistake in the exporter's own would not be made twice.
 */
final class VfioProbe {

    private static final long QUERY_GFX_PLANE = 0x3b72;
    private static final long GET_GFX_DMABUF = 0x3b73;
    private static final int PLANE_SIZE = 64;
    private static final int DMABUF = 2;
    private static final int REGION = 4;
    private static final int PRIMARY = 1;
    private static final int CURSOR = 2;
    private static final int PIXEL = 0x00336699;
    private static final int LINE = 640 * 4;
    private static final int FRAME = 480 * LINE;
    private static final int PAGE = 4096;

    private final Syscalls kernel;
    private final Arena arena;
    private final Map<String, String> answers = new TreeMap<>();

    VfioProbe(Syscalls kernel, Arena arena) {
        this.kernel = kernel;
        this.arena = arena;
    }

    /** Gives what was answered, by the case. */
    Map<String, String> run() {
        List<VfioNode> nodes = VfioNodes.list(kernel.devices());
        say("vfio devices", nodes.stream().map(VfioNode::type).sorted().toList());
        for (VfioNode node : nodes) {
            try (VfioDevice device = VfioDevice.open(kernel, node)) {
                say(node.driver() + " second open", answer(kernel.open(node.node(), Posix.O_RDWR)));
                if (node.driver().equals("mdpy")) {
                    askMdpy(device);
                } else {
                    askMbochs(device);
                }
            }
        }
        return answers;
    }

    private void askMdpy(VfioDevice device) {
        device.reset();
        say("mdpy primary", plane(device, REGION, PRIMARY));
        say("mdpy cursor", plane(device, REGION, CURSOR));
        say("mdpy get", answer(get(device, 1)));
        VfioRegion region = device.region(16);
        try (Arena mapped = Arena.ofConfined()) {
            MemorySegment picture = device.map(region, 0, FRAME, true, mapped);
            say("mdpy line 240", Integer.toHexString(picture.get(JAVA_INT, 240 * LINE)));
            picture.set(JAVA_INT, 0, PIXEL);
            MemorySegment read = mapped.allocate(Integer.BYTES);
            device.read(region, 240 * LINE, read);
            say("mdpy pread of line 240", Integer.toHexString(read.get(JAVA_INT, 0)));
        }
        say("mdpy map from the second page", map(device.fd().number(), region.offset() + PAGE, Posix.PROT_READ));
    }

    private void askMbochs(VfioDevice device) {
        device.reset();
        say("mbochs without a mode", plane(device, DMABUF, PRIMARY));
        setMode(device, 640, 480);
        say("mbochs first query", plane(device, DMABUF, PRIMARY));
        say("mbochs second query", plane(device, DMABUF, PRIMARY).replaceAll("id \\d+", "id"));
        say("mbochs cursor", plane(device, DMABUF, CURSOR));
        say("mbochs unknown id", answer(get(device, Integer.MAX_VALUE)));
        int buffer = get(device, id(device));
        say("mbochs get", answer(buffer));
        say("mbochs close-on-exec", kernel.fcntl(buffer, Posix.F_GETFD, 0));
        say("mbochs size", kernel.lseek(buffer, 0, Posix.SEEK_END));
        say("mbochs map to read", map(buffer, 0, Posix.PROT_READ));
        say("mbochs map to write", map(buffer, 0, Posix.PROT_READ | Posix.PROT_WRITE));
        say("mbochs map from the second page", map(device.fd().number(), device.region(0).offset() + PAGE, Posix.PROT_READ));
        setMode(device, 641, 481);
        say("mbochs another mode", plane(device, DMABUF, PRIMARY));
        int odd = get(device, id(device));
        say("mbochs size that is no page's", kernel.lseek(odd, 0, Posix.SEEK_END));
        kernel.close(odd);
        kernel.close(buffer);
        device.reset();
    }

    private void setMode(VfioDevice device, int width, int height) {
        int[] registers = {1, width, 2, height, 3, 32, 6, width, 4, 0x41};
        VfioRegion bar2 = device.region(VfioIoctl.PCI_BAR2_REGION_INDEX);
        for (int i = 0; i < registers.length; i += 2) {
            MemorySegment value = arena.allocate(Short.BYTES, Short.BYTES);
            value.set(JAVA_SHORT, 0, (short) registers[i + 1]);
            device.write(bar2, 0x500 + 2L * registers[i], value);
        }
    }

    private int get(VfioDevice device, int id) {
        return device.ioctl(GET_GFX_DMABUF, arena.allocateFrom(JAVA_INT, id));
    }

    /** The id of the picture, asked for as often as it takes. */
    private int id(VfioDevice device) {
        MemorySegment struct = fill(DMABUF, PRIMARY);
        if (device.ioctl(QUERY_GFX_PLANE, struct) < 0) {
            struct = fill(DMABUF, PRIMARY);
            device.ioctl(QUERY_GFX_PLANE, struct);
        }
        return struct.get(JAVA_INT, 56);
    }

    private String map(int fd, long offset, int protection) {
        return answer(kernel.mmap(0, PAGE, protection, Posix.MAP_SHARED, fd, offset));
    }

    private MemorySegment fill(int flags, int type) {
        MemorySegment struct = arena.allocate(PLANE_SIZE, Long.BYTES);
        struct.set(JAVA_INT, 0, PLANE_SIZE);
        struct.set(JAVA_INT, 4, flags);
        struct.set(JAVA_INT, 8, type);
        return struct;
    }

    private String plane(VfioDevice device, int flags, int type) {
        MemorySegment struct = fill(flags, type);
        int answer = device.ioctl(QUERY_GFX_PLANE, struct);
        if (answer < 0) {
            return answer(answer);
        }
        return Integer.toHexString(struct.get(JAVA_INT, 12)) + " " + struct.get(JAVA_INT, 24) + "x" + struct.get(JAVA_INT, 28) + " stride "
                + struct.get(JAVA_INT, 32) + " size " + struct.get(JAVA_INT, 36) + " id " + struct.get(JAVA_INT, 56);
    }

    private static String answer(long result) {
        return result < 0 ? Errno.ofResult(result).name() : "ok";
    }

    private void say(String name, Object answer) {
        answers.put(name, String.valueOf(answer));
    }
}
