package dmabuf.guest.machine;

import dmabuf.guest.JavaCommand;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes the shell line that runs a command in the guest's copy of the host's root. */
final class CommandScript {

    private CommandScript() {}

    /** The variables that every command gets, besides its own, which come last. */
    static Map<String, String> environment(Path jdk, Map<String, String> own) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("PATH", jdk.resolve("bin") + ":/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin");
        all.put("JAVA_HOME", jdk.toString());
        all.put("HOME", "/tmp/home");
        all.put("TMPDIR", "/tmp");
        all.put("XDG_RUNTIME_DIR", "/run");
        all.put("USER", "root");
        all.put("LANG", "C.UTF-8");
        all.put("TERM", "dumb");
        all.put("DMABUF_IN_GUEST", "1");
        all.put("DMABUF_JAVA_OPTS", String.join(" ", JavaCommand.EMULATION_FLAGS));
        all.putAll(own);
        return all;
    }

    /** The line, for busybox's shell. */
    static String of(List<String> command, Path folder, Map<String, String> environment) {
        String variables = environment.entrySet().stream()
                .map(each -> quote(each.getKey() + "=" + each.getValue()))
                .collect(Collectors.joining(" "));
        String words = command.stream().map(CommandScript::quote).collect(Collectors.joining(" "));
        // The host's own shell changes into the folder, and is replaced by the command.
        return "exec env -i " + variables + " chroot /new /bin/sh -c 'cd -- \"$0\" && exec \"$@\"' " + quote(folder.toString()) + " "
                + words + "\n";
    }

    private static String quote(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
