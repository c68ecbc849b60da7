/* imagebed.h - an image that a test makes in memory, and the medium that it is
 * opened as. */
#ifndef IMAGEBED_H
#define IMAGEBED_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "machine/block/floppy/surface.h"
#include "machine/block/format.h"
#include "machine/core/bytes.h"
#include "machine/iso/isoread.h"

static struct why why;
static struct buf image;
static bool only_read;                  /* its format can't be written */

/* A sector holds its number, but every third one byte throughout. */
static inline u8 byte_at(u32 at)
{
    u32 n = at / 512;

    return n % 3 ? (u8)(at * 31 + n) : (u8)n;
}

static inline void put_data(u32 bytes)
{
    for (u32 i = 0; i < bytes; i++)
        buf_put(&image, byte_at(i), 1);
}

static inline void put_zeros(u32 n)
{
    for (u32 i = 0; i < n; i++)
        buf_put(&image, 0, 1);
}

static inline enum err image_open(struct block **b)
{
    struct open_how how = { .readonly = only_read };
    struct file *f;

    ck_assert_int_eq(file_memory(&f, image.p, image.len, "a.img", &why),
                     ERR_OK);
    why.text[0] = 0;
    return block_open_file(b, f, &how, &why);
}

/* Its contents: `held` bytes of data, then zeros. */
static inline struct block *holds(const char *format, u32 sectors, u32 held)
{
    static u8 got[4 * 1024 * 1024];
    struct block *b;
    u32 wrong = 0;

    ck_assert_msg(image_open(&b) == ERR_OK, "%s", why.text);
    ck_assert_str_eq(b->format->name, format);
    ck_assert_uint_eq(b->sectors, sectors);
    ck_assert(image_is_floppy(b));
    ck_assert_int_eq(block_read(b, 0, got, sectors), ERR_OK);
    for (u32 i = 0; i < sectors * 512; i++)
        wrong += got[i] != (i < held ? byte_at(i) : 0);
    ck_assert_uint_eq(wrong, 0);
    return b;
}

static inline void is_floppy_of(struct block *b, u8 cylinders, u8 sectors, u8 rate,
                         u8 drive)
{
    struct floppy_format f;

    ck_assert(floppy_format_of(b, &f));
    ck_assert_uint_eq(f.cylinders, cylinders);
    ck_assert_uint_eq(f.sectors, sectors);
    ck_assert_uint_eq(f.rate, rate);
    ck_assert_uint_eq(f.drive, drive);
}

/* A sector that is written is read again, after another opening, too. */
static inline void takes_writes(struct block *b)
{
    u8 data[512];

    memset(data, 0x5a, sizeof data);
    ck_assert_int_eq(block_write(b, 7, data, 1), ERR_OK);
    memset(data, 0, sizeof data);
    ck_assert_int_eq(block_read(b, 7, data, 1), ERR_OK);
    ck_assert_uint_eq(data[511], 0x5a);
    ck_assert_int_eq(block_read(b, 8, data, 1), ERR_OK);
    ck_assert_uint_eq(data[0], byte_at(8 * 512));
}

static inline void refuses(const char *words)
{
    struct block *b;

    ck_assert_int_eq(image_open(&b), ERR_FORMAT);
    ck_assert_msg(strstr(why.text, words) != NULL, "%s", why.text);
}

static inline void done(struct block *b)
{
    block_close(b);
    buf_free(&image);
}

/* ---- damage ---- */

static u32 seed;

static inline u32 dice(u32 n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

static inline void meet_tracks(struct block *b)
{
    struct floppy_format f;
    struct surface s;

    if (!floppy_format_of(b, &f))
        return;
    for (u32 t = 0; t < 2 * FLOPPY_CYLINDERS; t++)
        if (!surface_read(b, &f, t / 2, t % 2, &s))
            ck_assert_uint_le(s.n, SURFACE_MOST);
}

struct meeting { struct iso_volume *v; int depth; u32 bytes; };

static inline enum err meet_bytes(void *ctx, void *bytes, u32 n,
                                  struct why *words)
{
    struct meeting *m = ctx;

    (void)bytes, (void)words;
    m->bytes += n;
    return m->bytes > 1 << 20 ? ERR_RANGE : ERR_OK;
}

static inline enum err meet_file(void *ctx, struct fat_entry *e)
{
    struct meeting m = *(struct meeting *)ctx;
    struct fat_stream to = { meet_bytes, &m };
    struct why words = { "" };

    ck_assert_msg(*e->name && !strchr(e->name, '/') && !fat_is_dots(e->name),
                  "%s", e->name);
    if (!(e->attr & FAT_FOLDER))
        isoread_file(m.v, e, &to, &words);
    else if (m.depth++ < 5 && m.v->met < 5000)
        isoread_list(m.v, e->cluster, meet_file, &m, &words);
    return ERR_OK;
}

/* What a disc's file system says it holds. */
static inline void meet_files(struct block *b)
{
    struct iso_volume v;
    struct meeting m = { &v, 0, 0 };
    struct why words = { "" };

    if (b->disc && !isoread_open(&v, b, &words) &&
        isoread_list(&v, v.root, meet_file, &m, &words))
        ck_assert_uint_gt(strlen(words.text), 0);
}

static inline void try_damaged(void)
{
    struct block_details d = { 0 };
    struct block *b;
    u8 s[512];

    if (image_open(&b)) {
        ck_assert_uint_gt(strlen(why.text), 0);
        return;
    }
    if (b->ops->describe)
        b->ops->describe(b, &d);
    ck_assert(!block_read(b, b->sectors - 1, s, 1) || b->disc);
    meet_tracks(b);
    meet_files(b);
    block_details_free(&d);
    block_close(b);
}

static u32 damage_from;                 /* nothing stands before */

/* Most of the damage is where the numbers are. */
static inline void spoil(void)
{
    static const u32 ends[] = { 32, 200, 800, 4000, 0 };
    u32 end = ends[dice(COUNT_OF(ends))], all = (u32)image.len - damage_from;

    for (u32 k = 1 + dice(4); k; k--)
        image.p[damage_from + dice(end && end < all ? end : all)] =
            dice(3) ? (u8)dice(256) : (u8)(dice(2) ? 255 : 0);
    if (dice(4) == 0)
        image.len -= dice((u32)image.len - 20);
}

/* What `make` makes is damaged again and again: it is read or refused with
 * words, whatever it says. FLOPPY_DAMAGES says how often. */
static inline void damage_often(void (*make)(void), u32 by)
{
    const char *more = getenv("FLOPPY_DAMAGES");
    struct buf whole = { 0 };

    make();
    buf_put_bytes(&whole, image.p, image.len);
    seed = by;
    for (int n = more ? atoi(more) : 20; n; n--) {
        image.len = whole.len;
        memcpy(image.p, whole.p, whole.len);
        spoil();
        try_damaged();
    }
    buf_free(&whole);
    buf_free(&image);
}

#endif
