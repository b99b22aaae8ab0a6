package dev.parley.sfu.nativepeer;

import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.media.audio.AudioDeviceModule;
import dev.onvoid.webrtc.media.audio.AudioLayer;

/**
 * libwebrtc's factories, two for the process and made when first asked for. They stay: each has three threads whatever the
 * number of connections, and a track of one may be sent by a connection of the other.
 */
final class NativeFactories {
    private NativeFactories() {}

    private static final class Receiving {
        static final NativeFactory VALUE = receivingFactory();
    }

    private static final class Sending {
        static final NativeFactory VALUE = sendingFactory();
    }

    /** For connections that receive, audio as samples too; they may send as well. */
    static NativeFactory receiving() {
        NativeSupport.require();
        return Receiving.VALUE;
    }

    /** For connections that only send: with nothing to play, no thread wakes a hundred times a second. */
    static NativeFactory sending() {
        NativeSupport.require();
        return Sending.VALUE;
    }

    private static NativeFactory receivingFactory() {
        SamplePump pump = SamplePump.prepare();
        NativeFactory factory = new NativeFactory(new PeerConnectionFactory(pump.device()), true, pump::keepPulling);
        pump.keepPulling();
        return factory;
    }

    private static NativeFactory sendingFactory() {
        AudioDeviceModule silent = new AudioDeviceModule(AudioLayer.kDummyAudio);
        return new NativeFactory(new PeerConnectionFactory(silent), false, () -> {});
    }
}
