package dmabuf.shell;

import dmabuf.api.BufferInfo;
import dmabuf.api.BufferSource;
import dmabuf.api.DmaBufs;
import dmabuf.api.ExporterProperties;
import dmabuf.shell.measure.Measurement;
import dmabuf.shell.measure.PolicyCheck;
import java.util.List;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Gogo commands. They return objects, so that they can be piped and picked apart; {@link DmaBufConverter} prints them. */
@Component(
        service = DmaBufCommands.class,
        property = {
            "osgi.command.scope=dmabuf", "osgi.command.function=exporters", "osgi.command.function=exporter",
            "osgi.command.function=buffers", "osgi.command.function=buffer", "osgi.command.function=measure"
        })
public final class DmaBufCommands {

    private final DmaBufs buffers;

    /**
     * Prepares the commands.
     *
     * @param buffers knows the exporters and the buffers
     */
    @Activate
    public DmaBufCommands(@Reference DmaBufs buffers) {
        this.buffers = buffers;
    }

    /**
     * Lists what can export buffers.
     *
     * @return one item for every exporter and device, the best first
     */
    @Descriptor("lists what can export buffers, the best first")
    public List<ExporterProperties> exporters() {
        return buffers.sources().stream().map(BufferSource::properties).toList();
    }

    /**
     * Shows one exporter.
     *
     * @param name its name
     * @return its properties
     * @throws IllegalArgumentException when there is no such exporter
     */
    @Descriptor("shows everything about one exporter")
    public ExporterProperties exporter(@Descriptor("its name, such as udmabuf") String name) {
        return exporters().stream()
                .filter(one -> one.exporter().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no exporter is called " + name));
    }

    /**
     * Lists the buffers that are alive in this process.
     *
     * @return one item for every buffer, the oldest first
     */
    @Descriptor("lists the buffers that are alive in this process, the oldest first")
    public List<BufferInfo> buffers() {
        return buffers.census();
    }

    /**
     * Shows one buffer.
     *
     * @param inode its inode
     * @return a line of the census
     * @throws IllegalArgumentException when there is no such buffer
     */
    @Descriptor("shows everything about one buffer")
    public BufferInfo buffer(@Descriptor("its inode, as the list shows it") long inode) {
        return buffers().stream()
                .filter(one -> one.id().inode() == inode)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no buffer has inode " + inode));
    }

    /**
     * Measures whether buffers can be read and written as fast as the policies of all exporters claim.
     *
     * @return one item for every exporter, device and mapping mode
     */
    @Descriptor("measures whether mappings are as fast as their caching policy claims")
    public List<Measurement> measure() {
        return new PolicyCheck().run(buffers.sources());
    }

    /**
     * Measures one exporter's buffers, on all its devices.
     *
     * @param name its name
     * @return one item for every device and mapping mode
     * @throws IllegalArgumentException when there is no such exporter
     */
    @Descriptor("measures whether one exporter's mappings are as fast as their caching policy claims")
    public List<Measurement> measure(@Descriptor("its name, such as udmabuf") String name) {
        exporter(name);
        return new PolicyCheck().run(buffers.sources().stream().filter(one -> one.properties().exporter().equals(name)).toList());
    }
}
