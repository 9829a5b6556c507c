package dmabuf.guest;

import dmabuf.sim.SimulatedCamera;
import dmabuf.sim.SimulatedGpu;
import dmabuf.sim.SimulatedKernel;
import dmabuf.sim.SimulatedVfio;
import dmabuf.tck.CaseAnswers;
import dmabuf.tck.CaseRunner;
import dmabuf.tck.CaseTable;

/** What the simulated kernel answers to the case table, with the devices plugged in that the guest has. */
final class SimulatedAnswers {

    private SimulatedAnswers() {}

    static CaseAnswers ask() {
        try (SimulatedKernel kernel = new SimulatedKernel()) {
            kernel.machine().plug("/dev/video1", SimulatedCamera.CAMERA_MPLANE);
            kernel.machine().plug("/dev/dri/card0", SimulatedGpu.VGEM);
            kernel.machine().plug("/dev/dri/card1", SimulatedGpu.VIRTIO_GPU);
            kernel.machine().plug("/dev/dri/card2", SimulatedGpu.BOCHS);
            kernel.machine().plug("/dev/dri/card3", SimulatedGpu.VIRTIO_GPU_BLOB);
            kernel.machine().plug("/dev/dri/card4", SimulatedGpu.VIRTIO_GPU_HOST_CACHED);
            kernel.machine().plug("/dev/vfio/0", SimulatedVfio.MBOCHS);
            kernel.machine().plug("/dev/vfio/1", SimulatedVfio.MDPY);
            CaseRunner runner = new CaseRunner(kernel);
            return CaseAnswers.of(CaseTable.cases().stream().map(runner::run).toList());
        }
    }
}
