package dev.parley.benchmarks.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ProfileTest {
    @Test
    void stageIsThatOfTheInnermostFrameThatHasOne() {
        assertEquals(
                "send",
                StageProfile.stage(List.of(
                        "jdk.internal.foreign.abi.DowncallStub.invoke",
                        "dev.parley.sfu.io.LinuxCalls.sendmmsg",
                        "dev.parley.sfu.io.ForeignSender.flush",
                        "dev.parley.sfu.io.ForeignUdpPort.flush",
                        "dev.parley.sfu.shard.Shard.turn")));
        assertEquals(
                "decrypt",
                StageProfile.stage(List.of(
                        "dev.parley.sfu.crypto.NativeGcmCipher.unprotectRtp",
                        "dev.parley.sfu.srtp.SrtpReceiver.unprotect",
                        "dev.parley.sfu.peer.MediaReceiver.onPacket")));
        assertEquals(
                "encrypt",
                StageProfile.stage(List.of(
                        "dev.parley.sfu.crypto.NativeGcmCipher.protectRtp", "dev.parley.sfu.srtp.SrtpSender.send")));
        assertEquals("route and rewrite", StageProfile.stage(List.of("dev.parley.sfu.stream.EgressStream.onPacket")));
        assertEquals("other", StageProfile.stage(List.of("java.lang.Thread.run")));
    }

    @Test
    void readsWhatPerfWrites() {
        assertEquals(
                Map.of("[kernel.kallsyms]", 0.5012, "libsrtp2.so.1.0.0", 0.2, "compiled Java", 0.75),
                LibraryProfile.parse("""
                    50.12%  [kernel.kallsyms]
                    20.00%  libsrtp2.so.1.0.0
                    50.00%  [JIT] tid 12
                    25.00%  perf-12.map
                     0.10%  libc.so.6

                """));
        assertEquals(Map.of(), LibraryProfile.parse("no samples"));
    }
}
