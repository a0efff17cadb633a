#include "streams.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The id without percent-encoding. A % that begins no byte stands for itself. */
static void decode(const char *id, char plain[STREAM_ID]) {
  int length = 0;
  for (; *id && length < STREAM_ID - 1; id++) {
    char digits[3] = {id[1], id[1] ? id[2] : 0, 0};
    int encoded = *id == '%' && isxdigit((unsigned char)digits[0]) && isxdigit((unsigned char)digits[1]);
    plain[length++] = encoded ? (char)strtol(digits, NULL, 16) : *id;
    if (encoded) id += 2;
  }
  plain[length] = 0;
}
/* The value of a key in #!::k=v,k=v; NULL when it is not there. What is found is cut off in place. */
static char *value_of(char *pairs, const char *key) {
  for (char *rest, *pair = strtok_r(pairs, ",", &rest); pair; pair = strtok_r(NULL, ",", &rest)) {
    size_t length = strlen(key);
    if (!strncmp(pair, key, length) && pair[length] == '=') return pair + length + 1;
  }
  return NULL;
}
int stream_is_backup(const char *id) {
  char plain[STREAM_ID];
  decode(id, plain);
  char *resource = strncmp(plain, "#!::", 4) ? plain : value_of(plain + 4, "r");
  if (!resource) return 0;
  char *last = strrchr(resource, '/');
  return !strcasecmp(last ? last + 1 : resource, "backup");
}
int stream_is_request(const char *id) {
  char plain[STREAM_ID];
  decode(id, plain);
  char *mode = strncmp(plain, "#!::", 4) ? NULL : value_of(plain + 4, "m");
  return mode && !strcmp(mode, "request");
}
void stream_encode(const char *id, char *word) {
  if (!*id) strcpy(word, "-");
  for (; *id; id++) {
    unsigned char byte = *id;
    int plain = (byte < 128 && isalnum(byte)) || strchr("-._~", byte) != NULL;
    word += sprintf(word, plain ? "%c" : "%%%02X", byte);
  }
}
