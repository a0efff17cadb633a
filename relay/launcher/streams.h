/*
 * What a stream id says to a listener, as far as it must know: who publishes as the backup, who wants to receive. Ids come as
 * #!::k=v,k=v (SRT access control), as plain words, whole or in percent-encoding, which clients leave as it is.
 */
#define STREAM_ID 513                     /* 512 bytes are the most that SRT carries, and the end */
#define ENCODED_ID (3 * (STREAM_ID - 1) + 1)

/* 1 when the resource (r=... or the plain id) is `backup`, or ends with /backup, in any case of letters. */
int stream_is_backup(const char *id);

/* 1 when the caller says of itself that it wants to receive: m=request. */
int stream_is_request(const char *id);

/* The id as one printable word, at most ENCODED_ID bytes: all but letters, digits, - . _ ~ as %XX; "-" for an empty one. */
void stream_encode(const char *id, char *word);
