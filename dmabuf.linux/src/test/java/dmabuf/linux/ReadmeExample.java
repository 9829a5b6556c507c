package dmabuf.linux;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An example of the README that is a class of some module's tests, so that it is compiled and run. */
public final class ReadmeExample {

    private ReadmeExample() {}

    /**
     * Makes sure that the README shows a class from its comment on, without package and imports.
     *
     * @param source the file of the class, seen from its module
     */
    public static void assertIs(String source) throws IOException {
        String text = Files.readString(Path.of(source));
        String block = "```java\n" + text.substring(text.indexOf("/**")) + "```\n";
        assertTrue(Files.readString(Path.of("../README.md")).contains(block), () -> "README.md does not have this:\n" + block);
    }
}
