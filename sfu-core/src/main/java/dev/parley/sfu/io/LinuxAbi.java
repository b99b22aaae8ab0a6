package dev.parley.sfu.io;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The numbers of Linux's interface to user space that the foreign port needs: struct offsets in bytes and constants, as
 * in the kernel's UAPI headers for 64-bit little-endian machines (x86-64 and aarch64). They never change.
 */
final class LinuxAbi {
    static final ValueLayout.OfShort NET_U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    static final ValueLayout.OfInt NET_U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    static final ValueLayout.OfLong NET_U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED;
    static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED;
    static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED;

    // asm-generic/errno-base.h, asm-generic/errno.h
    static final int EPERM = 1;
    static final int EINTR = 4;
    static final int EIO = 5;
    static final int EAGAIN = 11;
    static final int EACCES = 13;
    static final int EINVAL = 22;
    static final int ENOSYS = 38;
    static final int EMSGSIZE = 90;
    static final int EOPNOTSUPP = 95;
    static final int EADDRINUSE = 98;
    static final int EADDRNOTAVAIL = 99;
    static final int ENETUNREACH = 101;
    static final int ENOBUFS = 105;
    static final int ECONNREFUSED = 111;

    // linux/socket.h, linux/net.h; SOCK_NONBLOCK and SOCK_CLOEXEC are O_ flags of asm-generic/fcntl.h
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_NONBLOCK = 0x800;
    static final int SOCK_CLOEXEC = 0x8_0000;
    static final int MSG_CTRUNC = 0x08;
    static final int MSG_TRUNC = 0x20;
    static final int MSG_DONTWAIT = 0x40;

    // asm-generic/socket.h; the control message of SO_TIMESTAMPNS has the option's number
    static final int SOL_SOCKET = 1;
    static final int SO_SNDBUF = 7;
    static final int SO_RCVBUF = 8;
    static final int SO_SNDBUFFORCE = 32;
    static final int SO_RCVBUFFORCE = 33;
    static final int SO_TIMESTAMPNS = 35;

    // linux/in.h, linux/in6.h, linux/ipv6.h
    static final int IPPROTO_IP = 0;
    static final int IP_PKTINFO = 8;
    static final int IPPROTO_IPV6 = 41;
    static final int IPV6_V6ONLY = 26;
    static final int IPV6_RECVPKTINFO = 49;
    static final int IPV6_PKTINFO = 50;

    // linux/udp.h; the level is IPPROTO_UDP
    static final int SOL_UDP = 17;
    static final int UDP_SEGMENT = 103;
    static final int UDP_GRO = 104;

    // linux/eventpoll.h, linux/eventfd.h, asm-generic/poll.h
    static final int EPOLL_CTL_ADD = 1;
    static final int EPOLL_CLOEXEC = SOCK_CLOEXEC;
    static final int EPOLLIN = 0x001;
    static final int EPOLLOUT = 0x004;
    static final int EPOLLRDHUP = 0x2000;
    static final int EPOLLET = 1 << 31;
    static final int EFD_CLOEXEC = SOCK_CLOEXEC;
    static final int EFD_NONBLOCK = SOCK_NONBLOCK;
    static final short POLLIN = 0x001;
    static final short POLLOUT = 0x004;

    // linux/time.h, linux/prctl.h
    static final int CLOCK_REALTIME = 0;
    static final int PR_SET_TIMERSLACK = 29;

    // sched.h
    static final int SCHED_OTHER = 0;
    static final int SCHED_RR = 2;
    static final int SCHED_RESET_ON_FORK = 0x4000_0000;

    // linux/in.h: struct sockaddr_in { family u16, port be16, addr be32, zero[8] }
    static final int SOCKADDR_IN_BYTES = 16;
    // linux/in6.h: struct sockaddr_in6 { family u16, port be16, flowinfo be32, addr[16], scope_id u32 }
    static final int SOCKADDR_IN6_BYTES = 28;
    static final int SOCKADDR_FAMILY = 0;
    static final int SOCKADDR_PORT = 2;
    static final int SOCKADDR_IN_ADDRESS = 4;
    static final int SOCKADDR_IN6_ADDRESS = 8;
    static final int SOCKADDR_IN6_SCOPE = 24;

    // linux/uio.h: struct iovec { base *, len size_t }
    static final int IOVEC_BYTES = 16;
    static final int IOVEC_BASE = 0;
    static final int IOVEC_LENGTH = 8;

    // linux/socket.h: struct user_msghdr { name *, namelen int, iov *, iovlen size_t, control *, controllen size_t,
    // flags u32 }, and struct mmsghdr { msghdr, len u32 }
    static final int MMSGHDR_BYTES = 64;
    static final int MSG_NAME = 0;
    static final int MSG_NAME_LENGTH = 8;
    static final int MSG_IOV = 16;
    static final int MSG_IOV_LENGTH = 24;
    static final int MSG_CONTROL = 32;
    static final int MSG_CONTROL_LENGTH = 40;
    static final int MSG_FLAGS = 48;
    static final int MMSG_LENGTH = 56;

    // linux/socket.h: struct cmsghdr { len size_t, level int, type int }, then data, all aligned to 8
    static final int CMSG_LENGTH = 0;
    static final int CMSG_LEVEL = 8;
    static final int CMSG_TYPE = 12;
    static final int CMSG_DATA = 16;

    // linux/in.h: struct in_pktinfo { ifindex int, spec_dst be32, addr be32 }
    static final int IN_PKTINFO_BYTES = 12;
    static final int IN_PKTINFO_SPEC_DST = 4;
    // linux/ipv6.h: struct in6_pktinfo { addr[16], ifindex int }
    static final int IN6_PKTINFO_BYTES = 20;
    static final int IN6_PKTINFO_ADDRESS = 0;

    // linux/eventpoll.h: struct epoll_event { events u32, data u64 }, packed to 12 bytes on x86-64 only
    static final int EPOLL_EVENT_BYTES = 16;

    // linux/time_types.h: struct __kernel_timespec { sec s64, nsec s64 }
    static final int TIMESPEC_BYTES = 16;
    // asm-generic/poll.h: struct pollfd { fd int, events s16, revents s16 }
    static final int POLLFD_BYTES = 8;
    static final int POLLFD_FD = 0;
    static final int POLLFD_EVENTS = 4;
    static final int POLLFD_RESULT = 6;

    private LinuxAbi() {}

    /** What a control message takes with its padding: CMSG_SPACE. */
    static int controlSpace(int dataBytes) {
        return CMSG_DATA + (dataBytes + 7 & -8);
    }

    /** What a control message says of its own length: CMSG_LEN. */
    static int controlLength(int dataBytes) {
        return CMSG_DATA + dataBytes;
    }
}
