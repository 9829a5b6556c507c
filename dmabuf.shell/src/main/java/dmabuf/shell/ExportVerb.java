package dmabuf.shell;

import dmabuf.api.Access;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufs;
import dmabuf.api.ExportRequest;
import dmabuf.api.Mapping;
import dmabuf.api.MmapRequest;
import dmabuf.api.Requirements;
import dmabuf.share.BufferDescription;
import dmabuf.share.BufferOffer;
import dmabuf.share.BufferServer;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The verb {@code export}: makes a buffer and hands it to the first process that comes for it. Ends early when the container stops. */
@Component(property = "dmabuf.verb=export")
public final class ExportVerb implements ToIntFunction<String[]> {

    private static final String EXPORTER = "--exporter";
    private static final String FILE = "--file";
    private static final String SIZE = "--size";
    private static final String SOCKET = "--socket";
    private static final String NAME = "--name";

    private final DmaBufs buffers;
    private volatile BufferServer serving;

    /**
     * Prepares the verb.
     *
     * @param buffers knows the exporters
     */
    @Activate
    public ExportVerb(@Reference DmaBufs buffers) {
        this.buffers = buffers;
    }

    @Override
    public int applyAsInt(String[] arguments) {
        return Verb.run(() -> {
            Options options = Options.parse(arguments, Set.of(), Set.of(EXPORTER, FILE, SIZE, SOCKET, NAME)).withoutOperands();
            if (options.has(FILE) == options.has(SIZE)) {
                throw new UsageException("export needs either " + FILE + " or " + SIZE);
            }
            String exporter = options.required(EXPORTER);
            Path socket = Path.of(options.required(SOCKET));
            FileContent file = options.value(FILE).map(Path::of).map(FileContent::of).orElse(null);
            long size = file == null ? Sizes.parse(options.required(SIZE)) : file.size();
            String name = options.value(NAME).orElse(file == null ? "" : BufferName.fitting(file.name()));
            return serve(exporter, ExportRequest.ofSize(size).withName(name), file, socket);
        });
    }

    private int serve(String exporter, ExportRequest request, FileContent file, Path socket) {
        Requirements requirements = Requirements.none().exporter(exporter).mmap();
        // The source is asked itself, so that a size over its limit is refused in its own words, with what to do about it.
        try (DmaBuf buffer = buffers.select(requirements).source().export(request)) {
            if (file != null) {
                fill(buffer, file);
            }
            BufferDescription description = BufferDescription.of(buffer).content(request.size()).build();
            BufferOffer offer = BufferOffer.of(buffer)
                    .describedAs(description)
                    .reportingTo(failure -> System.err.println("dmabuf: not handed over: " + failure.getMessage()));
            try (BufferServer server = offer.listen(socket)) {
                serving = server;
                System.out.println("offering " + description + " of " + buffer.origin() + " at " + socket);
                System.out.flush();
                System.out.println("taken by " + server.serveOne());
            }
        }
        return Verb.DONE;
    }

    private static void fill(DmaBuf buffer, FileContent file) {
        try (Mapping mapping = buffer.mmap(MmapRequest.whole().access(Access.WRITE));
                CpuAccess cpu = mapping.cpuAccess(Access.WRITE)) {
            file.readInto(cpu.segment());
        }
    }

    /** Wakes the verb, should it wait. */
    @Deactivate
    void stop() {
        BufferServer server = serving;
        if (server != null) {
            server.close();
        }
    }
}
