/* recfile.h - record files: one that grows, and one that is run again. */
#ifndef RECFILE_H
#define RECFILE_H

#include <stddef.h>

#include "machine/pc.h"

struct session;

struct replay_file {
    uint8_t *bytes;                     /* NULL: none */
    size_t n;
    struct pc_replay_file *head;        /* refers to the bytes */
};

/* Reads a record file as a whole. False with words in why. */
bool replay_file_read(struct replay_file *f, const char *path, char *why);
void replay_file_free(struct replay_file *f);

/* Begins to write one, with copies of the media if `embed`; the file's bytes are
 * there at least once a second of guest time. recfile_end() says on standard
 * error when some are not. */
bool recfile_start(struct session *s, const char *path, bool embed, char *why);
bool recfile_end(struct session *s);

#endif
