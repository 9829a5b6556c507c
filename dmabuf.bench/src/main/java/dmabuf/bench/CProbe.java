package dmabuf.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A C program that measures itself: it is called with the number of warm-ups, of iterations, the milliseconds of each, and arguments of its
 * own, and prints one value a line for each iteration that counts. Compiled by {@code cc -O2} when it is first asked.
 */
public final class CProbe implements Probe {

    private final Workshop workshop;
    private final String name;
    private final List<String> arguments;

    private CProbe(Workshop workshop, String name, List<String> arguments) {
        this.workshop = workshop;
        this.name = name;
        this.arguments = arguments;
    }

    /** A program of this module, by the name of its source without {@code .c}. */
    public static CProbe of(Workshop workshop, String name, Object... arguments) {
        return new CProbe(workshop, name, Stream.of(arguments).map(Object::toString).toList());
    }

    @Override
    public Sample take(Effort effort) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                workshop.compile(name).toString(),
                Integer.toString(effort.warmups()),
                Integer.toString(effort.iterations()),
                Integer.toString(effort.millis())));
        command.addAll(arguments);
        return Sample.of(Programs.run(command).lines().mapToDouble(Double::parseDouble).toArray());
    }

    /** The folder in which C is compiled, each program once; deleted by {@link #close}. */
    public static final class Workshop implements AutoCloseable {

        private final TemporaryFolder folder = TemporaryFolder.create();

        /** Makes the folder. */
        public Workshop() throws IOException {}

        private Path compile(String name) throws IOException, InterruptedException {
            Path program = folder.path().resolve(name);
            if (Files.exists(program)) {
                return program;
            }
            Path source = extract(name + ".c");
            extract("bench.h");
            String compiler = System.getenv().getOrDefault("CC", "cc");
            Programs.run(List.of(compiler, "-O2", "-Wall", "-pthread", "-o", program.toString(), source.toString()));
            return program;
        }

        private Path extract(String name) throws IOException {
            Path file = folder.path().resolve(name);
            try (InputStream in = CProbe.class.getResourceAsStream("c/" + name)) {
                if (in == null) {
                    throw new IOException("there is no " + name + " in this module");
                }
                Files.write(file, in.readAllBytes());
            }
            return file;
        }

        @Override
        public void close() throws IOException {
            folder.close();
        }
    }
}
