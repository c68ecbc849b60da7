/* zip.c - format zip: the one image in a zip archive, for reading.
 *
 * The largest member counts; where there are several, the others have to be
 * small beside it (texts), or nobody could say which one is meant.
 *
 * Reference: PKWARE, .ZIP File Format Specification (APPNOTE.TXT).
 * Not modelled: Zip64, encryption, methods other than stored and deflate. */
#include "machine/block/packed.h"

#include <stdlib.h>
#include <string.h>

#include "machine/core/bytes.h"

enum { END_SIZE = 22, TAIL = END_SIZE + 65535, CENTRAL = 46, LOCAL = 30,
       STORED = 0, DEFLATED = 8, ENCRYPTED = 1, TIMES_LARGER = 4 };

struct member { u64 at, packed, size; u32 method, flags; };

/* Part of another file. */
struct part {
    struct file f;
    struct file *below;
    u64 start;
};

static enum err part_read(struct file *f, u64 at, void *to, size_t n)
{
    struct part *p = (struct part *)f;
    enum err e = file_read(p->below, p->start + at, to, n);

    f->error = p->below->error;
    return e;
}

static void part_close(struct file *f)
{
    file_close(((struct part *)f)->below);
    free(f);
}

static bool part_lock(struct file *f, bool on)
{
    return file_lock(((struct part *)f)->below, on);
}

static const struct file_ops part_ops = {
    .read = part_read, .close = part_close, .lock = part_lock,
};

static enum err open_part(struct file **out, struct file *below, u64 start,
                          u64 size, struct why *why)
{
    struct part *p = calloc(1, sizeof *p);

    if (!p)
        return err_say(why, ERR_NOMEM, "%.120s: out of memory", below->name);
    p->f = (struct file){ .ops = &part_ops, .size = size, .readonly = true,
                          .birth = below->birth };
    memcpy(p->f.name, below->name, sizeof p->f.name);
    p->below = below;
    p->start = start;
    *out = &p->f;
    return ERR_OK;
}

static enum err zip_bad(struct file *f, struct why *why, const char *words)
{
    return err_say(why, ERR_FORMAT, "%.120s: zip archive: %s", f->name, words);
}

/* Where the central directory is, and how many rows it has. */
static enum err find_directory(struct file *f, u64 *at, u32 *rows,
                               struct why *why)
{
    size_t n = f->size < TAIL ? (size_t)f->size : TAIL;
    u8 *tail = malloc(n + 1);
    enum err e = tail ? file_read(f, f->size - n, tail, n) : ERR_NOMEM;
    bool found = false;

    for (size_t i = n; !e && i >= END_SIZE && !found; i--) {
        const u8 *p = tail + i - END_SIZE;

        if (memcmp(p, "PK\5\6", 4))
            continue;
        found = true;
        *rows = get_le16(p + 10);
        *at = get_le32(p + 16);
    }
    free(tail);
    if (e)
        return file_say(f, e, why);
    return found && *at < f->size ? ERR_OK
                                  : zip_bad(f, why,
                                            "it has no "
                                            "directory");
}

static enum err choose_member(struct file *f, struct member *best,
                              struct why *why)
{
    u64 at = 0, others = 0;
    u32 rows = 0;
    u8 row[CENTRAL];
    enum err e = find_directory(f, &at, &rows, why);

    *best = (struct member){ 0 };
    for (u32 i = 0; i < rows && !e; i++) {
        struct member m;

        e = file_read(f, at, row, CENTRAL);
        if (e || memcmp(row, "PK\1\2", 4))
            return zip_bad(f, why, "its directory is damaged");
        m = (struct member){ get_le32(row + 42), get_le32(row + 20),
                             get_le32(row + 24), get_le16(row + 10),
                             get_le16(row + 8) };
        at += CENTRAL + get_le16(row + 28) + get_le16(row + 30) +
              get_le16(row + 32);
        others += m.size > best->size ? best->size : m.size;
        if (m.size > best->size)
            *best = m;
    }
    if (e)
        return e;
    if (best->size == 0)
        return zip_bad(f, why, "there is nothing in it");
    return others > best->size / TIMES_LARGER
               ? zip_bad(f, why, "holds several files; unpack it first")
               : ERR_OK;
}

static enum err zip_unpack(struct file **out, struct file *f, struct why *why)
{
    struct member m;
    u8 local[LOCAL];
    enum err e = choose_member(f, &m, why);

    if (e)
        return e;
    if (m.flags & ENCRYPTED)
        return zip_bad(f, why, "is encrypted");
    if (file_read(f, m.at, local, LOCAL) || memcmp(local, "PK\3\4", 4))
        return zip_bad(f, why, "a member is not where the directory says");
    m.at += LOCAL + get_le16(local + 26) + get_le16(local + 28);
    if (m.at > f->size || m.packed > f->size - m.at)
        return zip_bad(f, why, "ends too early");
    if (m.method == STORED)
        return open_part(out, f, m.at, m.packed, why);
    if (m.method == DEFLATED)
        return packed_open(out, f, m.at, m.packed, true, why);
    return zip_bad(f, why, "packed by a method other than deflate");
}

const struct block_format format_zip = {
    .name = "zip", .words = "zip archive", .unpack = zip_unpack,
    .readonly = true,
};
