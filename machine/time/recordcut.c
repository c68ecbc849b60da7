/* recordcut.c - takes out of a record's entries what a rewind has made void. */
#include <stdlib.h>
#include <string.h>

#include "machine/time/record.h"

/* An entry of the file that still counts, or the place of a BACK. Times are
 * those since the last state that was loaded, for its own is in its bytes. */
struct kept {
    size_t at, size;                    /* its bytes */
    s64 passed;
    u8 kind;
};

struct cutter {
    struct buf from;
    struct kept *kept;
    size_t n, room;
    size_t floor;                       /* a state: nothing before goes */
    s64 passed;                         /* of the entry read last */
    bool no_room;                       /* out of memory */
};

static bool cutter_add(struct cutter *c, u8 kind, size_t at)
{
    size_t room = c->room ? 2 * c->room : 256;
    struct kept *kept;

    if (c->n == c->room) {
        kept = realloc(c->kept, room * sizeof *kept);
        if (!kept) {
            c->no_room = true;
            return false;
        }
        c->kept = kept;
        c->room = room;
    }
    c->kept[c->n++] = (struct kept){ at, c->from.len - at, c->passed, kind };
    return true;
}

/* Goes over an entry's place and data. */
static void skip_data(struct cutter *c, u8 tag)
{
    struct buf *b = &c->from;
    u8 kind = tag & RECORD_KIND, unit = 0;
    u64 passed = record_varint(b);

    if (passed > (u64)NEVER - (u64)c->passed)
        b->failed = true;
    else
        c->passed += (s64)passed;
    for (u32 n = 0; n < 3 && (tag & RECORD_EXACT); n++)
        record_varint(b);
    if (tag & RECORD_ACTED)
        record_varint(b);
    if (kind == RECORD_END) {
        buf_get(b, 8);
        return;
    }
    if (record_has_unit(kind))
        unit = (u8)buf_get(b, 1);
    b->failed |= !record_has_entry(kind, unit);
    for (u32 n = record_words(kind); n > 0 && !b->failed; n--)
        record_varint(b);
    if (!b->failed && !record_words(kind))
        buf_get_bytes(b, record_varint(b));
}

/* Drops the newest entries, so many records and hashes, and the places of
 * earlier BACKs that lie behind the one to go to. */
static bool cutter_drop(struct cutter *c, u64 records, u64 hashes, s64 to)
{
    while (c->n > c->floor) {
        const struct kept *k = &c->kept[c->n - 1];

        if (k->kind == RECORD_MARK ? !records && !hashes && k->passed <= to
            : k->kind == RECORD_HASH ? !hashes : !records)
            break;
        if (k->kind == RECORD_HASH)
            hashes--;
        else if (k->kind != RECORD_MARK)
            records--;
        c->n--;
    }
    return !records && !hashes && (!c->n || c->kept[c->n - 1].passed <= to);
}

static bool cutter_back(struct cutter *c)
{
    u64 zigzag = record_varint(&c->from);
    u64 records = record_varint(&c->from), hashes = record_varint(&c->from);
    s64 passed = (s64)(zigzag >> 1 ^ (zigzag & 1 ? ~(u64)0 : 0));
    s64 to;

    if (c->from.failed || __builtin_add_overflow(c->passed, passed, &to) ||
        to < 0 || !cutter_drop(c, records, hashes, to))
        return false;
    c->passed = to;
    return cutter_add(c, RECORD_MARK, c->from.len);
}

/* False: the entry at the reader makes no sense, or memory is short. */
static bool cutter_take(struct cutter *c)
{
    size_t at = c->from.len;
    u8 tag = (u8)buf_get(&c->from, 1);

    if (tag == RECORD_BACK)
        return cutter_back(c);
    if (tag == RECORD_HASH)
        buf_get(&c->from, 8);
    else
        skip_data(c, tag);
    if (c->from.failed || !cutter_add(c, tag & RECORD_KIND, at))
        return false;
    if ((tag & RECORD_KIND) == REC_STATE) {
        c->floor = c->n;
        c->passed = c->kept[c->n - 1].passed = 0;
    }
    return true;
}

static size_t put_mark(u8 *to, u64 passed)
{
    size_t n = 0;

    to[n++] = RECORD_MARK;
    for (; passed > 0x7f; passed >>= 7)
        to[n++] = (u8)(passed | 0x80);
    to[n++] = (u8)passed;
    return n;
}

/* A MARK is at most as long as the BACK that it stands for and the entries
 * between are: what has passed since an entry is no more than that. */
static size_t cutter_put(const struct cutter *c, u8 *to)
{
    size_t n = 0;
    s64 last = 0;

    for (size_t i = 0; i < c->n; i++) {
        const struct kept *k = &c->kept[i];

        if (k->kind == RECORD_MARK) {
            n += put_mark(to + n, (u64)(k->passed - last));
        } else {
            memcpy(to + n, c->from.p + k->at, k->size);
            n += k->size;
        }
        last = k->passed;
    }
    return n;
}

size_t record_cut(const u8 *entries, size_t size, u8 *to)
{
    struct cutter c = { .from = { (u8 *)(uintptr_t)entries, 0, size, false } };
    size_t good = 0, n;

    while (good < size && cutter_take(&c))
        good = c.from.len;
    n = cutter_put(&c, to);
    memcpy(to + n, entries + good, size - good);
    free(c.kept);
    return c.no_room ? SIZE_MAX : n + size - good;
}
