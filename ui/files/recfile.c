/* recfile.c - record files on the host. */
#define _POSIX_C_SOURCE 200809L
#include "ui/files/recfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ui/session/session.h"

#define RECFILE_MOST (2 * PC_RECORD_MOST)

static bool recfile_read_all(FILE *f, struct replay_file *to)
{
    size_t room = 0, k;

    do {
        if (to->n == room) {
            uint8_t *p;

            room = room ? room * 2 : 1 << 16;
            if (room > RECFILE_MOST || !(p = realloc(to->bytes, room)))
                return false;
            to->bytes = p;
        }
        k = fread(to->bytes + to->n, 1, room - to->n, f);
        to->n += k;
        if (to->n >= 6 && memcmp(to->bytes, "ISABOX", 6))
            return true;                /* whatever it is, no record */
    } while (k);
    return !ferror(f);
}

bool replay_file_read(struct replay_file *f, const char *path, char *why)
{
    FILE *from = fopen(path, "rb");
    char words[PC_WHY];
    bool ok;

    *f = (struct replay_file){ 0 };
    if (!from)
        return opt_bad(why, "%.150s: %s", path, strerror(errno));
    ok = recfile_read_all(from, f);
    fclose(from);
    if (!ok) {
        replay_file_free(f);
        return opt_bad(why, "%.150s: cannot be read", path);
    }
    if (pc_replay_config(f->bytes, f->n, &f->head, words))
        return true;
    replay_file_free(f);
    return opt_bad(why, "%.80s: %.140s", path, words);
}

void replay_file_free(struct replay_file *f)
{
    free(f->bytes);
    free(f->head);
    *f = (struct replay_file){ 0 };
}

/* ---- writing ---- */

static bool recfile_put(void *ctx, const void *bytes, size_t n)
{
    struct session *s = ctx;
    const char *p = bytes;

    while (n) {
        ssize_t k = write(s->record, p, n);

        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0) {
            s->record_error = k ? errno : EIO;
            return false;
        }
        p += k;
        n -= (size_t)k;
    }
    return true;
}

bool recfile_start(struct session *s, const char *path, bool embed, char *why)
{
    char words[PC_WHY];

    recfile_end(s);
    s->record = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC |
                               O_NOCTTY, 0666);
    if (s->record < 0)
        return opt_bad(why, "%.150s: %s", path, strerror(errno));
    s->record_error = 0;
    if (pc_record(s->pc, embed, recfile_put, s, words))
        return true;
    close(s->record);
    s->record = -1;
    return opt_bad(why, "%.80s: %.140s", path, s->record_error
                                ? strerror(s->record_error) : words);
}

bool recfile_end(struct session *s)
{
    if (s->record < 0)
        return true;
    pc_record_end(s->pc);
    if (close(s->record) != 0 && !s->record_error)
        s->record_error = errno;
    s->record = -1;
    if (s->record_error)
        fprintf(stderr, "isabox: the record is not whole: %s\n",
                strerror(s->record_error));
    return !s->record_error;
}
