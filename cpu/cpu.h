/* cpu.h - the processor as the board sees it: state, wires, run.
 *
 * The interpreter executes blocks of decoded instructions (block.h). Virtual
 * time is the sum of what instructions cost (cost.h): `left` counts down to the
 * next event, and whoever needs the exact time asks cpu_clock().
 *
 * Reference: Intel 64 and IA-32 Architectures SDM (325462), volumes 1-3;
 * Intel 80386 Programmer's Reference (230985); iAPX 86/88, 186/188 User's
 * Manual (210912); iAPX 286 Programmer's Reference (210498).
 * Not modelled: the prefetch queue, caches, SMM, APIC, SSE and later. */
#ifndef CPU_H
#define CPU_H

#include <setjmp.h>

#include "machine/core/bus.h"
#include "machine/core/mem.h"

enum { CF = 1, PF = 4, AF = 0x10, ZF = 0x40, SF = 0x80, TF = 0x100,
       IF = 0x200, DF = 0x400, OF = 0x800, IOPL = 0x3000, NT = 0x4000,
       RF = 0x10000, VM = 0x20000, AC = 0x40000, VIF = 0x80000,
       VIP = 0x100000, ID = 0x200000 };
enum { CR0_PE = 1, CR0_MP = 2, CR0_EM = 4, CR0_TS = 8, CR0_ET = 0x10,
       CR0_NE = 0x20, CR0_WP = 0x10000, CR0_AM = 0x40000, CR0_NW = 1 << 29,
       CR0_CD = 1 << 30 };
#define CR0_PG 0x80000000u
enum { CR4_VME = 1, CR4_PVI = 2, CR4_TSD = 4, CR4_DE = 8, CR4_PSE = 16,
       CR4_PAE = 32, CR4_MCE = 64, CR4_PGE = 128, CR4_PCE = 256 };

enum { EAX, ECX, EDX, EBX, ESP, EBP, ESI, EDI, NOREG };
enum { ES, CS, SS, DS, FS, GS, LDTR, TR, SEGS };

enum { EX_DE, EX_DB, EX_NMI, EX_BP, EX_OF, EX_BR, EX_UD, EX_NM, EX_DF, EX_MP,
       EX_TS, EX_NP, EX_SS, EX_GP, EX_PF, EX_MF = 16, EX_AC, EX_MC };

/* Families, in the order in which instructions appeared. */
enum family { I86, I186, I286, I386, I486, I586, I686 };

/* Features beyond the family's instruction set, as CPUID leaf 1 EDX bits. */
enum { FEAT_FPU = 1, FEAT_VME = 2, FEAT_DE = 4, FEAT_PSE = 8, FEAT_TSC = 16,
       FEAT_MSR = 32, FEAT_PAE = 64, FEAT_MCE = 128, FEAT_CX8 = 256,
       FEAT_SEP = 1 << 11, FEAT_MTRR = 1 << 12, FEAT_PGE = 1 << 13,
       FEAT_MCA = 1 << 14, FEAT_CMOV = 1 << 15, FEAT_MMX = 1 << 23 };

struct cpu_model {
    const char *name, *doc;
    enum family family;
    u32 signature;                      /* DX at reset; CPUID.1 EAX */
    u32 features;
    bool cpuid;
    u32 ps_per_insn;                    /* the time-stamp counter's, where an
                                         * instruction is a unit of cost */
    u32 khz;                            /* the clock */
    u32 caches;                         /* CPUID.2 EDX; 0: no such leaf */
};

/* The models, ending with a null name. */
extern const struct cpu_model cpu_models[];
const struct cpu_model *cpu_model_find(const char *name);   /* or NULL */

/* What -cpu MODEL,+NAME switches, ending with a null name. */
struct cpu_feature {
    const char *name, *doc;
    u32 bit;                            /* FEAT_; 0: the CPUID instruction */
    enum family since;                  /* families that can have it */
};
extern const struct cpu_feature cpu_features[];
const struct cpu_feature *cpu_feature_find(const char *name, size_t len);
bool cpu_model_has(const struct cpu_model *m, const struct cpu_feature *f);

/* False, and nothing changed, when its family can't have it. */
bool cpu_model_set(struct cpu_model *m, const struct cpu_feature *f, bool on);

struct seg {                            /* visible and hidden part */
    u32 base, limit;                    /* limit in bytes */
    u16 sel;
    u16 attr;                           /* descriptor bits 40-55 */
};

/* Descriptor attribute bits as in struct seg. */
enum { SEG_A = 1, SEG_RW = 2, SEG_DC = 4, SEG_CODE = 8, SEG_S = 0x10,
       SEG_DPL = 0x60, SEG_P = 0x80, SEG_AVL = 0x1000, SEG_DB = 0x4000,
       SEG_G = 0x8000 };

enum { CPU_MSRS = 96 };

enum { QUEUE_BYTES = 6 };

struct cpu_state {
    u32 gpr[9];                         /* [NOREG] is always zero */
    u32 eip, eflags;                    /* arithmetic flags: see cpu_sync */
    u32 cr[5];
    u32 dr[8];
    u32 gdt_base, idt_base;
    u16 gdt_limit, idt_limit;
    struct seg seg[SEGS];
    u32 sysenter[3];                    /* CS, ESP, EIP */
    u64 msr[CPU_MSRS];                  /* by their numbers in msr.c */
    u64 pdpte[4];                       /* PAE: read when CR3 is loaded */
    u64 icount;                         /* instructions retired; cpu_sync */
    u64 spent;                          /* units of cost they took; the same */
    u64 shadow_at;                      /* no interrupt at this count */
    s64 tsc_offset;
    u64 st_mant[8];                     /* x87 registers, physical order */
    u16 st_se[8];
    u16 fcw, fsw, ftw, fop, fcs, fds;   /* ftw: two bits a register */
    u32 fip, fdp;
    u8 cpl;
    bool halted, shutdown;
    bool napping;                       /* halted by cpu_nap(), not HLT */
    bool intr, nmi, nmi_blocked;        /* pin, latched edge, in a handler */
    bool ferr_level;                    /* the x87 error pin */
    bool ignne;                         /* IGNNE# pin: errors do not stop it */
    bool db_pending;                    /* a debug trap is due */
    bool sti_shadow;                    /* shadow_at is of STI, not of SS */
    u8 rep_skip;                        /* prefixes an interrupt loses */
    u8 queue[QUEUE_BYTES], queued;      /* fetched ahead: queue.h */
    u32 queue_at, queue_insn, queue_next;   /* linear: first, this, next */
};

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

enum { TLB_SIZE = 512, TLB_NOTED = 512, TLB_SLOW = 1, TLB_CODE = 2,
       TLB_WATCH = 4, TLB_LOG = 8, TLB_FLAGS = 15,
       TLB_NONE = 0xfff };

/* Code has entries of its own, which data can't replace: so what is in there
 * does not depend on how often an engine looks. */
enum tlb_kind { TLB_READ, TLB_WRITE, TLB_FETCH, TLB_KINDS };
enum { TLB_ENTRIES = 2 * TLB_KINDS * TLB_SIZE };

/* tag is the page's linear address; a low bit set sends the access through
 * the slow path, so one compare finds plain memory. TLB_WATCH: a data
 * breakpoint lies in the page, or alignment is checked. TLB_LOG: lap.h. */
struct tlb {
    u32 tag, phys;
    u8 *host;                           /* of the page's first byte */
    const struct region *region;
    bool global;                        /* a load of CR3 leaves it */
    bool large;                         /* part of a page of 2 or 4 MB */
};

/* The TLB in a state file: software that changes a page table and does not say
 * so may find the old translation until the entry goes. An entry is its linear
 * page in the top 20 bits, its physical address in the lower half, and bits. */
enum { SAVED_VALID = 1, SAVED_GLOBAL = 2, SAVED_LARGE = 4 };
struct tlb_state {
    u64 entry[TLB_ENTRIES];
};

/* What the fast engine reaches of a segment without a fault: below r[n] or
 * w[n], accesses of 1 << n bytes; directly in host memory below rd[n] and
 * wd[n], where nothing is paged and `host` is offset 0; below rh[n] and wh[n]
 * too, but for HOLE_SIZE bytes from `hole` on. */
enum { HOLE_SIZE = 0x60003 };
struct window {
    u8 *host;
    u32 base;
    u32 rd[3], wd[3], r[3], w[3], rh[3], wh[3];
    u32 hole;
};

/* Memory that stores of the fast engine look up by line: nonzero in `lines`
 * where code may be. A store of up to four bytes looks at its first only. */
enum { CODE_LINE = 64, LINES_TOP = 64 << 20, NEAR_BLOCKS = 1024 };

/* Where a block was last entered, by linear address. */
struct near_block {
    u32 lin, key;
    u32 eip, end;                       /* as EIP and fast_end were */
    const struct fop *ops;
    u32 charge;
};

/* The x87 while fast handlers use it: see x87.h. */
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
    bool off, on;                       /* on: the processor is watched */
    bool spoilt;                        /* since the anchor: no lap, */
    bool again;                         /* or one that must be confirmed */
    bool asks;                          /* laps read ports */
    u32 fails;                          /* looks in a row */
    u32 gap, pace;
    u64 window, look_at, began, move_at, since; /* instruction counts */
    u64 sum;                            /* of memory that changed */
    struct cpu_state at;                /* the anchor: this state, */
    u64 at_sum, at_ps, at_fired, at_fills;
    ns_t at_asked, at_steady, at_worked;
    u64 insns, units, ps;               /* of a lap; 0: none is known */
    ns_t worked;                        /* in one */
    u64 again_insns, last;              /* of one not confirmed, one gone */
    u64 skipped, skipped_units, skipped_ps;     /* by now */
};
enum { NOTED = 64 };

struct block_cache;
struct block;
struct fop;
struct link;
struct op_map;
struct compiler;
struct costs;

struct cpu {
    struct cpu_state s;                 /* saved; must come first */

    s64 left;                           /* the budget: see cost.h */
    u64 counted;                        /* icount when it was set */
    u64 end;                            /* units spent when it is used up */
    u64 synced;                         /* units that clk knows of */
    ns_t until;                         /* where the run stops */
    ns_t aim, clocked;                  /* the budget's end; last cpu_clock */
    s64 mmio_cost;                      /* units that an access takes, */
    u32 units_per_ns;                   /* and a ns of a device's at least, */
    u32 pace;                           /* at so many ps each */
    const struct costs *costs;          /* NULL: an instruction is a unit */
    struct charges charge;
    u8 *cost_class;                     /* of each row in op_table */
    u32 insn_eip;                       /* where the running one began */
    u32 fr, fx;                         /* lazy flags: see flags.h */
    u32 spmask;                         /* 0xffff or ~0, by SS */
    u32 mode;                           /* block key bits: see block.h */
    u32 flags_legal;                    /* that exist, of the rarer ones */
    bool user;                          /* paging checks as user */
    bool attention;                     /* look before the next instruction */
    bool no_step;                       /* INT: no single-step trap after it */

    struct access access[SEGS];

    /* The fast engine: see threaded.h. */
    struct window window[SEGS];
    struct window small[4], flat[4];    /* usual ones, by struct access.can */
    u32 small_end;                      /* bases below it have small ones */
    struct tlb *tlb_now;                /* of the present privilege */
    u8 *lines;
    u32 fast_end;                       /* jumps below it need no check */
    u32 near_key, code_gen;
    u32 chain_mode;
    bool moved;                         /* code may be elsewhere now */
    bool fast;                          /* use it */
    bool no_room;                       /* the cache is full */
    bool windows_off;                   /* tests: all through the TLB */
    u8 block_insns;                     /* tests: the longest block */
    u8 fast_after;                      /* plain runs of a block before */
    struct link *link_from;
    const struct block *running;
    struct near_block *near;
    u16 *fast_rows;
    struct compiler *compiler;          /* NULL: no third tier */
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
    bool tlb_large;                     /* large pages came since a flush */
    struct block_cache *blocks;
    bool cache_off;                     /* decode anew each time */

    const struct cpu_model *model;
    enum family family;
    bool fpu;                           /* there is one */
    struct op_map *ops;                 /* slot to row, for this model */

    struct mem *mem;
    struct bus *bus;
    struct clk *clk;
    struct log *log;

    int fault, delivering;              /* vectors, -1: none */
    u32 nested;                         /* faults since it was to be entered */
    u32 fault_code;
    u32 ext;                            /* EXT bit of error codes now */
    bool fault_has_code;
    jmp_buf unwind;

    /* Pins. The board fills them after cpu_init(). */
    u8 (*inta)(void *ctx);              /* interrupt acknowledge: the vector */
    void *inta_ctx;
    bool (*yield)(void *ctx);           /* a program yields: nap instead? */
    void *yield_ctx;
    struct line ferr;                   /* to IRQ 13 */
    struct line shutdown;               /* pulses on a triple fault */
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

extern const struct table cpu_table, tlb_table;

/* Prepares a zeroed struct; allocates the block cache and the opcode map. */
enum err cpu_init(struct cpu *c, const struct cpu_model *model, struct mem *mem,
                  struct bus *bus, struct clk *clk, struct log *log);
void cpu_free(struct cpu *c);

/* Lets instructions cost what they cost the model (cpu_pace() ps a unit), or
 * one unit each: from the start, or from now on. */
void cpu_set_costs(struct cpu *c, bool on);
void cpu_change_costs(struct cpu *c, bool on);
u32 cpu_pace(const struct cpu_model *m);

/* Chooses the engine; every choice gives the same results. False: it is not
 * to be had here, and the next best one runs. */
enum cpu_engine { ENGINE_PLAIN, ENGINE_FAST, ENGINE_COMPILED };
bool cpu_set_engine(struct cpu *c, enum cpu_engine e);

/* The RESET pin. */
void cpu_reset(struct cpu *c);

/* Runs until virtual time `until`, the next event, a halt or a shutdown,
 * whichever comes first. Events are the caller's to fire. */
void cpu_run(struct cpu *c, ns_t until);

/* Runs one instruction (or takes one interrupt), whatever the clock says. */
void cpu_step(struct cpu *c);

/* Brings the clock up to the instruction that is running. */
void cpu_clock(struct cpu *c);

/* Writes what is kept lazily (flags, counts) into `s`; cpu_sync() also the TLB
 * into tlb_saved. Back again after a load; the TLB alone after changes to the
 * memory map that came with the load. */
void cpu_settle(struct cpu *c);
void cpu_sync(struct cpu *c);
void cpu_loaded(struct cpu *c);
void cpu_tlb_loaded(struct cpu *c);

/* Pins; they fit struct line's set(). NMI is edge triggered. */
void cpu_set_intr(void *cpu, int n, bool level);
void cpu_set_nmi(void *cpu, int n, bool level);

/* Pulls IGNNE#: x87 instructions go on although an error is pending, until it
 * is cleared. What a write to port F0h does. */
void cpu_ignne(struct cpu *c);

/* Cached translations are stale, or memory changed behind the CPU's back.
 * They fit struct mem's changed() and wrote(). */
void cpu_map_changed(void *cpu);
void cpu_mem_wrote(void *cpu, u32 addr, u32 n);

/* Lets the run loop look around at the next instruction boundary. */
void cpu_kick(struct cpu *c);

/* Makes cpu_run() return there. */
void cpu_stop(struct cpu *c);

/* What the cache of decoded instructions has done and holds. */
struct block_stats { u64 hits, misses, drops; u32 blocks, bytes; };
struct block_stats block_cache_stats(const struct cpu *c);

/* Ends a nap that yield() began; a nap also ends with any interrupt. */
void cpu_wake(struct cpu *c);

#endif
