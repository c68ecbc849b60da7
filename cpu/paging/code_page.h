/* code_page.h - what the block cache knows of a physical page with code.
 *
 *   page -> blocks -> block -> block -> ... -> NULL     (by page_next)
 *        -> code:  a bit for each byte that some block was decoded from
 *        -> lines: a bit for each 64 bytes with such a byte
 */
#ifndef CODE_PAGE_H
#define CODE_PAGE_H

#include "cpu/block.h"
#include "cpu/core.h"

struct code_page {
    u32 phys;
    u32 changes;                        /* of its list of blocks, and of forms
                                         * that an engine gave them */
    u32 drops;                          /* since a block was decoded */
    u64 lines;
    u64 code[PAGE_SIZE / 64];
    u64 patched[PAGE_SIZE / 64];        /* as code: bytes that changed while
                                         * only a constant of an instruction
                                         * followed from them (patch.h) */
    struct block *blocks;
    struct code_page *next;             /* with the same hash */
};

enum { PAGE_HASH = 1 << 10 };

/* The page of a physical address, or NULL when it holds no code. */
static inline struct code_page *code_page_find(const struct cpu *c, u32 phys)
{
    struct code_page *p = c->pages[phys >> 12 & (PAGE_HASH - 1)];

    while (p && p->phys != (phys & ~0xfffu))
        p = p->next;
    return p;
}

/* Whether 1 << k bytes hold no code, although others of their line do. */
static inline bool code_page_free(const struct code_page *p, u32 phys, int k)
{
    u32 at = phys & 0xfff, sh = at & 63;
    u64 bits;

    if (at > PAGE_SIZE - 4)
        return false;                   /* maybe code of the next page */
    if (!p)
        return true;
    bits = p->code[at / 64] >> sh;
    if (sh > 60 && at / 64 + 1 < COUNT_OF(p->code))
        bits |= p->code[at / 64 + 1] << (64 - sh);
    return !(bits & ((1u << (1 << k)) - 1));
}

/* Bits a to z of a word. */
static inline u64 bit_range(u32 a, u32 z)
{
    return ~(u64)0 << a & ~(u64)0 >> (63 - z);
}

/* Of bits first to last of a page's, those that lie in word n. */
static inline u64 page_word(u32 n, u32 first, u32 last)
{
    return bit_range(n == first / 64 ? first % 64 : 0,
                     n == last / 64 ? last % 64 : 63);
}

/* Whether one of n bytes from phys on has its bit set; those in the next page
 * have none. */
static inline bool page_any(const u64 bits[PAGE_SIZE / 64], u32 phys, u32 n)
{
    u32 first = phys & (PAGE_SIZE - 1), last = first + n - 1;

    last = last < PAGE_SIZE ? last : PAGE_SIZE - 1;
    for (u32 w = first / 64; w <= last / 64; w++)
        if (bits[w] & page_word(w, first, last))
            return true;
    return false;
}

/* Whether one of n bytes was patched. */
static inline bool code_page_patched(const struct code_page *p, u32 phys, u32 n)
{
    return p && page_any(p->patched, phys, n);
}

#endif
