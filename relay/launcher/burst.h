/*
 * Fewer system calls for libsrt's sending: what is given to many sockets at once leaves as one call per peer.
 * Use, always from the same thread: burst_begin(); srt_send(...) any number of times; burst_end(how many were accepted).
 */
void burst_begin(void);

/* Returns when the datagrams are on their way: at once when libsrt has made all of them, after 10 ms in any case. */
void burst_end(int expected);
