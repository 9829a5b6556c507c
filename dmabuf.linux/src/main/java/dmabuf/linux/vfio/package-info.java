/**
 * What every VFIO device understands, whatever it is: the groups in {@code /dev/vfio} and who is in them, the container, the device with
 * its regions, which are read, written and mapped at offsets of its descriptor. Requests of displays are in the exporter of screens.
 *
 * <p>Importers of this package use {@code [1.0,2)}.
 */
@Export
@Version("1.0.0")
package dmabuf.linux.vfio;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
