package dmabuf.guest.machine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.guest.GuestException;
import dmabuf.guest.GuestMachine;
import dmabuf.guest.GuestOptions;
import dmabuf.guest.GuestResult;
import dmabuf.guest.Progress;
import dmabuf.guest.parts.Parts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A shell script in the place of QEMU, which does to the shares and the console what a guest would. */
final class FakeQemu {

    /** Finds the control share and the console in the arguments, and says how to reach a stage. */
    private static final String PRELUDE =
            """
            #!/bin/sh
            for word in "$@"; do
                case $word in
                    local,path=*,mount_tag=control,*) control=${word#local,path=}; control=${control%%,mount_tag*} ;;
                    file:*) console=${word#file:} ;;
                esac
            done
            stage() { printf 'dmabuf-guest: stage %s\\r\\n' "$*" >>"$console"; }
            finish() { echo "$1" >"$control/status.new"; mv "$control/status.new" "$control/status"; }
            """;

    private final Path folder;
    private final Path program;

    FakeQemu(Path folder, String script) throws IOException {
        this.folder = folder;
        this.program = Files.writeString(folder.resolve("qemu"), PRELUDE + script);
        assertTrue(program.toFile().setExecutable(true));
    }

    GuestResult run(GuestOptions options, Progress progress) throws IOException, GuestException {
        Parts.Qemu qemu = new Parts.Qemu(program, List.of(), List.of());
        Parts parts = new Parts(folder.resolve("vmlinux"), List.of(), qemu, folder.resolve("busybox"));
        Path run = Files.createDirectory(folder.resolve("run"));
        return new VirtualMachine(parts, folder.resolve("initrd"), GuestMachine.plain(), "tcg", options, run, progress)
                .run(List.of("a", "command"));
    }
}
