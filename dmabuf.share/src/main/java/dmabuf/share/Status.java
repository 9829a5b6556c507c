package dmabuf.share;

import dmabuf.fd.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The message with which a taker says that the buffer has arrived, or either side why it will not go on.
 *
 * @param version which version of the protocol its sender speaks
 * @param errno 0 when the buffer has arrived, otherwise an error number of Linux
 */
record Status(int version, int errno) {

    static Status taken() {
        return new Status(Wire.VERSION, 0);
    }

    static Status refused(Errno why) {
        // An error that has no number is still an error.
        return new Status(Wire.VERSION, why.number() == 0 ? Errno.EIO.number() : why.number());
    }

    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(Wire.STATUS_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(Wire.AT_MAGIC, Wire.MAGIC);
        out.putShort(Wire.AT_VERSION, (short) version);
        out.putShort(Wire.AT_TYPE, (short) Wire.TYPE_STATUS);
        out.putInt(Wire.AT_HEADER_LENGTH, Wire.STATUS_LENGTH);
        out.putInt(Wire.AT_ERRNO, errno);
        return out.array();
    }

    /** Tells whether a message says that it is one of these, right or wrong. */
    static boolean isStatus(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return bytes.length >= Wire.COMMON_LENGTH && in.getInt(Wire.AT_MAGIC) == Wire.MAGIC
                && in.getShort(Wire.AT_TYPE) == Wire.TYPE_STATUS;
    }

    /** Reads one, of whatever version: these bytes are the same in all of them, so that a refusal is always understood. */
    static Status decode(byte[] bytes) throws MalformedMessageException {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        OfferReader.checkCommon(in, Wire.TYPE_STATUS);
        OfferReader.require(bytes.length >= Wire.STATUS_LENGTH, () -> "the message has only " + bytes.length + " bytes");
        return new Status(Short.toUnsignedInt(in.getShort(Wire.AT_VERSION)), in.getInt(Wire.AT_ERRNO));
    }

    Errno error() {
        return Errno.of(errno);
    }
}
