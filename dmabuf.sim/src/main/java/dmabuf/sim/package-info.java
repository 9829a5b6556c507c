/**
 * A simulated kernel: the system calls and device nodes of {@link dmabuf.linux.Syscalls}, answered with ordinary memfds on machines that
 * have no dma-buf driver. The pages are real and really shared; the drivers and the devices are not there.
 *
 * <p>For tests and demos: {@link dmabuf.sim.SimulatedKernel} also works without a container, and {@link dmabuf.sim.SimulatedMachine} is
 * the hand on its devices. Exporters and importers use neither, they see a {@code Syscalls} service with {@code dmabuf.kernel=simulated}.
 *
 * <p>Importers of this package use {@code [1.0,2)}.
 */
@Export
@Version("1.0.0")
package dmabuf.sim;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
