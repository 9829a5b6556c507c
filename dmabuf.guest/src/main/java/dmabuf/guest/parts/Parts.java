package dmabuf.guest.parts;

import java.nio.file.Path;
import java.util.List;

/**
 * What a guest is made of.
 *
 * @param kernel a kernel that QEMU can boot
 * @param modules the folders of its modules: those it came with first, then those that were built for it
 * @param qemu the QEMU program
 * @param busybox statically linked, for the first steps inside
 */
public record Parts(Path kernel, List<Path> modules, Qemu qemu, Path busybox) {

    /** Makes the list unmodifiable. */
    public Parts {
        modules = List.copyOf(modules);
    }

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
