package dmabuf.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class BufferNameTest {

    @Test
    void longNamesKeepTheirEnd() {
        assertEquals("README.md", BufferName.fitting("README.md"));
        assertEquals("x".repeat(27) + ".png", BufferName.fitting("x".repeat(100) + ".png"));
    }

    @Test
    void charactersStayWhole() {
        // 4 bytes each: seven fit, and three bytes are left over.
        assertEquals("😀".repeat(7), BufferName.fitting("😀".repeat(9)));
        assertEquals("é".repeat(15) + "a", BufferName.fitting("é".repeat(20) + "a"));
    }

    @Test
    void controlCharactersAreTakenOut() {
        assertEquals("a?[2Jb?", BufferName.fitting("a\u001b[2Jb\n"));
    }
}
