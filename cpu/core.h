/* core.h - the inside of the processor: what the rest of cpu/ works on.
 *
 * The interpreter executes blocks of decoded instructions (block.h). Virtual
 * time is the sum of what instructions cost (cost.h): `left` counts down to the
 * next event, and whoever needs the exact time asks cpu_clock(). An engine
 * (engine.h) may run blocks in a form of its own. */
#ifndef CPU_CORE_H
#define CPU_CORE_H

#include <setjmp.h>

#include "cpu/cpu.h"

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

/* Of a function that is called where the guest's registers are in the host's
 * (threaded/regs.h): it leaves them alone. */
#ifndef __has_attribute
#define __has_attribute(a) 0
#endif
#if (defined __x86_64__ || defined __aarch64__) && \
    __has_attribute(preserve_none) && __has_attribute(musttail)
#define KEEPS_REGS __attribute__((preserve_most))
#else
#define KEEPS_REGS
#endif

/* How costs are counted: see cost.h. */
enum { COUNT_BITS = 18, CHARGE_UNIT = 1 << COUNT_BITS };

/* What happens while an instruction runs and adds to its charge. */
struct charges {
    s64 rep_end;                        /* a repeated string instruction ends */
    s64 jump, loop;                     /* a Jcc, a LOOP or JCXZ that jumps */
    u32 fault[2];                       /* its delivery: real, protected mode */
};

/* What a segment lets through, worked out whenever it is loaded. */
enum { CAN_READ = 1, CAN_WRITE = 2 };
struct access {
    u32 base, lo, hi;                   /* offsets lo..hi, both included */
    u32 can;
};

enum { TLB_NOTED = 2048, TLB_SLOW = 1, TLB_CODE = 2, TLB_WATCH = 4,
       TLB_LOG = 8, TLB_CLEAN = 16, TLB_FLAGS = 31, TLB_NONE = 0xfff };

/* tag is the page's linear address; a low bit set sends the access through
 * the slow path, so one compare finds plain memory. TLB_WATCH: a data
 * breakpoint lies in the page, or alignment is checked. TLB_LOG: lap.h.
 * TLB_CLEAN: the page is clean (struct page_watch), or was a while ago, or its
 * region asks before writes. */
struct tlb {
    u32 tag, phys;
    u8 *host;                           /* of the page's first byte */
    const struct region *region;
    bool global;                        /* a load of CR3 leaves it */
    bool large;                         /* part of a page of 2 or 4 MB */
};

/* What an engine reaches of a segment without a fault: below r[n] or
 * w[n], accesses of 1 << n bytes; directly in host memory below rd[n] and
 * wd[n], where nothing is paged and `host` is offset 0; from `above` on, which
 * is 1 MB, below rh[n]; and below wh[n], but for lines of the hole before. */
enum { HIGH_BASE = 0x100000 };
struct window {
    u8 *host;
    u32 base;
    u32 rd[3], wd[3], r[3], w[3], rh[3], wh[3];
    u32 above;
};

enum { ODD_WINDOWS = 16 };
struct odd_window {
    struct access at;
    struct window window;
};

/* Memory that stores of an engine look up by line: nonzero in `lines` where
 * code may be, where the page is clean, in the last line before a clean page,
 * and from the last line before the hole up to 1 MB. A store of up to four
 * bytes looks at its first only. */
enum { LINE_CODE = 1, LINE_CLEAN = 2, LINE_BEFORE = 4, LINE_HOLE = 8 };
enum { CODE_LINE = 64, LINES_TOP = 64 << 20, NEAR_BLOCKS = 32768 };

enum { PLAIN_RUNS = 6 };                /* fast_after, but in tests */

/* Where a block was last entered, by linear address: threaded/near.h. */
struct near_block {
    u32 lin, eip;
    u32 end, key;                       /* as fast_end and near_key were */
    const struct fop *ops;
    u32 charge;
};

/* The x87 while an engine keeps it in a form of its own, as it does while
 * bar < X87_AWAY: see threaded/x87.h. */
enum { X87_AWAY = 0x20000 };
struct x87 {
    u64 mant[9];                        /* by physical register */
    u32 x[9];                           /* sign and exponent, X87_ bits */
    u32 bar;                            /* what keeps handlers from it */
    u32 top, cc;                        /* C0, C2, C3 */
    u64 lost;                           /* not 0: PE is set */
    u64 out;                            /* a value on its way to memory */
    u8 c1, out_c1;
    bool out_lost;
};

/* Loops that change nothing: see lap.h. */
struct laps {
    bool off, on;                       /* on: a look, the CPU is watched */
    bool spoilt;                        /* what came since the anchor can't
                                           have been a lap */
    bool again;                         /* a lap was found that a second one
                                           must confirm */
    bool asks;                          /* the known lap reads ports */
    u32 fails;                          /* looks in a row that found none */
    u32 gap, pace;
    u64 window, look_at, began, move_at, since; /* instruction counts */
    u64 sum;                            /* over all bytes that changed */
    struct cpu_state at;                /* the anchor, the state that is to
                                           come again; at_: what else was so */
    u64 at_sum, at_ps, at_fired, at_fills, at_chips;
    ns_t at_asked, at_steady, at_kept, at_worked;
    u64 insns, units, ps;               /* of the known lap; 0: none is */
    ns_t worked;                        /* device time in the known lap */
    u64 again_insns, last;              /* of the lap to be confirmed, of the
                                           last one that was known */
    u64 skipped, skipped_units, skipped_ps;     /* since the start */
};

struct block_cache;
struct code_page;
struct engine;
struct patches;
struct block;
struct fop;
struct link;
struct op_map;
struct compiler;
struct held_store;
struct quick;
struct costs;

struct cpu {
    struct cpu_state s;                 /* saved; must come first */

    s64 left;                           /* the budget: see cost.h */
    u64 counted;                        /* icount when it was set */
    u64 end;                            /* units spent when it is used up */
    u64 synced;                         /* units that clk knows of */
    ns_t until;                         /* where the run stops */
    ns_t aim, clocked;                  /* the budget's end; last cpu_clock */
    s64 mmio_cost;                      /* units that a device access takes,
                                           rounded up, */
    u64 ns_parts;                       /* and parts of one that a ns has, */
    u32 pace;                           /* with so many ps to a unit */
    const struct costs *costs;          /* NULL: an instruction is a unit */
    struct charges charge;
    u8 *cost_class;                     /* of each row in op_table */
    u32 insn_eip;                       /* where the running one began */
    u32 fr, fx, fb, fs;                 /* lazy flags: see flags.h */
    u32 spmask;                         /* 0xffff or ~0, by SS */
    u32 mode;                           /* block key bits: see block.h */
    u32 odd_segments;                   /* bit n: segment n, ES to DS, keeps
                                           MODE_FLAT off; while paging is on */
    u32 flags_legal;                    /* that exist, of the rarer ones */
    bool user;                          /* paging checks as user */
    bool attention;                     /* look before the next instruction */
    bool no_step;                       /* INT: no single-step trap after it */

    struct access access[SEGS];

    /* The engine that runs, and what those that have a form of blocks of
     * their own keep: see engine.h, threaded/threaded.h. */
    const struct engine *engine;
    struct window window[SEGS];
    struct window small[4], flat[4];    /* usual ones, by struct access.can */
    struct odd_window odd[ODD_WINDOWS]; /* others, as they were last */
    u32 small_end;                      /* bases below it have small ones */
    struct tlb *tlb_now;                /* of the present privilege */
    u32 fast_end;                       /* jumps below it need no check: to
                                         * blocks looked up */
    u32 near_key;                       /* follows fast_end */
    u32 link_end;                       /* the same by links */
    u32 code_gen;
    u32 chain_mode;
    bool moved;                         /* code may be elsewhere now */
    bool no_room;                       /* the cache is full */
    bool windows_off;                   /* tests: all through the TLB */
    u8 block_insns;                     /* tests: the longest block */
    u8 fast_after;                      /* plain runs of a block before its
                                         * engine makes a form of it */
    struct link *link_from;
    struct block *entered;              /* threaded.c */
    const struct block *running;
    struct near_block *near;            /* threaded/near.h */
    struct near_page *near_pages;
    u16 *fast_rows;
    struct compiler *compiler;          /* NULL: no third tier */
    struct held_store *held_store;      /* micro_op.h */
    struct quick *quick;                /* threaded/quick.h */
    struct {
        u64 *rows, left[LEFTS];
        u64 page_links, page_unlinks;   /* links into other pages */
    } tally;                            /* tally.h */
    u8 *low_host;                       /* unpaged memory from 0 on */
    u32 low_end, high_end;              /* before and behind the hole */
    struct x87 x87;

    struct laps laps;
    u64 *noted;                         /* NOTED sums: see lap_note() */
    bool watched;                       /* stores go the long way */

    struct tlb tlb[2][TLB_KINDS][TLB_SIZE];     /* [user] */
    struct tlb_state tlb_saved;         /* by cpu_sync() */
    u16 tlb_note[TLB_NOTED];            /* entries filled since a flush */
    u32 tlb_filled;
    u64 tlb_fills;                      /* ever */
    bool tlb_all_noted;
    u32 tlb_large[32];                  /* a bit for each 4 MB: since a flush,
                                         * has some of a large page come? */
    struct block_cache *blocks;
    struct code_page *pages[1 << 10];   /* with code: code_page.h */
    struct patches *patches;            /* patch.h */
    bool cache_off;                     /* decode anew each time */

    const struct cpu_model *model;
    enum family family;
    bool fpu;                           /* there is one */
    struct op_map *ops;                 /* slot to row, for this model */

    struct mem *mem;
    struct bus *bus;
    struct clk *clk;
    struct log *log;

    const struct cpu_stop *stops;       /* stop.h: the caller's list */
    u32 stop_count, stop_kinds;         /* kinds: of all, a bit each */
    u32 passed_lin;                     /* code that was looked at, with */
    u64 passed_count;                   /* that many instructions run and */
    u16 passed_turns;                   /* turns of a repeated one to go */
    bool resumed;                       /* RF is off for an instruction */
    bool stopped;                       /* before an instruction */

    int fault, delivering;              /* vectors, -1: none */
    u32 nested;                         /* faults since it was to be entered */
    u32 fault_code;
    u32 ext;                            /* EXT bit of error codes now */
    bool fault_has_code;
    jmp_buf unwind;

    struct cpu_pins pin;

    /* Last, so that what else is asked for is near. It lies in here because a
     * store then finds its byte without a pointer to load. */
    u8 lines[LINES_TOP / CODE_LINE + 1];
};

/* The instructions retired, the running one included, and the units of cost
 * spent on them. */
static inline u64 cpu_icount(const struct cpu *c)
{
    return c->counted + (-(u64)c->left & (CHARGE_UNIT - 1));
}

static inline s64 cpu_units_left(const struct cpu *c)
{
    return (c->left + CHARGE_UNIT - 1) >> COUNT_BITS;
}

static inline u64 cpu_spent(const struct cpu *c)
{
    return c->end - (u64)cpu_units_left(c);
}

/* Prepares a zeroed struct; allocates the block cache and the opcode map. */
enum err cpu_init(struct cpu *c, const struct cpu_model *model, struct mem *mem,
                  struct bus *bus, struct clk *clk, struct log *log);
void cpu_free(struct cpu *c);

#endif
