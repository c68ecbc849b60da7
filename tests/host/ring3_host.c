/* ring3_host.c - integer instructions at ring 3 against the host's processor.
 *
 * Usage: ring3_host [-vendor intel|amd]
 *                   [-engine cache|nocache|fast|compiled] [cases] [seed]
 * Instructions of every row that a program may execute, with random prefixes,
 * operands and registers, in flat 32-bit and in 16-bit segments: stack
 * instructions, branches, 16-bit addressing, decimal arithmetic, limits, LOCK
 * and all else that int_host, in the host's 64-bit mode, can't reach. The
 * host runs them in segments of its LDT, entered by the return from a signal,
 * as the cases of ../shared/oracles/hw386 were recorded: up to an INT3 or a
 * fault. Where vendors part, host_vendor.c says how. Hosts other than x86-64
 * under Linux with an LDT skip.
 *
 * Not compared: what tests/lib/undefined.h says; page faults; what depends on the
 * operating system (selectors, INT n, system registers). */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/block.h"
#include "tests/lib/moo_run.h"
#include "tests/lib/random.h"
#include "tests/lib/undefined.h"

#if !defined(__x86_64__) || !defined(__linux__)

int main(void)
{
    puts("ring3_host: skipped, not x86-64 under Linux");
    return 77;
}

#else

#include <asm/ldt.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

enum { CODE = 0x100000, DATA = 0x110000, WINDOW = 0x10000, ROWS = 512,
       MAX_INSN = 24, INT3 = 0xcc, USER32 = 0x23, STACK32 = 0x2b, LDT16 = 0x0f,
       LDT_DATA = 0x17, DEBUG_TRAP = 3, NO_VECTOR = -1, TICK_US = 20000 };

/* A case in the making, and what holds its rows. */
struct recording {
    struct moo_case k;
    u8 bytes[MAX_INSN];
    u8 init[ROWS * 5], final[ROWS * 5];
    bool wide;                          /* flat 32-bit segments */
    u16 row;
};

static u64 seed = 1;

static u64 rnd(void) { return random64(&seed); }
static u32 pick(u32 n) { return random_below(&seed, n); }

/* ---- the host ---- */

static const int greg_of[8] = { REG_RAX, REG_RBX, REG_RCX, REG_RDX, REG_RSI,
                                REG_RDI, REG_RBP, REG_RSP };   /* as MOO_EAX.. */

static sigjmp_buf back;
static struct moo_regs entry, taken;
static bool entry_wide;
static volatile int vector;
static volatile u32 error_code;

/* What POPF may have set and no signal clears, AC above all: accesses of ours
 * would fault. Leaves the red zone alone. */
static inline void drop_flags(void)
{
    __asm__ volatile("lea -128(%%rsp), %%rsp; pushfq; andl %0, (%%rsp); popfq;"
                     "lea 128(%%rsp), %%rsp" : : "i"(~(NT | AC | ID))
                     : "cc", "memory");
}

static void enter(int sig, siginfo_t *info, void *ctx)
{
    greg_t *g = ((ucontext_t *)ctx)->uc_mcontext.gregs;
    u64 cs = entry_wide ? USER32 : LDT16, ss = entry_wide ? STACK32 : LDT_DATA;

    (void)sig;
    (void)info;
    for (int n = 0; n < 8; n++)
        g[greg_of[n]] = entry.v[MOO_EAX + n];
    g[REG_RIP] = entry.v[MOO_EIP];
    g[REG_EFL] = entry.v[MOO_EFLAGS];
    g[REG_CSGSFS] = (greg_t)(cs | ss << 48);
    __asm__ volatile("mov %0, %%ds; mov %0, %%es" : : "r"((u32)ss));
}

static void leave(int sig, siginfo_t *info, void *ctx)
{
    const greg_t *g = ((ucontext_t *)ctx)->uc_mcontext.gregs;

    drop_flags();
    (void)info;
    for (int n = 0; n < 8; n++)
        taken.v[MOO_EAX + n] = (u32)g[greg_of[n]];
    taken.v[MOO_EIP] = (u32)g[REG_RIP];
    taken.v[MOO_EFLAGS] = (u32)g[REG_EFL];
    vector = sig == SIGALRM ? NO_VECTOR : (int)g[REG_TRAPNO];
    error_code = (u32)g[REG_ERR];
    siglongjmp(back, 1);
}

/* Ends what does not end by itself. */
static void tick(int sig, siginfo_t *info, void *ctx)
{
    u64 cs = (u64)((ucontext_t *)ctx)->uc_mcontext.gregs[REG_CSGSFS] & 0xffff;

    if (cs != USER32 && cs != LDT16)
        return;
    leave(sig, info, ctx);
}

static bool set_segment(u32 selector, u32 base, u32 contents)
{
    struct user_desc d = { .entry_number = selector >> 3, .base_addr = base,
                           .limit = WINDOW - 1, .contents = contents };

    return syscall(SYS_modify_ldt, 1, &d, sizeof d) == 0;
}

static bool set_signals(void)
{
    static const int faults[] = { SIGTRAP, SIGSEGV, SIGILL, SIGFPE, SIGBUS };
    static u8 stack[1 << 16];
    stack_t alt = { .ss_sp = stack, .ss_size = sizeof stack };
    struct sigaction in = { .sa_sigaction = enter,
                            .sa_flags = SA_SIGINFO | SA_ONSTACK };
    struct sigaction late = { .sa_sigaction = tick,
                              .sa_flags = SA_SIGINFO | SA_ONSTACK };
    struct itimerval often = { { 0, TICK_US }, { 0, TICK_US } };
    struct sigaction out = { .sa_sigaction = leave,
                             .sa_flags = SA_SIGINFO | SA_ONSTACK };

    if (sigaltstack(&alt, NULL) || sigaction(SIGUSR1, &in, NULL))
        return false;
    for (size_t n = 0; n < COUNT_OF(faults); n++)
        if (sigaction(faults[n], &out, NULL))
            return false;
    return !sigaction(SIGALRM, &late, NULL) &&
           !setitimer(ITIMER_REAL, &often, NULL);
}

static bool host_init(void)
{
    void *want = (void *)(uintptr_t)CODE;
    void *p = mmap(want, 2 * WINDOW, PROT_READ | PROT_WRITE | PROT_EXEC,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (p != want)
        return false;
    memset(p, INT3, WINDOW);
    return set_segment(LDT16, CODE, MODIFY_LDT_CONTENTS_CODE) &&
           set_segment(LDT_DATA, DATA, MODIFY_LDT_CONTENTS_DATA) &&
           set_signals();
}

static u8 *host(u32 addr)
{
    return (u8 *)(uintptr_t)addr;
}

static void host_run(struct recording *r)
{
    entry = r->k.init;
    entry_wide = r->wide;
    if (!sigsetjmp(back, 1))
        raise(SIGUSR1);
    r->k.final = taken;
    r->k.final.present = r->k.init.present;
    r->k.has_excp = vector != DEBUG_TRAP;
    if (vector == DEBUG_TRAP)
        r->k.final.v[MOO_EIP]--;        /* of the INT3 */
    r->k.vector = (u8)vector;
    r->k.has_error = r->k.has_excp;
    r->k.error = error_code;
}

/* A kernel may know no such segments: the first INT3 shows. */
static bool host_works(void)
{
    static struct recording r;

    for (int wide = 0; wide < 2; wide++) {
        r.wide = wide;
        r.k.init.v[MOO_EIP] = wide ? CODE + 16 : 16;
        r.k.init.v[MOO_ESP] = wide ? DATA + WINDOW / 2 : WINDOW / 2;
        r.k.init.v[MOO_EFLAGS] = IF | 2;
        host_run(&r);
        if (r.k.has_excp || r.k.final.v[MOO_EIP] != r.k.init.v[MOO_EIP])
            return false;
    }
    return true;
}

/* ---- rows ---- */

static void put_row(u8 *row, u32 addr, u8 v)
{
    for (int n = 0; n < 4; n++)
        row[n] = (u8)(addr >> 8 * n);
    row[4] = v;
}

static u8 blank(u32 addr)
{
    return addr < DATA ? INT3 : 0;
}

/* What is there now and is not what was there between cases. */
static void save_rows(struct moo_ram *ram, u8 *rows)
{
    static u8 code[WINDOW], data[WINDOW];

    memset(code, INT3, WINDOW);
    ram->n = 0;
    ram->row = rows;
    for (u32 page = CODE; page < DATA + WINDOW; page += PAGE_SIZE) {
        if (memcmp(host(page), page < DATA ? code : data, PAGE_SIZE) == 0)
            continue;
        for (u32 at = page; at < page + PAGE_SIZE && ram->n < ROWS; at++)
            if (*host(at) != blank(at))
                put_row(rows + 5 * ram->n++, at, *host(at));
    }
}

/* Bytes that became blank again are rows as well. */
static void save_final(struct recording *r)
{
    struct moo_ram *ram = &r->k.final_ram;

    save_rows(ram, r->final);
    for (u32 n = 0; n < r->k.init_ram.n && ram->n < ROWS; n++) {
        u32 at = moo_addr(&r->k.init_ram, n);

        if (*host(at) == blank(at))
            put_row(r->final + 5 * ram->n++, at, blank(at));
    }
}

static void clean_rows(const struct moo_ram *ram)
{
    if (ram->n == ROWS) {               /* and perhaps more than that */
        memset(host(CODE), INT3, WINDOW);
        memset(host(DATA), 0, WINDOW);
    }
    for (u32 n = 0; n < ram->n; n++)
        *host(moo_addr(ram, n)) = blank(moo_addr(ram, n));
}

/* ---- which instructions ---- */

/* What needs the host's selectors, its registers or its kernel, or is another
 * instruction on later processors. */
static bool excluded(u32 slot)
{
    static const u16 list[] = {
        0x06, 0x07, 0x0e, 0x16, 0x17, 0x1e, 0x1f, 0x26, 0x2e, 0x36, 0x3e,
        0x64, 0x65, 0x66, 0x67, 0x8c, 0x8e, 0x9a, 0x9b, 0xc4, 0xc5, 0xca, 0xcb,
        0xcc, 0xcd, 0xce, 0xcf, 0xea, 0xf0, 0xf1, 0xf2, 0xf3, 0x1a0, 0x1a1,
        0x1a2, 0x1a8, 0x1a9, 0x1aa, 0x1b2, 0x1b4, 0x1b5 };

    for (size_t n = 0; n < COUNT_OF(list); n++)
        if (list[n] == slot)
            return true;
    return (slot >= 0xd8 && slot <= 0xdf) || (slot >= 0x100 && slot < 0x140 &&
           slot != 0x10b) || (slot >= 0x150 && slot < 0x180) || slot >= 0x1d0;
}

static bool row_wanted(const struct op *o)
{
    if (excluded(o->slot) || o->feature & FEAT_MMX)
        return false;
    return o->slot != 0xff || ((o->ext & 7) != 3 && (o->ext & 7) != 5);
}

static u32 some_value(void)
{
    static const u32 t[] = { 0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff,
                             0x7fffffff, 0x80000000, 0xffffffff, 0xfffe };

    switch (pick(4)) {
    case 0: return t[pick(COUNT_OF(t))];
    case 1: return DATA + 0x100 + pick(WINDOW - 0x200);
    case 2: return pick(200) - 100;
    default: return (u32)rnd();
    }
}

static bool is_string(u32 slot)
{
    return (slot >= 0xa4 && slot <= 0xa7) || (slot >= 0xaa && slot <= 0xaf);
}

static u32 put_prefixes(u8 *b, u32 slot)
{
    static const u8 segments[] = { 0x26, 0x2e, 0x36, 0x3e };
    u32 n = 0;

    if (pick(3) == 0)
        b[n++] = 0x66;
    if (pick(4) == 0)
        b[n++] = 0x67;
    if (pick(4) == 0)
        b[n++] = segments[pick(4)];
    if (pick(12) == 0)
        b[n++] = 0xf0;
    else if (is_string(slot) && pick(3))
        b[n++] = 0xf2 + (u8)pick(2);
    return n;
}

/* Random bytes behind the opcode, until the decoder reads that row. */
static bool make_insn(struct rig *rig, struct recording *r, struct insn *d)
{
    const struct op *o = &op_table[r->row];

    for (int tries = 0; tries < 200; tries++) {
        u32 slot = o->slot + (o->attr & Z8 ? pick(8) : 0), v;
        u32 n = put_prefixes(r->bytes, slot);

        if (slot >= 0x100)
            r->bytes[n++] = 0x0f;
        r->bytes[n++] = (u8)slot;
        while (n + 4 <= MAX_INSN - 4) {
            v = some_value();
            memcpy(r->bytes + n, &v, 4);
            n += 4;
        }
        rig->cpu.mode = MODE_PROT | (r->wide ? MODE_CS32 : 0);
        if (insn_decode(&rig->cpu, r->bytes, MAX_INSN, d) == DECODE_OK &&
            d->row == r->row)
            return true;
    }
    return false;
}

/* Around what the instruction reads there are no blanks. */
static void fill(struct recording *r, u32 at, u32 bytes)
{
    at = r->wide ? at : DATA + (at & 0xffff);
    for (u32 n = 0; n < bytes; n++, at++)
        if (at >= DATA && at < DATA + WINDOW)
            *host(at) = (u8)(pick(4) ? rnd() : some_value());
}

static u32 effective(const struct recording *r, const struct insn *d)
{
    static const u8 moo[8] = { MOO_EAX, MOO_ECX, MOO_EDX, MOO_EBX, MOO_ESP,
                               MOO_EBP, MOO_ESI, MOO_EDI };
    u32 ea = d->disp;

    if (d->base < 8)
        ea += r->k.init.v[moo[d->base]];
    if (d->index < 8)
        ea += r->k.init.v[moo[d->index]] << d->scale;
    return ea & d->amask;
}

static void some_registers(struct recording *r, const struct insn *d)
{
    struct moo_regs *g = &r->k.init;
    u32 op = op_table[d->row].slot;

    g->present = 0x3ff << MOO_EAX | 1u << MOO_EIP | 1u << MOO_EFLAGS;
    g->present &= ~(0x3fu << MOO_ECS);
    for (int n = 0; n < 8; n++)
        g->v[MOO_EAX + n] = some_value();
    if (op == 0x9d || pick(4))          /* POPF: see some_memory() */
        g->v[MOO_ESP] = (r->wide ? DATA : (u32)rnd() << 16) + 0x200 +
                        pick(0xfc00);
    else if (!r->wide)
        g->v[MOO_ESP] = ((u32)rnd() << 16) + (pick(40) - 20) % 0x10000;
    if ((is_string(op) && pick(8)) || (op >= 0xe0 && op <= 0xe2))
        g->v[MOO_ECX] = pick(20);
    g->v[MOO_EFLAGS] = ((u32)rnd() & (ARITH | DF)) | IF | 2;
    g->v[MOO_EIP] = (r->wide ? CODE : 0) + 0x100 + pick(0xfe00);
    if (!r->wide && pick(8) == 0)       /* beside the limit */
        g->v[MOO_EIP] = 0x10000 - 1 - pick(12);
}

/* What POPF may set: no TF, which traps, no AC, which makes the host's own
 * accesses fault in the handler. */
static void put_flags(const struct recording *r, u32 sp)
{
    u32 flags = (u32)rnd() & (ARITH | DF | NT);

    for (u32 n = 0; n < 4; n++)
        *host((r->wide ? sp : DATA + (sp & 0xffff)) + n) = (u8)(flags >> 8 * n);
}

static void some_memory(struct recording *r, const struct insn *d)
{
    const struct moo_regs *g = &r->k.init;
    u32 at = (r->wide ? 0 : CODE) + g->v[MOO_EIP];

    for (u32 n = 0; n < d->len && at + n < DATA; n++)
        *host(at + n) = r->bytes[n];
    if (d->flags & I_MEM)
        fill(r, effective(r, d), 12);
    fill(r, g->v[MOO_ESI] - 8, 24);
    fill(r, g->v[MOO_EDI] - 8, 24);
    fill(r, g->v[MOO_ESP] - 8, 48);
    fill(r, g->v[MOO_EBP] - 8, 16);
    if (op_table[d->row].slot == 0x9d)
        put_flags(r, g->v[MOO_ESP]);
}

/* Where processors differ, and the manual lets them, when an instruction
 * faults: stores before a fault (CALL's return address, PUSHA, ENTER),
 * registers already popped (POPA), the bound that is read first, the operand
 * of CMPS that is. Linux also executes SLDT and its like where they fault,
 * and reads them from behind the limit. */
static bool fault_varies(const struct recording *r, const struct insn *d)
{
    u32 slot = op_table[r->row].slot;

    if (!r->k.has_excp)
        return false;
    return (slot >= 0x60 && slot <= 0x62) || (slot & ~1u) == 0xa6 ||
           slot == 0xc8 || slot == 0xe8 || slot == 0xff ||
           (slot >= 0x100 && r->k.init.v[MOO_EIP] + d->len > WINDOW);
}

/* Behind the code there is no INT3, and whatever lies there would run. */
static bool left_code(const struct recording *r)
{
    return r->k.final.v[MOO_EIP] >= (r->wide ? DATA : WINDOW);
}

/* False when the row has no form in these segments. */
static bool record(struct rig *rig, struct recording *r)
{
    struct insn d;

    do {
        r->row = (u16)pick((u32)op_count);
    } while (!row_wanted(&op_table[r->row]) ||
             !op_in_model(&op_table[r->row], &rig->model));
    r->wide = pick(2);
    if (!make_insn(rig, r, &d))
        return false;
    memset(&r->k, 0, sizeof r->k);
    r->k.name = r->wide ? "p32" : "p16";
    r->k.name_len = 3;
    r->k.bytes = r->bytes;
    r->k.nbytes = d.len;
    r->k.wide = true;
    some_registers(r, &d);
    if (undefined_result(&d, r->k.init.v[MOO_ECX]))
        return false;
    some_memory(r, &d);
    save_rows(&r->k.init_ram, r->init);
    host_run(r);
    save_final(r);
    clean_rows(&r->k.init_ram);
    clean_rows(&r->k.final_ram);
    r->k.mask.present = 1u << MOO_EFLAGS;
    r->k.mask.v[MOO_EFLAGS] = ~(r->k.has_excp && r->k.vector == EX_DE ? ARITH :
                                undefined_flags(&d, r->k.init.v[MOO_ECX]));
    return vector != NO_VECTOR && !fault_varies(r, &d) && !left_code(r) &&
           r->k.init_ram.n < ROWS && r->k.final_ram.n < ROWS;
}

/* ---- the whole ---- */

static void show(const struct recording *r, const char *why)
{
    printf("%s %s:", r->k.name, op_table[r->row].mnem);
    for (u32 n = 0; n < r->k.nbytes; n++)
        printf(" %02x", r->bytes[n]);
    printf("\n   ");
    for (int n = MOO_EAX; n <= MOO_EFLAGS; n++)
        if (n < MOO_ECS || n > MOO_ESS)
            printf(" %x", r->k.init.v[n]);
    printf("\n   %s\n", why);
}

static u32 run(struct rig *rig, u32 cases, u32 *skipped)
{
    static struct recording r;
    static const struct moo_file none;
    u32 bad = 0;

    for (u32 n = 0; n < cases && bad < 20; n++) {
        char why[400] = "";
        enum moo_result e = MOO_SKIP;

        if (record(rig, &r))
            e = rig_run(rig, &none, &r.k, why, sizeof why);
        *skipped += e == MOO_SKIP;
        bad += e == MOO_FAIL;
        if (e == MOO_FAIL)
            show(&r, why);
    }
    return bad;
}

int main(int argc, char **argv)
{
    static struct rig rig;
    enum rig_engine engine = RIG_CACHE;
    enum vendor vendor = vendor_option(&argc, &argv);
    u32 cases, bad, skipped = 0;

    if (argc > 2 && strcmp(argv[1], "-engine") == 0) {
        if (!rig_engine_named(argv[2], &engine)) {
            fprintf(stderr, "ring3_host: no engine '%s'\n", argv[2]);
            return 2;
        }
        argc -= 2;
        argv += 2;
    }
    cases = argc > 1 ? (u32)strtoul(argv[1], NULL, 0) : 100000;
    seed = argc > 2 ? strtoull(argv[2], NULL, 0) * 2 + 1 : 1;
    if (!rig_init(&rig, "pentium", engine, RIG_TRAP) || !host_init() ||
        !host_works()) {
        puts("ring3_host: skipped, the host lends no segments");
        return 77;
    }
    rig.vendor = vendor;
    bad = run(&rig, cases, &skipped);
    printf("ring3_host: %u cases, %u skipped, %u differ\n", cases, skipped,
           bad);
    rig_free(&rig);
    return bad != 0;
}

#endif
