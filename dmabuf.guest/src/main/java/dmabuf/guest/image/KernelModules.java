package dmabuf.guest.image;

import dmabuf.guest.GuestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The modules of one kernel, put in an order in which they can be inserted. Works on a folder as it comes out of a package, before any
 * depmod: the dependencies are read from the modules.
 */
public final class KernelModules {

    private static final Pattern FILE = Pattern.compile("(.+)\\.ko(\\.xz|\\.gz|\\.zst)?");

    private final List<Path> folders;
    private final Decompressor decompressor;
    private final Map<String, Path> files = new HashMap<>();
    private final Set<String> builtIn = new HashSet<>();

    /**
     * A module, ready to be inserted.
     *
     * @param name its name, with underscores
     * @param object its unpacked ELF file
     */
    public record Module(String name, byte[] object) {}

    /**
     * Lists a kernel's modules.
     *
     * @param folders each as {@code /lib/modules/VERSION}; of two modules of one name the one in the later folder counts
     * @param decompressor unpacks them
     * @throws IOException when it cannot be read
     */
    public KernelModules(List<Path> folders, Decompressor decompressor) throws IOException {
        this.folders = List.copyOf(folders);
        this.decompressor = decompressor;
        for (Path folder : folders) {
            list(folder);
        }
    }

    private void list(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            all.filter(Files::isRegularFile).forEach(file -> name(file).ifPresent(name -> files.put(name, file)));
        }
        Path list = folder.resolve("modules.builtin");
        if (Files.exists(list)) {
            for (String line : Files.readAllLines(list)) {
                name(Path.of(line.strip())).ifPresent(builtIn::add);
            }
        }
    }

    private static Optional<String> name(Path file) {
        Matcher matcher = FILE.matcher(String.valueOf(file.getFileName()));
        return matcher.matches() ? Optional.of(canonical(matcher.group(1))) : Optional.empty();
    }

    /** Spells a module's name as the kernel does: file names may have dashes where the names have underscores. */
    static String canonical(String name) {
        return name.replace('-', '_');
    }

    private String looked() {
        return String.join(", ", folders.stream().map(Path::toString).toList());
    }

    /**
     * Tells whether the kernel has a module, loadable or built in.
     *
     * @param name its name, with dashes or underscores
     * @return true if so
     */
    public boolean has(String name) {
        return files.containsKey(canonical(name)) || builtIn.contains(canonical(name));
    }

    /**
     * Gives modules with what they depend on, each once, dependencies first. What is built into the kernel is left out.
     *
     * @param wanted names, with dashes or underscores
     * @return the modules, in an order in which they can be inserted
     * @throws GuestException when the kernel has no such module
     * @throws IOException when a module cannot be read or is damaged
     */
    public List<Module> inOrder(List<String> wanted) throws IOException, GuestException {
        Map<String, Module> done = new LinkedHashMap<>();
        for (String name : wanted) {
            visit(canonical(name), new ArrayList<>(), done);
        }
        return List.copyOf(done.values());
    }

    private void visit(String name, List<String> path, Map<String, Module> done) throws IOException, GuestException {
        if (done.containsKey(name) || builtIn.contains(name)) {
            return;
        }
        Path file = files.get(name);
        if (file == null) {
            String wanted = path.isEmpty() ? "" : ", which " + path.getLast() + " needs";
            throw new GuestException(
                    GuestException.Reason.UNUSABLE, "the kernel has no module " + name + wanted + ": looked in " + looked());
        }
        if (path.contains(name)) {
            throw new IOException("modules need each other: " + String.join(" -> ", path) + " -> " + name);
        }
        path.add(name);
        byte[] object = decompressor.read(file);
        for (String dependency : ModuleInfo.dependencies(object)) {
            visit(dependency, path, done);
        }
        path.removeLast();
        done.put(name, new Module(name, object));
    }
}
