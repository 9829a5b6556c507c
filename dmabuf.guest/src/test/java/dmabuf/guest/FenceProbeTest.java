package dmabuf.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dmabuf.sim.SimulatedGpu;
import dmabuf.sim.SimulatedKernel;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Fences through the API on the simulated kernel. {@link GuestIT} asks a real one the same, and expects the same. */
@Timeout(60)
class FenceProbeTest {

    static final String EXPECTED =
            """
            idle = signalled stub-stub0-0
            read, for reading = signalled
            read, for writing = active
            read, snapshot of before = signalled
            written, for reading = active
            point = FencePoint[driver=vgem, timeline=unbound, status=active, timestampNanos=0]
            point afterwards = vgem unbound signalled
            time of the signal by nanoTime = true
            written and done = signalled
            fence of a memfd = EINVAL
            await with little time = false
            await before the signal = waits
            stage before the signal = false
            await = true
            stage = signalled
            stage on a virtual thread = true
            await afterwards = true
            read, ready for reading = true
            read, ready for writing = false
            imported, ready for reading = false
            await ready = waits
            await ready with little time = false
            await ready afterwards = true
            ready afterwards = true
            access to read against a reader = over: began
            access to read after a reader = began
            access to read against a writer = waits
            access to read after a writer = began
            access to write against a reader = waits
            access to write after a reader = began
            access to write against a writer = waits
            access to write after a writer = began
            access to read-write against a reader = waits
            access to read-write after a reader = began
            access to read-write against a writer = waits
            access to read-write after a writer = began
            merged = both 2 active
            merged with itself = 1
            merged, one done = active
            imported, one done = 1 active
            merged, both done = signalled
            imported, both done = true
            threads that wait = 1
            stages = 50
            await of what will be closed = waits
            closed = ECANCELED
            await of who will be interrupted = waits
            interrupted = InterruptedException
            core stopped = ECANCELED, threads 0
            await after the core has stopped = true
            sync files left open = 0
            """;

    @Test
    void simulationAnswersAsLinuxDid() throws Exception {
        try (SimulatedKernel kernel = new SimulatedKernel()) {
            kernel.machine().plug("/dev/dri/card0", SimulatedGpu.VGEM);
            assertEquals(EXPECTED, lines(FenceProbe.ask(kernel)));
        }
    }

    private static String lines(Map<String, String> answers) {
        return answers.entrySet().stream().map(each -> each.getKey() + " = " + each.getValue() + "\n").collect(Collectors.joining());
    }
}
