package dev.parley.signaling.fake;

import dev.parley.sfu.Room;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.SfuStats;
import dev.parley.signaling.session.RoomDirectory;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Rooms without media. */
public final class FakeRooms implements RoomDirectory {
    private final Map<String, FakeRoom> rooms = new ConcurrentHashMap<>();
    public volatile SfuException.@Nullable Code refusal;
    public volatile long drops;

    @Override
    public Room room(String name) {
        SfuException.Code code = refusal;
        if (code != null) {
            throw new SfuException(code, "refused by the test");
        }
        return get(name);
    }

    /** The room of this name, made if need be. */
    public FakeRoom get(String name) {
        return rooms.compute(name, (_, known) -> known == null || known.closed ? new FakeRoom(name) : known);
    }

    @Override
    public SfuStats stats() {
        int participants = rooms.values().stream()
                .mapToInt(room -> room.participants.size())
                .sum();
        return new SfuStats(
                rooms.size(),
                participants,
                1,
                2,
                3,
                4,
                5,
                6,
                7,
                8,
                9,
                drops == 0 ? Map.of() : Map.of("rtp_malformed", drops),
                Map.of("AEAD_AES_128_GCM", 1L),
                Map.of("AEAD_AES_128_GCM", "ipsec-mb", "AES128_CM_SHA1_80", "openssl"),
                "fake",
                new SfuStats.NativePeers(61, 62, 63_000_000, 64, 65, 66, 67),
                new SfuStats.Encodes(71, 72, 73),
                List.of(shard(participants)));
    }

    /** All numbers are different, so that none can stand for another. */
    private SfuStats.Shard shard(int participants) {
        return new SfuStats.Shard(
                0,
                7882,
                rooms.size(),
                participants,
                new SfuStats.Traffic(11, 12, 13, 14, 15, 36, List.of(3L, 5L, 7L)),
                new SfuStats.Loop(21, 22, 23_500_000_000L, 0.25, true, 26, 27, 28),
                new SfuStats.Pool(31, 65_536),
                new SfuStats.Pipes(1, 900, 1_000_000, 40),
                new SfuStats.Delay(41, 42_500_000, 43_000, 44_000, 45_000, 46_000),
                new SfuStats.Delay(51, 52_500_000, 53_000, 54_000, 55_000, 56_000));
    }
}
