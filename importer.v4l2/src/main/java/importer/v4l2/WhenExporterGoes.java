package importer.v4l2;

/** What a running stream does when the exporter of its buffers goes. Frames are neither lost nor torn in either case. */
public enum WhenExporterGoes {
    /** The buffers, orphans now, go on: their memory stays good. Buffers whose memory leaves with its device are replaced all the same. */
    KEEP_BUFFERS,
    /** Each buffer is replaced by one of another exporter, or of the same one's successor, when its user gives it back. */
    RENEGOTIATE
}
