/* fpu_host.c - x87 instructions against the host's own x87, case by case.
 *
 * Usage: fpu_host [-vendor intel|amd] [cases] [seed]
 *                 [first byte, second byte]
 * The same bytes run here and in the interpreter, from a random state: stack
 * top, empty registers, special values, masks. The host's state is loaded with
 * FRSTOR and read with FNSAVE, which does not wait, so that an unmasked error
 * is seen but never taken. Transcendentals may differ by one unit in the last
 * place. Where vendors part, host_vendor.c says how. Hosts other than x86-64
 * skip. */
#define _DEFAULT_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/fpu/fpu.h"
#include "tests/lib/host_vendor.h"
#include "tests/lib/random.h"

#if !defined(__x86_64__)

int main(void)
{
    puts("fpu_host: skipped, this host has no x87");
    return 77;
}

#else

#include <sys/mman.h>

enum { IMAGE = 108, REGS = 28, RAM_SIZE = 1 << 16, CODE = 0x1000,
       DATA = 0x2000 };

struct state {
    u8 image[IMAGE], mem[32];
    u32 flags;
};

static u64 seed = 1;

static u64 rnd(void) { return random64(&seed); }
static u32 pick(u32 n) { return random_below(&seed, n); }

/* ---- both machines ---- */

typedef u64 host_fn(u8 *image, u8 *mem, u64 flags);

static void run_host(u8 *page, u8 op, u8 modrm, struct state *s)
{
    /* frstor [rdi]; push rdx; popf; INSN; pushf; pop rax; fnsave [rdi] */
    const u8 code[] = { 0xdd, 0x27, 0x52, 0x9d, op, modrm, 0x9c, 0x58, 0xdd,
                        0x37, 0xdb, 0xe3, 0xc3 };
    host_fn *fn;

    memcpy(page, code, sizeof code);
    memcpy(&fn, &page, sizeof fn);
    s->flags = (u32)fn(s->image, s->mem, s->flags) & ARITH;
}

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
    g->model = *cpu_model_find("pentium");
    g->model.family = I686;
    g->model.features |= FEAT_CMOV;
    g->clk.ps_per_insn = 1000;
    bus_init(&g->bus, &g->clk, NULL);
    g->mem.clk = &g->clk;
    g->mem.a20_mask = ~0u;
    g->region = (struct region){ .name = "ram", .host = g->ram };
    mem_attach(&g->mem, &g->region, 0, RAM_SIZE);
    return cpu_init(&g->cpu, &g->model, &g->mem, &g->bus, &g->clk, NULL) ==
           ERR_OK;
}

/* Flat 32-bit segments at ring 0; NE is clear, so nothing is raised. */
static void run_guest(struct guest *g, u8 op, u8 modrm, struct state *s)
{
    /* frstor [edi]; INSN; fnsave [edi]; hlt */
    const u8 code[] = { 0xdd, 0x27, op, modrm, 0xdd, 0x37 };
    u16 attr = SEG_P | SEG_S | SEG_RW | SEG_A | SEG_DB | SEG_G;

    cpu_reset(&g->cpu);
    g->cpu.cache_off = true;
    g->cpu.s.cr[0] = CR0_PE | CR0_ET;
    for (int n = ES; n <= GS; n++)
        g->cpu.s.seg[n] = (struct seg){ 0, ~0u, 8, attr };
    g->cpu.s.seg[CS].attr |= SEG_CODE;
    g->cpu.s.eip = CODE;
    g->cpu.s.gpr[ESI] = DATA + IMAGE;
    g->cpu.s.gpr[EDI] = DATA;
    g->cpu.s.eflags = s->flags | 2;
    memcpy(g->ram + CODE, code, sizeof code);
    memcpy(g->ram + DATA, s->image, IMAGE);
    memcpy(g->ram + DATA + IMAGE, s->mem, sizeof s->mem);
    cpu_loaded(&g->cpu);
    for (int n = 0; n < 3; n++)
        cpu_step(&g->cpu);
    cpu_sync(&g->cpu);
    memcpy(s->image, g->ram + DATA, IMAGE);
    memcpy(s->mem, g->ram + DATA + IMAGE, sizeof s->mem);
    s->flags = g->cpu.s.eflags & ARITH;
}

/* ---- random states ---- */

static u64 some_bits(void)
{
    static const u64 t[] = { 0, 1, 0x8000000000000000u, 0xc000000000000000u,
                             0xffffffffffffffffu, 0x7fffffffffffffffu,
                             0x8000000000000001u, 0xa000000000000000u,
                             0x4000000000000000u, 0xfffffffffffff800u,
                             0xffffff8000000000u, 0xfffffffffffffc00u };

    if (pick(2))
        return t[pick(COUNT_OF(t))];
    return pick(2) ? rnd() : rnd() | 0x8000000000000000u;
}

static u16 some_exponent(void)
{
    static const u16 t[] = { 0, 1, 2, 0x3fff, 0x3ffe, 0x4000, 0x7ffe, 0x7fff,
                             0x3f81, 0x3f6a, 0x407e, 0x3c01, 0x3bcd, 0x43fe,
                             0x400e, 0x401e, 0x403e, 0x403d, 0x401d, 0x400d };
    u16 sign = (u16)(rnd() & 0x8000);

    if (pick(4) == 0)
        return (u16)rnd();
    if (pick(3) == 0)
        return sign | (u16)(0x3fff + pick(80) - 40);
    return sign | t[pick(COUNT_OF(t))];
}

static void some_state(struct state *s)
{
    u16 cw = (u16)(0x40 | (pick(3) ? 0x3f : rnd() & 0x3f) |
                   (pick(2) ? 0x300 : (rnd() & 0xf00)));
    u16 sw = (u16)(rnd() & 0x7f00), tw = 0;

    if (pick(3) == 0)
        sw |= (u16)(rnd() & cw & FSW_EXC);
    for (int n = 0; n < 8; n++)
        tw |= (u16)((pick(6) == 0 ? 3 : 0) << 2 * n);
    if (pick(2))                        /* room for a push */
        tw |= (u16)(3 << (((sw >> 11) + 7) & 7) * 2);
    memset(s->image, 0, IMAGE);
    memcpy(s->image, &cw, 2);
    memcpy(s->image + 4, &sw, 2);
    memcpy(s->image + 8, &tw, 2);
    for (int n = 0; n < 8; n++) {
        u64 m = some_bits();
        u16 se = some_exponent();

        memcpy(s->image + REGS + 10 * n, &m, 8);
        memcpy(s->image + REGS + 10 * n + 8, &se, 2);
    }
    for (int n = 0; n < 32; n++)
        s->mem[n] = pick(3) ? (u8)rnd() : pick(2) ? 0xff : 0;
    s->flags = (u32)rnd() & ARITH;
}

/* ---- which instructions, and what may differ ---- */

static bool exact(u8 op, u8 modrm)
{
    static const u8 approx[] = { 0xf0, 0xf1, 0xf2, 0xf3, 0xf9, 0xfb, 0xfe,
                                 0xff };

    return op != 0xd9 || !memchr(approx, modrm, sizeof approx);
}

/* Not what stores pointers or the whole state, not what is undefined. */
static bool wanted(const struct op *o, u8 modrm)
{
    if (!(o->attr & FPU) || strcmp(o->mnem, "esc") == 0)
        return false;
    if (modrm < 0xc0 && (modrm >> 3 & 7) == 6 &&
        (o->slot == 0xd9 || o->slot == 0xdd))
        return false;
    return (o->slot != 0xdd || modrm >> 3 != 4) &&
           (o->slot != 0xdf || modrm != 0xe0);
}

/* The row of an instruction without a displacement, or NULL. */
static const struct op *decode(struct guest *g, u8 op, u8 modrm)
{
    const u8 code[8] = { op, modrm };
    struct insn i;

    g->cpu.mode = 3;
    return insn_decode(&g->cpu, code, 8, &i) == DECODE_OK && i.len == 2 &&
           i.row < op_count ? &op_table[i.row] : NULL;
}

static void next_insn(struct guest *g, u8 *op, u8 *modrm)
{
    const struct op *o;

    do {
        *op = (u8)(0xd8 + pick(8));
        *modrm = pick(2) ? (u8)(0xc0 | rnd()) : (u8)((rnd() & 0x38) | 6);
        o = decode(g, *op, *modrm);
    } while (!o || !wanted(o, *modrm));
}

static struct f80 reg(const struct state *s, int n)
{
    struct f80 a;

    memcpy(&a.mant, s->image + REGS + 10 * n, 8);
    memcpy(&a.se, s->image + REGS + 10 * n + 8, 2);
    return a;
}

static u32 word(const struct state *s, int at)
{
    return s->image[at] | (u32)s->image[at + 1] << 8;
}

static void put16(struct state *s, int at, u32 v)
{
    s->image[at] = (u8)v;
    s->image[at + 1] = (u8)(v >> 8);
}

/* As in the tag word: a number, zero, or what is neither. */
static u32 tag_of(struct f80 a)
{
    return !a.mant && !(a.se & 0x7fff) ? 1 : a.mant >> 63 ? 0 : 2;
}

static enum vendor vendor;

/* Turns the guest's outcome into that of the host's vendor. */
static void expect(const char *mnem, const struct state *was, struct state *s)
{
    u32 cw = word(s, 0), sw = word(s, 4), top = word(was, 4) >> 10 & 14;
    int n = (top >> 1 ^ sw >> 11) & 1;          /* where ST0 went */
    struct outcome o = { .mnem = mnem, .st0 = reg(was, 0), .st1 = reg(was, 1),
                         .result = reg(s, n) };

    o.e = (struct f80_env){ .mask = cw & FSW_EXC, .rc = cw >> 10 & 3,
                            .pc = cw >> 8 & 3, .flags = sw & FSW_EXC };
    vendor_expect(vendor, &o);
    if (o.e.flags == (sw & FSW_EXC) && o.result.mant == reg(s, n).mant)
        return;
    memcpy(s->image + REGS + 10 * n, &o.result.mant, 8);
    memcpy(s->image + REGS + 10 * n + 8, &o.result.se, 2);
    put16(s, 4, sw | o.e.flags |
                (o.e.flags & ~o.e.mask ? FSW_ES | FSW_B : 0));
    put16(s, 8, (word(s, 8) & ~(3u << top)) | tag_of(o.result) << top);
}

/* Numbers of one sign, counted from zero. */
static unsigned __int128 rank(struct f80 a)
{
    u32 exp = a.se & 0x7fff;

    return ((unsigned __int128)(exp ? exp - 1 : 0) << 63) + a.mant;
}

/* Equal or one unit apart, denormals and zero as well. */
static bool next_to(struct f80 p, struct f80 q)
{
    unsigned __int128 d = rank(p) - rank(q);

    return !((p.se ^ q.se) & 0x8000) && d + 1 <= 2;
}

/* A tag follows from the register, unless this is empty. */
static bool same_tags(u32 a, u32 b, bool is_exact)
{
    for (int n = 0; n < 16 && !is_exact; n += 2)
        if ((a >> n & 3) != 3 && (b >> n & 3) != 3)
            b = (b & ~(3u << n)) | (a & 3u << n);
    return a == b;
}

static bool same(const struct state *a, const struct state *b, bool is_exact)
{
    u32 sw = is_exact ? 0xffff : 0xffff & ~(u32)(FSW_C1 | F80_PE | F80_UE);

    for (int n = 0; n < 8; n++) {
        struct f80 p = reg(a, n), q = reg(b, n);

        if (is_exact ? p.se != q.se || p.mant != q.mant : !next_to(p, q))
            return false;
    }
    return word(a, 0) == word(b, 0) && !((word(a, 4) ^ word(b, 4)) & sw) &&
           same_tags(word(a, 8), word(b, 8), is_exact) &&
           a->flags == b->flags && memcmp(a->mem, b->mem, 32) == 0;
}

static void show(const char *who, const struct state *s)
{
    printf("  %-6s cw %04x sw %04x tw %04x flags %03x mem", who, word(s, 0),
           word(s, 4), word(s, 8), s->flags);
    for (int n = 9; n >= 0; n--)
        printf("%s%02x", n == 7 ? " " : "", s->mem[n]);
    printf("\n        ");
    for (int n = 0; n < 8; n++)
        printf("%04x:%016" PRIx64 "%s", reg(s, n).se, reg(s, n).mant,
               n == 3 ? "\n         " : " ");
    printf("\n");
}

/* Both from one random state; at most 20 differences are shown whole. */
static bool one(struct guest *g, u8 *page, u8 op, u8 modrm, bool shown)
{
    const struct op *o = decode(g, op, modrm);
    struct state was, host, soft;

    some_state(&was);
    host = soft = was;
    run_host(page, op, modrm, &host);
    run_guest(g, op, modrm, &soft);
    expect(o ? o->mnem : "", &was, &soft);
    if (same(&host, &soft, exact(op, modrm)))
        return true;
    printf("%02x %02x\n", op, modrm);
    if (shown) {
        show("before", &was);
        show("host", &host);
        show("here", &soft);
    }
    return false;
}

int main(int argc, char **argv)
{
    static struct guest g;
    u32 cases, bad = 0;
    u8 op, modrm;
    u8 *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    vendor = vendor_option(&argc, &argv);
    cases = argc > 1 ? (u32)strtoul(argv[1], NULL, 0) : 100000;
    seed = argc > 2 ? strtoull(argv[2], NULL, 0) * 2 + 1 : 1;
    if (page == MAP_FAILED || !guest_init(&g)) {
        puts("fpu_host: skipped, no memory to run code in");
        return 77;
    }
    for (u32 n = 0; n < cases; n++) {
        next_insn(&g, &op, &modrm);
        if (argc > 4) {
            op = (u8)strtoul(argv[3], NULL, 16);
            modrm = (u8)strtoul(argv[4], NULL, 16);
        }
        bad += !one(&g, page, op, modrm, bad < 20);
    }
    printf("%u cases, %u differ\n", cases, bad);
    cpu_free(&g.cpu);
    return bad != 0;
}

#endif
