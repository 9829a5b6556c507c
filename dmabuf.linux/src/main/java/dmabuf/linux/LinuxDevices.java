package dmabuf.linux;

import dmabuf.api.Subscription;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The device nodes of the machine. */
final class LinuxDevices implements Devices, AutoCloseable {

    private final boolean watches = Boolean.parseBoolean(System.getProperty(LinuxSyscalls.WATCH, "true"));
    private final FolderWatcher watcher;

    LinuxDevices(Syscalls kernel) {
        watcher = new FolderWatcher(kernel);
    }

    @Override
    public List<String> list(String folder) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of(folder))) {
            List<String> nodes = new ArrayList<>();
            for (Path entry : entries) {
                if (!Files.isDirectory(entry)) {
                    nodes.add(entry.toString());
                }
            }
            Collections.sort(nodes);
            return nodes;
        } catch (IOException | DirectoryIteratorException e) {
            return List.of();
        }
    }

    @Override
    public List<String> entries(String folder) {
        try (Stream<Path> entries = Files.list(Path.of(folder))) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }

    @Override
    public boolean exists(String node) {
        return Files.exists(Path.of(node));
    }

    /** Nodes of devtmpfs get a new inode whenever they are made. */
    @Override
    public long identity(String node) {
        try {
            return (long) Files.getAttribute(Path.of(node), "unix:ino");
        } catch (IOException | UnsupportedOperationException e) {
            return 0;
        }
    }

    @Override
    public Optional<String> attribute(String path) {
        try {
            return Optional.of(Files.readString(Path.of(path)).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public Subscription watch(String folder, Runnable changed) {
        return watches ? watcher.watch(Path.of(folder), changed) : () -> {};
    }

    @Override
    public Optional<String> explainNoAccess(String node) {
        Path path = Path.of(node);
        try {
            PosixFileAttributes attributes =
                    Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            Set<PosixFilePermission> permissions = attributes.permissions();
            String group = attributes.group().getName();
            String facts = node + " belongs to " + attributes.owner().getName() + ":" + group + " with mode "
                    + PosixFilePermissions.toString(permissions);
            boolean groupMay = permissions.contains(PosixFilePermission.GROUP_READ)
                    && permissions.contains(PosixFilePermission.GROUP_WRITE);
            return Optional.of(groupMay && !group.equals("root")
                    ? facts + "; join the group with: sudo usermod -aG " + group + " " + System.getProperty("user.name")
                            + " (and log in again)"
                    : facts + "; give a group access with: sudo chgrp kvm " + node + " && sudo chmod g+rw " + node);
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        watcher.close();
    }
}
