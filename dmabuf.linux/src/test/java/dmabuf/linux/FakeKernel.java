package dmabuf.linux;

import dmabuf.api.Subscription;
import dmabuf.fd.KernelKind;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.IntSupplier;

/** A kernel with nothing but device nodes, which a test puts in and takes out; watchers are told on the test's own thread. */
final class FakeKernel implements Devices {

    final CopyOnWriteArraySet<String> nodes = new CopyOnWriteArraySet<>();
    final CopyOnWriteArrayList<Runnable> watchers = new CopyOnWriteArrayList<>();
    /** How often something was plugged in at a node. */
    final Map<String, Long> identities = new ConcurrentHashMap<>();
    /** What sysfs says, by path. */
    final Map<String, String> attributes = new ConcurrentHashMap<>();
    final Syscalls syscalls;

    FakeKernel(KernelKind kind, String... nodes) {
        this.nodes.addAll(List.of(nodes));
        syscalls = proxy(name -> switch (name) {
            case "kind" -> kind;
            case "devices" -> this;
            default -> throw new UnsupportedOperationException(name);
        });
    }

    /** A kernel that answers every ioctl with what comes next. */
    static Syscalls answeringIoctls(IntSupplier answers) {
        return proxy(name -> answers.getAsInt());
    }

    private interface Answers {
        Object answer(String method);
    }

    private static Syscalls proxy(Answers answers) {
        return (Syscalls) Proxy.newProxyInstance(FakeKernel.class.getClassLoader(), new Class<?>[] {Syscalls.class},
                (self, method, arguments) -> switch (method.getName()) {
                    case "hashCode" -> System.identityHashCode(self);
                    case "equals" -> self == arguments[0];
                    case "toString" -> "FakeKernel";
                    default -> answers.answer(method.getName());
                });
    }

    void plug(String node) {
        nodes.add(node);
        identities.merge(node, 1L, Long::sum);
        watchers.forEach(Runnable::run);
    }

    /** Takes a device out and puts another in before anybody hears of it. */
    void replace(String node) {
        identities.merge(node, 1L, Long::sum);
        watchers.forEach(Runnable::run);
    }

    void unplug(String node) {
        nodes.remove(node);
        watchers.forEach(Runnable::run);
    }

    @Override
    public List<String> list(String folder) {
        return nodes.stream().filter(node -> node.startsWith(folder + "/")).sorted().toList();
    }

    @Override
    public List<String> entries(String folder) {
        return attributes.keySet().stream()
                .filter(path -> path.startsWith(folder + "/"))
                .map(path -> path.substring(folder.length() + 1).split("/")[0])
                .distinct()
                .sorted()
                .toList();
    }

    @Override
    public boolean exists(String node) {
        return nodes.contains(node);
    }

    @Override
    public long identity(String node) {
        return nodes.contains(node) ? identities.getOrDefault(node, 1L) : 0;
    }

    @Override
    public Optional<String> attribute(String path) {
        return Optional.ofNullable(attributes.get(path));
    }

    @Override
    public Subscription watch(String folder, Runnable changed) {
        watchers.add(changed);
        return () -> watchers.remove(changed);
    }

    @Override
    public Optional<String> explainNoAccess(String node) {
        return Optional.empty();
    }
}
