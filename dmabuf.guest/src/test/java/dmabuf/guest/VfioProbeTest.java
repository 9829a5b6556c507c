package dmabuf.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dmabuf.sim.SimulatedKernel;
import dmabuf.sim.SimulatedVfio;
import java.lang.foreign.Arena;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The sample displays on the simulated kernel. {@link GuestIT} asks the real ones the same, and expects the same. */
@Timeout(60)
class VfioProbeTest {

    /**
     * No CPU can map the dma-buf: its file is for reading, of which Linux makes no shared mapping, and the driver allows no other. mdpy reads
     * and writes its memory from the beginning, wherever it is asked to, and has one plane, whichever it is asked for.
     */
    static final String EXPECTED =
            """
            mbochs another mode = ENOMEM
            mbochs close-on-exec = 0
            mbochs cursor = 0 0x0 stride 0 size 0 id 0
            mbochs first query = ENOMEM
            mbochs get = ok
            mbochs map from the second page = EINVAL
            mbochs map to read = EINVAL
            mbochs map to write = EACCES
            mbochs second open = EBUSY
            mbochs second query = 34325258 640x480 stride 2560 size 1228800 id
            mbochs size = 1228800
            mbochs size that is no page's = 1233284
            mbochs unknown id = ENOENT
            mbochs without a mode = 0 0x0 stride 0 size 0 id 0
            mdpy cursor = 34325258 640x480 stride 2560 size 2097152 id 16
            mdpy get = ENOTTY
            mdpy line 240 = 7f7f7f7f
            mdpy map from the second page = EINVAL
            mdpy pread of line 240 = 336699
            mdpy primary = 34325258 640x480 stride 2560 size 2097152 id 16
            mdpy second open = EBUSY
            vfio devices = [mbochs-small, mdpy-vga]
            """;

    @Test
    void simulationAnswersAsLinuxDoes() {
        try (SimulatedKernel kernel = new SimulatedKernel();
                Arena arena = Arena.ofConfined()) {
            kernel.machine().plug("/dev/vfio/0", SimulatedVfio.MBOCHS);
            kernel.machine().plug("/dev/vfio/1", SimulatedVfio.MDPY);

            assertEquals(EXPECTED, text(new VfioProbe(kernel, arena).run()));
        }
    }

    /** One line a case. */
    static String text(Map<String, String> answers) {
        return answers.entrySet().stream().map(each -> each.getKey() + " = " + each.getValue() + "\n").sorted().collect(Collectors.joining());
    }
}
