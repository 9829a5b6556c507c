/**
 * System calls that fail when a test wants them to. {@link dmabuf.tck.fault.FaultySyscalls} stands between the code under test and any
 * kernel and its sockets, writes down what is asked, and makes the n-th call fail, come back short, or wait.
 * {@link dmabuf.tck.fault.FaultSweep} does so for a whole operation: each of its calls, with each errno that call can give
 * ({@link dmabuf.tck.fault.PlausibleErrno}), and looks whether the error arrives as an exception with that errno, nothing is left over,
 * and the operation works afterwards.
 *
 * <p>For tests of exporters and importers. Importers of this package use {@code [1.0,2)}.
 */
@Export
@Version("1.0.0")
package dmabuf.tck.fault;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
