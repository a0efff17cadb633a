/*
 * One end of SRT connections as a Unix filter. Its settings come as lines NAME=VALUE through file descriptor 3, which `ps` does not
 * show as it would show arguments, and the passphrase is among them:
 *   mode=listen|call   host=ADDRESS   port=NUMBER   latency=MS   passphrase=TEXT (left out: no encryption)
 *   flow=in            SRT -> fd 1; a listener takes one publisher at a time. batch=MS: how often what has come is written
 *   flow=out           fd 0 -> SRT, whole transport packets only; a listener sends to any number of callers
 * Text goes to fd 2, one event per line:
 *   ready                         the port is open, or the call was answered
 *   caller-added ADDRESS | caller-removed ADDRESS
 *   caller-refused ADDRESS        a second publisher while the first is connected
 *   caller-rejected CODE          a handshake that libsrt refused; SRT_REJ_... of its srt.h, such as a wrong passphrase
 *   error TEXT | eos              it has ended; exit code 1 | 0
 * SIGTERM and SIGINT end it with exit code 0; its peers are told.
 */
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <srt/srt.h>
#include <sys/prctl.h>
#include <syslog.h>
#include <unistd.h>

#include "burst.h"

#define TS 188               /* bytes of a transport packet */
#define PAYLOAD (7 * TS)     /* bytes in one SRT packet, as all of the field sends them */
#define LONGEST_PAYLOAD 1456 /* bytes that a peer may put into one */
#define BUFFER (1 << 18)
#define BACKLOG 128
#define LOOK_MS 250 /* how often callers are let in while there is nothing to send */
#define BATCH_MS 40 /* a picture's time; most encoders send picture by picture, and what comes evenly is made so */

struct peer {
  SRTSOCKET socket;
  char name[64];
};
static char *settings[16];
static int listening, receiving, single;
static SRTSOCKET sock;
static struct peer *peers;
static int peer_count; /* read by libsrt's thread in refuse() */
static int watched;    /* libsrt's epoll: the listener and the one publisher */
static char buffer[BUFFER];
static volatile sig_atomic_t stopping;

static void say(const char *format, ...) {
  char line[1024];
  va_list values;
  va_start(values, format);
  int length = vsnprintf(line, sizeof line - 1, format, values);
  va_end(values);
  if (length > (int)sizeof line - 2) length = sizeof line - 2;
  line[length++] = '\n';
  while (write(2, line, length) < 0 && errno == EINTR) continue;
}
static void fail(const char *what, const char *why) {
  say("error %s: %s", what, why);
  _exit(1);
}
static void stop(int signal) { stopping = 1; }

static void read_settings(void) {
  static char text[4096];
  size_t length = 0, count = 0;
  for (ssize_t n; (n = read(3, text + length, sizeof text - 1 - length)) > 0;) length += n;
  close(3);
  for (char *line = strtok(text, "\n"); line && count + 1 < sizeof settings / sizeof *settings; line = strtok(NULL, "\n"))
    settings[count++] = line;
}
/* The value of a setting; "" when it was not given. */
static const char *setting(const char *name) {
  size_t length = strlen(name);
  for (char **line = settings; *line; line++)
    if (!strncmp(*line, name, length) && (*line)[length] == '=') return *line + length + 1;
  return "";
}
static int either(const char *name, const char *yes, const char *no) {
  const char *value = setting(name);
  if (!strcmp(value, yes)) return 1;
  if (strcmp(value, no)) fail(name, "is missing or unknown on file descriptor 3");
  return 0;
}

static void name_of(const struct sockaddr *address, char *text, size_t size) {
  char host[NI_MAXHOST] = "?", port[NI_MAXSERV] = "";
  socklen_t length = address->sa_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
  getnameinfo(address, length, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
  snprintf(text, size, strchr(host, ':') ? "[%.46s]:%.5s" : "%.46s:%.5s", host, port);
}
/* libsrt tells nobody but its log that it has refused a handshake. */
static void on_log(void *none, int level, const char *file, int line, const char *area, const char *message) {
  static const char mark[] = "rsp(REJECT): ";
  const char *found = strstr(message, mark);
  if (found) say("caller-rejected %d", atoi(found + strlen(mark)));
}
/* A second publisher would be connected and never be read; refused, it knows. Called during the handshake by libsrt's thread. */
static int refuse(void *none, SRTSOCKET s, int version, const struct sockaddr *address, const char *stream) {
  if (!single || !__atomic_load_n(&peer_count, __ATOMIC_SEQ_CST)) return 0;
  char name[64];
  name_of(address, name, sizeof name);
  say("caller-refused %s", name);
  return -1;
}

static void add(SRTSOCKET s, const struct sockaddr *address) {
  struct peer peer = {.socket = s};
  name_of(address, peer.name, sizeof peer.name);
  if (single && peer_count) { /* It shook hands before the first was known. */
    say("caller-refused %s", peer.name);
    srt_close(s);
    return;
  }
  struct peer *more = realloc(peers, (peer_count + 1) * sizeof peer);
  if (!more) fail("memory", strerror(errno));
  peers = more;
  peers[peer_count] = peer;
  __atomic_add_fetch(&peer_count, 1, __ATOMIC_SEQ_CST);
  if (receiving) srt_epoll_add_usock(watched, s, &(int){SRT_EPOLL_IN | SRT_EPOLL_ERR});
  if (listening) say("caller-added %s", peer.name);
}
static void drop(int i) {
  if (!listening) fail("connection", "lost");
  say("caller-removed %s", peers[i].name);
  srt_close(peers[i].socket);
  peers[i] = peers[peer_count - 1];
  __atomic_sub_fetch(&peer_count, 1, __ATOMIC_SEQ_CST);
}
/* Asked first, because a libsrt call that finds nothing throws and catches a C++ exception, which costs more than the call. */
static int ready(SRTSOCKET s) {
  SRT_EPOLL_EVENT found[2];
  int count = srt_epoll_uwait(watched, found, 2, 0);
  for (int i = 0; i < count && i < 2; i++)
    if (found[i].fd == s) return 1;
  return 0;
}
static void let_in(void) {
  while (listening && ready(sock)) {
    struct sockaddr_storage address;
    int length = sizeof address;
    SRTSOCKET s = srt_accept(sock, (struct sockaddr *)&address, &length);
    if (s == SRT_INVALID_SOCK) return;
    add(s, (struct sockaddr *)&address);
  }
}

static void open_socket(void) {
  struct addrinfo hints = {.ai_socktype = SOCK_DGRAM}, *found;
  int wrong = getaddrinfo(setting("host"), setting("port"), &hints, &found);
  if (wrong) fail("address", gai_strerror(wrong));
  const struct sockaddr *address = found->ai_addr;
  const char *passphrase = setting("passphrase");
  srt_startup();
  srt_setloglevel(LOG_NOTICE);
  srt_setloghandler(NULL, on_log);
  sock = srt_create_socket();
  watched = srt_epoll_create();
  srt_setsockflag(sock, SRTO_LATENCY, &(int){atoi(setting("latency"))}, sizeof(int));
  /* Room for a burst to every caller; libsrt's 64 kB would make them wait for each other. */
  srt_setsockflag(sock, SRTO_UDP_SNDBUF, &(int){1 << 20}, sizeof(int));
  srt_setsockflag(sock, SRTO_IPV6ONLY, &(int){0}, sizeof(int));
  if (*passphrase && (srt_setsockflag(sock, SRTO_PASSPHRASE, passphrase, strlen(passphrase)) ||
                      srt_setsockflag(sock, SRTO_PBKEYLEN, &(int){16}, sizeof(int))))
    fail("passphrase", srt_getlasterror_str());
  if (listening) {
    srt_setsockflag(sock, SRTO_RCVSYN, &(int){0}, sizeof(int));
    srt_setsockflag(sock, SRTO_SNDSYN, &(int){0}, sizeof(int));
    srt_listen_callback(sock, refuse, NULL);
    if (srt_bind(sock, address, found->ai_addrlen) || srt_listen(sock, BACKLOG)) fail("listen", srt_getlasterror_str());
    srt_epoll_add_usock(watched, sock, &(int){SRT_EPOLL_IN});
  } else {
    if (srt_connect(sock, address, found->ai_addrlen)) fail("call", srt_getlasterror_str());
    srt_setsockflag(sock, SRTO_RCVSYN, &(int){0}, sizeof(int));
    srt_setsockflag(sock, SRTO_SNDSYN, &(int){0}, sizeof(int));
    add(sock, address);
  }
  freeaddrinfo(found);
  say("ready");
}

/* To every peer, each from where it joined. One that cannot take more has been silent for long, and is let go. */
static void send_to_all(int length) {
  int accepted = 0;
  burst_begin();
  for (int i = peer_count - 1; i >= 0; i--) {
    int at = 0, part;
    for (; at < length; at += part, accepted++) {
      part = length - at < PAYLOAD ? length - at : PAYLOAD;
      if (srt_send(peers[i].socket, buffer + at, part) < 0) break;
    }
    if (at < length) drop(i);
  }
  burst_end(accepted);
}
static void send_input(void) {
  int have = 0;
  while (!stopping) {
    int readable = poll(&(struct pollfd){.fd = 0, .events = POLLIN}, 1, LOOK_MS);
    let_in();
    if (readable <= 0) continue;
    ssize_t n = read(0, buffer + have, BUFFER - have);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    have += n;
    int whole = have - have % TS;
    send_to_all(whole);
    memmove(buffer, buffer + whole, have -= whole);
  }
}

/* Writes what has come from the publisher. */
static void pass_on(SRTSOCKET publisher) {
  int have = 0, n = 1;
  while (n > 0 && have <= BUFFER - LONGEST_PAYLOAD && ready(publisher)) {
    n = srt_recv(publisher, buffer + have, LONGEST_PAYLOAD);
    if (n > 0) have += n;
  }
  int lost = n < 0 && srt_getlasterror(NULL) != SRT_EASYNCRCV;
  for (int at = 0; at < have;) {
    ssize_t written = write(1, buffer + at, have - at);
    if (written < 0 && errno != EINTR) fail("output", strerror(errno));
    if (written > 0) at += written;
  }
  if (lost) drop(0);
}
static void receive_output(void) {
  int batch = atoi(setting("batch"));
  while (!stopping) {
    poll(NULL, 0, batch > 0 ? batch : BATCH_MS);
    let_in();
    if (peer_count) pass_on(peers[0].socket);
  }
}

int main(void) {
  /* Without its parent it would only hold the port that the next one needs. */
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGPIPE, SIG_IGN);
  read_settings();
  listening = either("mode", "listen", "call");
  receiving = either("flow", "in", "out");
  single = listening && receiving;
  open_socket();
  sigaction(SIGTERM, &(struct sigaction){.sa_handler = stop}, NULL);
  sigaction(SIGINT, &(struct sigaction){.sa_handler = stop}, NULL);
  if (receiving) receive_output();
  else send_input();
  if (!stopping) say("eos");
  for (int i = 0; i < peer_count; i++) srt_close(peers[i].socket);
  /* libsrt's own clean-up would wait a second for its threads. */
  _exit(0);
}
