package dev.parley.benchmarks.forward;

/**
 * What is forwarded.
 *
 * @param receivers subscribers of the one publisher
 * @param packetBytes RTP bytes a packet, without the SRTP tag
 * @param gso packets a frame, which is a run for each receiver
 */
record Shape(int receivers, int packetBytes, int gso) {}
