/*
 * libsrt 1.5 sends every packet of every socket by a sendmsg() of its own. With ten callers at 5 Mbit/s that is 4750 calls a
 * second, each through the whole UDP stack and waking its receiver, and most of a relay's processor time. Linux takes up to 64
 * datagrams to one peer in one call and cuts them late, in the network card where it can: UDP_SEGMENT, udp(7), since 4.18.
 *
 * A sendmsg() defined in the program is found before libc's, also by libsrt. Between burst_begin() and burst_end() this one keeps
 * the data packets back, ordered by peer; at any other time, and for control packets (acknowledgements, handshakes), it is libc's.
 * Retransmissions are data packets: they wait too, for the two or three milliseconds that a burst takes.
 */
#include "burst.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define HEADER 16        /* bytes of an SRT header; its first bit is set in control packets (draft-sharabayko-srt, section 3) */
#define SPACE (1 << 20)  /* bytes kept back at most; what comes beyond leaves first */
#define DATAGRAMS 2048
#define PEERS 256
#define SEGMENTS 48      /* 48 full SRT packets stay below the 64 kB of one UDP send */
#define PATIENCE_NS 10000000

struct datagram { int at, length, next; };
struct peer { struct sockaddr_storage address; socklen_t length; int first, last; };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t complete = PTHREAD_COND_INITIALIZER;
static int open_, expected_, seen, descriptor, segmenting = 1;
static char space[SPACE];
static struct datagram datagrams[DATAGRAMS];
static struct peer peers[PEERS];
static int used, datagram_count, peer_count, likely;

static ssize_t send_now(int fd, const struct msghdr *message, int flags) {
  return syscall(SYS_sendmsg, fd, message, flags);
}

/* One call for datagrams of equal size, of which the last may be shorter. */
static int send_segmented(struct msghdr *message, uint16_t size) {
  union { char bytes[CMSG_SPACE(sizeof size)]; struct cmsghdr align; } control = {0};
  message->msg_control = control.bytes;
  message->msg_controllen = sizeof control.bytes;
  struct cmsghdr *header = CMSG_FIRSTHDR(message);
  header->cmsg_level = SOL_UDP;
  header->cmsg_type = UDP_SEGMENT;
  header->cmsg_len = CMSG_LEN(sizeof size);
  memcpy(CMSG_DATA(header), &size, sizeof size);
  ssize_t sent = send_now(descriptor, message, 0);
  message->msg_control = NULL;
  message->msg_controllen = 0;
  if (sent >= 0) return 1;
  /* A kernel or device that cannot: not asked again. Anything else (no buffers, no route) may be another matter next time. */
  if (errno == EINVAL || errno == EIO || errno == EOPNOTSUPP || errno == ENOPROTOOPT) segmenting = 0;
  return 0;
}

/* What fails here is lost as on the wire; SRT sends it again. */
static void send_all(const struct peer *peer) {
  for (int d = peer->first; d >= 0;) {
    struct iovec parts[SEGMENTS];
    int count = 0, size = datagrams[d].length, length;
    do {
      length = datagrams[d].length;
      parts[count++] = (struct iovec){space + datagrams[d].at, length};
      d = datagrams[d].next;
    } while (d >= 0 && count < SEGMENTS && length == size && datagrams[d].length <= size);
    struct msghdr message = {.msg_name = (void *)&peer->address, .msg_namelen = peer->length, .msg_iov = parts, .msg_iovlen = count};
    if (count > 1 && segmenting && send_segmented(&message, size)) continue;
    message.msg_iovlen = 1;
    for (int i = 0; i < count; i++, message.msg_iov++) send_now(descriptor, &message, 0);
  }
}
static void flush(void) {
  for (int p = 0; p < peer_count; p++) send_all(&peers[p]);
  used = datagram_count = peer_count = likely = 0;
}

/* libsrt's sender goes round its sockets, so the next peer is likely the one after the last. */
static struct peer *peer_of(const struct msghdr *message) {
  for (int i = 0; i < peer_count; i++) {
    int p = (likely + i) % peer_count;
    if (peers[p].length != message->msg_namelen || memcmp(&peers[p].address, message->msg_name, peers[p].length)) continue;
    likely = p + 1;
    return &peers[p];
  }
  if (peer_count == PEERS) flush();
  struct peer *peer = &peers[peer_count++];
  peer->length = message->msg_namelen;
  memcpy(&peer->address, message->msg_name, peer->length);
  peer->first = peer->last = -1;
  likely = peer_count;
  return peer;
}
static void keep(const struct msghdr *message, int length) {
  if (datagram_count == DATAGRAMS || used + length > SPACE) flush();
  struct peer *peer = peer_of(message);
  int d = datagram_count++;
  datagrams[d] = (struct datagram){used, length, -1};
  if (peer->last < 0) peer->first = d;
  else datagrams[peer->last].next = d;
  peer->last = d;
  memcpy(space + used, message->msg_iov[0].iov_base, HEADER);
  memcpy(space + used + HEADER, message->msg_iov[1].iov_base, length - HEADER);
  used += length;
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
  const struct iovec *parts = message->msg_iov;
  int data = message->msg_iovlen == 2 && parts[0].iov_len == HEADER && !(*(unsigned char *)parts[0].iov_base & 0x80);
  if (!data) return send_now(fd, message, flags);
  ssize_t sent = HEADER + parts[1].iov_len;
  pthread_mutex_lock(&lock);
  if (open_) {
    descriptor = fd;
    keep(message, sent);
    if (++seen == expected_) pthread_cond_signal(&complete);
  } else sent = send_now(fd, message, flags);
  pthread_mutex_unlock(&lock);
  return sent;
}

void burst_begin(void) {
  pthread_mutex_lock(&lock);
  open_ = 1;
  seen = expected_ = 0;
  pthread_mutex_unlock(&lock);
}
void burst_end(int expected) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_nsec += PATIENCE_NS;
  if (until.tv_nsec >= 1000000000) until.tv_sec++, until.tv_nsec -= 1000000000;
  pthread_mutex_lock(&lock);
  expected_ = expected;
  while (seen < expected && !pthread_cond_timedwait(&complete, &lock, &until)) continue;
  flush();
  open_ = 0;
  pthread_mutex_unlock(&lock);
}
