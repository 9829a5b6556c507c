package dmabuf.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class FailedComponentsTest {

    @Test
    void innermostCauseIsTheReason() {
        assertEquals("the device is bad: really", FailedComponents.reason("""
                java.lang.reflect.InvocationTargetException
                \tat some.Where(Where.java:1)
                Caused by: java.lang.IllegalStateException: outer
                \t... 3 more
                Caused by: java.lang.IllegalArgumentException: the device is bad: really
                \t... 5 more
                """));
        assertEquals("no cause", FailedComponents.reason("dmabuf.api.DmaBufException: no cause\n\tat x\n"));
        assertEquals("java.lang.NullPointerException", FailedComponents.reason("java.lang.NullPointerException\n\tat x\n"));
        assertEquals("", FailedComponents.reason(""));
    }
}
