package dmabuf.tck.exporter;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/** The bundle as it was built: its manifest and its classes, none of which is loaded. */
final class BundleFile {

    /** What asks for {@code --enable-native-access}, and what gets around it. */
    private static final Set<String> NATIVE = Set.of(
            "java/lang/foreign/Linker",
            "java/lang/foreign/SymbolLookup",
            "java/lang/foreign/MemorySegment#reinterpret",
            "java/lang/foreign/AddressLayout#withTargetLayout",
            "java/lang/System#load",
            "java/lang/System#loadLibrary",
            "java/lang/Runtime#load",
            "java/lang/Runtime#loadLibrary",
            "sun/misc/Unsafe");

    private final Attributes manifest;
    private final List<ClassModel> classes = new ArrayList<>();

    private BundleFile(JarFile jar) throws IOException {
        Manifest read = jar.getManifest();
        if (read == null || read.getMainAttributes().getValue("Bundle-SymbolicName") == null) {
            throw new IllegalStateException(jar.getName() + " is no bundle: its manifest has no Bundle-SymbolicName");
        }
        manifest = read.getMainAttributes();
        for (JarEntry entry : jar.stream().filter(each -> each.getName().endsWith(".class")).toList()) {
            try (InputStream in = jar.getInputStream(entry)) {
                classes.add(ClassFile.of().parse(in.readAllBytes()));
            }
        }
    }

    static BundleFile read(Path path) {
        try (JarFile jar = new JarFile(path.toFile())) {
            return new BundleFile(jar);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path, e);
        }
    }

    String header(String key) {
        return manifest.getValue(key);
    }

    Map<String, String> exports() {
        return new Clauses(header("Export-Package")).versions();
    }

    Map<String, String> imports() {
        return new Clauses(header("Import-Package")).versions();
    }

    /** Who uses what of the things that need native access. */
    Set<String> nativeUses() {
        Set<String> uses = new TreeSet<>();
        for (ClassModel model : classes) {
            String user = model.thisClass().asInternalName().replace('/', '.');
            for (PoolEntry entry : model.constantPool()) {
                String use = switch (entry) {
                    case ClassEntry referred -> referred.asInternalName();
                    case MemberRefEntry member -> member.owner().asInternalName() + "#" + member.name().stringValue();
                    default -> "";
                };
                if (NATIVE.contains(use)) {
                    uses.add(user + " uses " + use.replace('/', '.'));
                }
            }
            model.methods().stream()
                    .filter(method -> (method.flags().flagsMask() & ClassFile.ACC_NATIVE) != 0)
                    .forEach(method -> uses.add(user + " has the native method " + method.methodName().stringValue()));
        }
        return uses;
    }
}
