package exporter.udmabuf;

import dmabuf.linux.Devices;

/**
 * What one udmabuf may hold: the module's parameters where sysfs shows them, and the driver's defaults where it does not.
 *
 * @param sizeMebibytes the largest buffer, {@code size_limit_mb}
 * @param listItems the longest list of ranges, {@code list_limit}
 * @param allowedMebibytes the largest buffer that the configuration allows; 0 where it leaves that to the driver
 */
record UdmabufLimits(long sizeMebibytes, int listItems, int allowedMebibytes) {

    private static final String PARAMETERS = "/sys/module/udmabuf/parameters/";
    static final String SIZE_LIMIT = PARAMETERS + "size_limit_mb";
    static final String LIST_LIMIT = PARAMETERS + "list_limit";

    // drivers/dma-buf/udmabuf.c, Linux 6.12
    private static final int DEFAULT_SIZE_MEBIBYTES = 64;
    /** The same in bytes. */
    static final long DEFAULT_SIZE = (long) DEFAULT_SIZE_MEBIBYTES << 20;
    private static final int DEFAULT_LIST_ITEMS = 1024;

    static UdmabufLimits of(Devices devices, int allowedMebibytes) {
        return new UdmabufLimits(
                parameter(devices, SIZE_LIMIT, DEFAULT_SIZE_MEBIBYTES), parameter(devices, LIST_LIMIT, DEFAULT_LIST_ITEMS),
                allowedMebibytes);
    }

    private static int parameter(Devices devices, String path, int absent) {
        try {
            return devices.attribute(path).map(Integer::parseInt).orElse(absent);
        } catch (NumberFormatException e) {
            return absent;
        }
    }

    /** Whether the configuration is stricter than the driver. */
    boolean isConfigured() {
        return allowedMebibytes > 0 && allowedMebibytes < sizeMebibytes;
    }

    /** The largest buffer that there is. */
    long sizeBytes() {
        return (isConfigured() ? (long) allowedMebibytes : sizeMebibytes) << 20;
    }
}
