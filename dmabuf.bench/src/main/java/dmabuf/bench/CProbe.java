package dmabuf.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A C program that measures itself: it is called with the number of warm-ups, of iterations, the milliseconds of each, and arguments of its
 * own, and prints one value a line for each iteration that counts. Compiled by {@code cc -O2} when it is first asked.
 */
public final class CProbe implements Probe {

    private final Compiled program;
    private final List<String> arguments;

    private CProbe(Compiled program, List<String> arguments) {
        this.program = program;
        this.arguments = arguments;
    }

    /** A program of this module, by the name of its source without {@code .c}. */
    public static CProbe of(Workshop workshop, String name, Object... arguments) {
        List<String> texts = new ArrayList<>();
        for (Object each : arguments) {
            texts.add(each.toString());
        }
        return new CProbe(workshop.program(name), texts);
    }

    @Override
    public Sample take(Effort effort) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                program.path().toString(),
                Integer.toString(effort.warmups()),
                Integer.toString(effort.iterations()),
                Integer.toString(effort.millis())));
        command.addAll(arguments);
        return Sample.of(Programs.run(command).lines().mapToDouble(Double::parseDouble).toArray());
    }

    /** The folder in which C is compiled; emptied by {@link #close}. */
    public static final class Workshop implements AutoCloseable {

        private final Path folder;
        private final List<Path> files = new ArrayList<>();

        /** Makes the folder. */
        public Workshop() throws IOException {
            folder = Files.createTempDirectory("dmabuf-bench");
        }

        Compiled program(String name) {
            return new Compiled(this, name);
        }

        Path compile(String name) throws IOException, InterruptedException {
            Path program = folder.resolve(name);
            if (Files.exists(program)) {
                return program;
            }
            Path source = extract(name + ".c");
            extract("bench.h");
            Programs.run(List.of(System.getenv().getOrDefault("CC", "cc"), "-O2", "-Wall", "-pthread", "-o", program.toString(), source.toString()));
            files.add(program);
            return program;
        }

        private Path extract(String name) throws IOException {
            Path file = folder.resolve(name);
            try (InputStream in = CProbe.class.getResourceAsStream("c/" + name)) {
                if (in == null) {
                    throw new IOException("there is no " + name + " in this module");
                }
                Files.write(file, in.readAllBytes());
            }
            files.add(file);
            return file;
        }

        @Override
        public void close() throws IOException {
            for (Path each : files) {
                Files.deleteIfExists(each);
            }
            Files.delete(folder);
        }
    }

    private record Compiled(Workshop workshop, String name) {

        Path path() throws IOException, InterruptedException {
            return workshop.compile(name);
        }
    }
}
