/**
 * What exporters and importers of devices speak to: system calls that a real or a simulated kernel answers, the device nodes of either,
 * and Unix sockets that pass descriptors.
 *
 * <p>{@link dmabuf.linux.Syscalls} is a service, one for each kernel that is deployed, with the property {@code dmabuf.kernel}. Calls
 * answer as the kernel does inside: a result of 0 or more, or the errno negated. {@link dmabuf.linux.SyscallResult} turns the latter into
 * an exception with words.
 *
 * <p>Importers of this package use {@code [1.0,2)}; a simulation, which implements its interfaces, uses {@code [1.0,1.1)}.
 */
@Export
@Version("1.0.0")
package dmabuf.linux;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
