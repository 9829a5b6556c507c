package exporter.udmabuf;

import dmabuf.sim.SimulatedMachine;
import dmabuf.tck.exporter.SimulatedConformance;

/** What every exporter owes, of this bundle as it was built. */
class UdmabufConformanceIT extends SimulatedConformance {

    UdmabufConformanceIT() {
        super(UdmabufExporter.class, "/dev/udmabuf", SimulatedMachine::plug);
    }
}
