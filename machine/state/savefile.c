/* savefile.c - state files on the host. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/board.h"
#include "machine/host/host.h"

static bool savefile_say(char *words, const char *path, const char *text)
{
    struct why why;

    snprintf(why.text, sizeof why.text, "%.60s: %.175s", path, text);
    if (words)
        memcpy(words, why.text, sizeof why.text);
    return false;
}

bool pc_save(struct pc *pc, const char *path, char *words)
{
    size_t size;
    void *bytes = pc_save_bytes(pc, &size);
    struct pc_file *f;

    if (!bytes)
        return savefile_say(words, path,
                            pc->config.give_up &&
                                    pc->config.give_up(pc->config.ctx)
                                ? "given up"
                                : "out of memory");
    f = pc_file_open(path, words);
    if (f)
        pc_file_put(f, bytes, size);
    free(bytes);
    return f && pc_file_close(f, true, words);
}

/* What does not even begin like a state - an image, /dev/zero - need not be
 * read to its end. */
static bool savefile_take_part(void *ctx, const u8 *p, size_t n)
{
    static const char begin[] = "ISABOX";
    struct buf *b = ctx;

    buf_put_bytes(b, p, n);
    return !b->failed && b->len >= 6 && !memcmp(b->p, begin, 6);
}

static bool savefile_load_file(struct pc *pc, const char *path, bool force,
                               char *words)
{
    struct buf b = { 0 };
    struct why why = { "cannot be read" };
    bool ok = !host_read_plain(path, savefile_take_part, &b, &why) &&
              !b.failed &&
              (force ? pc_load_bytes_forced(pc, b.p, b.len, why.text)
                     : pc_load_bytes(pc, b.p, b.len, why.text));

    buf_free(&b);
    return ok || savefile_say(words, path, why.text);
}

bool pc_load(struct pc *pc, const char *path, char *why)
{
    return savefile_load_file(pc, path, false, why);
}

bool pc_load_forced(struct pc *pc, const char *path, char *why)
{
    return savefile_load_file(pc, path, true, why);
}

/* ---- whole files for the front end ---- */

static bool savefile_tell(enum err e, const struct why *why, char *words)
{
    if (e && words)
        memcpy(words, why->text, sizeof why->text);
    return !e;
}

struct pc_file *pc_file_open(const char *path, char *words)
{
    struct why why = { "" };
    struct whole_file *f = whole_file_open(path, &why);

    savefile_tell(f ? ERR_OK : ERR_IO, &why, words);
    return (struct pc_file *)f;
}

void pc_file_put(struct pc_file *f, const void *bytes, size_t size)
{
    whole_file_put((struct whole_file *)f, bytes, size);
}

bool pc_file_close(struct pc_file *f, bool keep, char *words)
{
    struct why why = { "" };
    enum err e = whole_file_close((struct whole_file *)f, keep, &why);

    return savefile_tell(e, &why, words) && keep;
}
