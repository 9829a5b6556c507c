package dmabuf.bench;

/** One side of a row: something whose cost can be measured again and again. */
@FunctionalInterface
public interface Probe {

    /**
     * Measures one round.
     *
     * @param effort how long
     * @return the values of the iterations that count
     * @throws Exception whatever goes wrong; the row then has no result, and says why
     */
    Sample take(Effort effort) throws Exception;
}
