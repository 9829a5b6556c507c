package dmabuf.core;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MethodTypeEntry;
import java.lang.classfile.constantpool.NameAndTypeEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Loads what code reaches while its bundle is there: a framework refuses to load classes of a bundle that was uninstalled and refreshed, and
 * of any bundle once it has ended itself. The last callback of an exporter, release, may come after that, and so may every use of a buffer.
 * What is reached is read out of the class files: every class that one names, and those that classes of the same loaders name in turn. What
 * is loaded by name at run time only is not found.
 */
final class ClassPreload {

    /** Done once for each class, and kept with it: nothing of it outlives the class, or keeps it. */
    private static final ClassValue<Boolean> DONE = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            if (type.getClassLoader() != ClassPreload.class.getClassLoader()) {
                ofAll(List.of(type));
            }
            return Boolean.TRUE;
        }
    };

    /** A name, and who looked it up: whoever has not may still be refused. */
    private record LookUp(ClassLoader loader, String name) {}

    private final Set<ClassLoader> loaders = new HashSet<>();
    private final Deque<Class<?>> unread = new ArrayDeque<>();
    private final Set<LookUp> seen = new HashSet<>();

    private ClassPreload() {}

    /** Loads what a class reaches, the first time that it is asked to. Never fails: what cannot be loaded now could not be later. */
    static void of(Class<?> type) {
        DONE.get(type);
    }

    /** Loads what classes of several bundles reach together, each time anew. Never fails. */
    static void ofAll(Collection<Class<?>> types) {
        ClassPreload preload = new ClassPreload();
        types.forEach(preload::begin);
        while (!preload.unread.isEmpty()) {
            preload.read(preload.unread.pop());
        }
    }

    /** What is on the class path stays. */
    private void begin(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        if (loader != null && loader != ClassLoader.getSystemClassLoader()) {
            loaders.add(loader);
            unread.add(type);
        }
    }

    private void read(Class<?> type) {
        String file = type.getName().substring(type.getPackageName().isEmpty() ? 0 : type.getPackageName().length() + 1) + ".class";
        try (InputStream in = type.getResourceAsStream(file)) {
            if (in == null) {
                return; // A class that has no file: spun at run time, by a class that has one.
            }
            for (PoolEntry entry : ClassFile.of().parse(in.readAllBytes()).constantPool()) {
                reach(entry, type.getClassLoader());
            }
        } catch (IOException | IllegalArgumentException e) {
            // The framework has loaded it from a file that is no longer there, or that a weaver has changed: what it names is not known.
            return;
        }
    }

    private void reach(PoolEntry entry, ClassLoader by) {
        switch (entry) {
            case ClassEntry named -> load(named.asSymbol(), by);
            case NameAndTypeEntry member when member.type().stringValue().startsWith("(") ->
                load(MethodTypeDesc.ofDescriptor(member.type().stringValue()), by);
            case NameAndTypeEntry member -> load(ClassDesc.ofDescriptor(member.type().stringValue()), by);
            case MethodTypeEntry type -> load(type.asSymbol(), by);
            default -> {
                // Names no class.
            }
        }
    }

    private void load(MethodTypeDesc type, ClassLoader by) {
        load(type.returnType(), by);
        type.parameterList().forEach(each -> load(each, by));
    }

    private void load(ClassDesc type, ClassLoader by) {
        ClassDesc element = type;
        while (element.isArray()) {
            element = element.componentType();
        }
        if (element.isPrimitive()) {
            return;
        }
        String descriptor = element.descriptorString();
        load(new LookUp(by, descriptor.substring(1, descriptor.length() - 1).replace('/', '.')));
    }

    /** Also what another loader defines: the JVM then knows it under this one, and asks no more. */
    private void load(LookUp wanted) {
        if (!seen.add(wanted)) {
            return;
        }
        try {
            Class<?> loaded = Class.forName(wanted.name(), false, wanted.loader());
            ClassLoader definer = loaded.getClassLoader();
            if (loaders.contains(definer) && (definer == wanted.loader() || seen.add(new LookUp(definer, wanted.name())))) {
                unread.push(loaded);
            }
        } catch (ClassNotFoundException | LinkageError e) {
            // An optional import that nobody provides: whoever needs it fails with it or without this.
            return;
        }
    }
}
