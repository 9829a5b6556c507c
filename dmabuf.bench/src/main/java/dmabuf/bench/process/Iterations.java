package dmabuf.bench.process;

import java.util.function.DoubleSupplier;

/**
 * What the last three arguments of a measuring program say.
 *
 * @param warmups iterations that do not count
 * @param counted iterations that count
 * @param millis how long each is, at least
 */
record Iterations(int warmups, int counted, int millis) {

    static Iterations of(String[] arguments) {
        int last = arguments.length - 1;
        return new Iterations(
                Integer.parseInt(arguments[last - 2]), Integer.parseInt(arguments[last - 1]), Integer.parseInt(arguments[last]));
    }

    /** Prints, for each iteration that counts, the mean of what single operations cost; what lies between them is not in it. */
    void print(DoubleSupplier operation) {
        for (int i = 0; i < warmups + counted; i++) {
            long end = System.nanoTime() + millis * 1_000_000L;
            double sum = 0;
            int done = 0;
            do {
                sum += operation.getAsDouble();
                done++;
            } while (System.nanoTime() < end);
            if (i >= warmups) {
                System.out.println(sum / done);
            }
        }
    }

    /** Prints the cost of single operations, one for each iteration that counts. */
    void printSingle(DoubleSupplier operation) {
        for (int i = 0; i < warmups + counted; i++) {
            double value = operation.getAsDouble();
            if (i >= warmups) {
                System.out.println(value);
            }
        }
    }
}
