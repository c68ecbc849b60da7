/* block.c - the cache of decoded instructions. */
#include "cpu/block.h"

#include <stdlib.h>

#include "cpu/exec.h"

enum { HASH_SIZE = 1 << 14, PAGE_HASH = 1 << 10, ARENA = 4 << 20,
       MAX_INSN = 16 };

/* A physical page that holds code. */
struct code_page {
    u32 phys;
    u32 lines;                          /* lines with blocks on them */
    struct block *blocks;
    struct code_page *next;
};

struct block_cache {
    struct block *hash[HASH_SIZE];
    struct code_page *pages[PAGE_HASH];
    u8 *arena;
    u32 used;
    struct block_stats stats;
    const struct block *running;
    struct insn scratch[4];             /* a block of one instruction */
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

    memset(b->hash, 0, sizeof b->hash);
    memset(b->pages, 0, sizeof b->pages);
    b->used = 0;
    b->stats.blocks = 0;
    mmu_flush(c);                       /* no page is marked any more */
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

/* ---- pages ---- */

static struct code_page *page_find(const struct block_cache *b, u32 phys)
{
    struct code_page *p = b->pages[phys >> 12 & (PAGE_HASH - 1)];

    while (p && p->phys != (phys & ~0xfffu))
        p = p->next;
    return p;
}

static struct code_page *page_get(struct block_cache *b, u32 phys)
{
    struct code_page *p = page_find(b, phys);
    struct code_page **head = &b->pages[phys >> 12 & (PAGE_HASH - 1)];

    if (p)
        return p;
    p = arena_take(b, sizeof *p);
    *p = (struct code_page){ .phys = phys & ~0xfffu, .next = *head };
    *head = p;
    return p;
}

bool block_page_marked(const struct cpu *c, u32 phys)
{
    const struct code_page *p = page_find(c->blocks, phys);

    return p && p->lines;
}

/* Stores to this page must come through the slow path from now on. */
static void mark_tlb(struct cpu *c, u32 page)
{
    for (int user = 0; user < 2; user++)
        for (int n = 0; n < TLB_SIZE; n++) {
            struct tlb *t = &c->tlb[user][1][n];

            if (t->tag != TLB_NONE && t->phys == page)
                t->tag |= TLB_CODE;
        }
}

static u32 line_mask(u32 first, u32 last)
{
    u32 a = (first & 0xfff) / LINE_SIZE, z = (last & 0xfff) / LINE_SIZE;

    return (~0u << a) & (~0u >> (31 - z));
}

static void page_add(struct cpu *c, struct block *b)
{
    struct code_page *p = page_get(c->blocks, b->phys);

    if (!p->lines)
        mark_tlb(c, p->phys);
    p->lines |= b->lines;
    b->page_next = p->blocks;
    p->blocks = b;
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

static void drop(struct cpu *c, struct block *b)
{
    struct block_cache *bc = c->blocks;

    unhash(bc, b);
    b->dead = true;
    bc->stats.drops++;
    bc->stats.blocks--;
    if (b == bc->running)
        cpu_kick(c);
}

static void drop_lines(struct cpu *c, struct code_page *p, u32 mask)
{
    struct block **at = &p->blocks;

    p->lines = 0;
    while (*at) {
        struct block *b = *at;

        if (b->lines & mask) {
            *at = b->page_next;
            drop(c, b);
        } else {
            p->lines |= b->lines;
            at = &b->page_next;
        }
    }
}

void block_wrote(struct cpu *c, u32 phys, u32 n)
{
    struct code_page *p = page_find(c->blocks, phys);
    u32 mask = line_mask(phys, phys + n - 1);

    if (p && (p->lines & mask))
        drop_lines(c, p, mask);
}

/* ---- decoding ---- */

/* What may be read from CS:EIP without leaving the page or the segment. */
static u32 readable(const struct cpu *c, u32 lin)
{
    u32 page = PAGE_SIZE - (lin & 0xfff);
    u64 seg = (u64)c->s.seg[CS].limit - c->s.eip + 1;

    return seg < page ? (u32)seg : page;
}

static void decode_block(struct cpu *c, struct block *b, const u8 *p, u32 n)
{
    u32 at = 0;

    while (b->count < BLOCK_INSNS) {
        struct insn *i = &b->insn[b->count];

        if (insn_decode(c, p + at, n - at, i) != DECODE_OK)
            break;
        b->count++;
        at += i->len;
        if ((i->flags & I_END) || at == n)
            break;
    }
    b->bytes = (u16)at;
    if (at)
        b->lines = line_mask(b->phys, b->phys + at - 1);
}

static u32 fetch_byte(struct cpu *c, u32 eip)
{
    if (eip > c->s.seg[CS].limit)
        cpu_raise_code(c, EX_GP, 0);
    return mmu_fetch(c, c->s.seg[CS].base + eip);
}

/* An instruction that crosses a page, lies in device memory or runs into the
 * limit is decoded each time, byte by byte. */
static const struct block *decode_single(struct cpu *c)
{
    struct block *b = (struct block *)(void *)c->blocks->scratch;
    enum decode_result r = DECODE_SHORT;
    u8 bytes[MAX_INSN];
    u32 n = 0, wrap = c->family >= I286 ? ~0u : 0xffff;

    *b = (struct block){ .count = 1 };
    while (r == DECODE_SHORT && n < MAX_INSN) {
        bytes[n] = (u8)fetch_byte(c, (c->s.eip + n) & wrap);
        n++;
        r = insn_decode(c, bytes, n, b->insn);
    }
    if (r != DECODE_OK)
        cpu_raise_code(c, EX_GP, 0);
    c->blocks->running = b;
    return b;
}

static struct block *insert(struct cpu *c, u32 phys, const struct block *tmp)
{
    struct block_cache *bc = c->blocks;
    u32 size = (u32)(sizeof *tmp + tmp->count * sizeof(struct insn));
    struct block **head = &bc->hash[(phys ^ tmp->mode << 5) & (HASH_SIZE - 1)];
    struct block *b;

    if (bc->used + size + sizeof(struct code_page) + 64 > ARENA)
        block_cache_clear(c);
    b = arena_take(bc, size);
    memcpy(b, tmp, size);
    b->hash_next = *head;
    *head = b;
    bc->stats.blocks++;
    page_add(c, b);
    return b;
}

static const struct block *miss(struct cpu *c, u32 lin, const struct tlb *t)
{
    _Alignas(struct block) u8 room[sizeof(struct block) +
                                   BLOCK_INSNS * sizeof(struct insn)];
    struct block *b = (struct block *)(void *)room;
    u32 phys = t->phys | (lin & 0xfff);

    *b = (struct block){ .phys = phys, .mode = c->mode };
    c->blocks->stats.misses++;
    decode_block(c, b, t->host + (lin & 0xfff), readable(c, lin));
    return b->count ? insert(c, phys, b) : decode_single(c);
}

static struct tlb *fetch_page(struct cpu *c, u32 lin)
{
    struct tlb *t = &c->tlb[c->user][0][lin >> 12 & (TLB_SIZE - 1)];

    return likely(t->tag == (lin & ~0xfffu)) ? t : mmu_fill(c, lin, false,
                                                            c->user);
}

static struct block *lookup(const struct cpu *c, u32 phys)
{
    struct block *b =
        c->blocks->hash[(phys ^ c->mode << 5) & (HASH_SIZE - 1)];

    while (b && (b->phys != phys || b->mode != c->mode))
        b = b->hash_next;
    return b;
}

const struct block *block_at(struct cpu *c)
{
    const struct block *b;
    const struct tlb *t;
    u32 lin;

    if (c->family < I286)
        c->s.eip &= 0xffff;
    if (unlikely(c->s.eip > c->s.seg[CS].limit))
        cpu_raise_code(c, EX_GP, 0);
    lin = c->s.seg[CS].base + c->s.eip;
    t = fetch_page(c, lin);
    if (unlikely(!t->host || c->cache_off))
        return decode_single(c);
    b = lookup(c, t->phys | (lin & 0xfff));
    if (unlikely(!b))
        b = miss(c, lin, t);
    else if (unlikely((u64)c->s.eip + b->bytes - 1 > c->s.seg[CS].limit))
        b = decode_single(c);
    c->blocks->running = b;
    return b;
}
