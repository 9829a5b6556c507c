package dmabuf.core;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** Counts the calls of an interface, by the names of its methods, and passes them on. */
final class CallCount {

    private final Map<String, LongAdder> calls = new ConcurrentHashMap<>();
    private final Set<String> free;

    /** Counts all methods but these, which cost nothing. */
    CallCount(String... free) {
        this.free = Set.of(free);
    }

    /** The same object, with its calls counted. */
    <T> T of(Class<T> type, T object) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            if (method.getDeclaringClass() != Object.class && !free.contains(method.getName())) {
                calls.computeIfAbsent(method.getName(), name -> new LongAdder()).increment();
            }
            try {
                return method.invoke(object, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }

    /** What an action calls, like {@code ioctl 2, mmap 1}; nothing when it calls nothing. */
    String in(Runnable action) {
        calls.clear();
        action.run();
        return new TreeMap<>(calls).entrySet().stream()
                .map(each -> each.getKey() + " " + each.getValue())
                .collect(Collectors.joining(", "));
    }
}
