package importer.vmm;

import dmabuf.api.Access;
import dmabuf.api.BufferId;
import dmabuf.api.MmapPolicy;
import iosys.IosysMap;
import java.util.Optional;
import java.util.function.Consumer;

/** What is behind a slot: memory that is mapped into this process. */
interface Backing extends AutoCloseable {

    /** Where it is mapped. */
    long address();

    /** How it is mapped. */
    MmapPolicy policy();

    /** The mapping mode. */
    String mode();

    /** What it is, in words. */
    String describe();

    /** Which buffer it is; empty for RAM. */
    Optional<BufferId> buffer();

    /** Works on the memory, inside a CPU-access scope where it has such. */
    void access(Access access, Consumer<IosysMap> work);

    /** Unmaps. The second and later calls do nothing. */
    @Override
    void close();
}
