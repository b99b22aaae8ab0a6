package dev.parley.benchmarks.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class MatrixTest {
    private static final Matrix ALL =
            new Matrix(Matrix.RECEIVERS, Matrix.PACKET_BYTES, Matrix.GSO, Matrix.IO, Matrix.CIPHERS);

    @Test
    void fullRunHasEveryShapeOnForeignIoWithEveryCipher() {
        for (String cipher : Matrix.CIPHERS) {
            Matrix.Combination combination = find(ALL.full(), "foreign", cipher);
            assertEquals(12, combination.shapes().stream().distinct().count());
            assertEquals(new Shape(50, 1_200, 1), combination.shapes().getFirst());
        }
    }

    @Test
    void everyLayerAndCipherIsInTheFullRun() {
        for (String io : Matrix.IO) {
            for (String cipher : Matrix.CIPHERS) {
                assertTrue(find(ALL.full(), io, cipher).shapes().contains(new Shape(50, 1_200, 8)));
            }
        }
    }

    @Test
    void quickRunStillHasEveryRunLengthWithBothNativeCiphers() {
        for (String cipher : List.of("ipsec-mb", "openssl")) {
            List<Shape> shapes = find(ALL.quick(), "foreign", cipher).shapes();
            for (int gso : Matrix.GSO) {
                assertTrue(shapes.contains(new Shape(50, 1_200, gso)), cipher + " in runs of " + gso);
            }
        }
    }

    @Test
    void whatIsAskedForIsAllThatIsMeasured() {
        Matrix matrix = new Matrix(List.of(7), List.of(500), List.of(3), List.of("nio"), List.of("jdk"));
        assertEquals(List.of(new Matrix.Combination("nio", "jdk", List.of(new Shape(7, 500, 3)))), matrix.full());
        assertEquals(matrix.full(), matrix.quick());
    }

    private static Matrix.Combination find(List<Matrix.Combination> combinations, String io, String cipher) {
        return combinations.stream()
                .filter(any -> any.io().equals(io) && any.cipher().equals(cipher))
                .findFirst()
                .orElseThrow();
    }
}
