/* int_host.c - integer instructions against the host's own processor.
 *
 * Usage: int_host [-vendor intel|amd] [cases] [seed]
 * The same bytes run here, in 64-bit mode with 32-bit registers, and in the
 * interpreter in flat 32-bit segments: arithmetic with every operand size,
 * shifts and rotations by every count, divisions that fail, exchanges, bit
 * operations, repeated string instructions that fault in the middle, forwards
 * and backwards, on the first byte behind or before the data. Hosts other
 * than x86-64 on Linux skip. Where vendors part, host_vendor.c says how.
 *
 * Not compared, since manuals leave it open:
 *  - flags that the row of opcodes.def calls undefined; OF of a shift or
 *    rotation by more than one; CF of a shift by the width or more;
 *  - SHLD and SHRD of words by more than 16;
 *  - BSF and BSR of 0: the manual leaves the target undefined, all parts
 *    known keep it (AMD documents that; compared here);
 *  - all flags after a division, and SZAP after a multiplication: Intel's and
 *    AMD's parts differ. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/block.h"
#include "cpu/exec.h"
#include "tests/lib/host_vendor.h"
#include "tests/lib/random.h"
#include "tests/lib/undefined.h"

#if !defined(__x86_64__) || !defined(__linux__)

int main(void)
{
    puts("int_host: skipped, not x86-64 under Linux");
    return 77;
}

#else

#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>

enum { RAM_SIZE = 1 << 16, CODE = 0x1000, DATA = 0x8000, LEN = 4096,
       IDT = 0x100, GDT = 0x800, HANDLERS = 0x900, STACK = 0x4000,
       FLAGS = ARITH | DF };

/* Registers in the order of their numbers; the pointers relative to data. */
struct state {
    u32 gpr[8], flags;
    int fault;                          /* vector, or -1 */
    u8 mem[LEN];
};

struct insn_bytes {
    u8 b[16];
    u32 n, undef, width;
    u16 row;
    bool string, skip;
};

static u64 seed = 1;

static u64 rnd(void) { return random64(&seed); }
static u32 pick(u32 n) { return random_below(&seed, n); }

/* ---- the host ---- */

struct context {                        /* the assembler knows the offsets */
    u64 gpr[8], flags;
};

static sigjmp_buf back;
static struct context taken;
static volatile int taken_vector;

static void on_fault(int sig, siginfo_t *info, void *ctx)
{
    static const int at[] = { REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP,
                              REG_RBP, REG_RSI, REG_RDI };
    const greg_t *g = ((ucontext_t *)ctx)->uc_mcontext.gregs;

    (void)info;
    for (int n = 0; n < 8; n++)
        taken.gpr[n] = (u64)g[at[n]];
    taken.flags = (u64)g[REG_EFL];
    taken_vector = sig == SIGFPE ? EX_DE : EX_GP;
    siglongjmp(back, 1);
}

static void put(u8 **p, const char *code, size_t n)
{
    memcpy(*p, code, n);
    *p += n;
}

/* Registers from [rdi], the instruction, registers to where they were. */
static void make_code(u8 *page, const struct insn_bytes *i)
{
    put(&page, "\x53\x55\x57", 3);                      /* push rbx rbp rdi */
    put(&page, "\xff\x77\x40\x9d", 4);                  /* flags */
    put(&page, "\x48\x8b\x07\x48\x8b\x4f\x08", 7);      /* rax, rcx */
    put(&page, "\x48\x8b\x57\x10\x48\x8b\x5f\x18", 8);  /* rdx, rbx */
    put(&page, "\x48\x8b\x6f\x28\x48\x8b\x77\x30", 8);  /* rbp, rsi */
    put(&page, "\x48\x8b\x7f\x38", 4);                  /* rdi */
    put(&page, (const char *)i->b, i->n);
    put(&page, "\x57\x48\x8b\x7c\x24\x08", 6);          /* push rdi; reload */
    put(&page, "\x48\x89\x07\x48\x89\x4f\x08", 7);
    put(&page, "\x48\x89\x57\x10\x48\x89\x5f\x18", 8);
    put(&page, "\x48\x89\x6f\x28\x48\x89\x77\x30", 8);
    put(&page, "\x8f\x47\x38\x9c\x8f\x47\x40", 7);      /* rdi, flags */
    put(&page, "\xfc\x5f\x5d\x5b\xc3", 5);              /* cld; pops; ret */
}

static void run_host(u8 *page, u8 *data, const struct insn_bytes *i,
                     struct state *s)
{
    static struct context c;
    void (*fn)(struct context *);

    make_code(page, i);
    memcpy(&fn, &page, sizeof fn);
    memcpy(data, s->mem, LEN);
    for (int n = 0; n < 8; n++)
        c.gpr[n] = s->gpr[n];
    c.gpr[EDI] += (u64)(uintptr_t)data;
    if (i->string)
        c.gpr[ESI] += (u64)(uintptr_t)data;
    c.flags = s->flags | 0x202;
    s->fault = -1;
    if (sigsetjmp(back, 1)) {
        c = taken;
        c.gpr[ESP] = 0;
        s->fault = taken_vector;
    } else {
        fn(&c);
    }
    c.gpr[EDI] -= (u64)(uintptr_t)data;
    if (i->string)
        c.gpr[ESI] -= (u64)(uintptr_t)data;
    for (int n = 0; n < 8; n++)
        s->gpr[n] = (u32)c.gpr[n];
    s->flags = (u32)c.flags & FLAGS;
    memcpy(s->mem, data, LEN);
}

/* ---- the guest ---- */

struct guest {
    struct cpu cpu;
    struct mem mem;
    struct bus bus;
    struct clk clk;
    struct cpu_model model;
    struct region region;
    u8 ram[RAM_SIZE];
};

static bool guest_init(struct guest *g)
{
    const u64 code = 0x00cf9b000000ffff, data = 0x00cf93000000ffff;

    g->model = *cpu_model_find("pentium2");
    g->clk.ps_per_insn = 1000;
    bus_init(&g->bus, &g->clk, NULL);
    g->mem.clk = &g->clk;
    g->mem.a20_mask = ~0u;
    g->region = (struct region){ .name = "ram", .host = g->ram };
    mem_attach(&g->mem, &g->region, 0, RAM_SIZE);
    memcpy(g->ram + GDT + 8, &code, 8);
    memcpy(g->ram + GDT + 16, &data, 8);
    for (u32 n = 0; n < 16; n++) {
        u64 gate = (HANDLERS + n) | 8 << 16 | (u64)0x8e00 << 32;

        memcpy(g->ram + IDT + 8 * n, &gate, 8);
    }
    return !cpu_init(&g->cpu, &g->model, &g->mem, &g->bus, &g->clk, NULL);
}

static void set_segments(struct cpu_state *s)
{
    u16 attr = SEG_P | SEG_S | SEG_RW | SEG_A | SEG_DB;

    s->cr[0] = CR0_PE | CR0_ET;
    s->gdt_base = GDT;
    s->gdt_limit = 0x17;
    s->idt_base = IDT;
    s->idt_limit = 0x7f;
    for (int n = ES; n <= GS; n++)
        s->seg[n] = (struct seg){ DATA, LEN - 1, 16, attr };
    s->seg[SS] = (struct seg){ 0, RAM_SIZE - 1, 16, attr };
    s->seg[CS] = (struct seg){ 0, ~0u, 8, attr | SEG_G | SEG_CODE };
}

static void run_guest(struct guest *g, const struct insn_bytes *i,
                      struct state *s)
{
    struct cpu_state *t = &g->cpu.s;

    cpu_reset(&g->cpu);
    g->cpu.cache_off = true;
    set_segments(t);
    memcpy(t->gpr, s->gpr, sizeof s->gpr);
    t->gpr[ESP] = STACK;
    t->eip = CODE;
    t->eflags = s->flags | 2;
    memcpy(g->ram + CODE, i->b, i->n);
    memcpy(g->ram + DATA, s->mem, LEN);
    cpu_loaded(&g->cpu);
    for (u32 n = 0; n < 2 * LEN && t->eip == CODE; n++)
        cpu_step(&g->cpu);
    cpu_sync(&g->cpu);
    s->fault = t->eip >= HANDLERS && t->eip < CODE ? (int)(t->eip - HANDLERS)
                                                   : -1;
    s->flags = t->eflags & FLAGS;
    if (s->fault >= 0)
        memcpy(&s->flags, g->ram + t->gpr[ESP] + (s->fault == EX_DE ? 8 : 12),
               4);
    s->flags &= FLAGS;
    memcpy(s->gpr, t->gpr, sizeof s->gpr);
    s->gpr[ESP] = 0;
    memcpy(s->mem, g->ram + DATA, LEN);
}

/* ---- which instructions ---- */

enum form { NONE, E_G, G_E, GROUP, A_I };
enum { NOT_66 = 1, REG_ONLY = 2, MEM_ONLY = 4, IB = 8, IV = 16,
       BIT = 32 };                      /* the register is a bit's index */

struct choice {
    u16 first, last;                    /* 1xx: 0F xx */
    enum form form;
    u8 exts;                            /* of a group: bits */
    u8 how;
};

static const struct choice choices[] = {
    { 0x00, 0x03, E_G, 0, 0 }, { 0x08, 0x0b, E_G, 0, 0 },
    { 0x10, 0x13, E_G, 0, 0 }, { 0x18, 0x1b, E_G, 0, 0 },
    { 0x20, 0x23, E_G, 0, 0 }, { 0x28, 0x2b, E_G, 0, 0 },
    { 0x30, 0x33, E_G, 0, 0 }, { 0x38, 0x3b, E_G, 0, 0 },
    { 0x14, 0x14, A_I, 0, IB }, { 0x15, 0x15, A_I, 0, IV },
    { 0x1c, 0x1c, A_I, 0, IB }, { 0x3d, 0x3d, A_I, 0, IV },
    { 0x69, 0x69, E_G, 0, IV }, { 0x6b, 0x6b, E_G, 0, IB },
    { 0x80, 0x80, GROUP, 0xff, IB }, { 0x81, 0x81, GROUP, 0xff, IV },
    { 0x83, 0x83, GROUP, 0xff, IB }, { 0x84, 0x8b, E_G, 0, 0 },
    { 0x98, 0x99, NONE, 0, 0 }, { 0x9e, 0x9f, NONE, 0, 0 },
    { 0xa8, 0xa8, A_I, 0, IB }, { 0xa9, 0xa9, A_I, 0, IV },
    { 0xc0, 0xc1, GROUP, 0xbf, IB }, { 0xc0, 0xc1, GROUP, 0xbf, IB },
    { 0xd0, 0xd3, GROUP, 0xbf, 0 }, { 0xd2, 0xd3, GROUP, 0xbf, 0 },
    { 0xc6, 0xc6, GROUP, 1, IB }, { 0xc7, 0xc7, GROUP, 1, IV },
    { 0xf5, 0xf5, NONE, 0, 0 }, { 0xf8, 0xf9, NONE, 0, 0 },
    { 0xf6, 0xf7, GROUP, 0xfc, 0 }, { 0xf6, 0xf7, GROUP, 0xf0, 0 },
    { 0xfe, 0xff, GROUP, 3, 0 },
    { 0x140, 0x14f, E_G, 0, 0 }, { 0x190, 0x19f, GROUP, 1, 0 },
    { 0x1a3, 0x1a3, E_G, 0, REG_ONLY }, { 0x1ab, 0x1ab, E_G, 0, REG_ONLY },
    { 0x1b3, 0x1b3, E_G, 0, REG_ONLY }, { 0x1bb, 0x1bb, E_G, 0, REG_ONLY },
    { 0x1a3, 0x1a3, E_G, 0, MEM_ONLY | BIT },
    { 0x1ab, 0x1ab, E_G, 0, MEM_ONLY | BIT },
    { 0x1b3, 0x1b3, E_G, 0, MEM_ONLY | BIT },
    { 0x1bb, 0x1bb, E_G, 0, MEM_ONLY | BIT },
    { 0x1a4, 0x1a4, E_G, 0, IB }, { 0x1a5, 0x1a5, E_G, 0, 0 },
    { 0x1ac, 0x1ac, E_G, 0, IB }, { 0x1ad, 0x1ad, E_G, 0, 0 },
    { 0x1af, 0x1b1, E_G, 0, 0 }, { 0x1b6, 0x1b7, E_G, 0, 0 },
    { 0x1ba, 0x1ba, GROUP, 0xf0, IB }, { 0x1bc, 0x1c1, E_G, 0, 0 },
    { 0x1c7, 0x1c7, GROUP, 2, MEM_ONLY | NOT_66 },
    { 0x1c8, 0x1cb, NONE, 0, NOT_66 },
    { 0xa4, 0xa7, NONE, 0, 0 }, { 0xaa, 0xaf, NONE, 0, 0 },
};

static void add(struct insn_bytes *i, u32 v, u32 bytes)
{
    for (; bytes--; v >>= 8)
        i->b[i->n++] = (u8)v;
}

/* Neither the stack pointer nor the data's. */
static u32 some_reg(void)
{
    static const u8 r[] = { EAX, ECX, EDX, EBX, EBP, ESI };

    return r[pick(COUNT_OF(r))];
}

static u32 some_ext(u8 exts)
{
    u32 n;

    do {
        n = pick(8);
    } while (!(exts >> n & 1));
    return n;
}

static void some_modrm(struct insn_bytes *i, const struct choice *c)
{
    bool mem = !(c->how & REG_ONLY) && (c->how & MEM_ONLY || pick(3) == 0);
    u32 reg = c->form == GROUP ? some_ext(c->exts) : some_reg();

    add(i, reg << 3 | (mem ? EDI : 0xc0 | some_reg()), 1);
}

static void some_insn(struct insn_bytes *i, struct guest *g, struct state *s)
{
    const struct choice *c = &choices[pick(COUNT_OF(choices))];
    u32 slot = c->first + pick((u32)(c->last - c->first) + 1), at;
    bool word = !(c->how & NOT_66) && pick(3) == 0;
    struct insn d;

    *i = (struct insn_bytes){ .string = slot >= 0xa4 && slot <= 0xaf &&
                                        (slot & ~1u) != 0xa8 };
    if (i->string && pick(4))
        add(i, 0xf2 + pick(2), 1);
    if (word)
        add(i, 0x66, 1);
    if (slot >= 0x100)
        add(i, 0x0f, 1);
    add(i, slot & 0xff, 1);
    at = i->n;
    if (c->form != NONE && c->form != A_I)
        some_modrm(i, c);
    if (c->how & BIT)                   /* within the data, before it too */
        s->gpr[i->b[at] >> 3 & 7] = pick(1000) - 480;
    if (c->how & IB)
        add(i, (u32)rnd(), 1);
    if (c->how & IV)
        add(i, (u32)rnd(), word ? 2 : 4);
    g->cpu.mode = MODE_CS32 | MODE_PROT;
    insn_decode(&g->cpu, i->b, i->n, &d);
    i->row = d.row;
    i->width = !(slot & 1) ? 1 : word ? 2 : 4;
    i->undef = undefined_flags(&d, s->gpr[ECX]);
    i->skip = undefined_result(&d, s->gpr[ECX]);
}

/* ---- random states ---- */

static u32 some_value(void)
{
    static const u32 t[] = { 0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff,
                             0x7fffffff, 0x80000000, 0xffffffff, 0x10000 };

    return pick(3) ? (u32)rnd() : t[pick(COUNT_OF(t))];
}

static void some_state(struct state *s)
{
    for (int n = 0; n < 8; n++)
        s->gpr[n] = some_value();
    if (pick(3) == 0)                   /* a division that may fit */
        s->gpr[EDX] = pick(2) ? (u32)((s32)s->gpr[EAX] >> 31) : pick(99);
    s->gpr[EDI] = 64 + pick(16);
    s->gpr[ESP] = 0;
    s->flags = (u32)rnd() & ARITH;
    for (int n = 0; n < LEN; n += 4) {
        u32 v = n < 256 ? some_value() : 0;

        memcpy(s->mem + n, &v, 4);
    }
}

/* Near an end of the data, so that some of them fault on their way. */
static void string_state(struct state *s)
{
    s->flags |= pick(2) ? DF : 0;
    for (int n = ESI; n <= EDI; n++)
        s->gpr[n] = s->flags & DF ? pick(pick(2) ? 24 : LEN - 4)
                                  : LEN - 1 - pick(pick(2) ? 24 : LEN - 4);
    s->gpr[ECX] = pick(4) ? pick(24) : pick(3000);
    memset(s->mem, pick(2) ? (int)(s->gpr[EAX] & 0xff) : 0, LEN);
    for (u32 n = pick(4); n; n--)
        s->mem[pick(LEN)] = (u8)rnd();
}

/* ---- comparing ---- */

static enum vendor vendor;

/* What the last turn of a string instruction had read at a pointer. */
static u32 last_operand(const struct insn_bytes *i, const struct state *s,
                        int reg)
{
    u32 v = 0, at = s->gpr[reg] + (s->flags & DF ? i->width : -i->width);

    if (at <= LEN - i->width)
        memcpy(&v, s->mem + at, i->width);
    return v;
}

/* Turns the guest's outcome into that of the host's vendor. */
static void expect(const struct insn_bytes *i, const struct state *was,
                   struct state *s)
{
    bool scan = (i->b[i->n - 1] & ~1) == 0xae;
    struct outcome o = { .mnem = op_table[i->row].mnem, .flags = s->flags };

    if (!i->string || s->fault < 0)
        return;
    o.width = i->width;
    o.turns = was->gpr[ECX] - s->gpr[ECX];
    o.left = scan ? s->gpr[EAX] : last_operand(i, s, ESI);
    o.right = last_operand(i, s, EDI);
    vendor_expect(vendor, &o);
    s->flags = o.flags;
}

static bool same(const struct insn_bytes *i, const struct state *a,
                 const struct state *b)
{
    u32 mask = FLAGS & ~i->undef;

    if (a->fault == EX_DE)
        mask &= ~(u32)ARITH;
    for (int n = 0; n < 8; n++)
        if (n != ESP && a->gpr[n] != b->gpr[n])
            return false;
    return a->fault == b->fault && !((a->flags ^ b->flags) & mask) &&
           memcmp(a->mem, b->mem, LEN) == 0;
}

static void show(const char *who, const struct state *s)
{
    printf("  %-6s fault %3d flags %03x", who, s->fault, s->flags);
    for (int n = 0; n < 8; n++)
        printf(" %08x", s->gpr[n]);
    printf(" mem");
    for (int n = 64; n < 84; n++)
        printf(" %02x", s->mem[n]);
    printf("\n");
}

static bool one(struct guest *g, u8 *page, u8 *data)
{
    static struct state was, host, soft;
    struct insn_bytes i;

    some_state(&was);
    some_insn(&i, g, &was);
    if (i.skip)
        return true;
    if (i.string)
        string_state(&was);
    host = soft = was;
    run_host(page, data, &i, &host);
    run_guest(g, &i, &soft);
    expect(&i, &was, &soft);
    if (same(&i, &host, &soft))
        return true;
    for (u32 n = 0; n < i.n; n++)
        printf("%02x ", i.b[n]);
    printf("\n");
    show("before", &was);
    show("host", &host);
    show("guest", &soft);
    return false;
}

int main(int argc, char **argv)
{
    static struct guest g;
    u32 cases, bad = 0;
    struct sigaction act = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO };
    u8 *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    u8 *data = mmap(NULL, 3 * LEN, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                    0);

    vendor = vendor_option(&argc, &argv);
    cases = argc > 1 ? (u32)strtoul(argv[1], NULL, 0) : 100000;
    seed = argc > 2 ? strtoull(argv[2], NULL, 0) * 2 + 1 : 1;
    if (page == MAP_FAILED || data == MAP_FAILED || !guest_init(&g) ||
        mprotect(data + LEN, LEN, PROT_READ | PROT_WRITE)) {
        puts("int_host: skipped, no memory to run code in");
        return 77;
    }
    sigaction(SIGFPE, &act, NULL);
    sigaction(SIGSEGV, &act, NULL);
    for (u32 n = 0; n < cases && bad < 20; n++)
        bad += !one(&g, page, data + LEN);
    printf("int_host: %u cases, %u differ\n", cases, bad);
    cpu_free(&g.cpu);
    return bad != 0;
}

#endif
