package dmabuf.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Asks a C compiler what the system's own headers say: values of constants and request numbers, sizes and offsets of structs.
 *
 * <p>Serves the layout tests of every module. Where there is no compiler the tests say so and are skipped; on CI ({@code CI=true}) that is
 * a failure.
 */
public final class CLayout {

    private static final List<String> COMPILERS = List.of("/usr/bin/cc", "/usr/bin/gcc", "/usr/bin/clang", "/usr/local/bin/cc");

    private CLayout() {}

    /** The C compiler, or empty where there is none and its absence is excusable. */
    public static Optional<Path> compiler() {
        Optional<Path> found = COMPILERS.stream().map(Path::of).filter(Files::isExecutable).findFirst();
        if (found.isEmpty() && "true".equals(System.getenv("CI"))) {
            throw new AssertionError("no C compiler: looked for " + COMPILERS + "; install gcc");
        }
        return found;
    }

    /** Evaluates integer expressions of C, each with all of the headers included. */
    public static Map<String, Long> evaluate(List<String> headers, List<String> expressions) throws IOException, InterruptedException {
        return evaluate(headers, "", expressions);
    }

    /** Evaluates integer expressions of C, with the headers included, and declarations behind them of what those are too old for. */
    public static Map<String, Long> evaluate(List<String> headers, String declarations, List<String> expressions)
            throws IOException, InterruptedException {
        StringBuilder source = new StringBuilder("#define _GNU_SOURCE\n#include <stddef.h>\n#include <stdio.h>\n");
        headers.forEach(header -> source.append("#include <").append(header).append(">\n"));
        source.append(declarations).append("int main(void) {\n");
        expressions.forEach(each -> source.append("    printf(\"%lld\\n\", (long long) (").append(each).append("));\n"));
        source.append("    return 0;\n}\n");
        List<String> lines = compileAndRun(source.toString()).lines().toList();
        Map<String, Long> values = new LinkedHashMap<>();
        for (int i = 0; i < expressions.size(); i++) {
            values.put(expressions.get(i), Long.parseLong(lines.get(i)));
        }
        return values;
    }

    /** Compiles a program, runs it, and gives what it printed. */
    public static String compileAndRun(String source) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("dmabuf-layout");
        try {
            Path program = compile(source, folder);
            return run(List.of(program.toString()), folder);
        } finally {
            try (var files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    /** Compiles a program into a folder, and gives its path. */
    public static Path compile(String source, Path folder) throws IOException, InterruptedException {
        Path code = Files.writeString(folder.resolve("program.c"), source);
        Path program = folder.resolve("program");
        String cc = compiler().orElseThrow().toString();
        // The DRM headers are found both as <drm/…> (kernel) and directly (libdrm).
        run(List.of(cc, "-Wall", "-I/usr/include/libdrm", "-I/usr/include/drm", "-o", program.toString(), code.toString()), folder);
        return program;
    }

    /** Compiles a shared library into a folder, and gives its path. */
    public static Path compileLibrary(String source, Path folder) throws IOException, InterruptedException {
        Path code = Files.writeString(folder.resolve("library.c"), source);
        Path library = folder.resolve("library.so");
        String cc = compiler().orElseThrow().toString();
        run(List.of(cc, "-Wall", "-shared", "-fPIC", "-o", library.toString(), code.toString(), "-ldl"), folder);
        return library;
    }

    private static String run(List<String> command, Path folder) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new AssertionError(String.join(" ", command) + " failed:\n" + output);
        }
        return output;
    }
}
