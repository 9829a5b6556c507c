/**
 * The conformance kit for exporters, in JUnit 5: extend {@link dmabuf.tck.exporter.ExporterConformance}, say on which kernel the driver
 * finds its device and which jar is its bundle, and everything that an exporter owes to its importers is checked.
 *
 * <p>The kit plays the part of the core: it deploys the bundle in a framework of its own, takes the service that the bundle registers, and
 * calls it as the core would, on a kernel that it watches and interferes with. Whatever fails is the exporter's doing.
 *
 * <p>Authors of exporters use {@code [1.0,2)}. It needs JUnit Jupiter, Felix and Felix SCR on the class path of the test, which come with
 * {@code dmabuf.tck} as a dependency.
 */
@Export
@Version("1.0.0")
package dmabuf.tck.exporter;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
