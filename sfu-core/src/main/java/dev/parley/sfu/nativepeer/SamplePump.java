package dev.parley.sfu.nativepeer;

import dev.onvoid.webrtc.media.audio.HeadlessAudioDeviceModule;

/**
 * Makes libwebrtc decode audio with no sound device, on connections that also send audio.
 *
 * <p>libwebrtc decodes audio when a sound device asks for something to play. {@link HeadlessAudioDeviceModule} is one
 * without hardware: its playing thread asks every 10 ms and throws the result away. But it records too, as soon as a
 * connection sends audio: its recording thread asks for what would be played and hands that, as if a microphone had heard
 * it, to whatever sends. So received audio would be echoed, and as libwebrtc checks that samples for one sender never come
 * from two threads at once, it would abort the JVM when Java code sends audio of its own.
 *
 * <p>The module has two places for its counterpart: its own, which recording asks, and its buffer's, to which what is
 * recorded is delivered and which playing asks. The buffer refuses a new one while it plays. Hence this order, which gives
 * each a counterpart of its own:
 *
 * <ol>
 *   <li>a sink of ours goes to both, and playing starts;
 *   <li>the factory registers itself: the module takes it, and the buffer, which plays, keeps our sink;
 *   <li>recording starts: it asks the factory for decoded audio, which so reaches the tracks' sinks, and delivers to our
 *       sink, which is nobody.
 * </ol>
 *
 * <p>So the recording thread is what pulls, and nothing received is ever sent. It must not stop: libwebrtc stops recording
 * when the last connection stops sending audio, so {@link #keepPulling} follows whatever may have ended a sender.
 */
final class SamplePump {
    private final HeadlessAudioDeviceModule device;

    private SamplePump(HeadlessAudioDeviceModule device) {
        this.device = device;
    }

    /** A device for one factory, to be made next. */
    static SamplePump prepare() {
        HeadlessAudioDeviceModule device = new HeadlessAudioDeviceModule();
        device.setAudioSink((_, _, _, _, _, _, _) -> {});
        device.initPlayout();
        device.startPlayout();
        device.initRecording();
        return new SamplePump(device);
    }

    HeadlessAudioDeviceModule device() {
        return device;
    }

    /**
     * Starts the pulling again if it has been stopped. Never at the same time as anything that may stop it: the module
     * would be waiting for the end of the thread that this replaces.
     */
    void keepPulling() {
        device.startRecording();
    }
}
