package importer.hello;

import dmabuf.api.Access;
import dmabuf.api.BufferSource;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.Mapping;
import dmabuf.api.MmapRequest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.function.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * An importer that works for others: it is there while a cached exporter is, and tells the SHA-256 of any buffer that it is given. It
 * only looks at the buffer, which stays the caller's.
 */
@Component(service = Function.class, property = "importer=digest")
public class DigestImporter implements Function<DmaBuf, byte[]> {

    @Activate
    public DigestImporter(@Reference(target = "(dmabuf.caching=cached)") BufferSource source) {
        System.getLogger("importer.hello").log(System.Logger.Level.INFO, "fast reads from {0}", source.properties());
    }

    @Override
    public byte[] apply(DmaBuf buffer) {
        // Confined: closing a mapping that one thread uses costs a thousandth of closing a shared one.
        try (Mapping mapping = buffer.mmap(MmapRequest.whole().access(Access.READ).confined());
                CpuAccess cpu = mapping.cpuAccess(Access.READ)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(cpu.segment().asByteBuffer());
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
