/* moo_run.c - a processor and memory that run recorded cases.
 *
 * A fault at ring 3 goes to a ring 0 gate. */
#include "tests/lib/moo_run.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "cpu/block.h"
#include "cpu/fpu/fpu.h"
#include "cpu/lap.h"
#include "cpu/paging/entries.h"

enum { GDT = 0x1000, IDT = 0x2000, TSS = 0x3000, HANDLERS = 0x4000,
       STACK0 = 0x8000, CODE0 = 8, DATA0 = 0x10, USER_CODE = 0x1b,
       USER_DATA = 0x23, CODE = 0x100000, DATA = 0x110000,
       WINDOW = 0x10000, MAX_STEPS = 200000, MAX_TURNS = 1 << 27, INT3 = 0xcc };

static bool tagged(const struct moo_file *f, const char *const *tag)
{
    for (; *tag; tag++)
        if (strncmp(f->cpu, *tag, strlen(*tag)) == 0)
            return true;
    return false;
}

static const char *const on_8086[] = { "8086", "8088", "80C8", "C86", NULL };
static const char *const on_186[] = { "V20", "V30", "186", "8018", NULL };
static const char *const on_286[] = { "C286", "286", "8028", NULL };
static const char *const on_386[] = { "386", "8038", "C386", NULL };

const char *rig_model_for(const struct moo_file *f)
{
    struct moo_case k;

    if (tagged(f, on_8086))
        return "8086";
    if (tagged(f, on_186))
        return "186";
    if (tagged(f, on_286))
        return "286";
    if (tagged(f, on_386))
        return "386";
    return f->n && !moo_case(f, 0, &k, NULL) && !k.wide ? "8086" : "pentium";
}

/* Ring 3 has no segment registers among what was recorded. */
enum rig_kind rig_kind_for(const struct moo_file *f)
{
    struct moo_case k;

    if (tagged(f, on_8086) || tagged(f, on_186))
        return RIG_ONE;
    if (f->n && !moo_case(f, 0, &k, NULL) && k.wide &&
        !(k.init.present >> MOO_ECS & 1))
        return RIG_TRAP;
    return tagged(f, on_286) || tagged(f, on_386) ? RIG_HALT : RIG_ONE;
}

/* ---- set-up ---- */

static void put(struct rig *r, u32 at, u64 v, int n)
{
    for (int i = 0; i < n; i++)
        r->clean[at + (u32)i] = (u8)(v >> 8 * i);
}

static void put_tables(struct rig *r)
{
    put(r, GDT + CODE0, 0x00cf9b000000ffff, 8);
    put(r, GDT + DATA0, 0x00cf93000000ffff, 8);
    for (u32 n = 0; n < 32; n++)
        put(r, IDT + n * 8, (u64)(HANDLERS + n) | CODE0 << 16 |
                            (u64)0x8e00 << 32, 8);
    put(r, TSS + 4, STACK0, 4);
    put(r, TSS + 8, DATA0, 4);
    put(r, TSS + 102, 0xffff, 2);       /* no I/O bitmap */
    memset(r->clean + CODE, INT3, WINDOW);
}

static u32 ram_size(const struct rig *r)
{
    return r->kind == RIG_TRAP ? 1 << 21 : r->model.family == I86 ? 1 << 20
                                                                  : 1 << 24;
}

/* The models of the Pentium's time have what came last. */
static void set_model(struct rig *r, const struct cpu_model *m)
{
    r->model = *m;
    if (m->family >= I586) {
        r->model.family = I686;
        r->model.features |= FEAT_CMOV;
    }
    if (m->family <= I286)              /* recorded without an 8087, 80287 */
        r->model.features &= ~(u32)FEAT_FPU;
}

static bool set_memory(struct rig *r)
{
    r->size = ram_size(r);
    r->ram = calloc(1, r->size);
    r->clean = calloc(1, r->size);
    if (!r->ram || !r->clean)
        return false;
    if (r->kind == RIG_TRAP)
        put_tables(r);
    memcpy(r->ram, r->clean, r->size);
    r->clk.ps_per_insn = 1000;
    bus_init(&r->bus, &r->clk, NULL);
    r->mem.clk = &r->clk;
    r->mem.a20_mask = r->model.family < I386 ? r->size - 1 : ~0u;
    r->region = (struct region){ .name = "ram", .host = r->ram };
    mem_attach(&r->mem, &r->region, 0, r->size);
    return true;
}

bool rig_engine_named(const char *name, enum rig_engine *engine)
{
    static const char *const names[] = { "cache", "nocache", "fast",
                                         "compiled" };

    for (u32 n = 0; n < COUNT_OF(names); n++)
        if (strcmp(names[n], name) == 0) {
            *engine = (enum rig_engine)n;
            return true;
        }
    return false;
}

bool rig_init(struct rig *r, const char *model, enum rig_engine engine,
              enum rig_kind kind)
{
    const struct cpu_model *m = cpu_model_find(model);
    struct cpu_model last = *cpu_model_find("pentium2");

    memset(r, 0, sizeof *r);
    r->kind = kind;
    if (!m || (kind == RIG_TRAP && m->family < I386))
        return false;
    set_model(r, m);
    r->all_ops = op_map_new(&last);
    if (!r->all_ops || !set_memory(r) ||
        cpu_init(&r->cpu, &r->model, &r->mem, &r->bus, &r->clk, NULL)) {
        rig_free(r);
        return false;
    }
    r->cpu.cache_off = engine == RIG_NOCACHE;
    r->fast = engine == RIG_FAST || engine == RIG_COMPILED;
    r->cpu.block_insns = 1;
    r->cpu.fast_after = 0;
    r->cpu.windows_off = true;          /* so that the TLB tells of writes */
    lap_off(&r->cpu);                   /* a watch for laps runs plain */
    /* Where there is no third tier, the second runs again. */
    cpu_set_engine(&r->cpu, engine == RIG_COMPILED ? ENGINE_COMPILED :
                   r->fast ? ENGINE_FAST : ENGINE_PLAIN);
    return true;
}

bool rig_slept(const struct rig *r)
{
    u64 chained = 0;

    for (int n = LEFT_BUDGET; n <= LEFT_CHANGED; n++)
        chained += r->cpu.tally.left[n];
    return r->fast && !chained;
}

void rig_free(struct rig *r)
{
    cpu_free(&r->cpu);
    op_map_free(r->all_ops);
    free(r->ram);
    free(r->clean);
}

/* ---- memory ---- */

static void touch(struct rig *r, u32 addr)
{
    u32 page = addr & ~0xfffu;

    for (u32 n = 0; n < r->pages; n++)
        if (r->page[n] == page)
            return;
    r->page[r->pages++] = page;
}

static void touch_rows(struct rig *r, const struct moo_ram *ram)
{
    for (u32 n = 0; n < ram->n; n++)
        if (moo_addr(ram, n) < r->size)
            touch(r, moo_addr(ram, n));
}

/* Every page that the CPU had reason to write to is in its TLB. */
static void touch_written(struct rig *r)
{
    for (u32 n = 0; n < tlb_stores(&r->cpu); n++) {
        const struct tlb *t = tlb_nth_store(&r->cpu, n);

        if (t && t->phys < r->size)
            touch(r, t->phys);
    }
}

/* Outside the windows the recorder's own memory answered. */
static bool strayed(const struct rig *r)
{
    for (int n = 0; n < TLB_SIZE; n++)
        for (int kind = 0; kind < TLB_KINDS; kind++) {
            const struct tlb *t = &r->cpu.tlb[1][kind][n];

            if (t->tag != TLB_NONE &&
                (t->phys < CODE || t->phys >= DATA + WINDOW))
                return true;
        }
    return false;
}

static void load_rows(struct rig *r, const struct moo_ram *ram)
{
    for (u32 n = 0; n < ram->n; n++)
        if (moo_addr(ram, n) < r->size)
            r->ram[moo_addr(ram, n)] = moo_value(ram, n);
}

static void clean_up(struct rig *r)
{
    for (u32 n = 0; n < r->pages; n++)
        memcpy(r->ram + r->page[n], r->clean + r->page[n], PAGE_SIZE);
    r->pages = 0;
}

/* ---- initial state ---- */

static void load_16(struct rig *r, const struct moo_regs *g)
{
    static const u8 gpr[] = { EAX, EBX, ECX, EDX, 0, 0, 0, 0, ESP, EBP, ESI,
                              EDI };
    static const u8 seg[] = { CS, SS, DS, ES };
    struct cpu_state *s = &r->cpu.s;

    for (int n = MOO_AX; n <= MOO_DI; n++)
        if (n < MOO_CS || n > MOO_ES)
            s->gpr[gpr[n]] = g->v[n];
    for (int n = 0; n < 4; n++) {
        s->seg[seg[n]].sel = (u16)g->v[MOO_CS + n];
        s->seg[seg[n]].base = g->v[MOO_CS + n] << 4;
    }
    s->eip = g->v[MOO_IP];
    s->eflags = g->v[MOO_FLAGS] | 2;
    if (r->kind == RIG_HALT)
        s->eflags &= 0xfff;
    s->idt_limit = 0x3ff;
}

static const u8 gpr32[] = { EAX, EBX, ECX, EDX, ESI, EDI, EBP, ESP };

static void load_32(struct rig *r, const struct moo_regs *g, bool wide)
{
    struct cpu_state *s = &r->cpu.s;
    u16 data = SEG_P | SEG_DPL | SEG_S | SEG_RW | SEG_A;
    u16 big = wide ? SEG_DB | SEG_G : 0;
    u32 limit = wide ? ~0u : 0xffff;

    for (int n = 0; n < 8; n++)
        s->gpr[gpr32[n]] = g->v[MOO_EAX + n];
    s->eip = g->v[MOO_EIP];
    s->eflags = g->v[MOO_EFLAGS] | 2;
    s->cr[0] = CR0_PE | CR0_ET | CR0_NE;
    s->gdt_base = GDT;
    s->gdt_limit = 0x17;
    s->idt_base = IDT;
    s->idt_limit = 0xff;
    for (int n = ES; n <= GS; n++)
        s->seg[n] = (struct seg){ wide ? 0 : DATA, limit, USER_DATA,
                                  data | big };
    s->seg[CS] = (struct seg){ wide ? 0 : CODE, limit, USER_CODE,
                               data | big | SEG_CODE };
    s->seg[TR] = (struct seg){ TSS, 0x67, 0x28, SEG_P | 11 };
    s->cpl = 3;
}

static const u8 seg32[] = { CS, DS, ES, FS, GS, SS };

/* Real mode on the 386. */
static void load_real_32(struct rig *r, const struct moo_regs *g)
{
    struct cpu_state *s = &r->cpu.s;

    for (int n = 0; n < 8; n++)
        s->gpr[gpr32[n]] = g->v[MOO_EAX + n];
    for (int n = 0; n < 6; n++) {
        s->seg[seg32[n]].sel = (u16)g->v[MOO_ECS + n];
        s->seg[seg32[n]].base = (g->v[MOO_ECS + n] & 0xffff) << 4;
    }
    s->eip = g->v[MOO_EIP];
    s->eflags = (g->v[MOO_EFLAGS] & 0x37fd5) | 2;
    s->idt_limit = 0x3ff;
}

/* ---- x87 images: FNSAVE's 32-bit protected layout ---- */

static u32 image(const u8 *p, u32 at, u32 n)
{
    u32 v = 0;

    for (u32 b = 0; b < n; b++)
        v |= (u32)p[at + b] << 8 * b;
    return v;
}

static void load_fpu(struct rig *r, const u8 *p)
{
    struct cpu_state *s = &r->cpu.s;

    s->fcw = (u16)image(p, 0, 2);
    s->fsw = (u16)image(p, 4, 2);
    s->ftw = (u16)image(p, 8, 2);
    for (u32 n = 0; n < 8; n++) {
        u32 at = 28 + 10 * n, reg = fpu_phys(&r->cpu, n);

        s->st_mant[reg] = image(p, at, 4) | (u64)image(p, at + 4, 4) << 32;
        s->st_se[reg] = (u16)image(p, at + 8, 2);
    }
}

bool moo_flat(const struct moo_case *k)
{
    for (u32 n = 0; n + 3 <= k->name_len; n++)
        if (memcmp(k->name + n, "p32", 3) == 0)
            return true;
    return false;
}

static void load_case(struct rig *r, const struct moo_case *k)
{
    cpu_reset(&r->cpu);
    touch_rows(r, &k->init_ram);
    touch_rows(r, &k->final_ram);
    load_rows(r, &k->init_ram);
    if (r->kind == RIG_TRAP)
        load_32(r, &k->init, moo_flat(k));
    else if (k->wide)
        load_real_32(r, &k->init);
    else
        load_16(r, &k->init);
    if (k->fpu_init)
        load_fpu(r, k->fpu_init);
    cpu_loaded(&r->cpu);
}

/* ---- running ---- */

/* A repeated string instruction stays where it is until it is done. */
static bool repeated(const struct moo_case *k)
{
    for (u32 n = 0; n < k->nbytes; n++)
        if (k->bytes[n] == 0xf2 || k->bytes[n] == 0xf3)
            return true;
        else if (k->bytes[n] >= 0x40 && k->bytes[n] < 0xf0)
            return false;
    return false;
}

/* Blocks have one instruction: the fast engine runs it, too. */
static void step(struct rig *r)
{
    if (r->fast && r->cpu.fault < 0 && !r->cpu.attention)
        cpu_run(&r->cpu, r->clk.now + 1);
    else
        cpu_step(&r->cpu);
}

static void run_one(struct rig *r, const struct moo_case *k)
{
    u32 eip = r->cpu.s.eip, n = 0;

    do {
        step(r);
    } while (repeated(k) && r->cpu.s.eip == eip && ++n < MAX_STEPS);
}

static void run_to_halt(struct rig *r)
{
    for (u32 n = 0; n < MAX_STEPS && !r->cpu.s.halted; n++)
        step(r);
}

/* A LOOP to itself takes as many turns as its count says. */
static void run_to_trap(struct rig *r)
{
    const struct cpu_state *s = &r->cpu.s;
    u32 turns = 0;

    for (u32 n = 0; n < MAX_STEPS && s->cpl == 3 && !s->shutdown; n++) {
        u32 lin = s->seg[CS].base + s->eip, count = s->gpr[ECX];

        if (lin < r->size && r->ram[lin] == INT3)
            return;
        step(r);
        if (s->gpr[ECX] != count && turns++ < MAX_TURNS)
            n--;
    }
}

/* ---- comparing ---- */

struct report {
    char *p;
    size_t left;
    bool failed;
};

static void __attribute__((format(printf, 2, 3)))
differ(struct report *o, const char *fmt, ...)
{
    va_list ap;
    int n;

    o->failed = true;
    va_start(ap, fmt);
    n = vsnprintf(o->p, o->left, fmt, ap);
    va_end(ap);
    if (n > 0 && (size_t)n < o->left) {
        o->p += n;
        o->left -= (size_t)n;
    }
}

static void compare(struct report *o, const char *name, u32 is, u32 should,
                    u32 mask)
{
    if ((is ^ should) & mask)
        differ(o, " %s=%x not %x", name, is & mask, should & mask);
}

static u32 wanted(const struct moo_case *k, int n)
{
    return k->final.present >> n & 1 ? k->final.v[n] : k->init.v[n];
}

static u32 defined(const struct rig *r, const struct moo_case *k, int n)
{
    return k->mask.present >> n & 1 && !r->strict ? k->mask.v[n] : ~0u;
}

static u32 flags_mask(const struct rig *r, const struct moo_file *f,
                      const struct moo_case *k)
{
    u32 mask = r->strict ? 0xffff : f->flags_mask;

    if (k->wide)
        mask = defined(r, k, MOO_EFLAGS) & 0xffff;
    return r->kind == RIG_HALT ? mask & 0xfd5 : mask;
}

static void compare_16(struct rig *r, const struct moo_file *f,
                       const struct moo_case *k, struct report *o)
{
    static const char *const names[] = {
        "ax", "bx", "cx", "dx", "cs", "ss", "ds", "es", "sp", "bp", "si", "di",
        "ip", "flags" };
    static const u8 gpr[] = { EAX, EBX, ECX, EDX, CS, SS, DS, ES, ESP, EBP,
                              ESI, EDI };
    const struct cpu_state *s = &r->cpu.s;

    for (int n = MOO_AX; n <= MOO_DI; n++)
        compare(o, names[n], n >= MOO_CS && n <= MOO_ES ? s->seg[gpr[n]].sel
                                                        : s->gpr[gpr[n]],
                wanted(k, n), 0xffff);
    compare(o, "ip", s->eip, wanted(k, MOO_IP), 0xffff);
    compare(o, "flags", s->eflags, wanted(k, MOO_FLAGS),
            flags_mask(r, f, k));
}

static const char *const names32[] = { "eax", "ebx", "ecx", "edx", "esi",
                                       "edi", "ebp", "esp", "cs", "ds", "es",
                                       "fs", "gs", "ss" };

static void compare_real_32(struct rig *r, const struct moo_file *f,
                            const struct moo_case *k, struct report *o)
{
    const struct cpu_state *s = &r->cpu.s;

    for (int n = 0; n < 8; n++)
        compare(o, names32[n], s->gpr[gpr32[n]], wanted(k, MOO_EAX + n),
                defined(r, k, MOO_EAX + n));
    for (int n = 0; n < 6; n++)
        compare(o, names32[8 + n], s->seg[seg32[n]].sel,
                wanted(k, MOO_ECS + n), 0xffff);
    compare(o, "eip", s->eip, wanted(k, MOO_EIP), ~0u);
    compare(o, "eflags", s->eflags, wanted(k, MOO_EFLAGS),
            flags_mask(r, f, k));
}

/* What the gate pushed. */
struct frame { u32 eip, esp, eflags, error; };

static u32 get32(const struct rig *r, u32 at)
{
    u32 v;

    memcpy(&v, r->ram + at, 4);
    return v;
}

static bool pushes_code(u32 vector)
{
    return vector == EX_DF || (vector >= EX_TS && vector <= EX_PF) ||
           vector == EX_AC;
}

static struct frame trap_frame(const struct rig *r, u32 vector)
{
    u32 at = r->cpu.s.gpr[ESP], code = pushes_code(vector) ? 4 : 0;

    at = at < STACK0 ? at : STACK0 - 24;
    return (struct frame){ get32(r, at + code), get32(r, at + code + 12),
                           get32(r, at + code + 8), get32(r, at) };
}

static void compare_32(struct rig *r, const struct moo_case *k,
                       struct report *o)
{
    struct cpu_state s = r->cpu.s;
    int vector = s.cpl == 3 ? -1 : (int)(s.eip - HANDLERS);

    if (vector >= 0) {
        struct frame t = trap_frame(r, (u32)vector);

        s.eip = t.eip;
        s.gpr[ESP] = t.esp;
        s.eflags = rig_fault_flags(r, k, t.eflags);
        if (k->has_error && pushes_code((u32)vector))
            compare(o, "error", t.error, k->error, ~0u);
    }
    compare(o, "vector", (u32)vector, k->has_excp ? k->vector : ~0u, ~0u);
    for (int n = 0; n < 8; n++)
        compare(o, names32[n], s.gpr[gpr32[n]], wanted(k, MOO_EAX + n),
                k->mask.present >> (MOO_EAX + n) & 1 ? k->mask.v[MOO_EAX + n]
                                                     : ~0u);
    compare(o, "eip", s.eip, wanted(k, MOO_EIP), ~0u);
    compare(o, "eflags", s.eflags, wanted(k, MOO_EFLAGS),
            defined(r, k, MOO_EFLAGS) & 0x3fffff & ~(u32)RF);
}

/* The next value away from zero. */
static struct f80 above(struct f80 a)
{
    if (++a.mant == 0)
        return (struct f80){ (u64)1 << 63, (u16)(a.se + 1) };
    return a;
}

static bool equal(struct f80 a, struct f80 b)
{
    return a.mant == b.mant && a.se == b.se;
}

/* Transcendental results, whose PE is masked, may differ in the last bit. */
static bool same_value(struct f80 a, struct f80 b, bool approx)
{
    return equal(a, b) || (approx && (equal(above(a), b) ||
                                      equal(a, above(b))));
}

static void compare_fpu(struct rig *r, const struct moo_case *k,
                        struct report *o)
{
    const struct cpu_state *s = &r->cpu.s;
    const u8 *p = k->fpu_final;
    u32 mask = r->strict ? 0xffff : k->fpu_mask;

    rig_expect_fpu(r, k);
    compare(o, "cw", s->fcw, image(p, 0, 2), 0xffff);
    compare(o, "sw", s->fsw, image(p, 4, 2), mask);
    compare(o, "tw", fpu_tag_word(&r->cpu), image(p, 8, 2), 0xffff);
    for (u32 n = 0; n < 8; n++) {
        u32 at = 28 + 10 * n;
        struct f80 is = fpu_get(&r->cpu, n);
        struct f80 want = { image(p, at, 4) |
                            (u64)image(p, at + 4, 4) << 32,
                            (u16)image(p, at + 8, 2) };

        if (!same_value(is, want, !(k->fpu_mask & F80_PE)))
            differ(o, " st%u=%04x:%016llx not %04x:%016llx", n, is.se,
                   (unsigned long long)is.mant, want.se,
                   (unsigned long long)want.mant);
    }
}

/* Where an exception left the flags; 0 when there was none. EXCP's address
 * is that of the bus access, which is not it when odd. */
static u32 pushed_flags(const struct rig *r, const struct moo_case *k)
{
    u32 ss = wanted(k, k->wide ? MOO_ESS : MOO_SS) & 0xffff;
    u32 sp = wanted(k, k->wide ? MOO_ESP : MOO_SP);
    bool fell = r->kind == RIG_ONE && sp == ((k->init.v[MOO_SP] - 6) & 0xffff);

    if ((r->kind == RIG_HALT && k->has_excp) || fell)
        return ((ss << 4) + ((sp + 4) & 0xffff)) & (r->size - 1);
    return 0;
}

static void compare_page(struct rig *r, const struct moo_case *k, u32 page,
                         u32 flags_at, u32 mask, struct report *o)
{
    u8 want[PAGE_SIZE];

    memcpy(want, r->clean + page, PAGE_SIZE);
    for (int final = 0; final < 2; final++) {
        const struct moo_ram *ram = final ? &k->final_ram : &k->init_ram;

        for (u32 n = 0; n < ram->n; n++)
            if ((moo_addr(ram, n) & ~0xfffu) == page)
                want[moo_addr(ram, n) & 0xfff] = moo_value(ram, n);
    }
    if (memcmp(want, r->ram + page, PAGE_SIZE) == 0)
        return;
    for (u32 n = 0; n < PAGE_SIZE; n++) {
        u32 at = page + n, m = 0xff;

        if (flags_at && (at == flags_at || at == flags_at + 1))
            m = mask >> 8 * (at - flags_at) & 0xff;
        if ((want[n] ^ r->ram[at]) & m)
            differ(o, " [%x]=%02x not %02x", at, r->ram[at], want[n]);
    }
}

static void compare_memory(struct rig *r, const struct moo_file *f,
                           const struct moo_case *k, struct report *o)
{
    u32 at = pushed_flags(r, k);

    touch_written(r);
    for (u32 n = 0; n < r->pages; n++)
        if (r->kind != RIG_TRAP || r->page[n] >= CODE)
            compare_page(r, k, r->page[n], at, flags_mask(r, f, k) | 0xf000,
                         o);
}

/* ---- cases that cannot run ---- */

/* An instruction of later models than this one. */
static bool lacks(struct rig *r, const struct moo_case *k)
{
    struct op_map *own = r->cpu.ops;
    struct insn here = { 0 }, last = { 0 };

    if (r->cpu.family < I386)
        return false;
    insn_decode(&r->cpu, k->bytes, k->nbytes, &here);
    r->cpu.ops = r->all_ops;
    insn_decode(&r->cpu, k->bytes, k->nbytes, &last);
    r->cpu.ops = own;
    return here.row != last.row;
}

static bool rows_fit(const struct rig *r, const struct moo_ram *ram,
                     struct report *o)
{
    for (u32 n = 0; n < ram->n; n++)
        if (moo_addr(ram, n) >= r->size) {
            differ(o, " address %x is outside the memory", moo_addr(ram, n));
            return false;
        }
    return true;
}

static bool fits(const struct rig *r, const struct moo_case *k,
                 struct report *o)
{
    if (k->wide && r->cpu.family < I386) {
        differ(o, " 32-bit registers need a later model");
        return false;
    }
    if ((r->kind == RIG_TRAP) != (k->wide && !(k->init.present >> MOO_ECS & 1)))
        differ(o, " not of the first case's kind");
    return !o->failed && rows_fit(r, &k->init_ram, o) &&
           rows_fit(r, &k->final_ram, o);
}

/* ---- a case ---- */

static void run(struct rig *r, const struct moo_case *k)
{
    if (r->kind == RIG_ONE)
        run_one(r, k);
    else if (r->kind == RIG_HALT)
        run_to_halt(r);
    else
        run_to_trap(r);
    cpu_sync(&r->cpu);
}

static void compare_case(struct rig *r, const struct moo_file *f,
                         const struct moo_case *k, struct report *o)
{
    if (r->kind == RIG_TRAP)
        compare_32(r, k, o);
    else if (k->wide)
        compare_real_32(r, f, k, o);
    else
        compare_16(r, f, k, o);
    if (k->fpu_final)
        compare_fpu(r, k, o);
    compare_memory(r, f, k, o);
}

enum moo_result rig_run(struct rig *r, const struct moo_file *f,
                        const struct moo_case *k, char *why, size_t size)
{
    struct report o = { why, size, false };

    if (r->kind == RIG_TRAP && k->has_excp && k->vector == EX_PF)
        return MOO_SKIP;
    if (!fits(r, k, &o))
        return MOO_FAIL;
    load_case(r, k);
    if (lacks(r, k)) {
        clean_up(r);
        return MOO_SKIP;
    }
    run(r, k);
    compare_case(r, f, k, &o);
    clean_up(r);
    if (o.failed && r->kind == RIG_TRAP && strayed(r))
        return MOO_SKIP;
    return o.failed ? MOO_FAIL : MOO_PASS;
}

bool rig_dirty(const struct rig *r)
{
    return memcmp(r->ram, r->clean, r->size) != 0;
}
