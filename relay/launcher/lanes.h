/*
 * One picture, several sounds: what is to be sent has the sound of each lane on a PID of its own, and each caller gets one lane, on
 * the first PID. So the picture is multiplexed once however many languages there are. Lane 0 is for who asks for nothing; every
 * other stream id has a lane of its own, told in caller-added, and whoever feeds this program decides what is on it.
 */

/* count <= 1: no lanes, everybody gets everything. */
void lanes_open(int first_pid, int count);
int lane_count(void);

/* The lane for a stream id: the one that has it, else one that nobody uses, else 0. */
int lane_take(const char *id);
void lane_leave(int lane);
int lane_used(int lane);

/* What of `length` bytes of whole packets goes to a lane: `data` itself when all of it does, else a copy in `own`. Changes `length`. */
const char *lane_cut(int lane, const char *data, int *length, char *own);
