/*
 * What the network alone costs: `floor PEERS RATE SIZE SECONDS SEGMENTED` sends RATE datagrams of SIZE bytes a second to each of PEERS
 * UDP sockets on loopback, 25 times a second as pictures come, while a process per socket waits for them as libsrt's receiver does.
 * SEGMENTED=0: one sendto() each, going round the peers as libsrt does; 1: one call per peer (UDP_SEGMENT).
 * Prints the sender's processor time in percent of a core. No encryption, no acknowledgements, nothing kept for sending again.
 */
#include <netinet/in.h>
#include <netinet/udp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PER_SECOND 25

static char bytes[65507];
static double seconds(struct timeval t) { return t.tv_sec + t.tv_usec / 1e6; }

static void receive(int s) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (;;) {
    fd_set set;
    FD_ZERO(&set);
    FD_SET(s, &set);
    if (select(s + 1, &set, NULL, NULL, &(struct timeval){0, 10000}) > 0) recv(s, bytes, sizeof bytes, 0);
  }
}
static ssize_t segmented(int s, struct sockaddr_in *to, int count, uint16_t size) {
  union { char bytes[CMSG_SPACE(sizeof size)]; struct cmsghdr align; } control = {0};
  struct msghdr m = {.msg_name = to, .msg_namelen = sizeof *to, .msg_iov = &(struct iovec){bytes, count * size}, .msg_iovlen = 1,
                     .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
  *CMSG_FIRSTHDR(&m) = (struct cmsghdr){.cmsg_level = SOL_UDP, .cmsg_type = UDP_SEGMENT, .cmsg_len = CMSG_LEN(sizeof size)};
  memcpy(CMSG_DATA(CMSG_FIRSTHDR(&m)), &size, sizeof size);
  return sendmsg(s, &m, 0);
}

int main(int count, char **arguments) {
  if (count != 6) return 2;
  int peers = atoi(arguments[1]), size = atoi(arguments[3]), together = atoi(arguments[5]);
  double rate = atof(arguments[2]), length = atof(arguments[4]), owed = 0;
  struct sockaddr_in to[peers];
  for (int i = 0; i < peers; i++) {
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    to[i] = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    bind(s, (struct sockaddr *)&to[i], sizeof to[i]);
    getsockname(s, (struct sockaddr *)&to[i], &(socklen_t){sizeof to[i]});
    if (!fork()) receive(s);
    close(s);
  }
  int s = socket(AF_INET, SOCK_DGRAM, 0);
  for (int burst = 0; burst < length * PER_SECOND; burst++) {
    nanosleep(&(struct timespec){0, 1000000000 / PER_SECOND}, NULL);
    int now = owed += rate / PER_SECOND;
    owed -= now;
    for (int i = 0; together && i < peers; i++)
      if (segmented(s, &to[i], now, size) < 0) return perror("UDP_SEGMENT"), 1;
    for (int n = 0; !together && n < now; n++)
      for (int i = 0; i < peers; i++) sendto(s, bytes, size, 0, (struct sockaddr *)&to[i], sizeof to[i]);
  }
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  printf("%.2f\n", (seconds(used.ru_utime) + seconds(used.ru_stime)) / length * 100);
}
