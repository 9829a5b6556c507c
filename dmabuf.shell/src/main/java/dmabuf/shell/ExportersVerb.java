package dmabuf.shell;

import dmabuf.api.BufferSource;
import dmabuf.api.DmaBufs;
import dmabuf.api.ExporterProperties;
import dmabuf.shell.measure.Measurement;
import dmabuf.shell.measure.MeasurementText;
import dmabuf.shell.measure.PolicyCheck;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The verb {@code exporters}: what is here, as a table or as JSON; or whether it behaves as it claims. */
@Component(property = "dmabuf.verb=exporters")
public final class ExportersVerb implements ToIntFunction<String[]> {

    private static final String JSON = "--json";
    private static final String MEASURE = "--measure";

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
        return Verb.run(() -> {
            Options options = Options.parse(arguments, Set.of(JSON, MEASURE), Set.of()).withoutOperands();
            List<BufferSource> sources = buffers.sources();
            int status = options.has(MEASURE) ? measure(sources, options.has(JSON)) : list(sources, options.has(JSON));
            if (sources.isEmpty()) {
                System.err.println("dmabuf: no exporter is here; load the driver of one with: sudo modprobe udmabuf");
                return Verb.FAILED;
            }
            return status;
        });
    }

    private static int list(List<BufferSource> sources, boolean json) {
        List<ExporterProperties> exporters = sources.stream().map(BufferSource::properties).toList();
        if (json) {
            System.out.println(ExporterText.json(exporters));
        } else if (!exporters.isEmpty()) {
            System.out.print(ExporterText.table(exporters));
        }
        return Verb.DONE;
    }

    private static int measure(List<BufferSource> sources, boolean json) {
        List<Measurement> measurements = new PolicyCheck().run(sources);
        if (json) {
            System.out.println(Json.lines(measurements.stream().map(MeasurementText::json).toList()));
        } else if (!measurements.isEmpty()) {
            System.out.print(table(measurements));
        }
        return measurements.stream().anyMatch(Measurement::isImplausible) ? Verb.FAILED : Verb.DONE;
    }

    private static String table(List<Measurement> measurements) {
        Table table = new Table(MeasurementText.HEADER.toArray(String[]::new));
        measurements.forEach(one -> table.row(MeasurementText.cells(one).toArray(String[]::new)));
        List<String> notes = MeasurementText.notes(measurements);
        return table + (notes.isEmpty() ? "" : "\n" + String.join("\n", notes) + "\n");
    }
}
