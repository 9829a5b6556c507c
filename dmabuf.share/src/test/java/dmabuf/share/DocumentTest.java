package dmabuf.share;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.linux.CHeader;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/share-protocol.md says what the code does: its structs, compiled as they stand there, and its tables. */
class DocumentTest {

    private static final Path DOCUMENT = Path.of("../docs/share-protocol.md");

    /** Structs and fields of the document's C, and what they are here. */
    private static final Map<String, Integer> STRUCTS = new LinkedHashMap<>();

    static {
        STRUCTS.put("sizeof(struct dmab_header)", Wire.COMMON_LENGTH);
        STRUCTS.put("offsetof(struct dmab_header, magic)", Wire.AT_MAGIC);
        STRUCTS.put("offsetof(struct dmab_header, version)", Wire.AT_VERSION);
        STRUCTS.put("offsetof(struct dmab_header, type)", Wire.AT_TYPE);
        STRUCTS.put("offsetof(struct dmab_header, header_length)", Wire.AT_HEADER_LENGTH);
        STRUCTS.put("offsetof(struct dmab_header, flags)", Wire.AT_FLAGS);
        STRUCTS.put("sizeof(struct dmab_offer)", Wire.OFFER_LENGTH);
        STRUCTS.put("offsetof(struct dmab_offer, size)", Wire.AT_SIZE);
        STRUCTS.put("offsetof(struct dmab_offer, caching)", Wire.AT_CACHING);
        STRUCTS.put("offsetof(struct dmab_offer, access)", Wire.AT_ACCESS);
        STRUCTS.put("offsetof(struct dmab_offer, descriptors)", Wire.AT_DESCRIPTORS);
        STRUCTS.put("offsetof(struct dmab_offer, extents)", Wire.AT_EXTENTS);
        STRUCTS.put("offsetof(struct dmab_offer, name_length)", Wire.AT_NAME_LENGTH);
        STRUCTS.put("offsetof(struct dmab_offer, width)", Wire.AT_WIDTH);
        STRUCTS.put("offsetof(struct dmab_offer, height)", Wire.AT_HEIGHT);
        STRUCTS.put("offsetof(struct dmab_offer, stride)", Wire.AT_STRIDE);
        STRUCTS.put("offsetof(struct dmab_offer, fourcc)", Wire.AT_FOURCC);
        STRUCTS.put("offsetof(struct dmab_offer, padding)", Wire.AT_PADDING);
        STRUCTS.put("offsetof(struct dmab_offer, modifier)", Wire.AT_MODIFIER);
        STRUCTS.put("offsetof(struct dmab_planar_offer, planes)", Wire.AT_PLANES);
        STRUCTS.put("offsetof(struct dmab_planar_offer, planes_reserved)", Wire.AT_PLANES_RESERVED);
        STRUCTS.put("sizeof(struct dmab_planar_offer)", Wire.OFFER_LENGTH + Wire.PLANES_LENGTH);
        STRUCTS.put("sizeof(struct dmab_plane)", Wire.PLANE_LENGTH);
        STRUCTS.put("offsetof(struct dmab_plane, offset)", Wire.AT_PLANE_OFFSET);
        STRUCTS.put("offsetof(struct dmab_plane, stride)", Wire.AT_PLANE_STRIDE);
        STRUCTS.put("offsetof(struct dmab_plane, reserved)", Wire.AT_PLANE_RESERVED);
        STRUCTS.put("sizeof(struct dmab_extent)", Wire.EXTENT_LENGTH);
        STRUCTS.put("offsetof(struct dmab_extent, memfd)", Wire.AT_EXTENT_MEMFD);
        STRUCTS.put("offsetof(struct dmab_extent, reserved)", Wire.AT_EXTENT_RESERVED);
        STRUCTS.put("offsetof(struct dmab_extent, offset)", Wire.AT_EXTENT_OFFSET);
        STRUCTS.put("offsetof(struct dmab_extent, length)", Wire.AT_EXTENT_LENGTH);
        STRUCTS.put("sizeof(struct dmab_status)", Wire.STATUS_LENGTH);
        STRUCTS.put("offsetof(struct dmab_status, error)", Wire.AT_ERRNO);
        STRUCTS.put("offsetof(struct dmab_status, reserved)", Wire.AT_STATUS_RESERVED);
    }

    @Test
    void structsOfTheDocumentHaveTheOffsetsOfTheCode() throws Exception {
        String text = Files.readString(DOCUMENT);
        Matcher block = Pattern.compile("```c\n(struct dmab_header.*?)```", Pattern.DOTALL).matcher(text);
        assertTrue(block.find(), "the document has no struct dmab_header");
        CHeader document = CHeader.of("stdint.h").declaring(block.group(1));
        STRUCTS.forEach(document::number);
        document.assertAsInC();
    }

    @Test
    void tablesOfTheDocumentHaveTheOffsetsOfTheCode() throws Exception {
        String text = Files.readString(DOCUMENT);
        Pattern field = Pattern.compile("offsetof\\(struct \\w+, (\\w+)\\)");
        STRUCTS.forEach((expression, offset) -> {
            Matcher name = field.matcher(expression);
            if (name.matches()) {
                String row = "| " + offset + " | u\\d+(\\[4])? | " + name.group(1).replace('_', ' ') + " |";
                assertTrue(Pattern.compile("^" + row.replace("|", "\\|"), Pattern.MULTILINE).matcher(text).find(),
                        () -> row + " is not in the document");
            }
        });
    }

    @Test
    void flagsOfTheDocumentAreThoseOfTheCode() throws Exception {
        String text = Files.readString(DOCUMENT);
        int flags = 0;
        for (Field field : Wire.class.getDeclaredFields()) {
            if (field.getName().startsWith("FLAG_")) {
                String row = String.format("| %s | 0x%02x |", field.getName().substring(5), field.getInt(null));
                assertTrue(text.contains(row), () -> row + " is not in the document");
                flags |= field.getInt(null);
            }
        }
        assertEquals(Wire.KNOWN_FLAGS, flags);
    }
}
