package dmabuf.tck;

import dmabuf.linux.FileStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Steps that look at what the kernel tells of descriptors and modules. */
final class ProbeActions {

    private ProbeActions() {}

    /** Whether two descriptors are of one file: the same inode on the same device. */
    record Same(Operand one, Operand two) implements Action {
        @Override
        public String perform(Scene scene, String variable) {
            return Answers.yesOrNo(FileStatus.of((int) one.value(scene)).isOf((int) two.value(scene)));
        }
    }

    /** Whether two numbers that calls have filled in are the same. */
    record Equal(String one, String two) implements Action {
        @Override
        public String perform(Scene scene, String variable) {
            return Answers.yesOrNo(scene.get(one).number() == scene.get(two).number());
        }
    }

    /** The size that stat(2) tells. */
    record Size(Operand fd) implements Action {
        @Override
        public String perform(Scene scene, String variable) {
            return Long.toString(FileStatus.of((int) fd.value(scene)).size());
        }
    }

    /** One key of {@code /proc/self/fdinfo}. */
    record Fdinfo(Operand fd, String key) implements Action {
        @Override
        public String perform(Scene scene, String variable) {
            Optional<String> text = scene.kernel().devices().attribute("/proc/self/fdinfo/" + fd.value(scene));
            return text.stream()
                    .flatMap(String::lines)
                    .filter(line -> line.startsWith(key + ":"))
                    .map(line -> '"' + line.substring(key.length() + 1).strip() + '"')
                    .findFirst()
                    .orElse(Answers.NONE);
        }
    }

    /** Where {@code /proc/self/fd} says that a descriptor leads. */
    record Readlink(Operand fd) implements Action {
        @Override
        public String perform(Scene scene, String variable) {
            try {
                return '"' + Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd.value(scene))).toString() + '"';
            } catch (IOException e) {
                return Answers.NONE;
            }
        }
    }

    /** A file of sysfs. */
    record Attribute(String path) implements Action {
        @Override
        public String perform(Scene scene, String variable) {
            return scene.kernel().devices().attribute(path).map(text -> '"' + text + '"').orElse(Answers.NONE);
        }
    }
}
