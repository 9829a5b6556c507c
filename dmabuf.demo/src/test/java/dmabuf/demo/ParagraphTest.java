package dmabuf.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ParagraphTest {

    @Test
    void linesFitIntoEightyColumnsAndSentencesBeginNewOnes() {
        assertEquals("""
                 1  place      one
                               two
                """, Paragraph.of(1, "place", "one", "two"));
        String words = "word ".repeat(30).strip();
        assertEquals("""
                11  exporters  word word word word word word word word word word word word word
                               word word word word word word word word word word word word word
                               word word word word
                """, Paragraph.of(11, "exporters", words));
    }

    @Test
    void wordThatFitsIntoNoLineStaysWhole() {
        String path = "/" + "x".repeat(90);
        assertEquals(" 2  place      in\n" + " ".repeat(15) + path + "\n" + " ".repeat(15) + "now\n",
                Paragraph.of(2, "place", "in " + path + " now"));
    }

    @Test
    void lastColumnIsUsed() {
        assertEquals(" 3  clean      " + "x".repeat(65) + "\n", Paragraph.of(3, "clean", "x".repeat(65)));
        assertEquals(80, Paragraph.of(3, "clean", "x".repeat(63) + " y z").lines().findFirst().orElse("").length());
    }
}
