package dev.parley.benchmarks.load.bot;

/**
 * The UDP socket of one connection.
 *
 * @param fd its descriptor
 * @param port that it is bound to
 */
record BotSocket(int fd, int port, DatagramSink sink) {}
