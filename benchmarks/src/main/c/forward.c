/*
 * The limit: what forwarding costs in C, for `./parley bench forward` to compare Parley with.
 *
 * It does to a packet what a subscription cannot do without, and nothing else: receive with GRO, decrypt once, then for
 * each receiver write a fresh RTP header with abs-send-time and transport-cc, encrypt from the shared plaintext straight
 * into the egress buffer, and send in GSO runs. No rooms, no layers, no retransmission buffer, no statistics.
 * Receivers are the outer loop, so that the packets of one leave in runs and its key stays in the cache.
 *
 * Built at run time, with what is there of HAVE_IPSEC_MB (-lIPSec_MB) and HAVE_OPENSSL (-lcrypto).
 *
 * Standard input configures it, a line each; keys are SRTP session keys in hexadecimal (RFC 3711 section 4.3):
 *   cipher ipsec-mb|openssl
 *   publisher KEY SALT
 *   receiver UDP-PORT SSRC KEY SALT      one for each receiver, in their order
 *   extensions ABS-SEND-TIME-ID TRANSPORT-CC-ID
 *   progress FILE                        its first 8 bytes count packets out while they leave
 *   start
 * It answers `ready port=N` and then obeys datagrams of 12 bytes: 0xF0, command, receivers, longest run, and the index
 * of the publisher's next packet in 8 bytes, big-endian.
 *   'S' starts a measurement with that many receivers and packets a run, from that packet on
 *   'R' prints `report packets-in=… packets-out=… runs=… refused=… cpu-ns=…`, all since the start
 *   'Q' ends it
 * It ends by itself when its standard input closes.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>
#ifdef HAVE_IPSEC_MB
#include <intel-ipsec-mb.h>
#endif
#ifdef HAVE_OPENSSL
#include <openssl/evp.h>
#endif

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

enum {
    KEY_BYTES = 16,
    SALT_BYTES = 12,
    TAG_BYTES = 16,
    MAX_RECEIVERS = 256,
    MAX_RUN = 64,
    RECEIVE_MESSAGES = 8,
    MESSAGE_BYTES = 65536,
    MAX_BATCH = 512,
    /* Runs are sent before they fill the second-level cache, which the kernel reads them from. */
    EGRESS_BYTES = 256 * 1024,
    MAX_SENDS = 64,
    SOCKET_BUFFER_BYTES = 4 << 20,
    CONTROL_MARK = 0xF0,
    CONTROL_BYTES = 12
};

typedef struct {
#ifdef HAVE_IPSEC_MB
    alignas(64) struct gcm_key_data expanded;
#endif
#ifdef HAVE_OPENSSL
    EVP_CIPHER_CTX *context;
#endif
    uint8_t salt[SALT_BYTES];
} Key;

typedef struct {
    Key key;
    struct sockaddr_in address;
    uint32_t ssrc;
    uint64_t index; /* rollover counter and sequence number */
    uint16_t transport_sequence;
    uint32_t timestamp_offset;
} Receiver;

/* A decrypted packet: its payload lies in the buffer that it was received in. */
typedef struct {
    const uint8_t *payload;
    uint32_t length;
    uint32_t timestamp;
    uint8_t second; /* marker and payload type */
} Plain;

typedef struct {
    struct mmsghdr messages[MAX_SENDS];
    struct iovec vectors[MAX_SENDS];
    alignas(struct cmsghdr) uint8_t control[MAX_SENDS][CMSG_SPACE(sizeof(uint16_t))];
    uint8_t *memory;
    size_t used;
    unsigned count;
} Egress;

typedef struct {
    uint64_t packets_in;
    uint64_t packets_out;
    uint64_t runs;
    uint64_t refused;
    uint64_t cpu_ns;
} Totals;

static Receiver *receivers;
static unsigned receiver_count, active_receivers;
static unsigned longest_run = 1;
static Key publisher;
static uint64_t publisher_highest;
static unsigned abs_send_time_id = 2, transport_cc_id = 3;
static int udp = -1;
static bool use_ipsec_mb;
static Egress egress;
static Totals totals;
static _Atomic uint64_t own_progress;
static _Atomic uint64_t *progress = &own_progress;
static uint64_t all_out;
#ifdef HAVE_IPSEC_MB
static IMB_MGR *manager;
#endif

static void die(const char *what) {
    printf("error %s: %s\n", what, strerror(errno));
    exit(1);
}

/* --- AES-128-GCM for SRTP (RFC 7714) ---------------------------------------------------------------------------- */

static void key_init(Key *key, const uint8_t bytes[KEY_BYTES], const uint8_t salt[SALT_BYTES], bool encrypt) {
    memcpy(key->salt, salt, SALT_BYTES);
#ifdef HAVE_IPSEC_MB
    if (use_ipsec_mb) {
        IMB_AES128_GCM_PRE(manager, bytes, &key->expanded);
        return;
    }
#endif
#ifdef HAVE_OPENSSL
    key->context = EVP_CIPHER_CTX_new();
    if (key->context == NULL || EVP_CipherInit_ex(key->context, EVP_aes_128_gcm(), NULL, bytes, NULL, encrypt) != 1) {
        die("EVP_CipherInit_ex");
    }
#else
    (void)encrypt;
#endif
}

/* RFC 7714 section 8.1: two zeros, SSRC, rollover counter and sequence number, under the salt. */
static void make_iv(uint8_t iv[SALT_BYTES], const uint8_t salt[SALT_BYTES], uint32_t ssrc, uint64_t index) {
    uint32_t ssrc_be = htonl(ssrc), roc_be = htonl((uint32_t)(index >> 16));
    uint16_t sequence_be = htons((uint16_t)index);
    memset(iv, 0, 2);
    memcpy(iv + 2, &ssrc_be, 4);
    memcpy(iv + 6, &roc_be, 4);
    memcpy(iv + 10, &sequence_be, 2);
    for (int i = 0; i < SALT_BYTES; i++) {
        iv[i] ^= salt[i];
    }
}

static void encrypt(Key *key, const uint8_t iv[SALT_BYTES], uint8_t *header, size_t header_length,
        const uint8_t *payload, size_t length) {
    uint8_t *out = header + header_length;
#ifdef HAVE_IPSEC_MB
    if (use_ipsec_mb) {
        struct gcm_context_data context;
        IMB_AES128_GCM_ENC(manager, &key->expanded, &context, out, payload, length, iv, header, header_length,
                out + length, TAG_BYTES);
        return;
    }
#endif
#ifdef HAVE_OPENSSL
    int written;
    if (EVP_EncryptInit_ex(key->context, NULL, NULL, NULL, iv) != 1
            || EVP_EncryptUpdate(key->context, NULL, &written, header, (int)header_length) != 1
            || EVP_EncryptUpdate(key->context, out, &written, payload, (int)length) != 1
            || EVP_EncryptFinal_ex(key->context, out + length, &written) != 1
            || EVP_CIPHER_CTX_ctrl(key->context, EVP_CTRL_AEAD_GET_TAG, TAG_BYTES, out + length) != 1) {
        die("EVP_Encrypt");
    }
#else
    (void)key, (void)iv, (void)payload, (void)length, (void)out;
#endif
}

/* In place; false if the tag is wrong. */
static bool decrypt(Key *key, const uint8_t iv[SALT_BYTES], uint8_t *header, size_t header_length, size_t length) {
    uint8_t *payload = header + header_length;
#ifdef HAVE_IPSEC_MB
    if (use_ipsec_mb) {
        struct gcm_context_data context;
        uint8_t tag[TAG_BYTES];
        IMB_AES128_GCM_DEC(manager, &key->expanded, &context, payload, payload, length, iv, header, header_length, tag,
                TAG_BYTES);
        uint8_t difference = 0;
        for (int i = 0; i < TAG_BYTES; i++) {
            difference |= tag[i] ^ payload[length + (size_t)i];
        }
        return difference == 0;
    }
#endif
#ifdef HAVE_OPENSSL
    int written;
    return EVP_DecryptInit_ex(key->context, NULL, NULL, NULL, iv) == 1
            && EVP_DecryptUpdate(key->context, NULL, &written, header, (int)header_length) == 1
            && EVP_DecryptUpdate(key->context, payload, &written, payload, (int)length) == 1
            && EVP_CIPHER_CTX_ctrl(key->context, EVP_CTRL_AEAD_SET_TAG, TAG_BYTES, payload + length) == 1
            && EVP_DecryptFinal_ex(key->context, payload + length, &written) == 1;
#else
    (void)key, (void)iv, (void)length, (void)payload;
    return false;
#endif
}

/* --- sending ---------------------------------------------------------------------------------------------------- */

static void egress_init(void) {
    egress.memory = aligned_alloc(4096, EGRESS_BYTES);
    if (egress.memory == NULL) {
        die("aligned_alloc");
    }
    memset(egress.memory, 0, EGRESS_BYTES);
}

static void egress_flush(void) {
    unsigned sent = 0;
    while (sent < egress.count) {
        int n = sendmmsg(udp, egress.messages + sent, egress.count - sent, 0);
        if (n > 0) {
            sent += (unsigned)n;
        } else if (errno != EINTR) {
            totals.refused++;
            sent++;
        }
    }
    egress.count = 0;
    egress.used = 0;
}

/* Queues the run that ends where the egress buffer is filled to. */
static void egress_queue(Receiver *to, size_t start, size_t packet_bytes, unsigned packets) {
    unsigned i = egress.count++;
    struct msghdr *message = &egress.messages[i].msg_hdr;
    egress.vectors[i] = (struct iovec){egress.memory + start, egress.used - start};
    *message = (struct msghdr){
        .msg_name = &to->address,
        .msg_namelen = sizeof to->address,
        .msg_iov = &egress.vectors[i],
        .msg_iovlen = 1,
    };
    if (packets > 1) {
        message->msg_control = egress.control[i];
        message->msg_controllen = sizeof egress.control[i];
        struct cmsghdr *header = CMSG_FIRSTHDR(message);
        header->cmsg_level = IPPROTO_UDP;
        header->cmsg_type = UDP_SEGMENT;
        header->cmsg_len = CMSG_LEN(sizeof(uint16_t));
        uint16_t size = (uint16_t)packet_bytes;
        memcpy(CMSG_DATA(header), &size, sizeof size);
    }
    totals.runs++;
}

/* --- forwarding ------------------------------------------------------------------------------------------------- */

/* RFC 8285 section 4.2: a one-byte header, then the data. */
static uint8_t *put_extension(uint8_t *at, unsigned id, const void *data, size_t length) {
    *at++ = (uint8_t)(id << 4 | (length - 1));
    memcpy(at, data, length);
    return at + length;
}

static size_t write_header(uint8_t *to, Receiver *receiver, const Plain *packet, uint32_t send_time) {
    uint16_t sequence = htons((uint16_t)receiver->index);
    uint32_t timestamp = htonl(packet->timestamp + receiver->timestamp_offset), ssrc = htonl(receiver->ssrc);
    to[0] = 0x90; /* version 2 with an extension */
    to[1] = packet->second;
    memcpy(to + 2, &sequence, 2);
    memcpy(to + 4, &timestamp, 4);
    memcpy(to + 8, &ssrc, 4);
    uint8_t *at = to + 16;
    uint8_t time[3] = {(uint8_t)(send_time >> 16), (uint8_t)(send_time >> 8), (uint8_t)send_time};
    at = put_extension(at, abs_send_time_id, time, sizeof time);
    uint16_t transport_sequence = htons(receiver->transport_sequence++);
    at = put_extension(at, transport_cc_id, &transport_sequence, sizeof transport_sequence);
    while ((at - to) % 4 != 0) {
        *at++ = 0;
    }
    size_t length = (size_t)(at - to);
    uint16_t profile = htons(0xBEDE), words = htons((uint16_t)((length - 16) / 4));
    memcpy(to + 12, &profile, 2);
    memcpy(to + 14, &words, 2);
    return length;
}

static size_t protect(uint8_t *to, Receiver *receiver, const Plain *packet, uint32_t send_time) {
    uint8_t iv[SALT_BYTES];
    size_t header_length = write_header(to, receiver, packet, send_time);
    make_iv(iv, receiver->key.salt, receiver->ssrc, receiver->index++);
    encrypt(&receiver->key, iv, to, header_length, packet->payload, packet->length);
    return header_length + packet->length + TAG_BYTES;
}

static void send_run(Receiver *receiver, const Plain *packets, unsigned count, uint32_t send_time) {
    size_t most = 0;
    for (unsigned i = 0; i < count; i++) {
        most += packets[i].length + TAG_BYTES + 64;
    }
    if (egress.count == MAX_SENDS || egress.used + most > EGRESS_BYTES) {
        egress_flush();
    }
    size_t start = egress.used, first = 0;
    for (unsigned i = 0; i < count; i++) {
        size_t length = protect(egress.memory + egress.used, receiver, &packets[i], send_time);
        egress.used += length;
        first = i == 0 ? length : first;
    }
    egress_queue(receiver, start, first, count);
    totals.packets_out += count;
    all_out += count;
    atomic_store_explicit(progress, all_out, memory_order_relaxed);
}

/* 6.18 fixed-point seconds: what abs-send-time carries. */
static uint32_t send_time_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint32_t)(((uint64_t)now.tv_sec << 18) + ((uint64_t)now.tv_nsec << 18) / 1000000000u) & 0xFFFFFF;
}

static void forward(const Plain *packets, unsigned count) {
    uint32_t send_time = send_time_now();
    for (unsigned begin = 0; begin < count; begin += longest_run) {
        unsigned run = count - begin < longest_run ? count - begin : longest_run;
        for (unsigned r = 0; r < active_receivers; r++) {
            send_run(&receivers[r], packets + begin, run, send_time);
        }
    }
    egress_flush();
}

/* --- receiving -------------------------------------------------------------------------------------------------- */

static size_t rtp_header_length(const uint8_t *packet, size_t length) {
    size_t header = 12u + 4u * (packet[0] & 0x0F);
    if ((packet[0] & 0x10) != 0 && header + 4 <= length) {
        header += 4 + 4u * (size_t)(packet[header + 2] << 8 | packet[header + 3]);
    }
    return header;
}

/* RFC 3711 appendix A: the index nearest to the highest so far that ends in this sequence number. */
static uint64_t packet_index(uint16_t sequence) {
    return publisher_highest + (uint64_t)(int64_t)(int16_t)(uint16_t)(sequence - (uint16_t)publisher_highest);
}

static bool receive_packet(uint8_t *packet, size_t length, Plain *plain) {
    size_t header_length = length < 12 ? length : rtp_header_length(packet, length);
    if (length < 12 || length < header_length + TAG_BYTES) {
        return false;
    }
    uint16_t sequence;
    uint32_t timestamp, ssrc;
    memcpy(&sequence, packet + 2, 2);
    memcpy(&timestamp, packet + 4, 4);
    memcpy(&ssrc, packet + 8, 4);
    uint64_t index = packet_index(ntohs(sequence));
    uint8_t iv[SALT_BYTES];
    make_iv(iv, publisher.salt, ntohl(ssrc), index);
    size_t payload_length = length - header_length - TAG_BYTES;
    if (!decrypt(&publisher, iv, packet, header_length, payload_length)) {
        return false;
    }
    publisher_highest = index > publisher_highest ? index : publisher_highest;
    *plain = (Plain){packet + header_length, (uint32_t)payload_length, ntohl(timestamp), packet[1]};
    totals.packets_in++;
    return true;
}

/* The size of the segments that a message was put together from, or 0. */
static size_t segment_size(struct msghdr *message) {
    for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header != NULL; header = CMSG_NXTHDR(message, header)) {
        if (header->cmsg_level == IPPROTO_UDP && header->cmsg_type == UDP_GRO) {
            int size;
            memcpy(&size, CMSG_DATA(header), sizeof size);
            return (size_t)size;
        }
    }
    return 0;
}

static uint64_t thread_cpu_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* False when it is to end. */
static bool obey(const uint8_t control[CONTROL_BYTES]) {
    switch (control[1]) {
        case 'S':
            active_receivers = control[2] < receiver_count ? control[2] : receiver_count;
            longest_run = control[3] < 1 ? 1 : control[3] > MAX_RUN ? MAX_RUN : control[3];
            publisher_highest = 0;
            for (int i = 4; i < CONTROL_BYTES; i++) {
                publisher_highest = publisher_highest << 8 | control[i];
            }
            totals = (Totals){.cpu_ns = thread_cpu_ns()};
            return true;
        case 'R':
            printf("report packets-in=%" PRIu64 " packets-out=%" PRIu64 " runs=%" PRIu64 " refused=%" PRIu64
                    " cpu-ns=%" PRIu64 "\n", totals.packets_in, totals.packets_out, totals.runs, totals.refused,
                    thread_cpu_ns() - totals.cpu_ns);
            fflush(stdout);
            return true;
        default:
            return control[1] != 'Q';
    }
}

static void run(void) {
    static struct mmsghdr messages[RECEIVE_MESSAGES];
    static struct iovec vectors[RECEIVE_MESSAGES];
    alignas(struct cmsghdr) static uint8_t control[RECEIVE_MESSAGES][CMSG_SPACE(sizeof(int))];
    static Plain batch[MAX_BATCH];
    uint8_t *memory = aligned_alloc(4096, (size_t)RECEIVE_MESSAGES * MESSAGE_BYTES);
    if (memory == NULL) {
        die("aligned_alloc");
    }
    for (unsigned i = 0; i < RECEIVE_MESSAGES; i++) {
        vectors[i] = (struct iovec){memory + (size_t)i * MESSAGE_BYTES, MESSAGE_BYTES};
        messages[i].msg_hdr = (struct msghdr){.msg_iov = &vectors[i], .msg_iovlen = 1, .msg_control = control[i]};
    }
    while (true) {
        for (unsigned i = 0; i < RECEIVE_MESSAGES; i++) {
            messages[i].msg_hdr.msg_controllen = sizeof control[i];
        }
        int received = recvmmsg(udp, messages, RECEIVE_MESSAGES, MSG_WAITFORONE, NULL);
        if (received < 0 && errno != EINTR) {
            die("recvmmsg");
        }
        unsigned count = 0;
        for (int i = 0; i < received; i++) {
            uint8_t *data = vectors[i].iov_base;
            size_t length = messages[i].msg_len, size = segment_size(&messages[i].msg_hdr);
            if (length == CONTROL_BYTES && data[0] == CONTROL_MARK) {
                forward(batch, count);
                count = 0;
                if (!obey(data)) {
                    return;
                }
                continue;
            }
            size = size == 0 ? length : size;
            for (size_t at = 0; at < length && count < MAX_BATCH; at += size) {
                size_t packet = length - at < size ? length - at : size;
                count += receive_packet(data + at, packet, &batch[count]) ? 1 : 0;
            }
        }
        if (count > 0) {
            forward(batch, count);
        }
    }
}

/* --- starting --------------------------------------------------------------------------------------------------- */

static void from_hex(uint8_t *bytes, size_t length, const char *text) {
    for (size_t i = 0; i < length; i++) {
        unsigned value;
        if (sscanf(text + 2 * i, "%2x", &value) != 1) {
            errno = EINVAL;
            die("key");
        }
        bytes[i] = (uint8_t)value;
    }
}

static void choose_cipher(const char *name) {
#ifdef HAVE_IPSEC_MB
    if (strcmp(name, "ipsec-mb") == 0) {
        use_ipsec_mb = true;
        manager = alloc_mb_mgr(0);
        if (manager == NULL) {
            die("alloc_mb_mgr");
        }
        init_mb_mgr_auto(manager, NULL);
        return;
    }
#endif
#ifdef HAVE_OPENSSL
    if (strcmp(name, "openssl") == 0) {
        return;
    }
#endif
    printf("error cipher %s: not built in\n", name);
    exit(1);
}

static void add_receiver(unsigned port, uint32_t ssrc, const char *key, const char *salt) {
    uint8_t key_bytes[KEY_BYTES], salt_bytes[SALT_BYTES];
    if (receiver_count == MAX_RECEIVERS) {
        return;
    }
    from_hex(key_bytes, KEY_BYTES, key);
    from_hex(salt_bytes, SALT_BYTES, salt);
    Receiver *receiver = &receivers[receiver_count++];
    key_init(&receiver->key, key_bytes, salt_bytes, true);
    receiver->address.sin_family = AF_INET;
    receiver->address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    receiver->address.sin_port = htons((uint16_t)port);
    receiver->ssrc = ssrc;
    receiver->index = 1000 + receiver_count;
    receiver->timestamp_offset = ssrc * 2654435761u;
}

static void map_progress(const char *path) {
    int file = open(path, O_RDWR);
    void *memory = file < 0 ? MAP_FAILED : mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory == MAP_FAILED) {
        die(path);
    }
    progress = memory;
    close(file);
}

static bool configure(void) {
    char line[1024], word[256], key[64], salt[64];
    while (fgets(line, sizeof line, stdin) != NULL) {
        unsigned port;
        uint32_t ssrc;
        if (sscanf(line, "cipher %255s", word) == 1) {
            choose_cipher(word);
        } else if (sscanf(line, "publisher %63s %63s", key, salt) == 2) {
            uint8_t key_bytes[KEY_BYTES], salt_bytes[SALT_BYTES];
            from_hex(key_bytes, KEY_BYTES, key);
            from_hex(salt_bytes, SALT_BYTES, salt);
            key_init(&publisher, key_bytes, salt_bytes, false);
        } else if (sscanf(line, "receiver %u %" SCNu32 " %63s %63s", &port, &ssrc, key, salt) == 4) {
            add_receiver(port, ssrc, key, salt);
        } else if (sscanf(line, "extensions %u %u", &abs_send_time_id, &transport_cc_id) == 2) {
            continue;
        } else if (sscanf(line, "progress %255s", word) == 1) {
            map_progress(word);
        } else if (strncmp(line, "start", 5) == 0) {
            return true;
        }
    }
    return false;
}

static unsigned open_port(void) {
    int one = 1, buffer = SOCKET_BUFFER_BYTES;
    struct sockaddr_in local = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof local;
    udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (udp < 0 || bind(udp, (struct sockaddr *)&local, sizeof local) != 0
            || getsockname(udp, (struct sockaddr *)&local, &length) != 0) {
        die("bind");
    }
    setsockopt(udp, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    setsockopt(udp, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    setsockopt(udp, IPPROTO_UDP, UDP_GRO, &one, sizeof one);
    return ntohs(local.sin_port);
}

/* Ends the process with whoever started it. */
static int watch_input(void *unused) {
    (void)unused;
    while (getchar() != EOF) {
    }
    _exit(0);
}

int main(void) {
    thrd_t watcher;
    receivers = aligned_alloc(64, sizeof(Receiver) * MAX_RECEIVERS);
    if (receivers == NULL) {
        die("aligned_alloc");
    }
    memset(receivers, 0, sizeof(Receiver) * MAX_RECEIVERS);
    egress_init();
    unsigned port = open_port();
    if (!configure()) {
        return 1;
    }
    printf("ready port=%u\n", port);
    fflush(stdout);
    if (thrd_create(&watcher, watch_input, NULL) != thrd_success) {
        die("thrd_create");
    }
    run();
    return 0;
}
