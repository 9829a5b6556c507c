package dmabuf.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {

    @Test
    void valuesAreWrittenByTheirType() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("text", "a");
        map.put("number", 1L << 60);
        map.put("small", 7);
        map.put("truth", true);
        map.put("nothing", null);
        map.put("list", List.of("x", 1));
        assertEquals("{\"text\": \"a\", \"number\": 1152921504606846976, \"small\": 7, \"truth\": true, \"nothing\": null, "
                + "\"list\": [\"x\", 1]}", Json.of(map));
        assertEquals("[]", Json.of(List.of()));
    }

    @Test
    void textIsEscaped() {
        assertEquals("\"\\\"\\\\\\n\\r\\t\\u0000\\u001b\"", Json.of("\"\\\n\r\t\0\u001b"));
        assertEquals("\"ü€😀\"", Json.of("ü€😀"));
        assertEquals("\"\\ud83d\"", Json.of("\ud83d"));
        assertEquals("\"\\ude00x\"", Json.of("\ude00x"));
    }
}
