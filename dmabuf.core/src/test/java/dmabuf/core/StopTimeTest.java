package dmabuf.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.BufferState;
import dmabuf.api.DmaBuf;
import dmabuf.api.ExportRequest;
import dmabuf.api.Mapping;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How long a bundle with many exporters and many buffers stops, when nothing is in flight. */
class StopTimeTest {

    private static final int EXPORTERS = 8;
    private static final int BUFFERS = 1000;
    /** A tenth of this is the aim; a machine that builds at the same time is not to fail for it. */
    private static final long LIMIT_MILLIS = 500;

    @Test
    void eightExportersWithAThousandMappedBuffersStopAtOnce() {
        try (Rig rig = new Rig()) {
            List<ExporterRegistration> exporters = new ArrayList<>();
            for (int i = 0; i < EXPORTERS; i++) {
                exporters.add(rig.add("exporter" + i));
            }
            List<DmaBuf> buffers = new ArrayList<>();
            List<Mapping> mappings = new ArrayList<>();
            for (int i = 0; i < BUFFERS; i++) {
                buffers.add(exporters.get(i % EXPORTERS).source().export(ExportRequest.ofSize(Rig.PAGE)));
                mappings.add(buffers.getLast().mmap());
            }
            long begun = System.nanoTime();
            rig.core.retire(exporters, rig.core.drainDeadline());
            long millis = (System.nanoTime() - begun) / 1_000_000;
            System.out.println(EXPORTERS + " exporters with " + BUFFERS + " mapped buffers stopped in " + millis + " ms");
            assertTrue(millis < LIMIT_MILLIS, () -> millis + " ms");
            assertEquals(BUFFERS, rig.core.census().stream().filter(line -> line.state() == BufferState.ORPHANED).count());
            mappings.forEach(Mapping::close);
            buffers.forEach(DmaBuf::close);
        }
    }
}
