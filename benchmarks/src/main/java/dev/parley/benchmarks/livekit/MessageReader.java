package dev.parley.benchmarks.livekit;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/**
 * Reads one message of Protocol Buffers field by field: {@link #next()}, then what is wanted of that field. What is not asked
 * for is skipped, and so is a field of another type than asked for, since a newer server may know more than we do.
 */
final class MessageReader {
    private final CodedInputStream in;
    private int tag;
    private boolean unread;

    MessageReader(byte[] bytes) {
        in = CodedInputStream.newInstance(bytes);
    }

    /** The number of the next field, or 0 at the end. */
    int next() throws IOException {
        if (unread) {
            boolean _ = in.skipField(tag);
        }
        tag = in.readTag();
        unread = tag != 0;
        return WireFormat.getTagFieldNumber(tag);
    }

    String text() throws IOException {
        return is(WireFormat.WIRETYPE_LENGTH_DELIMITED) ? in.readStringRequireUtf8() : "";
    }

    long number() throws IOException {
        return is(WireFormat.WIRETYPE_VARINT) ? in.readRawVarint64() : 0;
    }

    MessageReader message() throws IOException {
        return new MessageReader(is(WireFormat.WIRETYPE_LENGTH_DELIMITED) ? in.readByteArray() : new byte[0]);
    }

    private boolean is(int wireType) {
        boolean fits = WireFormat.getTagWireType(tag) == wireType;
        unread &= !fits;
        return fits;
    }
}
