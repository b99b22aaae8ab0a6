package dev.parley.sfu.time;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class NtpTimeTest {
    private static final long NS_PER_SECOND = 1_000_000_000L;

    @Test
    void epochOfUnixIs2208988800SecondsAfterThatOfNtp() {
        assertEquals(2_208_988_800L << 32, NtpTime.fromEpochNs(0));
        assertEquals(2_208_988_800L << 32 | 0x8000_0000L, NtpTime.fromEpochNs(NS_PER_SECOND / 2));
    }

    @Test
    void nanosecondsSurviveTheRoundTrip() {
        long base = 1_790_000_000L * NS_PER_SECOND;
        for (long ns : new long[] {0, 1, 2, 499_999_999, 500_000_000, 999_999_998, 999_999_999}) {
            assertEquals(base + ns, NtpTime.toNs(NtpTime.fromEpochNs(base + ns)));
        }
    }

    @Test
    void timeGoesOnWhenNtpSecondsWrapIn2036() {
        long wrapNs = ((1L << 32) - 2_208_988_800L) * NS_PER_SECOND;
        assertEquals(0, NtpTime.fromEpochNs(wrapNs) >>> 32);
        assertEquals(wrapNs - 1, NtpTime.toNs(NtpTime.fromEpochNs(wrapNs - 1)));
        assertEquals(wrapNs + 5, NtpTime.toNs(NtpTime.fromEpochNs(wrapNs + 5)));
    }

    @Test
    void middleBitsAreLowSecondsAndHighFraction() {
        // RFC 3550 §6.4.1, figure 2: 0xb44db705:20000000 is b705:2000 in the middle.
        assertEquals(0xB705_2000, NtpTime.middle32(0xB44D_B705_2000_0000L));
    }

    @Test
    void roundTripOfTheExampleInRfc3550IsRight() {
        // RFC 3550 §6.4.1, figure 2: A - LSR - DLSR = 0xb710:8000 - 0xb705:2000 - 0x0005:4000 = 6.125 s.
        int rtt = 0xB710_8000 - 0xB705_2000 - 0x0005_4000;
        assertEquals(6_125_000_000L, NtpTime.durationToNs(rtt));
        assertEquals(0x0005_4000, NtpTime.durationFromNs(5_250_000_000L));
    }

    @Test
    void durationsAreClampedTo32Bits() {
        assertEquals(0, NtpTime.durationFromNs(-1));
        assertEquals(-1, NtpTime.durationFromNs(100_000L * NS_PER_SECOND));
        assertEquals(65_535_999_984_741L, NtpTime.durationToNs(-1));
    }
}
