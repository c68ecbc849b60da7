/* fatdir.c - FAT file systems: directories.
 *
 * A file has one entry of 32 bytes; before it stand those of its long name,
 * 13 letters each, the last part first, bound to it by a check sum. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/core/bytes.h"
#include "machine/fat/fat.h"

enum { MOST_ENTRIES = 65536, LETTERS = 13, LONG_PARTS = FAT_PARTS,
       DELETED = 0xe5, LAST_PART = 0x40, ALIASES = 9999 };

static const u8 letter_at[LETTERS] = { 1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24,
                                       28, 30 };

/* ---- reading ---- */

static enum err read_root(struct fat *f, struct fat_dir *d)
{
    d->entries = f->root_sectors * (SECTOR / FAT_ENTRY);
    d->p = malloc((size_t)d->entries * FAT_ENTRY + 1);
    return d->p ? block_read(f->b, f->first + f->root_at, d->p,
                             f->root_sectors) : ERR_NOMEM;
}

static enum err read_chain(struct fat *f, struct fat_dir *d)
{
    u32 per = fat_bytes(f) / FAT_ENTRY;
    u32 c = d->cluster;
    enum err e = fat_valid(f, c) ? ERR_OK : ERR_FORMAT;

    while (!e && fat_valid(f, c)) {
        u8 *more = realloc(d->p, (size_t)(d->entries + per) * FAT_ENTRY);

        if (!more)
            return ERR_NOMEM;
        d->p = more;
        e = block_read(f->b, fat_sector(f, c),
                       d->p + (size_t)d->entries * FAT_ENTRY, f->spc);
        d->entries += per;
        c = fat_get(f, c);
        if (d->entries > MOST_ENTRIES + per)
            e = ERR_FORMAT;             /* a ring */
    }
    return e;
}

enum err fat_dir_read(struct fat *f, u32 cluster, struct fat_dir *d,
                      struct why *why)
{
    enum err e;

    *d = (struct fat_dir){ .cluster = cluster };
    if (cluster == 0 && f->bits == 32)
        d->cluster = f->root_cluster;
    e = d->cluster == 0 ? read_root(f, d) : read_chain(f, d);
    if (!e)
        return ERR_OK;
    fat_dir_free(d);
    return e == ERR_FORMAT
               ? err_say(why, e, "%.120s: a directory at cluster %u that makes "
                         "no sense", f->b->name, cluster)
               : fat_say(f, e, why, "a directory");
}

void fat_dir_free(struct fat_dir *d)
{
    free(d->p);
    *d = (struct fat_dir){ 0 };
}

/* Letters of a long name that was met so far. */
struct long_name { u16 letter[LONG_PARTS * LETTERS]; u8 left, sum; u32 first;
                   bool whole; };

static void take_long(struct long_name *l, const u8 *p, u32 at)
{
    u8 part = p[0] & 0x3f;

    if (p[0] & LAST_PART) {
        memset(l, 0, sizeof *l);
        l->left = part;
        l->sum = p[13];
        l->first = at;
    }
    if (part == 0 || part > LONG_PARTS || part != l->left || p[13] != l->sum) {
        l->left = 0;
        l->whole = false;
        return;
    }
    for (int i = 0; i < LETTERS; i++)
        l->letter[(part - 1) * LETTERS + i] = get_le16(p + letter_at[i]);
    l->left--;
    l->whole = l->left == 0;
}

static void lower(char *p, const char *end)
{
    for (; p < end; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p += 32;
}

/* Name and case as Windows NT marks it for names of one case. */
static void take_names(struct fat_entry *e, const u8 *p,
                       const struct long_name *l)
{
    char *dot;

    fat_short_text(p, e->alias);
    if (l->whole && l->sum == fat_short_sum(p) &&
        fat_from_utf16(l->letter, COUNT_OF(l->letter), e->name, FAT_NAME)) {
        e->first = l->first;
        return;
    }
    e->first = e->at;
    strcpy(e->name, e->alias);
    dot = strchr(e->name, '.');
    if (!dot)
        dot = e->name + strlen(e->name);
    if (p[12] & 0x08)
        lower(e->name, dot);
    if (p[12] & 0x10)
        lower(dot, e->name + strlen(e->name));
}

static void fatdir_take_fields(const struct fat *f, struct fat_entry *e,
                               const u8 *p)
{
    e->attr = p[11];
    e->tenths = p[13];
    e->made_time = get_le16(p + 14);
    e->made_date = get_le16(p + 16);
    e->time = get_le16(p + 22);
    e->date = get_le16(p + 24);
    e->cluster = get_le16(p + 26);
    if (f->bits == 32)
        e->cluster |= (u32)get_le16(p + 20) << 16;
    e->size = get_le32(p + 28);
}

bool fat_dir_next(const struct fat *f, const struct fat_dir *d, u32 *at,
                  struct fat_entry *e)
{
    struct long_name l = { 0 };

    for (; *at < d->entries; ++*at) {
        const u8 *p = d->p + (size_t)*at * FAT_ENTRY;

        if (p[0] == 0)
            return false;
        if (p[0] == DELETED) {
            l.whole = false;
        } else if ((p[11] & 0x3f) == FAT_LONG) {
            take_long(&l, p, *at);
        } else {
            e->at = (*at)++;
            e->folder = d->cluster;
            take_names(e, p, &l);
            fatdir_take_fields(f, e, p);
            return true;
        }
    }
    return false;
}

enum err fat_dir_find(struct fat *f, u32 cluster, const char *name,
                      struct fat_entry *e, struct why *why)
{
    struct fat_dir d;
    u32 at = 0;
    bool found = false;
    enum err result = fat_dir_read(f, cluster, &d, why);

    if (result)
        return result;
    while (!found && fat_dir_next(f, &d, &at, e))
        found = !(e->attr & FAT_LABEL) && !fat_is_dots(e->name) &&
                (fat_name_matches(name, e->name, false) ||
                 fat_name_matches(name, e->alias, false));
    fat_dir_free(&d);
    return found ? ERR_OK : err_say(why, ERR_MISSING, "%.80s: no %.130s in it",
                                    f->b->name, name);
}

enum err fat_find(struct fat *f, const char *path, struct fat_entry *e,
                  struct why *why)
{
    char name[FAT_NAME];
    enum err result = ERR_OK;

    *e = (struct fat_entry){ .attr = FAT_FOLDER };
    while (!result) {
        size_t n;

        path += strspn(path, "/\\");
        n = strcspn(path, "/\\");
        if (n == 0)
            return ERR_OK;
        if (n >= sizeof name)
            return err_say(why, ERR_RANGE, "%.200s: too long", path);
        if (!(e->attr & FAT_FOLDER))
            return err_say(why, ERR_FORMAT, "%.80s: %.130s is not a folder",
                           f->b->name, e->name);
        memcpy(name, path, n);
        name[n] = 0;
        path += n;
        if (strcmp(name, "."))
            result = fat_dir_find(f, e->cluster, name, e, why);
    }
    return result;
}

/* ---- writing ---- */

/* The sector that holds entry `at` of a directory. */
static enum err sector_of(struct fat *f, u32 cluster, u32 at, u64 *sector)
{
    u32 s = at / (SECTOR / FAT_ENTRY);

    if (cluster == 0 && f->bits == 32)
        cluster = f->root_cluster;
    if (cluster == 0) {
        *sector = f->first + f->root_at + s;
        return s < f->root_sectors ? ERR_OK : ERR_FORMAT;
    }
    for (u32 i = s / f->spc; i > 0 && fat_valid(f, cluster); i--)
        cluster = fat_get(f, cluster);
    if (!fat_valid(f, cluster))
        return ERR_FORMAT;
    *sector = fat_sector(f, cluster) + s % f->spc;
    return ERR_OK;
}

/* Puts 32 bytes at entry `at`; p NULL: marks it as deleted. */
static enum err write_entry(struct fat *f, u32 cluster, u32 at, const u8 *p)
{
    u8 s[SECTOR];
    u64 sector = 0;
    u32 i = at % (SECTOR / FAT_ENTRY) * FAT_ENTRY;
    enum err e = sector_of(f, cluster, at, &sector);

    e = e ? e : block_read(f->b, sector, s, 1);
    if (e)
        return e;
    if (p)
        memcpy(s + i, p, FAT_ENTRY);
    else
        s[i] = DELETED;
    return block_write(f->b, sector, s, 1);
}

static void put_fields(const struct fat *f, u8 *p, const struct fat_entry *e)
{
    p[11] = e->attr;
    p[13] = e->tenths;
    put_le16(p + 14, e->made_time);
    put_le16(p + 16, e->made_date);
    put_le16(p + 18, e->date);
    put_le16(p + 22, e->time);
    put_le16(p + 24, e->date);
    put_le16(p + 26, e->cluster & 0xffff);
    if (f->bits == 32)
        put_le16(p + 20, e->cluster >> 16);
    put_le32(p + 28, e->size);
}

/* ---- a name that no other entry has ---- */

static bool has_alias(const struct fat_dir *d, const u8 *raw)
{
    for (u32 i = 0; i < d->entries; i++) {
        const u8 *p = d->p + (size_t)i * FAT_ENTRY;

        if (p[0] == 0)
            break;
        if (p[0] != DELETED && (p[11] & 0x3f) != FAT_LONG &&
            !(p[11] & FAT_LABEL) && !memcmp(p, raw, 11))
            return true;
    }
    return false;
}

static bool number_alias(const struct fat_dir *d, u8 *raw)
{
    for (u32 n = 1; n <= ALIASES; n++) {
        u8 try[11];

        fat_short_number(raw, n, try);
        if (has_alias(d, try))
            continue;
        memcpy(raw, try, 11);
        return true;
    }
    return false;
}

/* The first of n free entries in a row; d->entries: there are none. */
static u32 find_room(const struct fat_dir *d, u32 n)
{
    u32 run = 0;
    bool end = false;

    for (u32 i = 0; i < d->entries; i++) {
        u8 c = d->p[(size_t)i * FAT_ENTRY];

        end |= c == 0;
        run = end || c == DELETED ? run + 1 : 0;
        if (run == n)
            return i + 1 - n;
    }
    return d->entries;
}

/* Makes a directory longer by a cluster of zeros. */
static enum err fatdir_grow(struct fat *f, u32 cluster)
{
    u8 zeros[SECTOR] = { 0 };
    u32 last = cluster, more;
    enum err e;

    for (u32 i = 0; i < MOST_ENTRIES && fat_valid(f, fat_get(f, last)); i++)
        last = fat_get(f, last);
    e = fat_chain_new(f, 1, 0, &more);
    for (u32 i = 0; i < f->spc && !e; i++)
        e = block_write(f->b, fat_sector(f, more) + i, zeros, 1);
    if (!e)
        fat_set(f, last, more);
    return e;
}

/* Reads the directory again and again until there is room for n entries. */
static enum err fatdir_make_room(struct fat *f, struct fat_dir *d, u32 n,
                                 u32 *at, struct why *why)
{
    u32 cluster = d->cluster;
    enum err e = ERR_OK;

    while ((*at = find_room(d, n)) == d->entries && !e) {
        if (cluster == 0)
            return err_say(why, ERR_FULL, "%.120s: the root directory is full",
                           f->b->name);
        if (d->entries > MOST_ENTRIES)
            return err_say(why, ERR_FULL, "%.120s: a directory is full",
                           f->b->name);
        e = fatdir_grow(f, cluster);
        if (e)
            return fat_say(f, e, why, "a directory");
        fat_dir_free(d);
        e = fat_dir_read(f, cluster, d, why);
    }
    return e;
}

static void put_long(u8 *p, const u16 *name, size_t n, u32 part, u32 parts,
                     u8 sum)
{
    memset(p, 0, FAT_ENTRY);
    p[0] = (u8)(part | (part == parts ? LAST_PART : 0));
    p[11] = FAT_LONG;
    p[13] = sum;
    for (u32 i = 0; i < LETTERS; i++) {
        size_t k = (part - 1) * LETTERS + i;

        put_le16(p + letter_at[i], k < n ? name[k] : k == n ? 0 : 0xffff);
    }
}

u32 fat_name_parts(const char *name, bool exact)
{
    u16 wide[260];

    return exact ? 0 : (u32)(fat_to_utf16(name, wide, 258) + LETTERS - 1) /
                       LETTERS;
}

void fat_entry_put(const struct fat *f, u8 *p, const struct fat_entry *e,
                   const u8 raw[11], u8 cases, u32 parts)
{
    u16 wide[260];
    size_t n = parts ? fat_to_utf16(e->name, wide, 258) : 0;

    for (u32 part = parts; part > 0; part--, p += FAT_ENTRY)
        put_long(p, wide, n, part, parts, fat_short_sum(raw));
    memset(p, 0, FAT_ENTRY);
    memcpy(p, raw, 11);
    put_fields(f, p, e);
    p[12] = parts ? 0 : cases;
}

static enum err write_names(struct fat *f, struct fat_entry *e, const u8 *raw,
                            u8 cases, u32 parts)
{
    u8 p[(LONG_PARTS + 1) * FAT_ENTRY];
    enum err result = ERR_OK;

    fat_entry_put(f, p, e, raw, cases, parts);
    for (u32 i = 0; i <= parts && !result; i++)
        result = write_entry(f, e->folder, e->first + i, p + i * FAT_ENTRY);
    return result;
}

enum err fat_dir_add(struct fat *f, struct fat_entry *e, struct why *why)
{
    struct fat_dir d;
    u8 raw[11], cases;
    bool exact;
    u32 parts;
    enum err result = fat_dir_read(f, e->folder, &d, why);

    if (result)
        return result;
    fat_short_make(e->name, raw, &cases, &exact);
    parts = fat_name_parts(e->name, exact);
    if (!exact && !number_alias(&d, raw))
        result = err_say(why, ERR_FULL, "%.120s: no short name is free",
                         f->b->name);
    if (!result)
        result = fatdir_make_room(f, &d, parts + 1, &e->first, why);
    fat_dir_free(&d);
    if (result)
        return result;
    e->at = e->first + parts;
    fat_short_text(raw, e->alias);
    result = write_names(f, e, raw, cases, parts);
    return result ? fat_say(f, result, why, "a directory") : ERR_OK;
}

enum err fat_dir_update(struct fat *f, const struct fat_entry *e,
                        struct why *why)
{
    u8 s[SECTOR];
    u64 sector = 0;
    enum err result = sector_of(f, e->folder, e->at, &sector);

    result = result ? result : block_read(f->b, sector, s, 1);
    if (!result) {
        put_fields(f, s + e->at % (SECTOR / FAT_ENTRY) * FAT_ENTRY, e);
        result = block_write(f->b, sector, s, 1);
    }
    return result ? fat_say(f, result, why, "a directory") : ERR_OK;
}

/* The short entry goes first: a long name without one is nothing. */
enum err fat_dir_remove(struct fat *f, const struct fat_entry *e,
                        struct why *why)
{
    enum err result = ERR_OK;

    for (u32 i = e->at + 1; i-- > e->first && !result;)
        result = write_entry(f, e->folder, i, NULL);
    return result ? fat_say(f, result, why, "a directory") : ERR_OK;
}
