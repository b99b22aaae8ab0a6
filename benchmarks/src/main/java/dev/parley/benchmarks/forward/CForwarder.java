package dev.parley.benchmarks.forward;

import dev.parley.benchmarks.offer.Description;
import dev.parley.sfu.crypto.SrtpSessionKeys;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The limit: the program of src/main/c as a child process, with the same keys and receivers as Parley. */
final class CForwarder implements Forwarder {
    private static final int CONTROL_MARK = 0xF0;
    private static final int CONTROL_BYTES = 12;
    private static final ValueLayout.OfLong INDEX = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int PROGRESS_BYTES = 4_096;

    private final Process process;
    private final BufferedReader answers;
    private final Path progressFile;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment progress;
    private final MemorySegment control = arena.allocate(CONTROL_BYTES, 8);
    private final LoopbackSocket controller;
    private final int port;

    CForwarder(Path program, String cipher, BenchClient publisher, List<BenchClient> receivers) throws IOException {
        progressFile = Files.createTempFile("parley-bench", ".progress");
        Files.write(progressFile, new byte[PROGRESS_BYTES]);
        try (FileChannel file = FileChannel.open(progressFile, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            progress = file.map(FileChannel.MapMode.READ_WRITE, 0, PROGRESS_BYTES, arena);
        }
        controller = LoopbackSocket.sender();
        process = new ProcessBuilder(program.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        configure(cipher, publisher, receivers);
        port = (int) answer("ready").number("port");
        Cores.forwarder(process.pid());
    }

    private void configure(String cipher, BenchClient publisher, List<BenchClient> receivers) throws IOException {
        StringBuilder lines = new StringBuilder("cipher " + cipher + "\nprogress " + progressFile + "\n");
        try (SrtpSessionKeys keys = ReadyKeys.from(publisher.number())) {
            lines.append("publisher ").append(hex(keys)).append('\n');
        }
        for (BenchClient receiver : receivers) {
            try (SrtpSessionKeys keys = ReadyKeys.towards(receiver.number())) {
                lines.append("receiver %d %d %s\n"
                        .formatted(receiver.socket().port(), 7_000 + receiver.number(), hex(keys)));
            }
        }
        lines.append("extensions %d %d\nstart\n".formatted(Description.ABS_SEND_TIME_ID, Description.TRANSPORT_CC_ID));
        // Left open: the program ends when its input does, which is when this process ends.
        Writer input = process.outputWriter(StandardCharsets.UTF_8);
        input.write(lines.toString());
        input.flush();
    }

    private static String hex(SrtpSessionKeys keys) {
        HexFormat hex = HexFormat.of();
        return hex.formatHex(keys.rtp().encryptionKey()) + " "
                + hex.formatHex(keys.rtp().salt());
    }

    /** The next line, which must begin with {@code word}, as its names and numbers. */
    private Line answer(String word) throws IOException {
        String line = answers.readLine();
        if (line == null || !line.startsWith(word + " ")) {
            throw new IOException("the C program says: " + line);
        }
        Map<String, Long> values = new HashMap<>();
        for (String pair : line.substring(word.length() + 1).split(" ", -1)) {
            int equals = pair.indexOf('=');
            values.put(pair.substring(0, equals), Long.parseLong(pair.substring(equals + 1)));
        }
        return new Line(line, values);
    }

    /** The names and numbers of one line. */
    private record Line(String text, Map<String, Long> values) {
        long number(String name) throws IOException {
            Long value = values.get(name);
            if (value == null) {
                throw new IOException("the C program does not tell " + name + ": " + text);
            }
            return value;
        }
    }

    private void command(char command, int receivers, int run, long nextIndex) throws IOException {
        control.set(ValueLayout.JAVA_BYTE, 0, (byte) CONTROL_MARK);
        control.set(ValueLayout.JAVA_BYTE, 1, (byte) command);
        control.set(ValueLayout.JAVA_BYTE, 2, (byte) receivers);
        control.set(ValueLayout.JAVA_BYTE, 3, (byte) run);
        control.set(INDEX, 4, nextIndex);
        if (!controller.send(control, control.byteSize(), port)) {
            throw new IOException("the C program cannot be reached");
        }
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public long packetsOut() {
        return (long) ValueLayout.JAVA_LONG.varHandle().getOpaque(progress, 0L);
    }

    @Override
    public void begin(int receivers, int run, long nextIndex) throws IOException {
        command('S', receivers, run, nextIndex);
    }

    @Override
    public Cost end() throws IOException {
        command('R', 0, 0, 0);
        Line report = answer("report");
        long out = report.number("packets-out");
        long runs = report.number("runs");
        return new Cost(
                report.number("cpu-ns"), 0, report.number("packets-in"), out, runs == 0 ? 1 : (double) out / runs);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(2, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            Files.deleteIfExists(progressFile);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            controller.close();
            arena.close();
        }
    }
}
