/* isoread.c - what is in the file system of a disc. */
#include "machine/iso/isoread.h"

#include <stdlib.h>
#include <string.h>

#include "machine/block/cd/disc.h"
#include "machine/core/bytes.h"

enum { FIRST = 16, LAST = 80, RECORD = 33, ROOT_AT = 156, HIDDEN = 1,
       FOLDER = 2, MORE = 0x80, PIECE = 32, FOLDER_MOST = 16 << 20,
       MET_MOST = 1 << 20, ID_MOST = 222 };

static enum err iso_bad(const struct iso_volume *v, struct why *why,
                        const char *words)
{
    return err_say(why, ERR_FORMAT, "%.150s: %s", v->b->name, words);
}

static enum err iso_frames(const struct iso_volume *v, u32 frame, u8 *to,
                           u32 n, struct why *why)
{
    enum err e = block_read(v->b, (u64)frame * PER_FRAME, to, n * PER_FRAME);

    return e ? err_say(why, e, "%.120s: frame %u: %s", v->b->name, frame,
                       block_error(v->b, e)) : ERR_OK;
}

/* ---- descriptors ---- */

static bool is_joliet(const u8 *p)
{
    return p[0] == 2 && p[88] == '%' && p[89] == '/' &&
           (p[90] == '@' || p[90] == 'C' || p[90] == 'E');
}

enum err isoread_open(struct iso_volume *v, struct block *b, struct why *why)
{
    u8 p[FRAME_DATA];
    enum err e;

    *v = (struct iso_volume){ .b = b };
    for (u32 n = FIRST; n < LAST && n < b->sectors / PER_FRAME; n++) {
        e = iso_frames(v, n, p, 1, why);
        if (e)
            return e;
        if (memcmp(p + 1, "CD001", 5) || p[0] == 0xff)
            break;
        if (is_joliet(p) || (p[0] == 1 && !v->root)) {
            v->joliet = p[0] == 2;
            v->root = get_le32(p + ROOT_AT + 2) + p[ROOT_AT + 1];
        }
    }
    return v->root ? ERR_OK : iso_bad(v, why, "there is no file system of ISO "
                                              "9660 on it");
}

/* ---- records ---- */

/* Without its version, and without the dot that ends a name for DOS. */
static void iso_name(const struct iso_volume *v, const u8 *r,
                     char name[FAT_NAME])
{
    u16 w[ID_MOST];
    size_t n = 0, step = v->joliet ? 2 : 1;
    char *version;

    for (size_t i = 0; i + step <= r[32] && n < ID_MOST; i += step)
        w[n++] = v->joliet ? get_be16(r + RECORD + i) : r[RECORD + i];
    fat_from_utf16(w, n, name, FAT_NAME);
    version = strrchr(name, ';');
    if (version)
        *version = 0;
    n = strlen(name);
    if (!v->joliet && n > 1 && name[n - 1] == '.')
        name[n - 1] = 0;
}

/* Days since 1970 of a date of our calendar. */
static s64 iso_days(s64 year, u32 month, u32 day)
{
    s64 y = month > 2 ? year : year - 1;
    u32 m = (month + 9) % 12;

    return y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day -
           719469;
}

static struct dos_time iso_date(const u8 *p)
{
    s64 days = iso_days(1900 + p[0], p[1] % 13, p[2] % 32);

    return host_dos_time(((days * 24 + p[3]) * 60 + p[4]) * 60 + p[5] -
                         (s64)(s8)p[6] * 15 * 60);
}

static void iso_entry_of(const struct iso_volume *v, const u8 *r,
                         struct fat_entry *e)
{
    struct dos_time t = iso_date(r + 18);

    *e = (struct fat_entry){
        .attr = (u8)(FAT_READONLY | (r[25] & HIDDEN ? FAT_HIDDEN : 0) |
                     (r[25] & FOLDER ? FAT_FOLDER : 0)),
        .date = t.date, .time = t.time, .cluster = get_le32(r + 2) + r[1],
        .size = get_le32(r + 10),
    };
    iso_name(v, r, e->name);
    if (!*e->name || fat_is_dots(e->name))
        strcpy(e->name, "_");
}

static enum err iso_check(const struct iso_volume *v, const u8 *r, u32 left,
                          struct why *why)
{
    if (r[0] < RECORD + 1 || r[0] > left || r[32] > r[0] - RECORD)
        return iso_bad(v, why, "a directory is damaged");
    if (r[25] & MORE || r[26] || r[27])
        return iso_bad(v, why, "a file of several extents is not read");
    return ERR_OK;
}

/* ---- folders ---- */

/* All of it, to be freed; its first record says how long it is. */
static enum err iso_folder(struct iso_volume *v, u32 frame, u8 **all, u32 *n,
                           struct why *why)
{
    u8 first[FRAME_DATA];
    enum err e = iso_frames(v, frame, first, 1, why);

    *all = NULL;
    if (e)
        return e;
    *n = get_le32(first + 10) / FRAME_DATA;
    if (first[32] != 1 || first[RECORD] || !(first[25] & FOLDER) || !*n ||
        *n > FOLDER_MOST / FRAME_DATA)
        return iso_bad(v, why, "a directory is damaged");
    *all = malloc((size_t)*n * FRAME_DATA);
    if (!*all)
        return err_say(why, ERR_NOMEM, "out of memory");
    e = iso_frames(v, frame, *all, *n, why);
    *n *= FRAME_DATA;
    return e;
}

enum err isoread_list(struct iso_volume *v, u32 folder, isoread_each *each,
                      void *ctx, struct why *why)
{
    u8 *all;
    u32 n = 0, at = 0;
    struct fat_entry entry;
    enum err e = iso_folder(v, folder, &all, &n, why);

    while (!e && at < n) {
        const u8 *r = all + at;
        u32 left = FRAME_DATA - at % FRAME_DATA;

        if (!*r) {                      /* the rest of a frame */
            at += left;
            continue;
        }
        e = ++v->met > MET_MOST
                ? iso_bad(v, why, "folders in folders without end")
                : iso_check(v, r, left, why);
        at += *r;
        if (e || (r[32] == 1 && r[RECORD] <= 1))        /* itself, its parent */
            continue;
        iso_entry_of(v, r, &entry);
        e = each(ctx, &entry);
    }
    free(all);
    return e;
}

struct finding { const char *name; struct fat_entry *e; bool found; };

static enum err iso_meet(void *ctx, struct fat_entry *e)
{
    struct finding *f = ctx;

    if (!f->found && fat_name_matches(f->name, e->name, false)) {
        *f->e = *e;
        f->found = true;
    }
    return ERR_OK;
}

enum err isoread_find(struct iso_volume *v, const char *path,
                      struct fat_entry *e, struct why *why)
{
    char name[FAT_NAME];
    enum err err = ERR_OK;

    *e = (struct fat_entry){ .attr = FAT_FOLDER, .cluster = v->root };
    while (*(path += strspn(path, "/\\")) && !err) {
        size_t n = strcspn(path, "/\\");
        struct finding f = { name, e, false };

        if (n >= sizeof name || !(e->attr & FAT_FOLDER))
            return err_say(why, ERR_MISSING, "%.180s: no such file", path);
        memcpy(name, path, n);
        name[n] = 0;
        err = isoread_list(v, e->cluster, iso_meet, &f, why);
        if (!err && !f.found)
            return err_say(why, ERR_MISSING, "%.180s: no such file", path);
        path += n;
    }
    return err;
}

/* ---- files ---- */

enum err isoread_file(struct iso_volume *v, const struct fat_entry *e,
                      const struct fat_stream *to, struct why *why)
{
    u8 *p = malloc(PIECE * FRAME_DATA);
    u32 frame = e->cluster;
    enum err err = p ? ERR_OK : err_say(why, ERR_NOMEM, "out of memory");

    for (u32 left = e->size; left && !err;) {
        u32 n = left < PIECE * FRAME_DATA ? left : PIECE * FRAME_DATA;
        u32 frames = (n + FRAME_DATA - 1) / FRAME_DATA;

        err = iso_frames(v, frame, p, frames, why);
        err = err ? err : to->move(to->ctx, p, n, why);
        frame += frames;
        left -= n;
    }
    free(p);
    return err;
}
