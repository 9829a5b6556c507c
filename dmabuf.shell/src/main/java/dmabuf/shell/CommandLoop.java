package dmabuf.shell;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.ToIntFunction;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The verb {@code run} where there is no terminal: Gogo commands from standard input, one a line, until {@code exit} or the end. A command
 * that fails is told on standard error, and the next one is read.
 */
@Component(property = "dmabuf.verb=run")
public final class CommandLoop implements ToIntFunction<String[]> {

    private final CommandProcessor processor;

    /**
     * Prepares the verb.
     *
     * @param processor knows the commands
     */
    @Activate
    public CommandLoop(@Reference CommandProcessor processor) {
        this.processor = processor;
    }

    @Override
    public int applyAsInt(String[] arguments) {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        int status = Verb.DONE;
        try (CommandSession session = processor.createSession(System.in, System.out, System.err)) {
            for (String line = lines.readLine(); line != null && !line.strip().equals("exit"); line = lines.readLine()) {
                if (!line.isBlank()) {
                    status = execute(session, line);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read commands: " + e.getMessage(), e);
        }
        return status;
    }

    /** Gogo declares {@code Exception}, since a command may throw what it likes. */
    private static int execute(CommandSession session, String line) {
        try {
            Object result = session.execute(line);
            String text = result == null ? "" : session.format(result, Converter.INSPECT).toString().stripTrailing();
            if (!text.isEmpty()) {
                System.out.println(text);
            }
            System.out.flush();
            return Verb.DONE;
        } catch (Exception e) {
            System.err.println("dmabuf: " + (e.getMessage() == null ? e : e.getMessage()));
            return Verb.FAILED;
        }
    }
}
