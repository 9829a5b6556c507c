/**
 * What a kernel has to answer, as a table of cases: setup, calls with their bytes, and the result or errno of each. {@link
 * dmabuf.tck.CaseRunner} asks any kernel, the real one or the simulated one; {@link dmabuf.tck.CaseComparison} compares what two of them
 * answered.
 *
 * <p>The cases are text files beside this package, in the language that the module's README describes. What they expect is what Linux 6.12
 * answered.
 *
 * <p>Importers of this package use {@code [1.0,2)}.
 */
@Export
@Version("1.0.0")
package dmabuf.tck;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
