/* versions.c - what pages held: copies, patches, and packed ones.
 *
 *    newest                                             oldest
 *    [live] --> [plain] --> [patch] --> [patch] --> [zipped] --> ..
 *                 bytes <---- over it <--- over it
 *
 * Going back costs less the nearer the place is, so the newest versions are
 * plain. */
#include "machine/time/history.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "machine/time/squeeze.h"

enum {
    CHUNK = PAGE_SIZE,
    HEAP = 8, HEAP_STEP = 16,           /* malloc() rounds up, with its own */
    REST = 4,                           /* snapshots that are left plain */
    RUN_MOST = 64,
    PATCH_MOST = CHUNK / 4, JOIN_MOST = 400,
    GAP = 8,                            /* equal bytes that end a piece */
    ZIPS_IDLE = 128, ZIPS_SHORT = 400,  /* at a snapshot */
    PACKED_MOST = CHUNK / 4 * 3,
    /* zlib clears its tables for each page: small ones, with room for all
     * symbols of a page. */
    WINDOW_BITS = 12, MEMORY_LEVEL = 6,
};
static const u8 zero_page[CHUNK];

/* ---- memory ---- */

static size_t heap_size(size_t n)
{
    return (n + HEAP + HEAP_STEP - 1) / HEAP_STEP * HEAP_STEP;
}

void *history_take(struct pc *pc, size_t n)
{
    void *p = malloc(n);

    if (p)
        pc->history->bytes += heap_size(n);
    else
        pc->history->broken = true;
    return p;
}

void *history_take_zeros(struct pc *pc, size_t n)
{
    void *p = history_take(pc, n);

    return p ? memset(p, 0, n) : NULL;
}

void history_give(struct pc *pc, void *p, size_t n)
{
    if (p)
        pc->history->bytes -= heap_size(n);
    free(p);
}

bool history_grow(struct pc *pc, void **p, u32 *room, u32 used, size_t each)
{
    u32 n = *room ? *room * 2 : 16;
    void *q;

    if (used < *room)
        return true;
    q = realloc(*p, n * each);
    if (!q) {
        pc->history->broken = true;
        return false;
    }
    pc->history->bytes += heap_size(n * each) -
                          (*room ? heap_size(*room * each) : 0);
    *p = q;
    *room = n;
    return true;
}

/* ---- the list ---- */

void version_free(struct pc *pc, struct version *v)
{
    shelf_drop(pc, v->data);
    history_give(pc, v, sizeof *v);
}

struct version *version_at(const struct page *p, u32 id)
{
    struct version *v = p->newest;

    while (v && v->since > id && v->older)
        v = v->older;
    return v;
}

/* A new version of page n on top of `older`; NULL: it is the first one. */
static struct version *version_over(struct pc *pc, u32 n,
                                    struct version *older, u32 id)
{
    struct page *p = &pc->history->page[n];
    struct version *v = history_take_zeros(pc, sizeof *v);

    if (!v)
        return NULL;
    *v = (struct version){ .older = older, .page = n, .since = id,
                           .newer = older ? older->newer : NULL };
    *(v->newer ? &v->newer->older : &p->newest) = v;
    if (older)
        older->newer = v;
    return v;
}

struct version *version_push(struct pc *pc, u32 n, u32 id)
{
    struct page *p = &pc->history->page[n];
    struct version *v = version_over(pc, n, p->newest, id);

    if (v)
        p->live = v;
    return v;
}

/* ---- contents ---- */

static bool version_held(const struct version *v)
{
    return v->data || v->zero;
}

/* Keeps n bytes in the place of what a version has. */
static bool version_keep(struct pc *pc, struct version *v, const u8 *bytes,
                         size_t n, enum version_kind kind)
{
    u8 *data = shelf_put(pc, v, bytes, n);

    if (!data)
        return false;
    shelf_drop(pc, v->data);
    v->data = data;
    v->size = (u16)n;
    v->kind = (u8)kind;
    return true;
}

void version_fill(struct pc *pc, struct version *v)
{
    const u8 *now;
    u8 copy[CHUNK];

    if (version_held(v) || !(now = page_look(pc, v->page, copy, &v->mask)))
        return;
    v->zero = !memcmp(now, zero_page, CHUNK);
    if (!v->zero)
        version_keep(pc, v, now, CHUNK, KEPT_PLAIN);
}

static bool unpack_page(const struct version *v, u8 *to)
{
    uLongf n = CHUNK;

    if (v->kind == KEPT_SQUEEZED)
        return page_unsqueeze(v->data, v->size, to);
    return uncompress(to, &n, v->data, v->size) == Z_OK && n == CHUNK;
}

/* A patch is pieces, each u16 where it begins, u16 its length, its bytes. */
static void patch(const struct version *v, u8 *to)
{
    for (u32 at = 0; at + 4 <= v->size; ) {
        u32 first = v->data[at] | (u32)v->data[at + 1] << 8;
        u32 n = v->data[at + 2] | (u32)v->data[at + 3] << 8;

        memcpy(to + first, v->data + at + 4, n);
        at += 4 + n;
    }
}

/* What a version holds that is no patch. */
static const u8 *own_bytes(struct pc *pc, const struct version *v, u8 *copy)
{
    const struct page *p = &pc->history->page[v->page];
    u8 mask;

    if (v->zero)
        return zero_page;
    if (!v->data)
        return v == p->live && !p->dirty ? page_look(pc, v->page, copy, &mask)
                                         : NULL;
    return v->kind == KEPT_PLAIN ? v->data : unpack_page(v, copy) ? copy : NULL;
}

/* Patches lie over the next newer version that is none. */
const u8 *version_bytes(struct pc *pc, const struct version *v, u8 *copy)
{
    const struct version *w = v;
    const u8 *bytes;

    while (w && w->kind == KEPT_PATCH)
        w = w->newer;
    bytes = w ? own_bytes(pc, w, copy) : NULL;
    if (!bytes || w == v)
        return bytes;
    if (bytes != copy)
        memcpy(copy, bytes, CHUNK);
    while (w != v) {
        w = w->older;
        patch(w, copy);
    }
    return copy;
}

bool version_is_now(struct pc *pc, const struct version *v)
{
    u8 copy[CHUNK], kept[CHUNK], mask = 0;
    const u8 *now = version_held(v) ? page_look(pc, v->page, copy, &mask)
                                    : NULL;
    const u8 *was = now ? version_bytes(pc, v, kept) : NULL;

    return was && mask == v->mask && !memcmp(now, was, CHUNK);
}

/* ---- packing ---- */

static u32 first_difference(const u8 *a, const u8 *b, u32 at)
{
    u64 x, y;

    for (; at < CHUNK; at++) {
        if (at % 8 == 0) {
            memcpy(&x, a + at, 8);
            memcpy(&y, b + at, 8);
            if (x == y) {
                at += 7;
                continue;
            }
        }
        if (a[at] != b[at])
            break;
    }
    return at;
}

/* The end of a piece that begins at `at`: GAP bytes behind it are equal. */
static u32 piece_end(const u8 *a, const u8 *b, u32 at)
{
    u32 end = at + 1;

    for (u32 i = end; i < CHUNK && i < end + GAP; i++)
        if (a[i] != b[i])
            end = i + 1;
    return end;
}

/* So many words differ that there is hardly a patch; much sooner known. */
static bool differs_much(const u8 *a, const u8 *b)
{
    u32 n = 0, x, y;

    for (u32 at = 0; at < CHUNK; at += 4) {
        memcpy(&x, a + at, 4);
        memcpy(&y, b + at, 4);
        n += x != y;
    }
    return n > PATCH_MOST / 3;
}

/* What of `old` differs from `new`, as a patch; 0: nothing, or too much. */
static u32 make_patch(const u8 *old, const u8 *new, u8 *to)
{
    u32 n = 0, end;

    if (differs_much(old, new))
        return 0;
    for (u32 at = first_difference(old, new, 0); at < CHUNK;
         at = first_difference(old, new, end)) {
        end = piece_end(old, new, at);
        if (n + 4 + (end - at) > PATCH_MOST)
            return 0;
        to[n] = (u8)at, to[n + 1] = (u8)(at >> 8);
        to[n + 2] = (u8)(end - at), to[n + 3] = (u8)((end - at) >> 8);
        memcpy(to + n + 4, old + at, end - at);
        n += 4 + (end - at);
    }
    return n;
}

static bool zip_ready(struct history *h)
{
    if (h->zip)
        return deflateReset(h->zip) == Z_OK;
    h->zip = calloc(1, sizeof *h->zip);
    if (!h->zip || deflateInit2(h->zip, 1, Z_DEFLATED, WINDOW_BITS,
                                MEMORY_LEVEL, Z_DEFAULT_STRATEGY) == Z_OK)
        return h->zip;
    free(h->zip);
    h->zip = NULL;
    return false;
}

static void version_squeeze(struct pc *pc, struct version *v, const u8 *bytes)
{
    u8 to[PACKED_MOST];
    u32 n = page_squeeze(bytes, to, sizeof to);

    v->full = true;
    if (n)
        version_keep(pc, v, to, n, KEPT_SQUEEZED);
}

static void version_zip(struct pc *pc, struct version *v, const u8 *bytes)
{
    u8 to[PACKED_MOST];
    z_stream *z;

    v->full = true;
    if (!zip_ready(pc->history))
        return;
    z = pc->history->zip;
    z->next_in = (u8 *)(uintptr_t)bytes;
    z->avail_in = CHUNK;
    z->next_out = to;
    z->avail_out = sizeof to;
    if (deflate(z, Z_FINISH) == Z_STREAM_END)
        version_keep(pc, v, to, z->total_out, KEPT_ZIPPED);
}

/* Makes a version a patch over the next newer one, where that is worth it. */
static void version_patch(struct pc *pc, struct version *newer)
{
    struct version *v = newer->older;
    u8 copy[CHUNK], over[CHUNK], to[PATCH_MOST];
    u8 run = v->older && v->older->kind == KEPT_PATCH ? v->older->run + 1 : 0;
    const u8 *base;
    u32 size;

    if (v->kind != KEPT_PLAIN || !v->data || v->full)
        return;
    if (run >= RUN_MOST) {
        memcpy(copy, v->data, CHUNK);
        version_zip(pc, v, copy);
        return;
    }
    base = v->page < pc->history->fixed || version_held(newer)
               ? version_bytes(pc, newer, over) : NULL;
    size = base ? make_patch(v->data, base, to) : 0;
    if (size && version_keep(pc, v, to, size, KEPT_PATCH))
        v->run = run;
}

static bool version_plain(struct pc *pc, struct version *v)
{
    u8 copy[CHUNK];
    const u8 *bytes = v->kind == KEPT_PATCH ? version_bytes(pc, v, copy)
                                            : NULL;

    return v->kind != KEPT_PATCH ||
           (bytes && version_keep(pc, v, bytes, CHUNK, KEPT_PLAIN));
}

/* The pieces of both, one behind the other: a patch over what the one taken out
 * is one over. */
static bool patches_join(struct pc *pc, struct version *older,
                         const struct version *gone)
{
    u8 both[JOIN_MOST];

    if (gone->kind != KEPT_PATCH || gone->size + older->size > JOIN_MOST)
        return false;
    memcpy(both, gone->data, gone->size);
    memcpy(both + gone->size, older->data, older->size);
    return version_keep(pc, older, both, (size_t)gone->size + older->size,
                        KEPT_PATCH);
}

/* Takes a version out. The older one may be a patch over it, which then is one
 * over the version before it, if there is one. */
void version_unlink(struct pc *pc, struct version *gone)
{
    struct version *older = gone->older, *newer = gone->newer;
    bool patched = older && older->kind == KEPT_PATCH &&
                   !patches_join(pc, older, gone);

    if (patched && !version_plain(pc, older))
        pc->history->broken = true;
    *(newer ? &newer->older : &pc->history->page[gone->page].newest) = older;
    if (older)
        older->newer = newer;
    version_free(pc, gone);
    if (patched && newer)
        version_patch(pc, newer);
}

void history_zip_end(struct history *h)
{
    if (h->zip)
        deflateEnd(h->zip);
    free(h->zip);
}

/* On top of `below`: what `was` holds, once more. */
static struct version *version_again(struct pc *pc, const struct version *was,
                                     struct version *below, u32 id)
{
    struct version *v = version_over(pc, was->page, below, id);

    if (!v)
        return NULL;
    v->zero = was->zero;
    v->mask = was->mask;
    if (was->data && version_keep(pc, v, was->data, was->size, was->kind))
        v->full = was->full;
    return v;
}

struct version *version_insert(struct pc *pc, u32 n, u32 id, u32 next_id,
                               struct version **next)
{
    struct page *p = &pc->history->page[n];
    struct version *was = p->live, *v;
    bool again = next_id && !(was->newer && was->newer->since == next_id);

    *next = NULL;
    if (!version_plain(pc, was))
        pc->history->broken = true;
    if (!(v = version_over(pc, n, was, id)))
        return NULL;
    p->live = v;
    if (again)
        *next = version_again(pc, was, v, next_id);
    return v;
}

static void make_patches(struct pc *pc)
{
    struct history *h = pc->history;
    u32 i = h->snaps > REST ? h->snaps - REST : 0, end = i;

    while (i && h->snap[i - 1]->id > h->patched)
        i--;
    for (; i < end; i++) {
        for (u32 k = 0; k < h->snap[i]->versions; k++)
            if (h->snap[i]->version[k]->older)
                version_patch(pc, h->snap[i]->version[k]);
        h->patched = h->snap[i]->id;
    }
}

/* How many may be packed now, and how: a guest that sleeps nearly all the time
 * leaves it for zlib. */
static u32 zips_now(struct pc *pc, bool *zlib)
{
    struct history *h = pc->history;
    ns_t gap = h->snaps > 1 ? pc->clk.now - h->snap[h->snaps - 2]->at.now : 0;
    ns_t slept = pc_asleep(pc) - h->slept;

    h->slept += slept;
    *zlib = slept > gap / 16 * 15;
    return h->bytes > h->most / 4 * 3 ? ZIPS_SHORT : *zlib ? ZIPS_IDLE : 0;
}

static bool zip_one(struct pc *pc, struct version *v, bool zlib)
{
    u8 copy[CHUNK];

    if (!v || v->kind != KEPT_PLAIN || !v->data || v->full)
        return false;
    memcpy(copy, v->data, CHUNK);
    (zlib ? version_zip : version_squeeze)(pc, v, copy);
    return true;
}

static void make_zips(struct pc *pc)
{
    struct history *h = pc->history;
    u32 i = h->snaps, end = h->snaps > REST ? h->snaps - REST : 0;
    bool zlib;
    u32 left = zips_now(pc, &zlib);

    while (i && h->snap[i - 1]->id >= h->zipped)
        i--;
    for (; i < end && left; i++) {
        const struct snap *s = h->snap[i];
        u32 k = s->id == h->zipped ? h->zipped_next : 0;

        for (; k < s->versions && left; k++)
            left -= zip_one(pc, s->version[k]->older, zlib);
        h->zipped = s->id;
        h->zipped_next = k;
    }
}

void pack_some(struct pc *pc)
{
    make_patches(pc);
    make_zips(pc);
}
