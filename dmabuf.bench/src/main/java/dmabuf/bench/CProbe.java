package dmabuf.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A C program that measures itself: it is called with the number of warm-ups, of iterations, the milliseconds of each, and arguments of its
 * own, and prints one value a line for each iteration that counts. Compiled by {@code cc -O2} when it is first asked, or beforehand.
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
                workshop.program(name).toString(),
                Integer.toString(effort.warmups()),
                Integer.toString(effort.iterations()),
                Integer.toString(effort.millis())));
        command.addAll(arguments);
        return Sample.of(Programs.run(command).lines().mapToDouble(Double::parseDouble).toArray());
    }

    /** Where the programs are: compiled there, each once, and deleted by {@link #close}; or ready, and left as they are. */
    public static final class Workshop implements AutoCloseable {

        /** The sources of this module. */
        static final List<String> NAMES = List.of("scope", "copy", "map", "throughput");

        private final TemporaryFolder own;
        private final Path ready;

        private Workshop(TemporaryFolder own, Path ready) {
            this.own = own;
            this.ready = ready;
        }

        /**
         * Opens one.
         *
         * @param ready a folder with every program, compiled by {@link #fill}; null to compile them where they are needed
         */
        public static Workshop open(Path ready) throws IOException {
            return ready == null ? new Workshop(TemporaryFolder.create(), null) : new Workshop(null, ready);
        }

        /** Compiles every program into a folder, for a machine that sees this one's files and is slow: the emulated one. */
        public static void fill(Path folder) throws IOException, InterruptedException {
            requireCompiler();
            Files.createDirectories(folder);
            try (Workshop workshop = open(null)) {
                for (String name : NAMES) {
                    Files.copy(workshop.program(name), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }

        /** Says at once, and not row by row, that there is nothing to compare with. */
        public void requirePrograms() throws IOException {
            if (ready == null) {
                requireCompiler();
                return;
            }
            for (String name : NAMES) {
                if (!Files.isExecutable(ready.resolve(name))) {
                    throw new IOException(
                            "--programs names a folder that --compile has filled, and there is no program " + name + " in " + ready);
                }
            }
        }

        private static void requireCompiler() throws IOException {
            String path = System.getenv().getOrDefault("PATH", "");
            if (Stream.of(path.split(":")).noneMatch(folder -> Files.isExecutable(Path.of(folder).resolve(compiler())))) {
                throw new IOException("the baselines are written in C, and there is no C compiler \"" + compiler()
                        + "\" (Debian: sudo apt-get install gcc libc6-dev)");
            }
        }

        private static String compiler() {
            return System.getenv().getOrDefault("CC", "cc");
        }

        private Path program(String name) throws IOException, InterruptedException {
            if (ready != null) {
                return ready.resolve(name).toAbsolutePath();
            }
            Path program = own.path().resolve(name);
            if (!Files.exists(program)) {
                Path source = extract(name + ".c");
                extract("bench.h");
                Programs.run(List.of(compiler(), "-O2", "-Wall", "-pthread", "-o", program.toString(), source.toString()));
            }
            return program;
        }

        private Path extract(String name) throws IOException {
            Path file = own.path().resolve(name);
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
            if (own != null) {
                own.close();
            }
        }
    }
}
