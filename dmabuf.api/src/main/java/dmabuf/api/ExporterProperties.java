package dmabuf.api;

import dmabuf.fd.KernelKind;
import dmabuf.frame.DrmModifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Dictionary;
import java.util.EnumSet;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The service properties of an exporter, and of the {@link BufferSource} that importers see for it, as typed values. They are the
 * contract with an importer that uses nothing but a filter such as {@code (dmabuf.caching=cached)}.
 *
 * <p>Immutable. An exporter makes one with {@link #builder} and registers with {@link #toDictionary()}; whoever has a service reference
 * reads it with {@link #of}.
 */
public final class ExporterProperties {

    // Every start reads and writes properties for each exporter, and the JVM makes lambdas of bundles anew in each process: so, no lambdas.

    /** The driver's name, such as {@code udmabuf}. Type {@code String}, required. */
    public static final String EXPORTER = "dmabuf.exporter";

    /** The device node, such as {@code /dev/udmabuf}. Type {@code String}, required. */
    public static final String DEVICE = "dmabuf.device";

    /** {@code linux} or {@code simulated}. Type {@code String}, required. Also a property of the system-call service itself. */
    public static final String KERNEL = "dmabuf.kernel";

    /** Every cache attribute that buffers of this exporter can have. Type {@code String[]}, default {@code unknown}. */
    public static final String CACHING = "dmabuf.caching";

    /**
     * The mapping modes that buffers can have, {@code NAME=CACHING}, one for each attribute that a mode can have. Type {@code String[]},
     * default {@code dma-buf} with every attribute of {@link #CACHING} when the CPU may map the buffers.
     */
    public static final String MODES = "dmabuf.modes";

    /** Where buffers can be: {@code system}, {@code device}. Type {@code String[]}, default {@code system}. */
    public static final String PLACEMENT = "dmabuf.placement";

    /** Whether the CPU may map the buffers. Type {@code Boolean}, default false. */
    public static final String MMAP = "dmabuf.mmap";

    /** Whether data is only right inside a CPU-access scope. Type {@code Boolean}, default true. */
    public static final String NEEDS_SYNC = "dmabuf.sync";

    /** What becomes of buffers when the exporter goes. Type {@code String}, default {@code self-contained}. */
    public static final String LIFETIME = "dmabuf.lifetime";

    /** The largest buffer in bytes. Type {@code Long}, default {@link Long#MAX_VALUE}: no limit of the exporter's own. */
    public static final String MAX_SIZE = "dmabuf.max.size";

    /** Whether existing memory can become a buffer. Type {@code Boolean}, default false. */
    public static final String WRAP = "dmabuf.wrap";

    /**
     * Whether the exporter makes memory for whoever asks. One that does not hands out what its device has: no requirement selects it, and
     * {@link BufferSource#export} says which of that is meant, by the exporter's options. Type {@code Boolean}, default true.
     */
    public static final String ALLOCATES = "dmabuf.allocates";

    /** Whether every buffer is one physical stretch. Type {@code Boolean}, default false. */
    public static final String CONTIGUOUS = "dmabuf.contiguous";

    /**
     * The layouts that frames in the buffers can have, as {@link DrmModifier#toString} spells them. Type {@code String[]}, default
     * {@code linear}.
     */
    public static final String MODIFIERS = "dmabuf.modifiers";

    /** What the rows of a frame have to begin at multiples of, a power of two in bytes. Type {@code Integer}, default 1. */
    public static final String STRIDE_ALIGNMENT = "dmabuf.stride.alignment";

    /** Counts the incarnations of an exporter on a device, from 1. Type {@code Long}; set by the core. */
    public static final String GENERATION = "dmabuf.generation";

    /** The symbolic name of the exporter's bundle. Type {@code String}; set by the core. */
    public static final String BUNDLE = "dmabuf.bundle";

    /** The version of the exporter's bundle. Type {@code String}; set by the core. */
    public static final String BUNDLE_VERSION = "dmabuf.bundle.version";

    private final String exporter;
    private final String device;
    private final KernelKind kernel;
    private final Set<Caching> caching;
    private final Map<String, Set<Caching>> modes;
    private final Set<Placement> placements;
    private final boolean mmap;
    private final boolean needsSync;
    private final Lifetime lifetime;
    private final long maxSize;
    private final boolean wrap;
    private final boolean allocates;
    private final boolean contiguous;
    private final Set<DrmModifier> modifiers;
    private final int strideAlignment;
    private final long generation;
    private final String bundle;
    private final String bundleVersion;

    private ExporterProperties(Builder builder) {
        exporter = Objects.requireNonNull(builder.exporter, EXPORTER);
        device = Objects.requireNonNull(builder.device, DEVICE);
        kernel = Objects.requireNonNull(builder.kernel, KERNEL);
        caching = Collections.unmodifiableSet(
                builder.caching.isEmpty() ? EnumSet.of(Caching.UNKNOWN) : EnumSet.copyOf(builder.caching));
        modes = builder.modes.isEmpty() && builder.mmap
                ? Map.of(MappingMode.DMA_BUF, caching)
                : Collections.unmodifiableMap(builder.copyOfModes());
        placements = Collections.unmodifiableSet(
                builder.placements.isEmpty() ? EnumSet.of(Placement.SYSTEM) : EnumSet.copyOf(builder.placements));
        mmap = builder.mmap;
        needsSync = builder.needsSync;
        lifetime = builder.lifetime;
        maxSize = builder.maxSize;
        wrap = builder.wrap;
        allocates = builder.allocates;
        contiguous = builder.contiguous;
        modifiers = builder.modifiers.isEmpty()
                ? Set.of(DrmModifier.LINEAR)
                : Collections.unmodifiableSet(new LinkedHashSet<>(builder.modifiers));
        strideAlignment = builder.strideAlignment;
        generation = builder.generation;
        bundle = builder.bundle;
        bundleVersion = builder.bundleVersion;
    }

    /**
     * Starts with the three properties that every exporter has.
     *
     * @param exporter the driver's name
     * @param device the device node
     * @param kernel the kernel that the device belongs to
     * @return a builder, with the defaults for the rest
     */
    public static Builder builder(String exporter, String device, KernelKind kernel) {
        Builder builder = new Builder();
        builder.exporter = exporter;
        builder.device = device;
        builder.kernel = kernel;
        return builder;
    }

    /**
     * Reads a service's properties.
     *
     * @param properties the properties by key; others than those of this class are ignored
     * @return the typed view
     * @throws IllegalArgumentException when one is missing that is required, or has the wrong type or an unknown value; the message
     *     names it
     */
    public static ExporterProperties of(Map<String, ?> properties) {
        Reader reader = new Reader(properties);
        try {
            return reader.read();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the service property " + reader.key + " is " + e.getMessage(), e);
        }
    }

    /** Reads one property after the other. */
    private static final class Reader {

        private final Map<String, ?> properties;
        /** The one that is being read. */
        private String key;

        Reader(Map<String, ?> properties) {
            this.properties = properties;
        }

        ExporterProperties read() {
            Builder builder = builder(required(EXPORTER), required(DEVICE), KernelKind.ofProperty(required(KERNEL)));
            for (String one : strings(CACHING)) {
                builder.caching(Caching.ofProperty(one));
            }
            for (String one : strings(PLACEMENT)) {
                builder.placement(Placement.ofProperty(one));
            }
            for (String one : strings(MODIFIERS)) {
                builder.modifiers(layout(one));
            }
            for (String one : strings(MODES)) {
                int equals = one == null ? -1 : one.indexOf('=');
                if (equals < 0) {
                    throw new IllegalArgumentException("made of NAME=CACHING, and not \"" + one + "\"");
                }
                builder.mode(MappingMode.checkName(one.substring(0, equals)), Caching.ofProperty(one.substring(equals + 1)));
            }
            return builder.mmap(typed(MMAP, Boolean.class, false))
                    .needsSync(typed(NEEDS_SYNC, Boolean.class, true))
                    .lifetime(Lifetime.ofProperty(typed(LIFETIME, String.class, Lifetime.SELF_CONTAINED.property())))
                    .maxSize(typed(MAX_SIZE, Long.class, Long.MAX_VALUE))
                    .wrap(typed(WRAP, Boolean.class, false))
                    .allocates(typed(ALLOCATES, Boolean.class, true))
                    .contiguous(typed(CONTIGUOUS, Boolean.class, false))
                    .strideAlignment(typed(STRIDE_ALIGNMENT, Integer.class, 1))
                    .generation(typed(GENERATION, Long.class, 0L))
                    .bundle(typed(BUNDLE, String.class, ""), typed(BUNDLE_VERSION, String.class, ""))
                    .build();
        }

        private String required(String name) {
            String value = typed(name, String.class, null);
            if (value == null) {
                throw new IllegalArgumentException("missing");
            }
            return value;
        }

        /** One text, or an array of them: declarative services write an array of one as a text. */
        private String[] strings(String name) {
            key = name;
            return properties.get(name) instanceof String one ? new String[] {one} : typed(name, String[].class, new String[0]);
        }

        private <T> T typed(String name, Class<T> type, T absent) {
            key = name;
            Object value = properties.get(name);
            if (value == null) {
                return absent;
            }
            if (!type.isInstance(value)) {
                throw new IllegalArgumentException("of type " + value.getClass().getSimpleName() + ", not " + type.getSimpleName());
            }
            return type.cast(value);
        }
    }

    private static DrmModifier layout(String text) {
        if (text == null) {
            throw new IllegalArgumentException("null, which is no format modifier");
        }
        return checkLayout(DrmModifier.of(text));
    }

    private static DrmModifier checkLayout(DrmModifier layout) {
        if (!layout.isShareable()) {
            throw new IllegalArgumentException("implicit, and an implicit layout is none that importers could agree on");
        }
        return layout;
    }

    /**
     * Gives the properties as the service registry takes them.
     *
     * @return a new dictionary; what only the core sets is left out where it is not set
     */
    public Dictionary<String, Object> toDictionary() {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(EXPORTER, exporter);
        properties.put(DEVICE, device);
        properties.put(KERNEL, kernel.property());
        List<String> attributes = new ArrayList<>();
        for (Caching attribute : caching) {
            attributes.add(attribute.property());
        }
        properties.put(CACHING, attributes.toArray(new String[0]));
        List<String> mappings = new ArrayList<>();
        for (Map.Entry<String, Set<Caching>> mode : modes.entrySet()) {
            for (Caching attribute : mode.getValue()) {
                mappings.add(mode.getKey() + "=" + attribute.property());
            }
        }
        properties.put(MODES, mappings.toArray(new String[0]));
        List<String> places = new ArrayList<>();
        for (Placement placement : placements) {
            places.add(placement.property());
        }
        properties.put(PLACEMENT, places.toArray(new String[0]));
        properties.put(MMAP, mmap);
        properties.put(NEEDS_SYNC, needsSync);
        properties.put(LIFETIME, lifetime.property());
        properties.put(MAX_SIZE, maxSize);
        properties.put(WRAP, wrap);
        properties.put(ALLOCATES, allocates);
        properties.put(CONTIGUOUS, contiguous);
        List<String> layouts = new ArrayList<>();
        for (DrmModifier modifier : modifiers) {
            layouts.add(modifier.toString());
        }
        properties.put(MODIFIERS, layouts.toArray(new String[0]));
        properties.put(STRIDE_ALIGNMENT, strideAlignment);
        if (generation != 0) {
            properties.put(GENERATION, generation);
        }
        if (!bundle.isEmpty()) {
            properties.put(BUNDLE, bundle);
            properties.put(BUNDLE_VERSION, bundleVersion);
        }
        return properties;
    }

    /**
     * Starts a builder with all of these values.
     *
     * @return a new builder
     */
    public Builder toBuilder() {
        Builder builder = builder(exporter, device, kernel).caching(caching.toArray(new Caching[0]));
        for (Map.Entry<String, Set<Caching>> mode : modes.entrySet()) {
            builder.mode(mode.getKey(), mode.getValue().toArray(new Caching[0]));
        }
        return builder.placement(placements.toArray(new Placement[0]))
                .mmap(mmap)
                .needsSync(needsSync)
                .lifetime(lifetime)
                .maxSize(maxSize)
                .wrap(wrap)
                .allocates(allocates)
                .contiguous(contiguous)
                .modifiers(modifiers.toArray(new DrmModifier[0]))
                .strideAlignment(strideAlignment)
                .generation(generation)
                .bundle(bundle, bundleVersion);
    }

    /**
     * Gives the driver's name.
     *
     * @return {@link #EXPORTER}
     */
    public String exporter() {
        return exporter;
    }

    /**
     * Gives the device node.
     *
     * @return {@link #DEVICE}
     */
    public String device() {
        return device;
    }

    /**
     * Gives the kind of kernel that the device belongs to.
     *
     * @return {@link #KERNEL}
     */
    public KernelKind kernel() {
        return kernel;
    }

    /**
     * Gives every cache attribute that buffers can have.
     *
     * @return {@link #CACHING}, never empty
     */
    public Set<Caching> caching() {
        return caching;
    }

    /**
     * Gives the mapping modes that buffers can have, with every cache attribute that each can have.
     *
     * @return {@link #MODES}, in the exporter's order; empty when the CPU may not map the buffers
     */
    public Map<String, Set<Caching>> modes() {
        return modes;
    }

    /**
     * Tells where buffers can be.
     *
     * @return {@link #PLACEMENT}, never empty
     */
    public Set<Placement> placements() {
        return placements;
    }

    /**
     * Tells whether the CPU may map the buffers.
     *
     * @return {@link #MMAP}
     */
    public boolean mmap() {
        return mmap;
    }

    /**
     * Tells whether data is only right inside a CPU-access scope.
     *
     * @return {@link #NEEDS_SYNC}
     */
    public boolean needsSync() {
        return needsSync;
    }

    /**
     * Tells what becomes of buffers when the exporter goes.
     *
     * @return {@link #LIFETIME}
     */
    public Lifetime lifetime() {
        return lifetime;
    }

    /**
     * Gives the size of the largest buffer.
     *
     * @return {@link #MAX_SIZE}, in bytes
     */
    public long maxSize() {
        return maxSize;
    }

    /**
     * Tells whether existing memory can become a buffer.
     *
     * @return {@link #WRAP}
     */
    public boolean wrap() {
        return wrap;
    }

    /**
     * Tells whether the exporter makes memory, or hands out what its device has.
     *
     * @return {@link #ALLOCATES}
     */
    public boolean allocates() {
        return allocates;
    }

    /**
     * Tells whether every buffer is one physical stretch.
     *
     * @return {@link #CONTIGUOUS}
     */
    public boolean contiguous() {
        return contiguous;
    }

    /**
     * Gives the layouts that frames in the buffers can have.
     *
     * @return {@link #MODIFIERS}, in the exporter's order; never empty, and never {@link DrmModifier#INVALID}
     */
    public Set<DrmModifier> modifiers() {
        return modifiers;
    }

    /**
     * Tells what the rows of a frame have to begin at multiples of.
     *
     * @return {@link #STRIDE_ALIGNMENT}, a power of two in bytes
     */
    public int strideAlignment() {
        return strideAlignment;
    }

    static int checkAlignment(int bytes) {
        if (Integer.bitCount(bytes) != 1 || bytes < 0) {
            throw new IllegalArgumentException(bytes + " bytes, and strides are aligned to a power of two");
        }
        return bytes;
    }

    /**
     * Gives the incarnation.
     *
     * @return {@link #GENERATION}, 0 where the core has not set it
     */
    public long generation() {
        return generation;
    }

    /**
     * Gives the symbolic name of the exporter's bundle.
     *
     * @return {@link #BUNDLE}, empty where the core has not set it
     */
    public String bundle() {
        return bundle;
    }

    /**
     * Gives the version of the exporter's bundle.
     *
     * @return {@link #BUNDLE_VERSION}, empty where the core has not set it
     */
    public String bundleVersion() {
        return bundleVersion;
    }

    /** Gives exporter, device and generation, as messages name a source. */
    @Override
    public String toString() {
        return exporter + " on " + device + (kernel == KernelKind.SIMULATED ? " (simulated)" : "")
                + (generation == 0 ? "" : " generation " + generation);
    }

    /** Collects the properties of an exporter. Not thread-safe. */
    public static final class Builder {

        private String exporter;
        private String device;
        private KernelKind kernel;
        private final Set<Caching> caching = EnumSet.noneOf(Caching.class);
        private final Map<String, Set<Caching>> modes = new LinkedHashMap<>();
        private final Set<Placement> placements = EnumSet.noneOf(Placement.class);
        private boolean mmap;
        private boolean needsSync = true;
        private Lifetime lifetime = Lifetime.SELF_CONTAINED;
        private long maxSize = Long.MAX_VALUE;
        private boolean wrap;
        private boolean allocates = true;
        private boolean contiguous;
        private final Set<DrmModifier> modifiers = new LinkedHashSet<>();
        private int strideAlignment = 1;
        private long generation;
        private String bundle = "";
        private String bundleVersion = "";

        private Builder() {}

        /**
         * Adds cache attributes that buffers can have.
         *
         * @param attributes one or more
         * @return this builder
         */
        public Builder caching(Caching... attributes) {
            Collections.addAll(caching, attributes);
            return this;
        }

        /**
         * Adds a mode in which buffers can be mapped, and the cache attributes that it can have, to {@link ExporterProperties#CACHING} too.
         *
         * @param name such as {@link MappingMode#DMA_BUF}
         * @param attributes one or more
         * @return this builder
         * @throws IllegalArgumentException when no mode can have this name
         */
        public Builder mode(String name, Caching... attributes) {
            Set<Caching> all = modes.get(MappingMode.checkName(name));
            if (all == null) {
                all = EnumSet.noneOf(Caching.class);
                modes.put(name, all);
            }
            Collections.addAll(all, attributes);
            mmap = true;
            return caching(attributes);
        }

        private Map<String, Set<Caching>> copyOfModes() {
            Map<String, Set<Caching>> copy = new LinkedHashMap<>();
            for (Map.Entry<String, Set<Caching>> mode : modes.entrySet()) {
                copy.put(mode.getKey(), Collections.unmodifiableSet(EnumSet.copyOf(mode.getValue())));
            }
            return copy;
        }

        /**
         * Adds places where buffers can be.
         *
         * @param places one or more
         * @return this builder
         */
        public Builder placement(Placement... places) {
            Collections.addAll(placements, places);
            return this;
        }

        /**
         * Says whether the CPU may map the buffers.
         *
         * @param value see {@link ExporterProperties#MMAP}
         * @return this builder
         */
        public Builder mmap(boolean value) {
            mmap = value;
            return this;
        }

        /**
         * Says whether data is only right inside a CPU-access scope.
         *
         * @param value see {@link ExporterProperties#NEEDS_SYNC}
         * @return this builder
         */
        public Builder needsSync(boolean value) {
            needsSync = value;
            return this;
        }

        /**
         * Says what becomes of buffers when the exporter goes.
         *
         * @param value see {@link ExporterProperties#LIFETIME}
         * @return this builder
         */
        public Builder lifetime(Lifetime value) {
            lifetime = Objects.requireNonNull(value, LIFETIME);
            return this;
        }

        /**
         * Says how large a buffer may be.
         *
         * @param bytes see {@link ExporterProperties#MAX_SIZE}
         * @return this builder
         */
        public Builder maxSize(long bytes) {
            maxSize = bytes;
            return this;
        }

        /**
         * Says whether existing memory can become a buffer.
         *
         * @param value see {@link ExporterProperties#WRAP}
         * @return this builder
         */
        public Builder wrap(boolean value) {
            wrap = value;
            return this;
        }

        /**
         * Says whether the exporter makes memory for whoever asks, or hands out what its device has.
         *
         * @param value see {@link ExporterProperties#ALLOCATES}
         * @return this builder
         */
        public Builder allocates(boolean value) {
            allocates = value;
            return this;
        }

        /**
         * Says whether every buffer is one physical stretch.
         *
         * @param value see {@link ExporterProperties#CONTIGUOUS}
         * @return this builder
         */
        public Builder contiguous(boolean value) {
            contiguous = value;
            return this;
        }

        /**
         * Adds layouts that frames in the buffers can have.
         *
         * @param layouts one or more; see {@link ExporterProperties#MODIFIERS}
         * @return this builder
         * @throws IllegalArgumentException for {@link DrmModifier#INVALID}, which says nothing to anybody else
         */
        public Builder modifiers(DrmModifier... layouts) {
            for (DrmModifier layout : layouts) {
                modifiers.add(checkLayout(layout));
            }
            return this;
        }

        /**
         * Says what the rows of a frame have to begin at multiples of.
         *
         * @param bytes see {@link ExporterProperties#STRIDE_ALIGNMENT}
         * @return this builder
         * @throws IllegalArgumentException when it is no power of two
         */
        public Builder strideAlignment(int bytes) {
            strideAlignment = checkAlignment(bytes);
            return this;
        }

        /**
         * Sets the incarnation, which only the core does.
         *
         * @param value see {@link ExporterProperties#GENERATION}
         * @return this builder
         */
        public Builder generation(long value) {
            generation = value;
            return this;
        }

        /**
         * Names the exporter's bundle, which only the core does.
         *
         * @param symbolicName see {@link ExporterProperties#BUNDLE}
         * @param version see {@link ExporterProperties#BUNDLE_VERSION}
         * @return this builder
         */
        public Builder bundle(String symbolicName, String version) {
            bundle = Objects.requireNonNull(symbolicName, BUNDLE);
            bundleVersion = Objects.requireNonNull(version, BUNDLE_VERSION);
            return this;
        }

        /**
         * Makes the properties.
         *
         * @return an immutable copy of what was collected
         */
        public ExporterProperties build() {
            return new ExporterProperties(this);
        }
    }
}
