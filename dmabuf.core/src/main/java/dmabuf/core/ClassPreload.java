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
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * Loads what the callbacks of an exporter reach, while its bundle is there: a framework refuses to load classes of a bundle that was
 * uninstalled and refreshed, and the last callback, release, may come after that. What is reached is read out of the class files: every class
 * that one names, and those that classes of the same loader name in turn. What is loaded by name at run time only is not found.
 */
final class ClassPreload {

    /** Done once for each class, and kept with it: nothing of it outlives the class, or keeps it. */
    private static final ClassValue<Boolean> DONE = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            new ClassPreload(type).run();
            return Boolean.TRUE;
        }
    };

    private final ClassLoader loader;
    private final Deque<Class<?>> unread = new ArrayDeque<>();
    private final Set<String> seen = new HashSet<>();

    private ClassPreload(Class<?> type) {
        loader = type.getClassLoader();
        unread.add(type);
        seen.add(type.getName());
    }

    /** Loads what a class reaches, the first time that it is asked to. Never fails: what cannot be loaded now could not be later. */
    static void of(Class<?> type) {
        DONE.get(type);
    }

    private void run() {
        if (loader == null || loader == ClassPreload.class.getClassLoader()) {
            return;
        }
        while (!unread.isEmpty()) {
            read(unread.pop());
        }
    }

    private void read(Class<?> type) {
        String file = type.getName().substring(type.getPackageName().isEmpty() ? 0 : type.getPackageName().length() + 1) + ".class";
        try (InputStream in = type.getResourceAsStream(file)) {
            if (in == null) {
                return; // A class that has no file: spun at run time, by a class that has one.
            }
            for (PoolEntry entry : ClassFile.of().parse(in.readAllBytes()).constantPool()) {
                reach(entry);
            }
        } catch (IOException | IllegalArgumentException e) {
            // The framework has loaded it from a file that is no longer there, or that a weaver has changed: what it names is not known.
            return;
        }
    }

    private void reach(PoolEntry entry) {
        switch (entry) {
            case ClassEntry named -> load(named.asSymbol());
            case NameAndTypeEntry member when member.type().stringValue().startsWith("(") ->
                load(MethodTypeDesc.ofDescriptor(member.type().stringValue()));
            case NameAndTypeEntry member -> load(ClassDesc.ofDescriptor(member.type().stringValue()));
            case MethodTypeEntry type -> load(type.asSymbol());
            default -> {
                // Names no class.
            }
        }
    }

    private void load(MethodTypeDesc type) {
        load(type.returnType());
        type.parameterList().forEach(this::load);
    }

    private void load(ClassDesc type) {
        ClassDesc element = type;
        while (element.isArray()) {
            element = element.componentType();
        }
        if (element.isPrimitive()) {
            return;
        }
        String descriptor = element.descriptorString();
        String name = descriptor.substring(1, descriptor.length() - 1).replace('/', '.');
        if (seen.add(name)) {
            load(name);
        }
    }

    /** By this loader, also what another one defines: the JVM then knows it under this one, and asks no more. */
    private void load(String name) {
        try {
            Class<?> loaded = Class.forName(name, false, loader);
            if (loaded.getClassLoader() == loader) {
                unread.push(loaded);
            }
        } catch (ClassNotFoundException | LinkageError e) {
            // An optional import that nobody provides: whoever needs it fails with it or without this.
            return;
        }
    }
}
