package dev.parley.sfu.rtcp;

/** What an RTCP packet is, by its type and, for feedback, its format. */
public enum RtcpKind {
    SENDER_REPORT,
    RECEIVER_REPORT,
    SDES,
    BYE,
    NACK,
    TRANSPORT_FEEDBACK,
    PLI,
    FIR,
    REMB,
    XR,
    /** APP and all else that Parley has no use for. */
    OTHER;

    static final int TYPE_SR = 200;
    static final int TYPE_RR = 201;
    static final int TYPE_SDES = 202;
    static final int TYPE_BYE = 203;
    static final int TYPE_RTPFB = 205;
    static final int TYPE_PSFB = 206;
    static final int TYPE_XR = 207;

    static final int FORMAT_NACK = 1;
    static final int FORMAT_TRANSPORT_FEEDBACK = 15;
    static final int FORMAT_PLI = 1;
    static final int FORMAT_FIR = 4;
    static final int FORMAT_APPLICATION = 15;

    static RtcpKind of(int type, int count) {
        return switch (type) {
            case TYPE_SR -> SENDER_REPORT;
            case TYPE_RR -> RECEIVER_REPORT;
            case TYPE_SDES -> SDES;
            case TYPE_BYE -> BYE;
            case TYPE_RTPFB ->
                switch (count) {
                    case FORMAT_NACK -> NACK;
                    case FORMAT_TRANSPORT_FEEDBACK -> TRANSPORT_FEEDBACK;
                    default -> OTHER;
                };
            case TYPE_PSFB ->
                switch (count) {
                    case FORMAT_PLI -> PLI;
                    case FORMAT_FIR -> FIR;
                    // Application layer feedback; the REMB reader checks its name.
                    case FORMAT_APPLICATION -> REMB;
                    default -> OTHER;
                };
            case TYPE_XR -> XR;
            default -> OTHER;
        };
    }
}
