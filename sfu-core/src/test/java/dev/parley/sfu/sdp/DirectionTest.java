package dev.parley.sfu.sdp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DirectionTest {
    /** RFC 3264 §6.1, for an answerer who would like both, one, or nothing. */
    @ParameterizedTest
    @CsvSource({
        "SENDRECV, SENDRECV, SENDRECV",
        "SENDRECV, RECVONLY, RECVONLY",
        "SENDRECV, SENDONLY, SENDONLY",
        "SENDRECV, INACTIVE, INACTIVE",
        "SENDONLY, SENDRECV, RECVONLY",
        "SENDONLY, RECVONLY, RECVONLY",
        "SENDONLY, SENDONLY, INACTIVE",
        "SENDONLY, INACTIVE, INACTIVE",
        "RECVONLY, SENDRECV, SENDONLY",
        "RECVONLY, RECVONLY, INACTIVE",
        "RECVONLY, SENDONLY, SENDONLY",
        "RECVONLY, INACTIVE, INACTIVE",
        "INACTIVE, SENDRECV, INACTIVE",
        "INACTIVE, INACTIVE, INACTIVE"
    })
    void answersWithNoMoreThanOfferAllows(Direction offered, Direction wanted, Direction answered) {
        assertEquals(answered, wanted.answering(offered));
    }
}
