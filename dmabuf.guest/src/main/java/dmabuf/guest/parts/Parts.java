package dmabuf.guest.parts;

import java.nio.file.Path;
import java.util.List;

/**
 * What a guest is made of.
 *
 * @param kernel a kernel that QEMU can boot
 * @param modules the folder of its modules
 * @param qemu the QEMU program
 * @param busybox statically linked, for the first steps inside
 */
public record Parts(Path kernel, Path modules, Qemu qemu, Path busybox) {

    /**
     * A QEMU.
     *
     * @param program its executable
     * @param libraries folders with libraries that this machine lacks
     * @param data folders with its firmware, if it is not where it was built for
     */
    public record Qemu(Path program, List<Path> libraries, List<Path> data) {

        /** Makes the lists unmodifiable. */
        public Qemu {
            libraries = List.copyOf(libraries);
            data = List.copyOf(data);
        }
    }
}
