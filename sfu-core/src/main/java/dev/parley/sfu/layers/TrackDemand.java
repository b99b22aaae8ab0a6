package dev.parley.sfu.layers;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one slot would like of its track, and what it has been given: a ladder of steps, each an encoding with the layers
 * within it, by rising rate. Reused from one allocation to the next; owned by the shard.
 *
 * <p>Of the lowest resolution each frame rate is a step; of higher ones only the full rate, as fluent motion is worth more
 * than detail. Of a screen it is the other way round: each frame rate of each resolution is a step.
 */
public final class TrackDemand {
    /** Stands for "nothing of it". */
    public static final int PAUSED = -1;

    static final int MAX_STEPS = 48;
    /** Sizes to go by where nothing is known: each encoding is half as high as the next. */
    private static final int ASSUMED_HEIGHT = 720;
    /** A layer that is so much lower than the place it is shown in still serves. */
    private static final double NEARLY = 0.9;

    /** Bits a second by pixels a second, where no rate is known; what VP8 takes for a talking head at 30 fps. */
    private static final double ASSUMED_BITS_PER_PIXEL = 0.06;

    private static final int ASSUMED_RATE = 30;
    private static final long FASTER_HOLD_NS = 1_000_000_000L;

    private final int[] encodings = new int[MAX_STEPS];
    private final int[] spatialIds = new int[MAX_STEPS];
    private final int[] temporalIds = new int[MAX_STEPS];
    private final int[] heights = new int[MAX_STEPS];
    private final int[] widths = new int[MAX_STEPS];
    private final long[] bitrates = new long[MAX_STEPS];
    private final int[] order = new int[MAX_STEPS];
    private int steps;

    private boolean screen;
    private boolean speaking;
    private int priority;
    private long pixels;
    private boolean wanted = true;

    /** The last step that is of use in the size that the track is shown in. */
    private int cap;

    private int current = PAUSED;
    private int chosen = PAUSED;
    private boolean excess;
    private List<? extends Layer> ladder = List.of();

    /** What the current step was, to be found again in a ladder built anew. */
    private int currentSpatial;

    private int currentTemporal;
    private @Nullable Layer currentLayer;

    // What hysteresis remembers.
    private long lastUpNs = Long.MIN_VALUE / 2;
    private long noUpBeforeNs = Long.MIN_VALUE;
    /** The same of a higher frame rate of the same pictures, which is had and lost without anybody noticing a change. */
    private long noFasterBeforeNs = Long.MIN_VALUE;

    private long holdNs;

    // --- asking ---------------------------------------------------------------------------------------------------

    /** Who is served first: screens, what the client gives priority to, who speaks, what is shown larger. */
    public void rank(boolean isScreen, int newPriority, boolean isSpeaking, int widthPx, int heightPx) {
        screen = isScreen;
        priority = newPriority;
        speaking = isSpeaking;
        pixels = widthPx == 0 && heightPx == 0 ? Long.MAX_VALUE : (long) Math.max(1, widthPx) * Math.max(1, heightPx);
    }

    /** Whether the client wants to be sent anything at all. */
    public void wanted(boolean isWanted) {
        wanted = isWanted;
    }

    /**
     * Builds the ladder from what the publisher sends now.
     *
     * @param widthPx what it is shown in, 0 when unknown
     * @param maxFramesPerSecond that the client wants, 0 for any
     */
    public void ladder(List<? extends Layer> layers, int widthPx, int heightPx, double maxFramesPerSecond, long nowNs) {
        steps = 0;
        ladder = layers;
        for (int i = 0; i < layers.size(); i++) {
            if (layers.get(i).isAvailable(nowNs)) {
                addSteps(i, layers.get(i), nowNs);
            }
        }
        assumeSizes(nowNs);
        sort();
        prune(maxFramesPerSecond, nowNs);
        cap = capFor(widthPx, heightPx);
        current = find();
    }

    private void addSteps(int encoding, Layer layer, long nowNs) {
        for (int s = 0; s <= layer.maxSpatialId(); s++) {
            for (int t = 0; t <= layer.maxTemporalId() && steps < MAX_STEPS; t++) {
                long bps = layer.expectedBps(s, t, nowNs);
                boolean sent = bps > 0 && (t == 0 || bps > layer.expectedBps(s, t - 1, nowNs));
                boolean first = s == 0 && t == 0;
                if (sent && (s == 0 || bps > layer.expectedBps(s - 1, t, nowNs)) || first) {
                    encodings[steps] = encoding;
                    spatialIds[steps] = s;
                    temporalIds[steps] = t;
                    widths[steps] = layer.widthPx(s);
                    heights[steps] = layer.heightPx(s);
                    bitrates[steps] = bps;
                    steps++;
                }
            }
        }
    }

    /** Where the publisher tells no sizes: the higher the rate, the larger, by halves; and no rate, by size. */
    private void assumeSizes(long nowNs) {
        for (int i = 0; i < steps; i++) {
            if (heights[i] == 0) {
                int larger = 0;
                for (int j = 0; j < steps; j++) {
                    boolean fullRate =
                            temporalIds[j] == ladder.get(encodings[j]).maxTemporalId();
                    boolean other = encodings[j] != encodings[i] || spatialIds[j] > spatialIds[i];
                    larger += fullRate && other && rateOf(j, nowNs) > rateOf(i, nowNs) ? 1 : 0;
                }
                heights[i] = ASSUMED_HEIGHT >> Math.min(larger, 3);
                widths[i] = heights[i] * 16 / 9;
            }
            if (bitrates[i] == 0) {
                bitrates[i] = assumedBps(widths[i], heights[i]);
            }
        }
    }

    /** What pictures of this size are going to take, in bits per second, where nobody has told. */
    public static long assumedBps(int widthPx, int heightPx) {
        return (long) ((double) widthPx * heightPx * ASSUMED_RATE * ASSUMED_BITS_PER_PIXEL);
    }

    private long rateOf(int step, long nowNs) {
        Layer layer = ladder.get(encodings[step]);
        return layer.expectedBps(spatialIds[step], layer.maxTemporalId(), nowNs);
    }

    /** By rate; an insertion sort of what is nearly in order. */
    private void sort() {
        for (int i = 0; i < steps; i++) {
            int place = i;
            while (place > 0 && bitrates[order[place - 1]] > bitrates[i]) {
                order[place] = order[place - 1];
                place--;
            }
            order[place] = i;
        }
    }

    /** Leaves out what is no improvement over what costs less, and rates above what the client wants. */
    private void prune(double maxFramesPerSecond, long nowNs) {
        int lowest = Integer.MAX_VALUE;
        for (int i = 0; i < steps; i++) {
            lowest = Math.min(lowest, heights[i]);
        }
        int kept = 0;
        int highest = 0;
        for (int i = 0; i < steps; i++) {
            int step = order[i];
            Layer layer = ladder.get(encodings[step]);
            boolean full = isLastTemporal(step, layer, maxFramesPerSecond, nowNs);
            boolean tooFast = temporalIds[step] > 0
                    && maxFramesPerSecond > 0
                    && layer.framesPerSecond(temporalIds[step] - 1, nowNs) >= maxFramesPerSecond;
            boolean frameRateCounts = screen || heights[step] == lowest;
            if (!tooFast && (full || frameRateCounts) && heights[step] >= highest) {
                order[kept++] = step;
                highest = heights[step];
            }
        }
        steps = kept;
    }

    private boolean isLastTemporal(int step, Layer layer, double maxFramesPerSecond, long nowNs) {
        int temporalId = temporalIds[step];
        return temporalId == layer.maxTemporalId()
                || maxFramesPerSecond > 0 && layer.framesPerSecond(temporalId, nowNs) >= maxFramesPerSecond;
    }

    private int capFor(int widthPx, int heightPx) {
        if (widthPx == 0 && heightPx == 0) {
            return steps - 1;
        }
        for (int i = 0; i < steps; i++) {
            int step = order[i];
            if (heights[step] >= heightPx * NEARLY && widths[step] >= widthPx * NEARLY) {
                int last = i;
                while (last + 1 < steps && heights[order[last + 1]] == heights[step]) {
                    last++;
                }
                return last;
            }
        }
        return steps - 1;
    }

    private int find() {
        int found = PAUSED;
        Layer was = currentLayer;
        if (was == null) {
            return PAUSED;
        }
        for (int i = 0; i < steps; i++) {
            int step = order[i];
            boolean same = ladder.get(encodings[step]) == was && spatialIds[step] <= currentSpatial;
            if (same && (spatialIds[step] < currentSpatial || temporalIds[step] <= currentTemporal)) {
                found = i;
            }
        }
        return found;
    }

    // --- what the allocator sees ----------------------------------------------------------------------------------

    boolean isScreen() {
        return screen;
    }

    int priority() {
        return priority;
    }

    boolean isWanted() {
        return wanted && steps > 0;
    }

    /** Whether this one is served before the other; equal ones in the order they were given in. */
    boolean precedes(TrackDemand other) {
        if (screen != other.screen) {
            return screen;
        }
        if (priority != other.priority) {
            return priority > other.priority;
        }
        if (speaking != other.speaking) {
            return speaking;
        }
        return pixels > other.pixels;
    }

    int cap() {
        return cap;
    }

    /** In bits per second. */
    long bitrateBps(int step) {
        return step == PAUSED ? 0 : bitrates[order[step]];
    }

    int current() {
        return current;
    }

    int chosen() {
        return chosen;
    }

    void choose(int step) {
        chosen = step;
    }

    void excess(boolean isExcess) {
        excess = isExcess;
    }

    boolean mayRise(int next, long nowNs) {
        return nowNs >= (isSamePicture(next) ? noFasterBeforeNs : noUpBeforeNs);
    }

    /** Whether a step differs from the current one in its frame rate only. */
    private boolean isSamePicture(int step) {
        return step != PAUSED
                && current != PAUSED
                && encodings[order[step]] == encodings[order[current]]
                && spatialIds[order[step]] == spatialIds[order[current]];
    }

    /** Notes what has been chosen, for the next allocation. */
    void settle(long nowNs, long minHoldNs, long maxHoldNs) {
        if (isSamePicture(chosen)) {
            noFasterBeforeNs = chosen < current ? nowNs + FASTER_HOLD_NS : noFasterBeforeNs;
        } else if (chosen > current && current != PAUSED) {
            lastUpNs = nowNs;
        } else if (chosen < current && isWanted() && !excess && chosen < cap) {
            boolean wasTooEarly = nowNs - lastUpNs < maxHoldNs / 3;
            holdNs = wasTooEarly ? Math.min(2 * Math.max(holdNs, minHoldNs), maxHoldNs) : minHoldNs;
            // Whoever sees nothing at all need not wait for long.
            noUpBeforeNs = nowNs + (chosen == PAUSED ? minHoldNs : holdNs);
        }
        current = chosen;
        currentLayer = chosen == PAUSED ? null : ladder.get(encodings[order[chosen]]);
        currentSpatial = chosen == PAUSED ? 0 : spatialIds[order[chosen]];
        currentTemporal = chosen == PAUSED ? 0 : temporalIds[order[chosen]];
    }

    /** The client has asked for something else: what was before says nothing of what comes. */
    public void forgetHold() {
        noUpBeforeNs = Long.MIN_VALUE;
        noFasterBeforeNs = Long.MIN_VALUE;
        holdNs = 0;
    }

    /** Another track has taken the place of this one. */
    public void reset() {
        forgetHold();
        current = PAUSED;
        chosen = PAUSED;
        currentLayer = null;
        ladder = List.of();
        steps = 0;
    }

    // --- what has been given --------------------------------------------------------------------------------------

    public boolean isPaused() {
        return chosen == PAUSED;
    }

    /** Whether it got nothing as there are too many tracks, not too few bits. */
    public boolean isExcess() {
        return excess;
    }

    /** Whether there is something to be sent, be it given or not. */
    public boolean hasSteps() {
        return steps > 0;
    }

    /** The index of the encoding among the track's; only if it is not paused. */
    public int encoding() {
        return encodings[order[chosen]];
    }

    /** The highest spatial layer of the encoding to be sent, {@link LayerFilter#ALL} for all. */
    public int spatialId() {
        int step = order[chosen];
        return spatialIds[step] >= ladder.get(encodings[step]).maxSpatialId() ? LayerFilter.ALL : spatialIds[step];
    }

    public int temporalId() {
        int step = order[chosen];
        return temporalIds[step] >= ladder.get(encodings[step]).maxTemporalId() ? LayerFilter.ALL : temporalIds[step];
    }

    /** In pixels, an assumption where the publisher does not tell; 0 while paused. */
    public int heightPx() {
        return chosen == PAUSED ? 0 : heights[order[chosen]];
    }

    public int widthPx() {
        return chosen == PAUSED ? 0 : widths[order[chosen]];
    }

    /** In bits per second; 0 while paused. */
    public long bitrateBps() {
        return bitrateBps(chosen);
    }

    /** Pictures a second of what was given, 0 while unknown. */
    public double framesPerSecond(long nowNs) {
        return chosen == PAUSED
                ? 0
                : ladder.get(encodings[order[chosen]]).framesPerSecond(temporalIds[order[chosen]], nowNs);
    }

    int heightOf(int step) {
        return heights[order[step]];
    }
}
