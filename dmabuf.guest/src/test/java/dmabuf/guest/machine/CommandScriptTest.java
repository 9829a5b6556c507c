package dmabuf.guest.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dmabuf.guest.parts.HostCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandScriptTest {

    @TempDir
    Path folder;

    @Test
    void everyWordArrivesAsItWas() throws IOException {
        // What chroot does, save for the root.
        Path chroot = Files.writeString(folder.resolve("chroot"), "#!/bin/sh\nshift\nexec \"$@\"\n");
        assertEquals(true, chroot.toFile().setExecutable(true));
        Path working = Files.createDirectory(folder.resolve("it's a \"folder\" $HOME"));
        Map<String, String> environment = CommandScript.environment(
                Path.of("/jdk"), Map.of("PATH", folder + ":/usr/bin:/bin", "OWN", "a 'quoted' $value\nin two lines"));
        List<String> command =
                List.of("sh", "-c", "pwd; printf '%s|' \"$OWN\" \"$JAVA_HOME\" \"$@\"", "x", "", "a b", "it's", "$(id)", "*", "-n");

        String output = HostCommand.of("sh", "-c", CommandScript.of(command, working, environment)).check();

        assertEquals(working.toRealPath() + "\na 'quoted' $value\nin two lines|/jdk||a b|it's|$(id)|*|-n|", output);
    }
}
