package dmabuf.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Headers of C, and what we say that is in them. Numbers, sizes and offsets are said one by one, and {@link #assertAsInC} compares all of
 * them with what a C compiler makes of the headers; {@link #assertFilledAsInC} compares a struct at once. Where there is no compiler the
 * test is skipped ({@link CLayout}).
 */
public final class CHeader {

    private final List<String> names;
    private final String declarations;
    private final Map<String, Long> ours = new LinkedHashMap<>();

    private CHeader(List<String> names, String declarations) {
        this.names = names;
        this.declarations = declarations;
    }

    /** Headers that are included together, in this order. */
    public static CHeader of(String... names) {
        return new CHeader(List.of(names), "");
    }

    /** The same headers, and declarations behind them of what those are too old for. Said first. */
    public CHeader declaring(String more) {
        return new CHeader(names, more);
    }

    /** Says the value of a constant, a request or any other integer expression. */
    public void number(String expression, long value) {
        Long before = ours.put(expression, value);
        assertTrue(before == null || before == value, () -> expression + " is said to be " + before + " and " + value);
    }

    /** Says the size of a struct. */
    public void size(String struct, long size) {
        number("sizeof(struct " + struct + ")", size);
    }

    /** Says where in a struct a field is; a field of a field has a dot. */
    public void field(String struct, String field, long offset) {
        number("offsetof(struct " + struct + ", " + field + ")", offset);
    }

    /** Compares all that was said. */
    public void assertAsInC() throws IOException, InterruptedException {
        assertEquals(CLayout.evaluate(names, declarations, List.copyOf(ours.keySet())), ours);
    }

    /** Compares a struct, byte by byte, with the variable {@code s} of a declaration: {@code struct point s = { .x = 1 }}. */
    public void assertFilledAsInC(String declaration, MemorySegment struct) throws IOException, InterruptedException {
        HexFormat hex = HexFormat.of();
        assertEquals(hex.formatHex(bytes(declaration)), hex.formatHex(struct.toArray(ValueLayout.JAVA_BYTE)), declaration);
    }

    /** The bytes of the variable {@code s} of a declaration. */
    public byte[] bytes(String declaration) throws IOException, InterruptedException {
        return CLayout.bytes(names, declarations, declaration);
    }
}
