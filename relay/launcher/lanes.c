#include "lanes.h"

#include <string.h>

#include "streams.h"

#define TS 188
#define MOST 64

static struct { char id[STREAM_ID]; int callers; } lanes[MOST];
static int count = 1, first, latest;

void lanes_open(int first_pid, int wanted) {
  first = first_pid;
  count = wanted < 1 ? 1 : wanted > MOST ? MOST : wanted;
}
int lane_count(void) { return count; }
int lane_used(int lane) { return lanes[lane].callers > 0; }

int lane_take(const char *id) {
  int found = 0;
  for (int i = 1; *id && i < count && !found; i++)
    if (!strcmp(lanes[i].id, id)) found = i;
  /* Going round, so that what is still on its way to a lane that was left reaches nobody else. */
  for (int i = 1; *id && i < count && !found; i++) {
    int next = 1 + (latest + i - 1) % (count - 1);
    if (!lanes[next].callers) found = latest = next;
  }
  if (found) strcpy(lanes[found].id, id);
  lanes[found].callers++;
  return found;
}
void lane_leave(int lane) { lanes[lane].callers--; }

const char *lane_cut(int lane, const char *data, int *length, char *own) {
  int used = 0, whole = *length, same = 1;
  if (count <= 1) return data;
  for (int at = 0; at < whole; at += TS) {
    const unsigned char *packet = (const unsigned char *)data + at;
    int of = (((packet[1] & 0x1f) << 8) | packet[2]) - first;
    int sound = of >= 0 && of < count, left_out = sound && of != lane, moved = sound && !left_out && of != 0;
    if (same && !left_out && !moved) continue;
    if (same) memcpy(own, data, used = at);
    same = 0;
    if (left_out) continue;
    memcpy(own + used, packet, TS);
    if (moved) {
      own[used + 1] = (char)((packet[1] & 0xe0) | (first >> 8));
      own[used + 2] = (char)(first & 0xff);
    }
    used += TS;
  }
  if (!same) *length = used;
  return same ? data : own;
}
