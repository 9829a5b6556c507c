package dmabuf.soak;

/**
 * A figure that has to be at the end what it was at the start.
 *
 * @param name what is counted
 * @param start at the start
 * @param end at the end
 * @param remark what is known besides
 */
record Check(String name, long start, long end, String remark) {

    Check(String name, long start, long end) {
        this(name, start, end, "");
    }

    boolean holds() {
        return start == end;
    }

    @Override
    public String toString() {
        String figures = start == 0 && end == 0 ? "0" : "%d at the start, %d at the end".formatted(start, end);
        return "  %-4s  %-22s  %s%s".formatted(holds() ? "ok" : "FAIL", name, figures, holds() || remark.isEmpty() ? "" : " (" + remark + ")");
    }
}
