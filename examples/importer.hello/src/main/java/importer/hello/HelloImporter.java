package importer.hello;

import dmabuf.api.Access;
import dmabuf.api.BufferSource;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.ExportRequest;
import dmabuf.api.Mapping;
import java.nio.charset.StandardCharsets;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Comes up when a cached exporter does, writes a greeting into a buffer of it, and reads it back. */
@Component(immediate = true, service = HelloImporter.class)
public class HelloImporter {

    private final String greeting;

    @Activate
    public HelloImporter(@Reference(target = "(dmabuf.caching=cached)") BufferSource source) {
        byte[] text = "Hello from a dma-buf".getBytes(StandardCharsets.UTF_8);
        try (DmaBuf buffer = source.export(ExportRequest.ofSize(4096).withName("hello"));
                Mapping mapping = buffer.mmap()) {
            try (CpuAccess cpu = mapping.cpuAccess(Access.WRITE)) {
                cpu.segment().asByteBuffer().put(text);
            }
            try (CpuAccess cpu = mapping.cpuAccess(Access.READ)) {
                greeting = cpu.segment().getString(0);
            }
        }
        System.getLogger("importer.hello").log(System.Logger.Level.INFO, "{0}: {1}", source.properties(), greeting);
    }

    /** Gives what was read back. */
    public String greeting() {
        return greeting;
    }
}
