package dev.parley.benchmarks.livekit;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes one message of Protocol Buffers field by field; as in proto3, what has the default value is left out. */
final class MessageWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

    /** Writes a field, which memory always takes. */
    private interface Field {
        void write() throws IOException;
    }

    MessageWriter text(int number, String value) {
        return value.isEmpty() ? this : with(() -> out.writeString(number, value));
    }

    /** An integer, an enumerated value, or by 1 a truth. */
    MessageWriter number(int number, long value) {
        return value == 0 ? this : with(() -> out.writeInt64(number, value));
    }

    /** A message, also when it is empty: that it is there may be all that it says. */
    MessageWriter message(int number, MessageWriter value) {
        return with(() -> out.writeByteArray(number, value.toBytes()));
    }

    byte[] toBytes() {
        with(out::flush);
        return bytes.toByteArray();
    }

    private MessageWriter with(Field field) {
        try {
            field.write();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
