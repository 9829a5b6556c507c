package dmabuf.itest.architecture;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A built bundle: its manifest, and what its class files refer to. */
final class BundleJar {

    /** A class in a descriptor or a signature, such as {@code Ldmabuf/api/DmaBuf;}. */
    private static final Pattern IN_DESCRIPTOR = Pattern.compile("L([\\w$]+(?:/[\\w$]+)+)[;<]");

    private final String name;
    private final Attributes manifest;
    private final Map<String, ClassModel> classes = new HashMap<>();
    private final Set<FileTime> times;

    private BundleJar(Path path) throws IOException {
        name = path.getFileName().toString().replaceFirst("\\.jar$", "");
        try (JarFile jar = new JarFile(path.toFile())) {
            manifest = jar.getManifest().getMainAttributes();
            List<JarEntry> entries = jar.stream().toList();
            times = entries.stream().map(JarEntry::getLastModifiedTime).collect(Collectors.toSet());
            for (JarEntry entry : entries) {
                if (entry.getName().endsWith(".class")) {
                    try (InputStream in = jar.getInputStream(entry)) {
                        ClassModel model = ClassFile.of().parse(in.readAllBytes());
                        classes.put(dotted(model.thisClass().asInternalName()), model);
                    }
                }
            }
        }
    }

    static BundleJar of(Path path) {
        try {
            return new BundleJar(path);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path, e);
        }
    }

    /** The artifact id, which is the bundle's symbolic name too. */
    String name() {
        return name;
    }

    String header(String key) {
        return manifest.getValue(key);
    }

    Set<String> headers() {
        return manifest.keySet().stream().map(Object::toString).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The times of all entries; one, when the jar was built reproducibly. */
    Set<FileTime> times() {
        return times;
    }

    /** The clauses of a header such as {@code Import-Package}: a package, and what follows it. */
    Map<String, String> clauses(String key) {
        Map<String, String> clauses = new HashMap<>();
        String value = header(key);
        if (value != null) {
            // Commas inside quotes belong to version ranges and uses lists.
            for (String clause : value.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)")) {
                int semicolon = clause.indexOf(';');
                clauses.put(
                        semicolon < 0 ? clause : clause.substring(0, semicolon), semicolon < 0 ? "" : clause.substring(semicolon));
            }
        }
        return clauses;
    }

    /** The packages that have classes in this jar. */
    Set<String> packages() {
        return classes.keySet().stream().map(BundleJar::packageOf).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The packages that the classes of one package refer to, in code, descriptors or annotations; its own is among them. */
    Set<String> packagesReferredToFrom(String from) {
        Set<String> found = new TreeSet<>();
        classes.forEach((type, model) -> {
            if (packageOf(type).equals(from)) {
                references(model).forEach(referred -> found.add(packageOf(referred)));
            }
        });
        return found;
    }

    /** All packages that are referred to. */
    Set<String> packagesReferredTo() {
        return packages().stream().flatMap(from -> packagesReferredToFrom(from).stream()).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The uses of certain classes and methods ({@code type} or {@code type#method}): who uses what. */
    List<String> usesOf(Set<String> forbidden) {
        List<String> uses = new ArrayList<>();
        classes.forEach((type, model) -> {
            for (PoolEntry entry : model.constantPool()) {
                String use = switch (entry) {
                    case ClassEntry referred -> dotted(referred.asInternalName());
                    case MemberRefEntry member -> dotted(member.owner().asInternalName()) + "#" + member.name().stringValue();
                    default -> "";
                };
                if (forbidden.contains(use)) {
                    uses.add(type + " uses " + use);
                }
            }
            model.methods().stream()
                    .filter(method -> (method.flags().flagsMask() & ClassFile.ACC_NATIVE) != 0)
                    .forEach(method -> uses.add(type + " has the native method " + method.methodName().stringValue()));
        });
        return uses;
    }

    /** Calls of {@code System.Logger.log} that hand a throwable over. */
    List<String> throwablesLogged() {
        List<String> calls = new ArrayList<>();
        classes.forEach((type, model) -> {
            for (PoolEntry entry : model.constantPool()) {
                if (entry instanceof MemberRefEntry member
                        && member.owner().asInternalName().equals("java/lang/System$Logger")
                        && member.type().stringValue().contains("Ljava/lang/Throwable;")) {
                    calls.add(type + " calls " + member.name().stringValue() + member.type().stringValue());
                }
            }
        });
        return calls;
    }

    private static Set<String> references(ClassModel model) {
        Set<String> found = new TreeSet<>();
        for (PoolEntry entry : model.constantPool()) {
            if (entry instanceof ClassEntry referred && !referred.asInternalName().startsWith("[")) {
                found.add(dotted(referred.asInternalName()));
            } else if (entry instanceof Utf8Entry text) {
                Matcher matcher = IN_DESCRIPTOR.matcher(text.stringValue());
                while (matcher.find()) {
                    found.add(dotted(matcher.group(1)));
                }
            }
        }
        return found;
    }

    private static String dotted(String internalName) {
        return internalName.replace('/', '.');
    }

    private static String packageOf(String type) {
        int dot = type.lastIndexOf('.');
        return dot < 0 ? "" : type.substring(0, dot);
    }

    @Override
    public String toString() {
        return name;
    }
}
