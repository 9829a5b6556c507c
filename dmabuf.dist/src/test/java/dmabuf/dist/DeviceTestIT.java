package dmabuf.dist;

import static dmabuf.dist.Command.dmabuf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The verb test on one device: a report for somebody else to read. */
class DeviceTestIT {

    private static final String NODE = "/dev/dri/renderD128";

    @Test
    void reportHasAnswersAndMappings() {
        String text = dmabuf("test", "--device", NODE, "--machine", "laptop").run().succeeds().out();
        List<String> lines = text.lines().toList();
        assertEquals(List.of("kernel: simulated", "driver: i915"), lines.subList(0, 2));
        assertTrue(lines.get(2).startsWith("traits: integrated, llc"), lines.get(2));
        assertTrue(lines.contains("differences: none"));
        List<String> mappings = lines.subList(lines.indexOf("mappings:"), lines.size());
        assertTrue(mappings.stream().anyMatch(line -> line.matches("i915 +" + NODE + " +wc +system +write-combined .*nothing to measure")),
                mappings::toString);
    }

    @Test
    void reportTellsNothingOfTheMachine() throws Exception {
        String text = dmabuf("test", "--device", "/dev/udmabuf", "--kernel", "simulated").run().succeeds().out();
        String host = InetAddress.getLocalHost().getHostName();
        for (String telling : List.of(host, System.getProperty("user.home"), System.getProperty("user.dir"))) {
            assertTrue(telling.length() < 3 || !text.contains(telling), "it tells " + telling);
        }
    }

    @Test
    void missingDeviceIsToldWithThoseThatThereAre() {
        dmabuf("test", "--device", "/dev/dri/renderD129", "--machine", "laptop").run()
                .fails(1, "ENOENT", "there are /dev/dri/card0, " + NODE);
    }

    @Test
    void nodeWithoutCasesIsToldWithThoseThatHaveSome() {
        dmabuf("test", "--device", "/dev/dri/card0", "--machine", "laptop").run().fails(1, "driver i915", "i915 (render node)");
    }

    @Test
    void deviceHasToBeNamed() {
        dmabuf("test", "--device").run().fails(2, "--device needs a value");
    }
}
