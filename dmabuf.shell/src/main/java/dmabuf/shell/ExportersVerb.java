package dmabuf.shell;

import dmabuf.api.BufferSource;
import dmabuf.api.DmaBufs;
import dmabuf.api.ExporterProperties;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The verb {@code exporters}: what is here, as a table or as JSON. */
@Component(property = "dmabuf.verb=exporters")
public final class ExportersVerb implements ToIntFunction<String[]> {

    private static final String JSON = "--json";

    private final DmaBufs buffers;

    /**
     * Prepares the verb.
     *
     * @param buffers knows the exporters
     */
    @Activate
    public ExportersVerb(@Reference DmaBufs buffers) {
        this.buffers = buffers;
    }

    @Override
    public int applyAsInt(String[] arguments) {
        return Verb.run(() -> list(Options.parse(arguments, Set.of(JSON), Set.of()).withoutOperands().has(JSON)));
    }

    private int list(boolean json) {
        List<ExporterProperties> exporters = buffers.sources().stream().map(BufferSource::properties).toList();
        if (json) {
            System.out.println(ExporterText.json(exporters));
        } else if (!exporters.isEmpty()) {
            System.out.print(ExporterText.table(exporters));
        }
        if (exporters.isEmpty()) {
            System.err.println("dmabuf: no exporter is here; load the driver of one with: sudo modprobe udmabuf");
        }
        return exporters.isEmpty() ? Verb.FAILED : Verb.DONE;
    }
}
