package dmabuf.core;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** The configuration, PID {@code dmabuf.core}. A change takes effect at once, with no restart. */
@ObjectClassDefinition(
        id = CoreConfig.PID,
        name = "dmabuf core",
        description = "The registry of dma-buf exporters, and the buffers that they made.")
@interface CoreConfig {

    /** The PID, and the id of the metatype definition. */
    String PID = "dmabuf.core";

    /** How long to wait for the calls in flight of an exporter that stops, in milliseconds. At most 4000. */
    @AttributeDefinition(
            name = "Drain time",
            description = "How long to wait for the calls in flight of an exporter that stops, in milliseconds. Its bundle stops no"
                    + " later than that. At most 4000, since whoever stops a component waits 5 seconds.",
            min = "0",
            max = "4000")
    int drainTimeoutMillis() default CoreDmaBufs.DEFAULT_DRAIN_MILLIS;

    /** How long mappings of memory that leaves with its device go on working, in milliseconds. */
    @AttributeDefinition(
            name = "Grace period",
            description = "How long mappings of memory that leaves with its device go on working, in milliseconds, so that contents can be"
                    + " brought to safety. No bundle waits for it.",
            min = "0",
            max = "600000")
    int graceMillis() default CoreDmaBufs.DEFAULT_GRACE_MILLIS;

    /** What to do with a second mapping of a buffer whose cache attribute differs: refuse, warn or allow. */
    @AttributeDefinition(
            name = "Aliasing",
            description = "What to do with a mapping whose cache attribute differs from that of another live mapping of the same buffer.",
            options = {@Option("refuse"), @Option("warn"), @Option("allow")})
    String aliasing() default "refuse";

    /** Whether to remember where buffers, mappings, attachments, fences and scopes are made. */
    @AttributeDefinition(
            name = "Trace leaks",
            description = "Whether to remember where buffers, mappings, attachments, fences and CPU-access scopes are made, so that the"
                    + " report of one that is never closed can say it, and the census too. Counts for what is made from then on. Costs"
                    + " some microseconds and a kilobyte or two for each.")
    boolean traceLeaks() default false;
}
