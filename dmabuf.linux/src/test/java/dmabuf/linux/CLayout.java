package dmabuf.linux;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Asks a C compiler what the system's own headers say: values of constants and request numbers, sizes and offsets of structs.
 *
 * <p>Serves the layout tests of every module, most of them by way of {@link CHeader}. Where there is no compiler the test says so and is
 * skipped; on CI ({@code CI=true}) that is a failure.
 */
public final class CLayout {

    private static final List<String> COMPILERS = List.of("/usr/bin/cc", "/usr/bin/gcc", "/usr/bin/clang", "/usr/local/bin/cc");

    private CLayout() {}

    /** The C compiler; the test is skipped where there is none and its absence is excusable. */
    private static String compiler() {
        Optional<String> found = COMPILERS.stream().filter(each -> Files.isExecutable(Path.of(each))).findFirst();
        if (found.isEmpty() && "true".equals(System.getenv("CI"))) {
            throw new AssertionError("no C compiler: looked for " + COMPILERS + "; install gcc");
        }
        assumeTrue(found.isPresent(), "no C compiler on this machine");
        return found.get();
    }

    /** Evaluates integer expressions of C, each with all of the headers included. */
    public static Map<String, Long> evaluate(List<String> headers, List<String> expressions) throws IOException, InterruptedException {
        return evaluate(headers, "", expressions);
    }

    /** Evaluates integer expressions of C, with the headers included, and declarations behind them of what those are too old for. */
    public static Map<String, Long> evaluate(List<String> headers, String declarations, List<String> expressions)
            throws IOException, InterruptedException {
        StringBuilder body = new StringBuilder();
        expressions.forEach(each -> body.append("    printf(\"%lld\\n\", (long long) (").append(each).append("));\n"));
        List<String> lines = compileAndRun(program(headers, declarations, body.toString())).lines().toList();
        Map<String, Long> values = new LinkedHashMap<>();
        for (int i = 0; i < expressions.size(); i++) {
            values.put(expressions.get(i), Long.parseLong(lines.get(i)));
        }
        return values;
    }

    /** The bytes of the variable {@code s} that a declaration makes, with the headers included, and declarations behind them. */
    static byte[] bytes(List<String> headers, String declarations, String variable) throws IOException, InterruptedException {
        String body = "    " + variable + ";\n    for (size_t i = 0; i < sizeof s; i++) printf(\"%02x\", ((unsigned char *) &s)[i]);\n";
        return HexFormat.of().parseHex(compileAndRun(program(headers, declarations, body)));
    }

    private static String program(List<String> headers, String declarations, String body) {
        StringBuilder source = new StringBuilder("#define _GNU_SOURCE\n#include <stddef.h>\n#include <stdio.h>\n");
        headers.forEach(header -> source.append("#include <").append(header).append(">\n"));
        return source.append(declarations).append("int main(void) {\n").append(body).append("    return 0;\n}\n").toString();
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
        // The DRM headers are found both as <drm/…> (kernel) and directly (libdrm).
        run(List.of(compiler(), "-Wall", "-I/usr/include/libdrm", "-I/usr/include/drm", "-o", program.toString(), code.toString()), folder);
        return program;
    }

    /** Compiles a shared library into a folder, and gives its path. */
    public static Path compileLibrary(String source, Path folder) throws IOException, InterruptedException {
        Path code = Files.writeString(folder.resolve("library.c"), source);
        Path library = folder.resolve("library.so");
        run(List.of(compiler(), "-Wall", "-shared", "-fPIC", "-o", library.toString(), code.toString(), "-ldl"), folder);
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
