package dmabuf.guest;

import dmabuf.guest.parts.SampleDisplays;
import java.util.ArrayList;
import java.util.List;

/**
 * The machine that is made up: which devices QEMU gives it, and which modules its kernel loads.
 *
 * @param modules modules to load, in order, each with its parameters behind it: {@code vivid n_devs=1}. What they depend on, and what
 *     the shared root needs, is loaded by itself. One with a dash before its name is done without where the kernel lacks it, or where it
 *     finds nothing to drive
 * @param mediated mediated devices to make, each as {@code PARENT/TYPE}: {@code mdpy/xga}. Their modules are to be among the modules;
 *     where the parent is missing they are done without
 * @param devices values of QEMU's {@code -device}, in order
 * @param memoryMegabytes the machine's memory
 * @param processors the number of its processors
 * @param kernelArguments added to the kernel's command line
 * @param qemuArguments added to QEMU's command line
 */
public record GuestMachine(
        List<String> modules,
        List<String> mediated,
        List<String> devices,
        int memoryMegabytes,
        int processors,
        List<String> kernelArguments,
        List<String> qemuArguments) {

    /** What a virtio-gpu is told that is to offer blobs. */
    private static final String BLOBS = "blob=on";

    /** Makes the lists unmodifiable. */
    public GuestMachine {
        modules = List.copyOf(modules);
        mediated = List.copyOf(mediated);
        devices = List.copyOf(devices);
        kernelArguments = List.copyOf(kernelArguments);
        qemuArguments = List.copyOf(qemuArguments);
    }

    /**
     * A machine without any device of interest: what is built into the kernel, {@code /dev/udmabuf} and {@code /dev/dma_heap}, say.
     *
     * @return the quickest machine
     */
    public static GuestMachine plain() {
        return new GuestMachine(List.of(), List.of(), List.of(), 2048, emulatedProcessors(), List.of(), List.of());
    }

    /**
     * One, or two where there are processors to spare: an emulated one that waits for a lock burns a real one, and one that holds it may
     * not be running.
     */
    private static int emulatedProcessors() {
        return Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, 2);
    }

    /**
     * A machine with every device that a stock QEMU and a stock kernel can share buffers with: udmabuf and heaps, vgem, virtio-gpu without
     * and with blobs, bochs, two virtual cameras of vivid, and the kernel's two sample displays of VFIO, mbochs and mdpy. Where the processor
     * can run machines of its own, as the emulated one can, there is KVM.
     *
     * @return the machine that commands and tests get
     */
    public static GuestMachine full() {
        return plain().withDevice("virtio-gpu-pci")
                // Some cases are about huge pages, of 2 MiB each.
                .withKernelArgument("hugepages=8")
                .withDevice("virtio-gpu-pci," + BLOBS)
                .withDevice("bochs-display")
                .withModule("vgem")
                // No text console on the virtual screens: it costs time, and takes buffers of theirs.
                .withModule("drm_kms_helper fbdev_emulation=0")
                .withModule("virtio-gpu")
                .withModule("bochs")
                // Two cameras and nothing else of it: the calls for one plane on the first, for several on the second.
                .withModule("vivid n_devs=2 node_types=0x1,0x1 multiplanar=1,2 no_error_inj=1")
                .withModule("-kvm-amd")
                .withModule("-vfio_iommu_type1")
                .withModule("-" + SampleDisplays.MBOCHS)
                .withModule("-" + SampleDisplays.MDPY)
                .withMediated(SampleDisplays.MBOCHS + "/small")
                .withMediated(SampleDisplays.MDPY + "/vga");
    }

    /**
     * Tells whether modules are wanted that come with no kernel and have to be built for it.
     *
     * @return true when one is
     */
    public boolean hasSampleDisplays() {
        return SampleDisplays.NAMES.stream().anyMatch(name -> modules.contains("-" + name) || modules.contains(name));
    }

    /**
     * Tells whether a device is to use the guest's memory as it is, which then has to be a memfd.
     *
     * @return true when one is
     */
    public boolean hasBlobs() {
        return devices.stream().anyMatch(GuestMachine::hasBlobs);
    }

    private static boolean hasBlobs(String device) {
        return List.of(device.split(",")).contains(BLOBS);
    }

    /**
     * Takes out the devices that offer blobs.
     *
     * @return a machine without them
     */
    public GuestMachine withoutBlobs() {
        List<String> others = devices.stream().filter(device -> !hasBlobs(device)).toList();
        return new GuestMachine(modules, mediated, others, memoryMegabytes, processors, kernelArguments, qemuArguments);
    }

    /**
     * Adds a module.
     *
     * @param module its name, with its parameters behind it
     * @return a machine that loads it, after the others
     */
    public GuestMachine withModule(String module) {
        return new GuestMachine(append(modules, module), mediated, devices, memoryMegabytes, processors, kernelArguments, qemuArguments);
    }

    /**
     * Adds a mediated device.
     *
     * @param device its parent and its type: {@code mdpy/xga}
     * @return a machine that makes it, with a UUID that is drawn at each boot
     */
    public GuestMachine withMediated(String device) {
        return new GuestMachine(
                modules, append(mediated, device), devices, memoryMegabytes, processors, kernelArguments, qemuArguments);
    }

    /**
     * Adds a device.
     *
     * @param device a value of QEMU's {@code -device}
     * @return a machine that has it
     */
    public GuestMachine withDevice(String device) {
        return new GuestMachine(modules, mediated, append(devices, device), memoryMegabytes, processors, kernelArguments, qemuArguments);
    }

    /**
     * Adds to the kernel's command line: {@code udmabuf.size_limit_mb=128}.
     *
     * @param argument one argument
     * @return a machine that boots with it
     */
    public GuestMachine withKernelArgument(String argument) {
        return new GuestMachine(modules, mediated, devices, memoryMegabytes, processors, append(kernelArguments, argument), qemuArguments);
    }

    /**
     * Adds to QEMU's command line.
     *
     * @param argument one argument
     * @return a machine that is started with it
     */
    public GuestMachine withQemuArgument(String argument) {
        return new GuestMachine(modules, mediated, devices, memoryMegabytes, processors, kernelArguments, append(qemuArguments, argument));
    }

    /**
     * Changes the memory.
     *
     * @param megabytes how much
     * @return a machine of that size
     */
    public GuestMachine withMemoryMegabytes(int megabytes) {
        return new GuestMachine(modules, mediated, devices, megabytes, processors, kernelArguments, qemuArguments);
    }

    private static List<String> append(List<String> list, String element) {
        List<String> longer = new ArrayList<>(list);
        longer.add(element);
        return longer;
    }
}
