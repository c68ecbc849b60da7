/* medium.c - what a record says of a medium: how it was opened, and what was
 * on it, as a size and a digest. Its contents stay where they are, or are
 * copied behind that (embed.c). */
#include <stdlib.h>
#include <string.h>

#include "machine/board.h"

enum { PART = 128, WORDS = 8,           /* sectors read at once; numbers put */
       READONLY = 1, CDROM = 2, EMPTY = 4 };    /* a number's bits */

/* Of all its sectors; what can't be read counts, too. */
u64 medium_digest(struct block *b)
{
    u8 *part = malloc(PART * SECTOR);
    u64 h = b->sectors;

    for (u64 at = 0; part && at < b->sectors; at += PART) {
        u64 left = b->sectors - at;
        u32 n = left < PART ? (u32)left : PART;

        if (b->ops->read(b, at, part, n))
            memset(part, 0xee, PART * SECTOR);
        h = hash_bytes(h, part, (size_t)n * SECTOR);
    }
    free(part);
    return h;
}

static void medium_put_text(struct buf *to, const char *text)
{
    text = text ? text : "";
    buf_put_bytes(to, text, strlen(text) + 1);
}

void medium_put(struct buf *to, const struct pc_medium *m, struct block *b)
{
    const u32 kind = (m->readonly ? READONLY : 0) | (m->cdrom ? CDROM : 0) |
                     (b ? 0 : EMPTY);
    const u32 word[WORDS] = { m->cylinders, m->heads, m->sectors,
                              m->translation, m->on_read_error,
                              m->on_write_error, kind, m->snapshot };

    for (u32 n = 0; n < WORDS; n++)
        buf_put(to, word[n], 2);
    buf_put(to, b ? b->sectors : 0, 8);
    buf_put(to, b ? medium_digest(b) : 0, 8);
    medium_put_text(to, m->format);
    medium_put_text(to, m->path);
}

/* A string within the bytes; NULL: it does not end there. */
static const char *get_text(struct buf *b)
{
    const u8 *p = b->p + b->len;
    const u8 *end = b->failed || b->len == b->cap
                        ? NULL : memchr(p, 0, b->cap - b->len);

    b->failed |= !end;
    b->len += end ? (size_t)(end - p) + 1 : 0;
    return end ? (const char *)p : NULL;
}

enum err medium_get(struct medium *to, const void *bytes, size_t n,
                    struct why *why)
{
    struct buf b = { (u8 *)(uintptr_t)bytes, 0, n, false };
    struct pc_medium *m = &to->m;
    u16 word[WORDS];

    for (u32 i = 0; i < WORDS; i++)
        word[i] = (u16)buf_get(&b, 2);
    *m = (struct pc_medium){
        .cylinders = word[0], .heads = (u8)word[1], .sectors = (u8)word[2],
        .translation = (u8)word[3], .on_read_error = (u8)word[4],
        .on_write_error = (u8)word[5], .readonly = word[6] & READONLY,
        .cdrom = word[6] & CDROM, .snapshot = word[7],
    };
    to->sectors = buf_get(&b, 8);
    to->digest = buf_get(&b, 8);
    m->format = get_text(&b);
    m->path = get_text(&b);
    if (b.failed)
        return err_say(why, ERR_FORMAT, "the record of a medium is damaged");
    m->format = *m->format ? m->format : NULL;
    m->path = *m->path || word[6] & EMPTY ? m->path : NULL;
    m->copy = b.len < b.cap ? b.p + b.len : NULL;
    m->copy_size = b.cap - b.len;
    return ERR_OK;
}

enum err medium_check(const struct medium *m, struct block *b, struct why *why)
{
    const char *path = m->m.path && *m->m.path ? m->m.path
                                               : "the built-in disk";
    u64 digest;

    if (!b)
        return m->sectors ? err_say(why, ERR_MISSING, "%.150s is not in its "
                                    "drive", path) : ERR_OK;
    if (b->sectors != m->sectors)
        return err_say(why, ERR_FORMAT, "%.120s: has %llu sectors, expected "
                       "are %llu", path, (unsigned long long)b->sectors,
                       (unsigned long long)m->sectors);
    digest = medium_digest(b);
    if (digest != m->digest)
        return err_say(why, ERR_FORMAT, "%.120s: holds something else: its "
                       "digest is %016llx, expected is %016llx", path,
                       (unsigned long long)digest,
                       (unsigned long long)m->digest);
    return ERR_OK;
}
