package dmabuf.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * From the start of a process to the first line that it prints.
 *
 * @param command what to start; asked for every time, outside of the span
 */
record StartUpProbe(Command command) implements Probe {

    /** Makes a command, and what it needs. */
    @FunctionalInterface
    interface Command {
        List<String> make() throws IOException, InterruptedException;
    }

    @Override
    public Sample take(Effort effort) throws IOException, InterruptedException {
        List<Double> values = new ArrayList<>();
        // The first ones find the files in no cache of the kernel's.
        for (int i = 0; i < effort.warmups() + effort.iterations(); i++) {
            double nanos = once();
            if (i >= effort.warmups()) {
                values.add(nanos);
            }
        }
        return Sample.of(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private double once() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command.make()).redirectError(ProcessBuilder.Redirect.DISCARD);
        long begun = System.nanoTime();
        Process process = builder.start();
        try (BufferedReader out = process.inputReader()) {
            String line = out.readLine();
            double nanos = System.nanoTime() - begun;
            while (out.readLine() != null) {
                // Its end is waited for, so that it does not disturb the next one.
            }
            if (line == null || process.waitFor() != 0) {
                throw new IOException(String.join(" ", builder.command()) + " failed with " + process.waitFor());
            }
            return nanos;
        } finally {
            process.destroyForcibly();
        }
    }
}
