package dmabuf.tck.exporter.wrong;

import dmabuf.api.Access;
import dmabuf.api.Caching;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.MmapPolicy;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.ForwardingSyscalls;
import dmabuf.linux.Ioctl;
import dmabuf.linux.Memfd;
import dmabuf.linux.Posix;
import dmabuf.linux.SyscallResult;
import dmabuf.linux.Syscalls;
import dmabuf.linux.drm.DrmDevice;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.MappingPlan;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicLong;

/** Exporters that give another buffer, or another refusal, than they should. */
public final class WrongAnswers {

    private WrongAnswers() {}

    /** With a second mode, which leads to another descriptor than the dma-buf's. */
    private abstract static class WithSecondMode extends RightExporter {
        @Override
        protected ExporterProperties.Builder describe(ExporterProperties.Builder properties) {
            return properties.mode("dma-buf", Caching.CACHED).mode("second", Caching.CACHED);
        }

        @Override
        protected ExportedBuffer export(ExportRequest request, Fd memfd, long size) {
            Fd second = second(memfd, size);
            boolean made = false;
            try {
                ExportedBuffer buffer = ExportedBuffer.builder(create(memfd, size), size, policy(request))
                        .mode("second", policy(request), MappingPlan.of(second, 0))
                        .build();
                made = true;
                return buffer;
            } finally {
                if (!made) {
                    second.close();
                }
            }
        }

        protected abstract Fd second(Fd memfd, long size);
    }

    @FailsOnly(value = "everyModeMapsAndReadsBackWhatWasWritten", saying = "The policy of mode second says that it can be mapped for"
            + " read-write")
    public static class ModeCannotBeWritten extends WithSecondMode {
        @Override
        protected Fd second(Fd memfd, long size) {
            String path = "/proc/self/fd/" + memfd.number();
            return Fd.adopt(SyscallResult.check(kernel.open(path, Posix.O_RDONLY), "open", path), kernel);
        }
    }

    @FailsOnly(value = "allModesShowTheSameMemory", saying = "what was written in mode dma-buf is not to be seen in mode second")
    public static class ModeShowsOtherMemory extends WithSecondMode {
        @Override
        protected Fd second(Fd memfd, long size) {
            return Memfd.sealed(kernel, "other", size);
        }
    }

    @FailsOnly(value = "partOfABufferIsMappedAtItsOffset", saying = "say MappingPlan.wholeOnly()")
    public static class PartsAreMappedWrongly extends RightExporter {
        /** A dumb buffer of vgem is a drm_gem_shmem_object. */
        @Override
        protected Fd create(Fd memfd, long size) {
            try (Fd node = open(); DrmDevice card = DrmDevice.open(kernel, "/dev/dri/card0"); Arena arena = Arena.ofConfined()) {
                // struct drm_mode_create_dumb { __u32 height, width, bpp, flags, handle, pitch; __u64 size; }
                MemorySegment dumb = arena.allocate(32, 8);
                dumb.set(ValueLayout.JAVA_INT, 0, (int) (size / PAGE));
                dumb.set(ValueLayout.JAVA_INT, 4, (int) (PAGE / 4));
                dumb.set(ValueLayout.JAVA_INT, 8, 32);
                card.call(Ioctl.iowr('d', 0xb2, 32), dumb, "DRM_IOCTL_MODE_CREATE_DUMB", node.toString());
                return card.exportHandle(dumb.get(ValueLayout.JAVA_INT, 16), Access.READ_WRITE);
            }
        }
    }

    /** The same, of a device: see {@link RightExporterOfADevice}. */
    private abstract static class OfADeviceWithSecondMode extends WithSecondMode {
        @Override
        protected ExporterProperties.Builder describe(ExporterProperties.Builder properties) {
            return super.describe(properties).allocates(false);
        }

        @Override
        protected MmapPolicy policy(ExportRequest request) {
            return super.policy(request).withAccess(Access.READ);
        }
    }

    @FailsOnly(value = "everyModeMapsWhatADeviceHasAndShowsItAlike", saying = "The policy of mode second says that it can be mapped for"
            + " read")
    public static class ModeCannotBeLookedAt extends OfADeviceWithSecondMode {
        @Override
        protected Fd second(Fd memfd, long size) {
            String path = "/proc/self/fd/" + memfd.number();
            return Fd.adopt(SyscallResult.check(kernel.open(path, Posix.O_WRONLY), "open", path), kernel);
        }
    }

    /** Its descriptor's kernel is a class of the bundle besides, which the check of class loaders finds. */
    @FailsOnly(
            value = "everyModeMapsWhatADeviceHasAndShowsItAlike",
            saying = "two mappings of mode second show different bytes",
            perhaps = "classLoaderGoesWhileBuffersAreHeld")
    public static class ModeShowsTheNextPicture extends OfADeviceWithSecondMode {
        @Override
        protected Fd second(Fd memfd, long size) {
            return Fd.adopt(SyscallResult.check(kernel.dup(memfd.number()), "dup", memfd.toString()), new DrawnWhenMapped(kernel));
        }

        /** Draws a picture whenever somebody comes to look. */
        static final class DrawnWhenMapped extends ForwardingSyscalls {
            private final AtomicLong pictures = new AtomicLong();

            DrawnWhenMapped(Syscalls kernel) {
                super(kernel);
            }

            @Override
            public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
                try (Arena arena = Arena.ofConfined()) {
                    pwrite(fd, arena.allocateFrom(ValueLayout.JAVA_LONG, pictures.incrementAndGet()), 0);
                }
                return super.mmap(address, length, protection, flags, fd, offset);
            }
        }
    }

    @FailsOnly(value = "newBufferTellsNothingOfOthers", saying = "a new buffer has a byte other than 0 at 0")
    public static class MemoryIsNotCleared extends RightExporter {
        @Override
        protected ExportedBuffer.Builder finish(ExportedBuffer.Builder buffer, ExportRequest request, Fd memfd) {
            try (Arena arena = Arena.ofConfined()) {
                kernel.write(memfd.number(), arena.allocateFrom("secret"));
            }
            return buffer;
        }
    }

    @FailsOnly(value = "everySizeAroundAPageBoundaryCanBeHad", saying = "round up to what the device can do")
    public static class OnlyWholePages extends RightExporter {
        @Override
        protected void checkLeast(long size) {
            super.checkLeast(size);
            if (size % PAGE != 0) {
                throw refusal(Errno.EINVAL, "whole pages only");
            }
        }
    }

    @FailsOnly(value = "sizeZeroIsRefusedAsInvalid", saying = "refuse a size of 0 with EINVAL")
    public static class ZeroIsNoRoom extends RightExporter {
        @Override
        protected void checkLeast(long size) {
            if (size == 0) {
                throw refusal(Errno.ENOMEM, "nothing there");
            }
            super.checkLeast(size);
        }
    }

    @FailsOnly(value = "negativeSizeIsRefusedAsInvalid", saying = "refuse a negative size with EINVAL")
    public static class NegativeIsAnArgument extends RightExporter {
        @Override
        protected void checkLeast(long size) {
            if (size < 0) {
                throw new IllegalArgumentException("negative size");
            }
            super.checkLeast(size);
        }
    }

    @FailsOnly(value = "enormousSizeIsRefusedWithoutOverflow", saying = "look at the limit before rounding up")
    public static class RoundingOverflows extends RightExporter {
        @Override
        protected void checkMost(long size) {
            super.checkMost(Math.addExact(size, PAGE - 1) / PAGE * PAGE);
        }
    }

    @FailsOnly(value = "sizeOverTheLimitOfThePropertiesIsRefusedAsTooBig", saying = "refused with EINVAL or E2BIG and the limit in words")
    public static class TooBigIsNoRoom extends RightExporter {
        @Override
        protected void checkMost(long size) {
            if (size > LIMIT) {
                throw refusal(Errno.ENOMEM, "no room");
            }
        }
    }

    @FailsOnly(value = "existingMemoryIsSharedOrRefusedAsThePropertiesSay", saying = "refuse existing memory")
    public static class MemoryIsNotLookedAt extends RightExporter {
        @Override
        protected void checkMemory(ExportRequest request) {
            // It makes new memory, whatever is asked for.
        }
    }

    @FailsOnly(value = "optionOfItsOwnThatDoesNotExistIsRefusedAsInvalid", saying = "name those that there are")
    public static class OptionsAreNotLookedAt extends RightExporter {
        @Override
        protected void checkOptions(ExportRequest request) {
            // That is what is wrong.
        }
    }

    @FailsOnly(value = "optionsOfOtherExportersAreIgnored", saying = "look only at those that begin with the exporter's own name")
    public static class OptionsOfOthersAreRefused extends RightExporter {
        @Override
        protected void checkOptions(ExportRequest request) {
            super.checkOptions(request);
            if (!request.options("somebody-else").isEmpty()) {
                throw refusal(Errno.EINVAL, "no such option");
            }
        }
    }

    @FailsOnly(value = "errnoOfEachCallIsPassedOn", saying = "and the importer was told EINVAL")
    public static class ErrnoIsItsOwn extends RightExporter {
        @Override
        protected Fd open() {
            try {
                return super.open();
            } catch (DmaBufException e) {
                throw e.errno() == Errno.ENOENT ? e : refusal(Errno.EINVAL, "something went wrong");
            }
        }
    }

    @FailsOnly(value = "interruptedRequestIsTakenUpAgain", saying = "use Ioctl.restarting")
    public static class GivesUpWhenInterrupted extends RightExporter {
        @Override
        protected int create(Fd node, MemorySegment struct) {
            return SyscallResult.check(ask(node, struct), "UDMABUF_CREATE", NODE);
        }
    }

    @FailsOnly(value = "deviceThatIsGoneIsSaidToBeGone", saying = "ENODEV, ENXIO or ENOENT")
    public static class GoneIsForbidden extends RightExporter {
        @Override
        protected Fd open() {
            if (!kernel.devices().exists(NODE)) {
                throw refusal(Errno.EACCES, "it cannot be opened");
            }
            return super.open();
        }
    }

    @FailsOnly(value = "bundleLinksNothingNative", saying = "uses java.lang.foreign.Linker")
    public static class LinksByItself extends RightExporter {
        Linker linker() {
            return Linker.nativeLinker();
        }
    }
}
