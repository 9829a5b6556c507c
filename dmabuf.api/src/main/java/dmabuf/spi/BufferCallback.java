package dmabuf.spi;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** The callbacks of {@link BufferOps}, to say which of them a class has. */
public enum BufferCallback {
    /** {@link BufferOps#exported}. */
    EXPORTED,
    /** {@link BufferOps#attach}. */
    ATTACH,
    /** {@link BufferOps#detach}. */
    DETACH,
    /** {@link BufferOps#pin}. */
    PIN,
    /** {@link BufferOps#unpin}. */
    UNPIN,
    /** {@link BufferOps#map}. */
    MAP,
    /** {@link BufferOps#unmap}. */
    UNMAP,
    /** {@link BufferOps#beginCpuAccess}. */
    BEGIN_CPU_ACCESS,
    /** {@link BufferOps#endCpuAccess}. */
    END_CPU_ACCESS,
    /** {@link BufferOps#vmap}. */
    VMAP,
    /** {@link BufferOps#vunmap}. */
    VUNMAP,
    /** {@link BufferOps#mmapInfo}. */
    MMAP_INFO,
    /** {@link BufferOps#release}. */
    RELEASE;

    /** The method's name: {@code beginCpuAccess} of BEGIN_CPU_ACCESS. */
    private final String method = camelCase(name());

    private static String camelCase(String constant) {
        StringBuilder text = new StringBuilder();
        for (String word : constant.toLowerCase(Locale.ROOT).split("_")) {
            text.append(text.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return text.toString();
    }

    /**
     * Lists the callbacks that a class overrides.
     *
     * @param ops the exporter's
     * @return those that are not missing; holds nothing of the class
     */
    public static Set<BufferCallback> of(BufferOps ops) {
        Set<BufferCallback> present = EnumSet.noneOf(BufferCallback.class);
        for (BufferCallback callback : values()) {
            Method declared = callback.declared();
            try {
                Method chosen = ops.getClass().getMethod(declared.getName(), declared.getParameterTypes());
                if (chosen.getDeclaringClass() != BufferOps.class) {
                    present.add(callback);
                }
            } catch (NoSuchMethodException e) {
                throw new IllegalStateException("BufferOps lacks a method that it declares: " + declared, e);
            }
        }
        return present;
    }

    private Method declared() {
        return Arrays.stream(BufferOps.class.getDeclaredMethods())
                .filter(each -> each.getName().equals(method) && !each.isSynthetic())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("BufferOps has no method " + method));
    }

    /** Gives the method's name. */
    @Override
    public String toString() {
        return method;
    }
}
