/* block.h - the cache of decoded instructions.
 *
 * A block is a run of instructions in one page, found by physical address and
 * mode. Pages that hold blocks are marked by lines of 64 bytes; a store into
 * a marked line drops the blocks there. Dropping one that is running leaves
 * it after the instruction that did it, so self-modified code is seen at
 * once. The cache changes nothing that a guest can see. */
#ifndef BLOCK_CACHE_H
#define BLOCK_CACHE_H

#include "cpu/isa/insn.h"

enum { BLOCK_INSNS = 32, LINE_SIZE = CODE_LINE };

/* Mode bits that decoding depends on (struct cpu's mode). MODE_FLAT: with
 * paging, ES, CS, SS and DS each are all 4 GB from 0 on, the data segments to
 * read and to write. */
enum { MODE_CS32 = 1, MODE_PROT = 2, MODE_SS32 = 4, MODE_PAGED = 8,
       MODE_FLAT = 16, MODE_BITS = 5 };

struct block {
    u32 phys, mode;
    u64 lines;                          /* bit n: line n of its page */
    u16 count, bytes;
    u32 charge;                         /* of all its instructions */
    bool dead;
    bool stops;                         /* stop_at_code() comes before it */
    u8 runs;                            /* by the plain engine, so far */
    struct block *hash_next, *page_next;
    /* What an engine with a form of its own keeps: */
    struct fop *fast;                   /* that form, or NULL */
    u16 fops;                           /* in it */
    struct link *from;                  /* links that lead here */
    struct near_block *near;            /* the entry that leads here */
    u32 eip, end;                       /* what EIP and fast_end were when the
                                           form was made */
    bool compiled;                      /* ..to machine code, for these two */
    bool user;                          /* ..and privilege, with MODE_FLAT */
    bool entered;                       /* links of other pages lead here, or
                                           did: it is in a list, by.. */
    struct block *entered_next;
    u8 moves;                           /* how often it was made anew for
                                           another EIP */
    u8 patches;                         /* constants changed before it had
                                         * an engine's form */
    struct insn insn[];
};

struct block_cache *block_cache_new(void);      /* NULL: out of memory */
void block_cache_free(struct block_cache *b);
void block_cache_clear(struct cpu *c);

/* The block that starts at CS:EIP. May raise a fetch fault. */
struct block *block_at(struct cpu *c);

/* The instruction at CS:EIP if it is in the cache, begins a block and can be
 * fetched; or NULL. */
const struct insn *block_first(const struct cpu *c);

/* The block that starts at a physical address, in the present mode, if the
 * cache has one; or NULL. */
const struct block *block_known(const struct cpu *c, u32 phys);

/* Another block of the same code, which has no form of an engine's yet; it
 * comes before that one among those of its address. NULL: there is no room. */
struct block *block_twin(struct cpu *c, const struct block *b);

/* Memory that lives until block_cache_clear(); NULL when there is none. */
void *block_memory(struct cpu *c, u32 size);

/* How often everything was cleared. */
u32 block_epoch(const struct cpu *c);

/* Bytes at a physical address changed: drops the blocks there. */
void block_wrote(struct cpu *c, u32 phys, u32 n);

/* An engine gave the block another form. */
void block_form_changed(struct cpu *c, const struct block *b);

static inline bool block_overlaps(const struct block *b, u32 phys, u32 n)
{
    return b->phys < phys + n && phys < b->phys + b->bytes;
}

/* The block of the one instruction at CS:EIP if it ends in the next page and is
 * still what it was when it was last decoded; or NULL. */
const struct block *block_crossing(struct cpu *c);

/* To be called when addresses of physical memory lead to other memory of the
 * host than before. */
void block_map_changed(struct cpu *c);

/* Whether the page holds code, so that its stores must be seen. */
bool block_page_marked(const struct cpu *c, u32 phys);

#endif
