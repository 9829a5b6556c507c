package iosys;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documentation says is so. */
class DocumentationTest {

    /** Every function and macro of {@code include/linux/iosys-map.h}, those apart whose names begin with underscores. */
    private static final List<String> KERNEL = List.of(
            "IOSYS_MAP_INIT_VADDR",
            "IOSYS_MAP_INIT_VADDR_IOMEM",
            "IOSYS_MAP_INIT_OFFSET",
            "iosys_map_set_vaddr",
            "iosys_map_set_vaddr_iomem",
            "iosys_map_is_equal",
            "iosys_map_is_null",
            "iosys_map_is_set",
            "iosys_map_clear",
            "iosys_map_memcpy_to",
            "iosys_map_memcpy_from",
            "iosys_map_incr",
            "iosys_map_memset",
            "iosys_map_rd",
            "iosys_map_wr",
            "iosys_map_rd_field",
            "iosys_map_wr_field");

    private static String read(String path) throws Exception {
        return Files.readString(Path.of("..", path));
    }

    @Test
    void exampleInTheReadmeIsTheOneThatIsTested() throws Exception {
        String source = Files.readString(Path.of("src/test/java/iosys/Painter.java"));
        String type = source.substring(source.indexOf("/**"));
        String block = "```java\n" + type + "```\n";
        assertTrue(read("README.md").contains(block), () -> "README.md does not have this:\n" + block);
    }

    @Test
    void examplePaintsInSystemMemoryAndInIoMemory() {
        byte[] picture = {1, 2, 3, 4, 5, 6};
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment screen = arena.allocate(24, 8);
            for (IosysMap map : List.of(IosysMap.of(screen), IosysMap.ofIo(screen))) {
                screen.fill((byte) 0);
                screen.set(ValueLayout.JAVA_INT, 0, 8);
                Painter.paint(map, MemorySegment.ofArray(picture), 3);
                assertEquals(1, screen.get(ValueLayout.JAVA_INT, 4));
                assertArrayEquals(
                        new byte[] {1, 2, 3, 0, 0, 0, 0, 0, 4, 5, 6, 0, 0, 0, 0, 0}, screen.asSlice(8).toArray(ValueLayout.JAVA_BYTE));
            }
        }
    }

    @Test
    void tableHasEveryFunctionOfTheKernel() throws Exception {
        String table = read("docs/iosys-map.md");
        for (String function : KERNEL) {
            assertTrue(Pattern.compile("(?m)^\\| `" + function + "\\b.*$").matcher(table).find(), function);
        }
    }

    @Test
    void tableHasEveryPublicMethod() throws Exception {
        String table = read("docs/iosys-map.md");
        for (Method method : Stream.of(IosysMap.class, Field.class).flatMap(type -> Arrays.stream(type.getDeclaredMethods())).toList()) {
            if (Modifier.isPublic(method.getModifiers()) && !method.getName().equals("toString")) {
                assertTrue(Pattern.compile("\\b" + method.getName() + "\\b").matcher(table).find(), method::toString);
            }
        }
    }

    @Test
    void testsThatTheTableNamesExist() throws Exception {
        List<MatchResult> named = Pattern.compile("`(\\w+Test)(?:\\.(\\w+))?`").matcher(read("docs/iosys-map.md")).results().toList();
        assertTrue(named.size() > KERNEL.size(), named::toString);
        for (MatchResult test : named) {
            Class<?> type = Class.forName("iosys." + test.group(1));
            assertTrue(
                    test.group(2) == null
                            || Arrays.stream(type.getDeclaredMethods()).anyMatch(method -> method.getName().equals(test.group(2))),
                    test::group);
        }
    }
}
