package dev.parley.benchmarks.load.bot;

import dev.parley.benchmarks.load.media.MediaClip;
import dev.parley.sfu.rtp.RtpExtension;
import dev.parley.sfu.rtp.RtpExtensionMap;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What was negotiated for a section that sends. */
final class SentFormat {
    private static final int LONGEST_DESCRIPTOR = 255;

    private final byte[] mid;
    private final List<byte[]> rids = new ArrayList<>();
    private final int payloadType;
    private final int rtxPayloadType;
    private final RtpExtensionMap extensions;
    private final byte[] scratch = new byte[LONGEST_DESCRIPTOR];

    /**
     * A format.
     *
     * @param rtxPayloadType -1 without retransmissions
     */
    SentFormat(String mid, MediaClip clip, int payloadType, int rtxPayloadType, RtpExtensionMap extensions) {
        this.mid = mid.getBytes(StandardCharsets.UTF_8);
        clip.encodings().forEach(encoding -> rids.add(encoding.rid().getBytes(StandardCharsets.UTF_8)));
        this.payloadType = payloadType;
        this.rtxPayloadType = rtxPayloadType;
        this.extensions = extensions;
    }

    byte[] mid() {
        return mid;
    }

    byte[] rid(int encoding) {
        return rids.get(encoding);
    }

    int payloadType() {
        return payloadType;
    }

    int rtxPayloadType() {
        return rtxPayloadType;
    }

    /** 0 for what was not negotiated. */
    int id(RtpExtension extension) {
        return extensions.id(extension);
    }

    /** For a descriptor while it is written. */
    byte[] scratch() {
        return scratch;
    }
}
