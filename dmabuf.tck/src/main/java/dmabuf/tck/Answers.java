package dmabuf.tck;

import dmabuf.fd.Errno;
import dmabuf.linux.SyscallResult;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;

/** What steps answer, in words that two kernels can be compared by. Numbers that mean nothing, of descriptors and addresses, are left out. */
final class Answers {

    static final String FD = "fd";
    static final String MAPPED = "mapped";
    static final String OK = "ok";
    static final String YES = "yes";
    static final String NO = "no";
    static final String NONE = "none";

    private static final String NOT_RUN = "not run: ";
    private static final String FAULT = "exception: ";
    private static final Pattern ERRNO = Pattern.compile("E[A-Z0-9]{2,}|errno \\d+");
    private static final int SHORT = 8;

    private Answers() {}

    /** A number, or the errno's name when it is a negated one. */
    static String number(long result) {
        return SyscallResult.isError(result) ? errno(result) : Long.toString(result);
    }

    /** The name of a negated errno. */
    static String errno(long result) {
        // 512 to 530 never leave a correct kernel; drivers leak ENOTSUPP (524).
        int number = (int) -result;
        Errno errno = Errno.of(number);
        return errno.number() == number ? errno.name() : "errno " + number;
    }

    static String missing(String variable) {
        return NOT_RUN + "no " + variable;
    }

    static String exception(RuntimeException e) {
        return FAULT + String.valueOf(e).replaceAll("\\s+", " ");
    }

    static boolean isSuccess(String answer) {
        return !ERRNO.matcher(answer).matches() && !answer.startsWith(NOT_RUN) && !answer.startsWith(FAULT);
    }

    static String yesOrNo(boolean yes) {
        return yes ? YES : NO;
    }

    /** Bytes in hexadecimal; many that are all the same as {@code 5a*4096}. */
    static String bytes(byte[] bytes) {
        if (bytes.length > SHORT) {
            for (byte each : bytes) {
                if (each != bytes[0]) {
                    return HexFormat.of().formatHex(bytes);
                }
            }
            return HexFormat.of().toHexDigits(bytes[0]) + "*" + bytes.length;
        }
        return HexFormat.of().formatHex(bytes);
    }

    /** Names of the bits that are set, in the order given. */
    static String bits(long set, Map<String, Long> names) {
        StringBuilder text = new StringBuilder();
        long rest = set;
        for (Map.Entry<String, Long> bit : names.entrySet()) {
            if ((rest & bit.getValue()) != 0) {
                text.append(text.isEmpty() ? "" : "|").append(bit.getKey());
                rest &= ~bit.getValue();
            }
        }
        if (rest != 0) {
            text.append(text.isEmpty() ? "0x" : "|0x").append(Long.toHexString(rest));
        }
        return text.isEmpty() ? NONE : text.toString();
    }
}
