/* squeeze.c - packs a page in some microseconds. */
#include "machine/time/squeeze.h"

#include <string.h>

enum { LEAST = 4, NIBBLE = 15, SLOT_BITS = 10,
       HASTE = 64 };                    /* so many literals make steps longer */

/* ---- packing ---- */

struct squeezed {
    u8 *p;
    u32 n, room;                        /* n > room: it did not fit */
};

static void put_bytes(struct squeezed *o, const void *bytes, u32 n)
{
    if (o->n + n <= o->room)
        memcpy(o->p + o->n, bytes, n);
    o->n += n;
}

static void put_count(struct squeezed *o, u32 n)
{
    static const u8 more = 255;
    u8 last;

    if (n < NIBBLE)
        return;
    for (n -= NIBBLE; n >= more; n -= more)
        put_bytes(o, &more, 1);
    last = (u8)n;
    put_bytes(o, &last, 1);
}

static void put_run(struct squeezed *o, const u8 *literals, u32 n, u32 again)
{
    u8 counts = (u8)((n < NIBBLE ? n : NIBBLE) << 4 |
                     (again < NIBBLE ? again : NIBBLE));

    put_bytes(o, &counts, 1);
    put_count(o, n);
    put_count(o, again);
    put_bytes(o, literals, n);
}

static u32 squeeze_word(const u8 *p)
{
    u32 v;

    memcpy(&v, p, sizeof v);
    return v;
}

static u32 equal_bytes(const u8 *page, u32 was, u32 at)
{
    u32 n = LEAST;

    while (at + n + LEAST <= SQUEEZE_PAGE &&
           squeeze_word(page + was + n) == squeeze_word(page + at + n))
        n += LEAST;
    while (at + n < SQUEEZE_PAGE && page[was + n] == page[at + n])
        n++;
    return n;
}

/* What was not put yet, and that bytes follow that stood at `was`. */
static u32 put_again(struct squeezed *o, const u8 *page, u32 done, u32 at,
                     u32 was)
{
    u8 distance[] = { (u8)(at - was), (u8)((at - was) >> 8) };
    u32 n = equal_bytes(page, was, at);

    put_run(o, page + done, at - done, n - LEAST);
    put_bytes(o, distance, sizeof distance);
    return n;
}

/* Where the bytes at `at` stood before; `seen` has the last places of such. */
static bool seen_before(u16 *seen, const u8 *page, u32 at, u32 *was)
{
    u32 word = squeeze_word(page + at);
    u16 *place = &seen[word * 0x9e3779b1u >> (32 - SLOT_BITS)];

    *was = *place;
    *place = (u16)at;
    return squeeze_word(page + *was) == word;
}

u32 page_squeeze(const u8 *page, u8 *to, u32 room)
{
    u16 seen[1 << SLOT_BITS] = { 0 };
    struct squeezed o = { to, 0, room };
    u32 done = 0, at = 1, was;

    while (at + LEAST <= SQUEEZE_PAGE && o.n <= room) {
        if (!seen_before(seen, page, at, &was)) {
            at += 1 + (at - done) / HASTE;
            continue;
        }
        at += put_again(&o, page, done, at, was);
        done = at;
    }
    if (done < SQUEEZE_PAGE)
        put_run(&o, page + done, SQUEEZE_PAGE - done, 0);
    return o.n <= room ? o.n : 0;
}

/* ---- and back ---- */

struct unsqueezing {
    const u8 *p, *end;
};

static u32 squeeze_byte(struct unsqueezing *in)
{
    return in->p < in->end ? *in->p++ : 0;
}

static u32 squeeze_count(struct unsqueezing *in, u32 nibble)
{
    u32 n = nibble, more = nibble == NIBBLE ? 255 : 0;

    while (more == 255 && in->p < in->end) {
        more = *in->p++;
        n += more;
    }
    return n;
}

/* From `distance` before; these may be bytes that are being put there now. */
static void squeeze_repeat(u8 *to, u32 distance, u32 n)
{
    if (distance >= n) {
        memcpy(to, to - distance, n);
        return;
    }
    for (u32 i = 0; i < n; i++)
        to[i] = to[(size_t)i - distance];
}

static bool unsqueeze_literals(struct unsqueezing *in, u8 *page, u32 *at,
                               u32 n)
{
    if (n > SQUEEZE_PAGE - *at || n > in->end - in->p)
        return false;
    memcpy(page + *at, in->p, n);
    in->p += n;
    *at += n;
    return true;
}

bool page_unsqueeze(const u8 *from, u32 n, u8 *page)
{
    struct unsqueezing in = { from, from + n };
    u32 at = 0;

    while (at < SQUEEZE_PAGE && in.p < in.end) {
        u32 counts = *in.p++, literals = squeeze_count(&in, counts >> 4);
        u32 again = squeeze_count(&in, counts & NIBBLE) + LEAST, distance;

        if (!unsqueeze_literals(&in, page, &at, literals))
            return false;
        if (at == SQUEEZE_PAGE)
            break;
        distance = squeeze_byte(&in);
        distance |= squeeze_byte(&in) << 8;
        if (!distance || distance > at || again > SQUEEZE_PAGE - at)
            return false;
        squeeze_repeat(page + at, distance, again);
        at += again;
    }
    return at == SQUEEZE_PAGE && in.p == in.end;
}
