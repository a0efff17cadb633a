/*
 * Loaded into OBS by LD_PRELOAD: obs-websocket listens on all addresses of the machine and has no setting for it. Here OBS is for
 * this machine alone, so that whatever it opens for everybody is opened on loopback.
 */
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int bind(int fd, const struct sockaddr *address, socklen_t length) {
  union { struct sockaddr_in v4; struct sockaddr_in6 v6; } own;
  if (length >= sizeof own.v4 && length <= sizeof own) {
    memcpy(&own, address, length);
    if (address->sa_family == AF_INET && own.v4.sin_addr.s_addr == htonl(INADDR_ANY)) {
      own.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      address = (void *)&own;
    } else if (address->sa_family == AF_INET6 && length == sizeof own.v6 && IN6_IS_ADDR_UNSPECIFIED(&own.v6.sin6_addr)) {
      /* A socket for both families gets 127.0.0.1 as it is written in IPv6; where that is not possible, ::1. */
      int only = 1;
      getsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, &(socklen_t){sizeof only});
      own.v6.sin6_addr = in6addr_loopback;
      if (!only) memcpy(own.v6.sin6_addr.s6_addr, (unsigned char[16]){[10] = 255, 255, 127, 0, 0, 1}, 16);
      address = (void *)&own;
    }
  }
  return syscall(SYS_bind, fd, address, length);
}
