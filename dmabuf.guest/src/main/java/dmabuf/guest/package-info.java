/**
 * The real-kernel lane: boots a stock Linux kernel in QEMU, with this machine's root and JDK inside, and runs a command there.
 *
 * <p>Plain classes for the application class path; no bundle.
 */
package dmabuf.guest;
