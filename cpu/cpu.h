/* cpu.h - the processor as the board sees it: models, state, pins, running.
 * What is inside stands in core.h.
 *
 * Reference: Intel 64 and IA-32 Architectures SDM (325462), volumes 1-3;
 * Intel 80386 Programmer's Reference (230985); iAPX 86/88, 186/188 User's
 * Manual (210912); iAPX 286 Programmer's Reference (210498).
 * Not modelled: the prefetch queue but for what software sees of the 8086's
 * (queue.h), caches, SMM, APIC, SSE and later. */
#ifndef CPU_H
#define CPU_H

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

/* The TLB in a state file: software that changes a page table and does not say
 * so may find the old translation until the entry goes. An entry is its linear
 * page in the top 20 bits, its physical address in the lower half, and bits,
 * among them its kind and that these are told. */
enum { SAVED_VALID = 1, SAVED_GLOBAL = 2, SAVED_LARGE = 4, SAVED_KIND_IS = 8,
       SAVED_USER = 32, SAVED_KIND = 64 };
enum { TLB_SIZE = 2048 };

/* Code has entries of its own, which data can't replace: so what is in there
 * does not depend on how often an engine looks. */
enum tlb_kind { TLB_READ, TLB_WRITE, TLB_FETCH, TLB_KINDS };
enum { TLB_ENTRIES = 2 * TLB_KINDS * TLB_SIZE };

struct tlb_state {
    u64 entry[TLB_ENTRIES];
};

/* Where the processor stops for a debugger (stop.h): ranges of linear or
 * physical addresses, of vectors or of ports, for kinds of events, a bit
 * each. */
enum cpu_stop_kind { STOP_CODE, STOP_READ, STOP_WRITE, STOP_INT, STOP_FAULT,
                     STOP_IRQ, STOP_IN, STOP_OUT, STOP_MODE };
struct cpu_stop {
    u32 kinds, first, last;
    bool physical;
};
struct cpu_event {
    enum cpu_stop_kind kind;
    u32 at, size;                       /* address, vector or port */
    bool device;                        /* a bus master's write */
};

/* Pins, and what the board does when they are pulled. It fills them in after
 * cpu_new(). */
struct cpu_pins {
    u8 (*inta)(void *ctx);              /* interrupt acknowledge: the vector */
    void *inta_ctx;
    bool (*stop)(void *ctx, u32 n, const struct cpu_event *e);
    void *stop_ctx;
    bool (*yield)(void *ctx);           /* a program yields: nap instead? */
    void *yield_ctx;
    u64 (*chips)(void *ctx);            /* a hash of kept chips' states */
    void *chips_ctx;
    struct line ferr;                   /* to IRQ 13 */
    struct line shutdown;               /* pulses on a triple fault */
};

struct cpu;

/* A processor of that model, before its reset; NULL when out of memory. With
 * cache_off it decodes each instruction anew and runs every one of them. */
struct cpu *cpu_new(const struct cpu_model *model, struct mem *mem,
                    struct bus *bus, struct clk *clk, struct log *log,
                    bool cache_off);
void cpu_delete(struct cpu *c);

struct cpu_pins *cpu_pins(struct cpu *c);

/* The state; valid as a whole after cpu_sync(). */
struct cpu_state *cpu_state(struct cpu *c);
struct tlb_state *cpu_tlb_state(struct cpu *c);

/* The instructions retired, the running one included; the units of cost spent
 * on them. */
u64 cpu_insns(const struct cpu *c);
u64 cpu_units(const struct cpu *c);

extern const struct table cpu_table, tlb_table;

/* Lets instructions cost what they cost the model (cpu_pace() ps a unit), or
 * one unit each: from the start, or from now on. */
void cpu_set_costs(struct cpu *c, bool on);
void cpu_change_costs(struct cpu *c, bool on);
u32 cpu_pace(const struct cpu_model *m);

/* Chooses the engine; every choice gives the same results. False: this host
 * can't have it, and the next best one runs. */
enum cpu_engine { ENGINE_PLAIN, ENGINE_FAST, ENGINE_COMPILED };
bool cpu_set_engine(struct cpu *c, enum cpu_engine e);

/* Whether this build has it. */
bool cpu_engine_built(enum cpu_engine e);

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
 * They fit struct mem's changed() and wrote(), the third its ask(). */
void cpu_map_changed(void *cpu);
void cpu_mem_wrote(void *cpu, u32 addr, u32 n);
void cpu_mem_ask(void *cpu);

/* All pages are clean again, or those of the whole memory are for the first
 * time: stores ask. The second is for each page of RAM that changes sides. */
void cpu_pages_clean(struct cpu *c);
void cpu_page_lines(struct cpu *c, u32 phys, bool clean);
void cpu_page_end(struct cpu *c, u32 phys);     /* reaching over is fine */

/* These stops count from here on, n 0: none; the list stays the caller's. Of
 * each event of stop n the pin `stop` is told; when that returns true,
 * cpu_run() ends: before the instruction of STOP_CODE, otherwise behind the
 * one that brought the event about. cpu_pass(): the next instruction is not
 * stopped at, whatever stands in the list. */
void cpu_set_stops(struct cpu *c, const struct cpu_stop *list, u32 n);
void cpu_pass(struct cpu *c);

/* Lets the run loop look around at the next instruction boundary. */
void cpu_kick(struct cpu *c);

/* Makes cpu_run() return there. */
void cpu_stop(struct cpu *c);

/* What the cache of decoded instructions has done and holds. */
struct block_stats { u64 hits, misses, drops; u32 blocks, bytes; };
struct block_stats block_cache_stats(const struct cpu *c);

/* Why an engine with a form of its own went back to the run loop: the budget
 * was used up; the block to come had no form yet, or no link to it; a plain
 * handler changed the mode, moved code, dropped the block or took the time; a
 * fault. The last two count instructions of blocks without a form: because
 * they ran too seldom, or because the budget had less than the block. */
enum cpu_left { LEFT_BUDGET, LEFT_UNKNOWN, LEFT_UNLINKED, LEFT_CHANGED,
                LEFT_FAULT, LEFT_COLD, LEFT_SHORT, LEFTS };
u64 cpu_left_count(const struct cpu *c, enum cpu_left why);

/* How often an engine with a form of its own ran the plain handler of a row,
 * because the row has no other or that could not do it. */
struct cpu_slow_row {
    u64 runs;
    const char *mnem;
    char opcode[16];
    bool memory, repeated;              /* with such an operand, a REP */
};

/* The n-th of them, which may have no runs; false past the last. */
bool cpu_slow_row(const struct cpu *c, u32 n, struct cpu_slow_row *row);

/* The physical address of a linear one, for who looks from outside: nothing
 * changes. False when it is not mapped. */
bool cpu_translate(struct cpu *c, u32 lin, u32 *phys);

/* Calls visit for each entry of the page tables that maps something; false
 * when paging is off. Rights are the lowest three bits. */
typedef void cpu_page_visit(void *ctx, u32 lin, u64 entry, u32 rights,
                            u32 size);
bool cpu_each_page(struct cpu *c, cpu_page_visit *visit, void *ctx);

/* Text of the instruction at p in Intel syntax, of n bytes that can be read, as
 * in a code segment of 16 or 32 bits (0: the present one); its length in bytes,
 * 1 for "db". eip is its address, for the targets of branches. */
int cpu_disasm(struct cpu *c, int bits, const u8 *p, u32 n, u32 eip, char *out,
               size_t size);

/* ---- loops that change nothing (lap.h) ---- */

/* What was not run, as whole laps were skipped; and what happens now. */
struct cpu_laps {
    u64 insns, units, ps;               /* skipped so far */
    u64 lap;                            /* instructions of the known lap; 0:
                                           none is known */
    bool looking;
};
struct cpu_laps cpu_laps(const struct cpu *c);

/* Something came from outside the program that is in no event: laps known so
 * far may be none any more. */
void cpu_disturb(struct cpu *c);

/* Changes of memory are summed by address in sum[NOTED], each zero again where
 * nothing differs; [0] is of memory on devices. NULL: no longer. */
enum { NOTED = 64 };
void cpu_note_stores(struct cpu *c, u64 *sum);

/* Ends a nap that yield() began; a nap also ends with any interrupt. */
void cpu_wake(struct cpu *c);

#endif
