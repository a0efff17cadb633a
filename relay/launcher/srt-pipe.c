/*
 * One end of SRT connections as a Unix filter. Its settings come as lines NAME=VALUE through file descriptor 3, which `ps` does not
 * show as it would show arguments, and the passphrase is among them:
 *   mode=listen|call   host=ADDRESS   port=NUMBER   latency=MS   passphrase=TEXT (left out: no encryption)
 *   flow=in            SRT -> fd 1; a listener takes two publishers at a time, main to fd 1 and backup to fd 4 (streams.h).
 *                      batch=MS: how often what has come is written. streamid=TEXT: what a caller asks for
 *   flow=out           fd 0 -> SRT, whole transport packets only; a listener sends to any number of callers
 *   lane=PID lanes=COUNT  of a sending listener: the COUNT PIDs from PID on are lanes, of which each caller gets one, as PID (lanes.h)
 * Text goes to fd 2, one event per line:
 *   ready                         the port is open, or the call was answered
 *   caller-added ADDRESS LATENCY NUMBER ID | caller-removed ADDRESS NUMBER
 *                                 LATENCY is the buffer in ms that both ends agreed on, the larger of their wishes; NUMBER the lane of
 *                                 a receiver, or 0 for the main and 1 for the backup publisher; ID the stream id in percent-encoding, - for none
 *   caller-refused ADDRESS        a publisher whose place is taken, or a player at the publishers' port
 *   caller-silent ADDRESS NUMBER  the publisher is about to be removed because nothing more comes
 *   caller-rejected CODE          a handshake that libsrt refused; SRT_REJ_... of its srt.h, such as a wrong passphrase
 *   error TEXT | eos              it has ended; exit code 1 | 0
 * SIGTERM and SIGINT end it with exit code 0; its peers are told.
 */
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <srt/srt.h>
#include <sys/prctl.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "burst.h"
#include "lanes.h"
#include "streams.h"

#define TS 188               /* bytes of a transport packet */
#define PAYLOAD (7 * TS)     /* bytes in one SRT packet, as all of the field sends them */
#define LONGEST_PAYLOAD 1456 /* bytes that a peer may put into one */
#define BUFFER (1 << 18)
#define BACKLOG 128
#define LOOK_MS 250 /* how often callers are let in while there is nothing to send */
#define BATCH_MS 40 /* a picture's time; most encoders send picture by picture, and what comes evenly is made so */
/*
 * Patience with a publisher begins when the agreed buffer has run dry: until then what came last is still to be played. After that
 * it is this long, and less when another one that knows the passphrase wants the place. libsrt alone would keep it for 5 s.
 */
#define SILENT_MS 2500
#define WANTED_MS 500
/* A publisher that is refused is closed this much later: closed at once it would not notice for 5 s. */
#define PART_MS 200
#define WAITING 4
#define BACKUP_FD 4
/* Room for 20 s at 25 Mbit/s; libsrt's own 8192 packets are full after 9 s of 10 Mbit/s. Taken only as packets come. */
#define WINDOW 50000
#define HS5 0x010300 /* since this version keys are exchanged in the handshake itself, so that who is let in has proved its own */

struct peer {
  SRTSOCKET socket;
  char name[64];
  int latency;
  int number;         /* lane of a receiver; place of a publisher */
  int64_t since;      /* ms: let in */
  int64_t arrived_at; /* ms: a packet came last from the network, which is as long before it is played as the latency */
  int64_t dry_at;     /* ms: from when on nothing is left to be played */
  int64_t packets;
};
static char *settings[16];
static int listening, receiving, ingest;
static SRTSOCKET sock;
static struct peer *peers;
static int peer_count;
static struct peer waiting[WAITING]; /* publishers whose place is taken, until it is seen whether who has it still lives */
static int waiting_count;
static int watched; /* libsrt's epoll: the listener and the publishers */
static char buffer[BUFFER];
static volatile sig_atomic_t stopping;

static void say(const char *format, ...) {
  char line[2048];
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
static int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}
static int flag_of(SRTSOCKET s, SRT_SOCKOPT option) {
  int value = 0, length = sizeof value;
  return srt_getsockflag(s, option, &value, &length) ? -1 : value;
}

/* What a caller says it wants; "" when it says nothing. */
static void id_of(SRTSOCKET s, char id[STREAM_ID]) {
  int length = STREAM_ID - 1;
  memset(id, 0, STREAM_ID);
  if (srt_getsockflag(s, SRTO_STREAMID, id, &length)) *id = 0;
}
static void add(struct peer *peer) {
  char id[STREAM_ID], words[ENCODED_ID];
  struct peer *more = realloc(peers, (peer_count + 1) * sizeof *peer);
  if (!more) fail("memory", strerror(errno));
  peers = more;
  id_of(peer->socket, id);
  if (!receiving) peer->number = lane_take(id);
  peers[peer_count++] = *peer;
  if (receiving) srt_epoll_add_usock(watched, peer->socket, &(int){SRT_EPOLL_IN | SRT_EPOLL_ERR});
  stream_encode(id, words);
  if (listening) say("caller-added %s %d %d %s", peer->name, peer->latency, peer->number, words);
}
static void drop(int i) {
  if (!listening) fail("connection", "lost");
  say("caller-removed %s %d", peers[i].name, peers[i].number);
  if (!receiving) lane_leave(peers[i].number);
  srt_close(peers[i].socket);
  peers[i] = peers[--peer_count];
}
static void leave(int i) {
  srt_close(waiting[i].socket);
  memmove(&waiting[i], &waiting[i + 1], (--waiting_count - i) * sizeof *waiting);
}
/* Who publishes as this place's publisher; NULL while it is free. */
static struct peer *publisher(int place) {
  for (int i = 0; i < peer_count; i++)
    if (peers[i].number == place) return &peers[i];
  return NULL;
}
static int is_player(SRTSOCKET s) {
  char id[STREAM_ID];
  id_of(s, id);
  return stream_is_request(id);
}
/*
 * Everything about who may publish is decided here, after srt_accept: whoever gets so far has proved the passphrase. In libsrt's
 * listen callback it has not, and a stranger could drive what hangs on it.
 */
static void meet(SRTSOCKET s, const struct sockaddr *address) {
  int64_t now = now_ms();
  struct peer peer = {.socket = s, .latency = flag_of(s, SRTO_RCVLATENCY), .since = now, .arrived_at = now};
  peer.dry_at = now + peer.latency;
  name_of(address, peer.name, sizeof peer.name);
  if (ingest) {
    char id[STREAM_ID];
    id_of(s, id);
    peer.number = stream_is_backup(id);
  }
  if (*setting("passphrase") && flag_of(s, SRTO_KMSTATE) != SRT_KM_S_SECURED) {
    say("caller-rejected %d", SRT_REJC_PREDEFINED + SRT_REJ_UNSECURE);
    srt_close(s);
  } else if (ingest && (publisher(peer.number) || is_player(s))) {
    if (waiting_count < WAITING) waiting[waiting_count++] = peer;
    else {
      say("caller-refused %s", peer.name);
      srt_close(s);
    }
  } else add(&peer);
}
/* Asked first, because a libsrt call that finds nothing throws and catches a C++ exception, which costs more than the call. */
static int ready(SRTSOCKET s) {
  SRT_EPOLL_EVENT found[3];
  int count = srt_epoll_uwait(watched, found, 3, 0);
  for (int i = 0; i < count && i < 3; i++)
    if (found[i].fd == s) return 1;
  return 0;
}
static void let_in(void) {
  while (listening && ready(sock)) {
    struct sockaddr_storage address;
    int length = sizeof address;
    SRTSOCKET s = srt_accept(sock, (struct sockaddr *)&address, &length);
    if (s == SRT_INVALID_SOCK) return;
    meet(s, (struct sockaddr *)&address);
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
  srt_setsockflag(sock, SRTO_MINVERSION, &(int){HS5}, sizeof(int));
  if (receiving) {
    srt_setsockflag(sock, SRTO_FC, &(int){WINDOW}, sizeof(int));
    srt_setsockflag(sock, SRTO_RCVBUF, &(int){WINDOW * LONGEST_PAYLOAD}, sizeof(int));
  }
  if (*passphrase && (srt_setsockflag(sock, SRTO_PASSPHRASE, passphrase, strlen(passphrase)) ||
                      srt_setsockflag(sock, SRTO_PBKEYLEN, &(int){16}, sizeof(int))))
    fail("passphrase", srt_getlasterror_str());
  const char *id = setting("streamid");
  if (*id && srt_setsockflag(sock, SRTO_STREAMID, id, strlen(id))) fail("streamid", srt_getlasterror_str());
  if (listening) {
    srt_setsockflag(sock, SRTO_RCVSYN, &(int){0}, sizeof(int));
    srt_setsockflag(sock, SRTO_SNDSYN, &(int){0}, sizeof(int));
    if (srt_bind(sock, address, found->ai_addrlen) || srt_listen(sock, BACKLOG)) fail("listen", srt_getlasterror_str());
    srt_epoll_add_usock(watched, sock, &(int){SRT_EPOLL_IN});
  } else {
    if (srt_connect(sock, address, found->ai_addrlen)) fail("call", srt_getlasterror_str());
    srt_setsockflag(sock, SRTO_RCVSYN, &(int){0}, sizeof(int));
    srt_setsockflag(sock, SRTO_SNDSYN, &(int){0}, sizeof(int));
    add(&(struct peer){.socket = sock});
  }
  freeaddrinfo(found);
  say("ready");
}

/* To every peer of a lane, each from where it joined. One that cannot take more has been silent for long, and is let go. */
static int send_lane(int lane, const char *data, int length) {
  int accepted = 0;
  for (int i = peer_count - 1; i >= 0; i--) {
    int at = 0, part;
    if (peers[i].number != lane) continue;
    for (; at < length; at += part, accepted++) {
      part = length - at < PAYLOAD ? length - at : PAYLOAD;
      if (srt_send(peers[i].socket, data + at, part) < 0) break;
    }
    if (at < length) drop(i);
  }
  return accepted;
}
static void send_to_all(int length) {
  int accepted = 0;
  burst_begin();
  for (int lane = 0; lane < lane_count(); lane++)
    if (lane_used(lane)) {
      static char own[BUFFER];
      int whole = length;
      const char *data = lane_cut(lane, buffer, &whole, own);
      accepted += send_lane(lane, data, whole);
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

/* Reads what has come from a publisher; -1 when it is gone. */
static int take(SRTSOCKET publisher) {
  int have = 0, n = 1;
  while (n > 0 && have <= BUFFER - LONGEST_PAYLOAD && ready(publisher)) {
    n = srt_recv(publisher, buffer + have, LONGEST_PAYLOAD);
    if (n > 0) have += n;
  }
  return have == 0 && n < 0 && srt_getlasterror(NULL) != SRT_EASYNCRCV ? -1 : have;
}
static void pass_on(int i) {
  int have = take(peers[i].socket), to = peers[i].number ? BACKUP_FD : 1;
  if (have > 0 && peers[i].dry_at < now_ms()) peers[i].dry_at = now_ms();
  for (int at = 0; at < have;) {
    ssize_t written = write(to, buffer + at, have - at);
    if (written < 0 && errno != EINTR) fail("output", strerror(errno));
    if (written > 0) at += written;
  }
  if (have < 0) drop(i);
}
/* Sees what has come from the network and is not yet to be played. */
static void listen_to(struct peer *peer) {
  SRT_TRACEBSTATS stats;
  if (srt_bistats(peer->socket, &stats, 0, 1) || stats.pktRecvTotal == peer->packets) return;
  peer->packets = stats.pktRecvTotal;
  peer->arrived_at = now_ms();
  if (peer->dry_at < peer->arrived_at + peer->latency) peer->dry_at = peer->arrived_at + peer->latency;
}
static int is_wanted(int place) {
  for (int i = 0; i < waiting_count; i++)
    if (waiting[i].number == place) return 1;
  return 0;
}
/* Frees the place of a publisher from whom nothing more comes, gives it to one who waits, and turns away who waits in vain. */
static void judge(void) {
  int64_t now = now_ms();
  for (int i = peer_count - 1; i >= 0; i--) {
    listen_to(&peers[i]);
    if (now - peers[i].dry_at > (is_wanted(peers[i].number) ? WANTED_MS : SILENT_MS)) {
      say("caller-silent %s %d", peers[i].name, peers[i].number);
      drop(i);
    }
  }
  for (int i = waiting_count - 1; i >= 0; i--) {
    struct peer *first = publisher(waiting[i].number);
    int player = is_player(waiting[i].socket), alive = first && first->arrived_at > waiting[i].since;
    if (srt_getsockstate(waiting[i].socket) != SRTS_CONNECTED) leave(i);
    else if ((player || alive) && now - waiting[i].since > PART_MS) {
      say("caller-refused %s", waiting[i].name);
      leave(i);
    }
  }
  for (int i = 0; i < waiting_count;) {
    if (publisher(waiting[i].number) || is_player(waiting[i].socket)) {
      i++;
      continue;
    }
    waiting[i].dry_at = now + waiting[i].latency;
    add(&waiting[i]);
    memmove(&waiting[i], &waiting[i + 1], (--waiting_count - i) * sizeof *waiting);
    /* What came due while it waited is of the past. */
    while (take(peers[peer_count - 1].socket) > 0) continue;
  }
}
static void receive_output(void) {
  int batch = atoi(setting("batch"));
  while (!stopping) {
    poll(NULL, 0, batch > 0 ? batch : BATCH_MS);
    let_in();
    for (int i = peer_count - 1; i >= 0; i--) pass_on(i);
    if (ingest) judge();
  }
}

int main(void) {
  /* Without its parent it would only hold the port that the next one needs. */
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGPIPE, SIG_IGN);
  read_settings();
  listening = either("mode", "listen", "call");
  receiving = either("flow", "in", "out");
  ingest = listening && receiving;
  lanes_open(atoi(setting("lane")), atoi(setting("lanes")));
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
