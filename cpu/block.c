/* block.c - the cache of decoded instructions. */
#include "cpu/block.h"

#include <stdlib.h>

#include "cpu/model/cost.h"
#include "cpu/exec.h"
#include "cpu/paging/entries.h"
#include "cpu/patch.h"
#include "cpu/queue.h"
#include "cpu/stop.h"

enum { HASH_SIZE = 1 << 15, ARENA = 16 << 20 };

/* An instruction over the end of a page, as it was decoded last. It is fetched
 * each time and decoded anew when a byte or the mode is another one. */
enum { SINGLES = 64, SINGLE_BYTES = 15 };
struct single {
    struct insn insn;                   /* len 0: none */
    u32 lin, mode;
    u8 bytes[SINGLE_BYTES];
};

struct block_cache {
    struct block *hash[HASH_SIZE];
    u8 *arena;
    u32 used;
    u32 epoch;
    struct block_stats stats;
    struct insn scratch[8];             /* a block of one instruction */
    struct single single[SINGLES];
};

struct block_cache *block_cache_new(void)
{
    struct block_cache *b = calloc(1, sizeof *b);

    if (!b)
        return NULL;
    b->arena = malloc(ARENA);
    if (!b->arena) {
        free(b);
        return NULL;
    }
    return b;
}

void block_cache_free(struct block_cache *b)
{
    if (b)
        free(b->arena);
    free(b);
}

void block_cache_clear(struct cpu *c)
{
    struct block_cache *b = c->blocks;

    if (b->used) {                      /* else both are empty */
        memset(b->hash, 0, sizeof b->hash);
        memset(c->pages, 0, sizeof c->pages);
    }
    memset(b->single, 0, sizeof b->single);
    patches_clear(c->patches);
    b->used = 0;
    b->epoch++;
    b->stats.blocks = 0;
    if (c->engine->all_dropped)
        c->engine->all_dropped(c);
    mmu_unmark(c);
    engine_code_moved(c);
}

struct block_stats block_cache_stats(const struct cpu *c)
{
    struct block_stats s = c->blocks->stats;

    s.bytes = c->blocks->used;
    return s;
}

static void *arena_take(struct block_cache *b, u32 size)
{
    void *p = b->arena + b->used;

    b->used += (size + 15) & ~15u;
    return p;
}

void *block_memory(struct cpu *c, u32 size)
{
    if (c->blocks->used + size + 64 > ARENA)
        return NULL;
    return arena_take(c->blocks, size);
}

u32 block_epoch(const struct cpu *c)
{
    return c->blocks->epoch;
}

/* ---- pages ---- */

static struct code_page *page_get(struct cpu *c, u32 phys)
{
    struct code_page *p = code_page_find(c, phys);
    struct code_page **head = &c->pages[phys >> 12 & (PAGE_HASH - 1)];

    if (p)
        return p;
    p = arena_take(c->blocks, sizeof *p);
    *p = (struct code_page){ .phys = phys & ~0xfffu, .next = *head };
    *head = p;
    return p;
}

bool block_page_marked(const struct cpu *c, u32 phys)
{
    const struct code_page *p = code_page_find(c, phys);

    return p && p->lines;
}

/* Stores to this page must come through the slow path from now on, or need no
 * more. */
static void mark_tlb(struct cpu *c, u32 page, bool code)
{
    for (u32 n = 0; n < tlb_stores(c); n++) {
        struct tlb *t = tlb_nth_store(c, n);

        if (t && t->phys == page)
            t->tag = (t->tag & ~(u32)TLB_CODE) | (code ? TLB_CODE : 0);
    }
}

static u64 line_mask(u32 first, u32 last)
{
    u32 a = (first & 0xfff) / LINE_SIZE, z = (last & 0xfff) / LINE_SIZE;

    return bit_range(a, z);
}

static void mark_bytes(struct code_page *p, const struct block *b)
{
    u32 first = b->phys & 0xfff, last = first + b->bytes - 1;

    for (u32 n = first / 64; n <= last / 64; n++)
        p->code[n] |= page_word(n, first, last);
}

/* For engines whose stores look at the line of their first byte
 * only: code in the first three bytes of a line marks the one before. */
static void mark_lines(struct cpu *c, const struct block *b)
{
    u32 first = b->phys < 3 ? 0 : b->phys - 3, last = b->phys + b->bytes - 1;

    if (last >= LINES_TOP)
        return;
    for (u32 n = first / LINE_SIZE; n <= last / LINE_SIZE; n++)
        c->lines[n] |= LINE_CODE;
}

/* The lines of a page hold no code any more. */
static void unmark_lines(struct cpu *c, u32 phys)
{
    u8 *line = c->lines + phys / LINE_SIZE;

    for (u32 n = 0; n < PAGE_SIZE / LINE_SIZE; n++)
        line[n] &= (u8)~LINE_CODE;
}

void cpu_page_end(struct cpu *c, u32 phys)
{
    if (phys < LINES_TOP)
        c->lines[(phys + PAGE_SIZE) / LINE_SIZE - 1] &= (u8)~LINE_BEFORE;
}

void cpu_page_lines(struct cpu *c, u32 phys, bool clean)
{
    u8 *line = c->lines + phys / LINE_SIZE;

    if (phys >= LINES_TOP)
        return;
    for (u32 n = 0; n < PAGE_SIZE / LINE_SIZE; n++)
        line[n] = (u8)(clean ? line[n] | LINE_CLEAN : line[n] & ~LINE_CLEAN);
    if (phys)
        line[-1] = (u8)(clean ? line[-1] | LINE_BEFORE
                              : line[-1] & ~LINE_BEFORE);
}

/* Marks the lines of a page anew after some of its blocks went. */
static void mark_again(struct cpu *c, struct code_page *p)
{
    const struct code_page *next = code_page_find(c, p->phys + PAGE_SIZE);

    memset(p->code, 0, sizeof p->code);
    for (const struct block *b = p->blocks; b; b = b->page_next)
        mark_bytes(p, b);
    if (p->phys >= LINES_TOP)
        return;
    unmark_lines(c, p->phys);
    if (next && (next->lines & 1))
        c->lines[p->phys / LINE_SIZE + PAGE_SIZE / LINE_SIZE - 1] |= LINE_CODE;
    for (const struct block *b = p->blocks; b; b = b->page_next)
        mark_lines(c, b);
}

static void page_add(struct cpu *c, struct block *b)
{
    struct code_page *p = page_get(c, b->phys);

    if (!p->lines)
        mark_tlb(c, p->phys, true);
    p->changes++;
    p->drops = 0;
    p->lines |= b->lines;
    b->page_next = p->blocks;
    p->blocks = b;
    mark_bytes(p, b);
    mark_lines(c, b);
}

/* ---- dropping ---- */

static void unhash(struct block_cache *bc, struct block *b)
{
    struct block **p = &bc->hash[(b->phys ^ b->mode << 5) & (HASH_SIZE - 1)];

    while (*p && *p != b)
        p = &(*p)->hash_next;
    if (*p)
        *p = b->hash_next;
}

static void block_drop(struct cpu *c, struct block *b)
{
    struct block_cache *bc = c->blocks;

    unhash(bc, b);
    b->dead = true;
    bc->stats.drops++;
    bc->stats.blocks--;
    if (c->engine->block_dropped)
        c->engine->block_dropped(c, b);
    if (b == c->running)
        cpu_kick(c);
}

/* ---- bytes that change ---- */

void block_map_changed(struct cpu *c) { patches_clear(c->patches); }

/* Whether an engine has had no use for the block while its constants changed
 * again and again: it is the tail of another one that an event once left. */
static bool is_cold(const struct cpu *c, struct block *b)
{
    enum { PATCHES = 8 };

    return c->engine->micro_ops && !b->fast && b->patches++ >= PATCHES;
}

/* Some of the page's blocks are gone, the rest have these lines. Blocks that go
 * with none decoded in between are of code that is being written over: the rest
 * then goes at once, not each with a walk of its own. */
static void page_lost(struct cpu *c, struct code_page *p, u64 lines)
{
    enum { DROPS = 8 };

    if (++p->drops >= DROPS) {
        for (struct block *b = p->blocks; b; b = b->page_next)
            block_drop(c, b);
        p->blocks = NULL;
        lines = 0;
    }
    p->changes++;
    p->lines = lines;
    mark_again(c, p);
    if (!lines)
        mark_tlb(c, p->phys, false);
}

static void bytes_changed(struct cpu *c, struct code_page *p, u32 phys, u32 n)
{
    bool dropped = false, followed = false;
    struct block **at = &p->blocks;
    u64 lines = 0;

    for (struct block *b; (b = *at);) {
        bool hit = block_overlaps(b, phys, n);
        bool follows = hit && !is_cold(c, b) && patch_block(c, b, phys, n);

        followed |= follows;
        if (!hit || follows) {
            lines |= b->lines;
            at = &b->page_next;
        } else {
            *at = b->page_next;
            block_drop(c, b);
            dropped = true;
        }
    }
    if (dropped)
        page_lost(c, p, lines);
    else if (followed)
        patch_count(c, p, phys, n);
}

static bool patch_again(struct cpu *c, u32 phys, u32 n)
{
    const struct site *s = patch_find(c, phys, n);
    u32 v = 0;

    if (!s || patch_own_running(c, s))
        return false;
    memcpy(&v, s->host, n);
    patch_apply(c, s, v);
    return true;
}

void block_wrote(struct cpu *c, u32 phys, u32 n)
{
    struct code_page *p;

    if (patch_again(c, phys, n))
        return;
    p = code_page_find(c, phys);        /* its blocks would each cost the host a
                                           miss of its cache to ask */
    if (p && page_any(p->code, phys, n))
        bytes_changed(c, p, phys, n);
}

void block_form_changed(struct cpu *c, const struct block *b)
{
    struct code_page *p = code_page_find(c, b->phys);

    if (p)
        p->changes++;
}

/* ---- decoding ---- */

/* What may be read from CS:EIP without leaving the page or the segment. */
static u32 block_readable(const struct cpu *c, u32 lin)
{
    u32 page = PAGE_SIZE - (lin & 0xfff);
    u64 seg = (u64)c->s.seg[CS].limit - c->s.eip + 1;

    return seg < page ? (u32)seg : page;
}

static void decode_block(struct cpu *c, struct block *b, const u8 *p, u32 n)
{
    bool paged = b->mode & MODE_PAGED;
    u32 at = 0, most = c->block_insns;

    b->stops = stop_cuts(c, b->phys, paged);
    if (unlikely(b->stops))
        most = 1;
    while (b->count < most) {
        struct insn *i = &b->insn[b->count];

        if (insn_decode(c, p + at, n - at, i) != DECODE_OK ||
            (b->charge + i->charge) >> COUNT_BITS > MOST_COST)
            break;
        b->count++;
        b->charge += i->charge;
        at += i->len;
        if ((i->flags & I_END) || at == n ||
            stop_cuts(c, b->phys + at, paged))
            break;
    }
    b->bytes = (u16)at;
    for (u32 k = b->count, rest = 0; k-- > 0; rest += b->insn[k].charge)
        b->insn[k].rest = rest;
    if (at)
        b->lines = line_mask(b->phys, b->phys + at - 1);
}

static u32 fetch_byte(struct cpu *c, u32 eip)
{
    u32 lin = c->s.seg[CS].base + eip;
    int queued = queue_byte(c, lin);

    if (eip > c->s.seg[CS].limit)
        cpu_raise_code(c, EX_GP, 0);
    return queued >= 0 ? (u32)queued : mmu_fetch(c, lin);
}

static struct tlb *fetch_page(struct cpu *c, u32 lin)
{
    struct tlb *t = &c->tlb[c->user][TLB_FETCH][lin >> 12 & (TLB_SIZE - 1)];

    if (unlikely(t->tag != (lin & ~0xfffu)))
        mmu_fill_code(c, lin);
    return t;
}

static struct single *single_of(struct cpu *c, u32 lin)
{
    return &c->blocks->single[(lin >> 12 ^ lin) & (SINGLES - 1)];
}

/* Whether the instruction at `lin` is still the one that was decoded: its bytes
 * are fetched in their order, those behind a page's end only when those before
 * it are the same, so that they are no others than decoding would fetch. */
static bool single_same(struct cpu *c, const struct single *s, u32 lin)
{
    u32 len = s->insn.len, first = PAGE_SIZE - (lin & 0xfff);
    const struct tlb *t;

    if (s->lin != lin || s->mode != c->mode || first >= len ||
        (u64)c->s.eip + len - 1 > c->s.seg[CS].limit ||
        c->family < I286 || c->cache_off)
        return false;
    t = fetch_page(c, lin);
    if (!t->host || memcmp(t->host + (lin & 0xfff), s->bytes, first) != 0)
        return false;
    t = fetch_page(c, lin + first);
    return t->host && !memcmp(t->host, s->bytes + first, len - first);
}

/* The instruction there if it is known to end in the next page, or NULL. Then
 * it is in no block, and none need be looked for. */
static const struct single *single_known(struct cpu *c, u32 lin)
{
    const struct single *s = single_of(c, lin);

    return (lin & 0xfff) > PAGE_SIZE - SINGLE_BYTES && single_same(c, s, lin)
               ? s : NULL;
}

static void single_keep(struct cpu *c, u32 lin, const u8 *bytes,
                        const struct insn *i)
{
    struct single *s = single_of(c, lin);

    if ((lin & 0xfff) + i->len <= PAGE_SIZE || i->len > SINGLE_BYTES)
        return;
    s->insn = *i;
    s->lin = lin;
    s->mode = c->mode;
    memcpy(s->bytes, bytes, i->len);
}

/* An instruction that crosses a page, lies in device memory or runs into the
 * limit is decoded each time, byte by byte, unless it is known. */
static struct block *decode_single(struct cpu *c, const struct single *known)
{
    struct block *b = (struct block *)(void *)c->blocks->scratch;
    enum decode_result r = DECODE_SHORT;
    u8 bytes[INSN_BYTES];
    u32 n = 0, wrap = c->family >= I286 ? ~0u : 0xffff;
    u32 lin = c->s.seg[CS].base + c->s.eip;

    *b = (struct block){ .count = 1, .dead = true };
    if (known) {
        *b->insn = known->insn;
        r = DECODE_OK;
    }
    while (r == DECODE_SHORT && n < INSN_BYTES) {
        bytes[n] = (u8)fetch_byte(c, (c->s.eip + n) & wrap);
        n++;
        r = insn_decode(c, bytes, n, b->insn);
    }
    if (r != DECODE_OK)
        cpu_raise_code(c, EX_GP, 0);
    if (n)
        single_keep(c, lin, bytes, b->insn);
    b->charge = b->insn->charge;
    if (unlikely(c->s.queued == QUEUE_STALE)) {
        c->s.queue_insn = c->s.seg[CS].base + c->s.eip;
        c->s.queue_next = c->s.queue_insn + b->insn->len;
    }
    c->running = b;
    if (stops_at(c, STOP_CODE))
        stop_at_code(c, b->insn);
    return b;
}

const struct block *block_crossing(struct cpu *c)
{
    u32 lin = c->s.seg[CS].base + c->s.eip;
    const struct single *known = single_known(c, lin);

    if (!known || c->s.queued == QUEUE_STALE)
        return NULL;
    c->insn_eip = c->s.eip;
    return decode_single(c, known);
}

/* A copy of a block, `size` bytes, in the cache. */
static struct block *block_add(struct cpu *c, const struct block *from,
                               u32 size)
{
    struct block_cache *bc = c->blocks;
    struct block **head =
        &bc->hash[(from->phys ^ from->mode << 5) & (HASH_SIZE - 1)];
    struct block *b = arena_take(bc, size);

    memcpy(b, from, size);
    b->hash_next = *head;
    *head = b;
    bc->stats.blocks++;
    page_add(c, b);
    return b;
}

static u32 block_whole_size(const struct block *b)
{
    return (u32)(sizeof *b + b->count * sizeof(struct insn));
}

static bool block_has_room(const struct cpu *c, u32 size)
{
    return c->blocks->used + size + sizeof(struct code_page) + 64 <= ARENA;
}

static struct block *block_insert(struct cpu *c, const struct block *tmp)
{
    u32 size = block_whole_size(tmp);

    if (!block_has_room(c, size))
        block_cache_clear(c);
    return block_add(c, tmp, size);
}

struct block *block_twin(struct cpu *c, const struct block *b)
{
    u32 size = block_whole_size(b);
    struct block *t;

    if (!block_has_room(c, size))
        return NULL;
    t = block_add(c, b, size);
    t->fast = NULL;
    t->fops = 0;
    t->from = NULL;
    t->near = NULL;
    t->compiled = t->entered = false;
    t->moves = t->patches = 0;
    return t;
}

static struct block *block_miss(struct cpu *c, u32 lin, const struct tlb *t)
{
    _Alignas(struct block) u8 room[sizeof(struct block) +
                                   BLOCK_INSNS * sizeof(struct insn)];
    struct block *b = (struct block *)(void *)room;
    u32 phys = t->phys | (lin & 0xfff);

    *b = (struct block){ .phys = phys, .mode = c->mode };
    c->blocks->stats.misses++;
    decode_block(c, b, t->host + (lin & 0xfff), block_readable(c, lin));
    return b->count ? block_insert(c, b) : decode_single(c, NULL);
}

static struct block *lookup(const struct cpu *c, u32 phys)
{
    struct block *b =
        c->blocks->hash[(phys ^ c->mode << 5) & (HASH_SIZE - 1)];

    while (b && (b->phys != phys || b->mode != c->mode))
        b = b->hash_next;
    return b;
}

const struct block *block_known(const struct cpu *c, u32 phys)
{
    return lookup(c, phys);
}

const struct insn *block_first(const struct cpu *c)
{
    u32 lin = c->s.seg[CS].base + c->s.eip;
    const struct tlb *t =
        &c->tlb[c->user][TLB_FETCH][lin >> 12 & (TLB_SIZE - 1)];
    const struct block *b = NULL;

    if (t->tag == (lin & ~0xfffu) && t->host && !c->cache_off)
        b = lookup(c, t->phys | (lin & 0xfff));
    return b ? b->insn : NULL;
}

struct block *block_at(struct cpu *c)
{
    const struct single *known;
    struct block *b;
    const struct tlb *t;
    bool queued;
    u32 lin;

    if (c->family < I286)
        c->s.eip &= 0xffff;
    c->insn_eip = c->s.eip;
    if (unlikely(c->s.eip > c->s.seg[CS].limit))
        cpu_raise_code(c, EX_GP, 0);
    lin = c->s.seg[CS].base + c->s.eip;
    t = fetch_page(c, lin);
    queued = unlikely(c->s.queued == QUEUE_STALE) && queue_goes_on(c, lin);
    known = single_known(c, lin);
    if (unlikely(!t->host || c->cache_off || queued || known))
        return decode_single(c, known);
    b = lookup(c, t->phys | (lin & 0xfff));
    if (unlikely(!b))
        b = block_miss(c, lin, t);
    else if (unlikely((u64)c->s.eip + b->bytes - 1 > c->s.seg[CS].limit))
        b = decode_single(c, NULL);
    c->running = b;
    if (unlikely(b->stops))
        stop_at_code(c, b->insn);
    return b;
}
