/* test_stack.c - registers of which 16 bits count, against a plain model.
 *
 * Every instruction that moves SP, BP, SI, DI or CX, with each size of operand,
 * address and stack, in real mode and in protected mode with segments that go
 * up and down, at values beside 64K, with all engines. stack_model.h says what
 * they should do. */
#include "tests/lib/stack_bed.h"
#include "tests/lib/stack_insns.h"

enum { TURNS = 40 };

/* Vectors lead to a HLT each, in real mode and at ring 0. */
static void fill(bool real)
{
    for (u32 n = 0; n < RAM_SIZE; n++)
        clean[n] = model_pattern(n);
    for (u32 n = 0; n < 32; n++) {
        if (real)
            put(n * 4, n * 16 | HANDLERS >> 4 << 16, 4);
        put(IDT + n * 8, (u64)(HANDLERS + n * 16) | 8 << 16 |
                         (u64)0x8e00 << 32, 8);
        put(HANDLERS + n * 16, HLT, 1);
    }
    put(GDT + 8, 0x00cf9b000000ffff, 8);
    put(GDT + 16, 0x00cf93000000ffff, 8);
    put(TSS + 4, STACK0, 4);
    put(TSS + 8, 16, 4);
    put(TSS + 102, 0xffff, 2);
}

/* ---- modes ---- */

struct setting {
    const char *name;
    bool real, wide;                    /* the code segment's size */
    u32 limit;                          /* of the others */
    bool big, down;
};

static const struct setting settings[] = {
    { "real", true, false, 0xffff, false, false },
    { "CS16 SS16", false, false, 0xffff, false, false },
    { "CS16 SS16 long", false, false, 0x2ffff, false, false },
    { "CS16 SS16 down", false, false, 0x3fff, false, true },
    { "CS16 SS32", false, false, 0x2ffff, true, false },
    { "CS16 SS32 down", false, false, 0x3fff, true, true },
    { "CS32 SS16", false, true, 0xffff, false, false },
    { "CS32 SS16 long", false, true, 0x2ffff, false, false },
    { "CS32 SS16 down", false, true, 0x3fff, false, true },
    { "CS32 SS32", false, true, 0x2ffff, true, false },
    { "CS32 SS32 down", false, true, 0x3fff, true, true },
};

static void set_model(struct model *m, const struct setting *s)
{
    u16 rpl = s->real ? 0 : 3;
    struct model_seg data = { DATA, s->limit, s->big, s->down,
                              (u16)(DATA >> 4 | rpl) };

    memset(m, 0, offsetof(struct model, wrote));
    m->seg[M_ES] = m->seg[M_DS] = m->seg[M_SS] = data;
    m->seg[M_SS].base = STACK;
    m->seg[M_SS].sel = (u16)(STACK >> 4 | rpl);
    m->seg[M_CS] = (struct model_seg){ CODE, 0xffff, s->wide, false,
                                       (u16)(CODE >> 4 | rpl) };
    m->real = s->real;
    m->cpl = rpl;
    m->s = s->big ? ~0u : 0xffff;
    m->flags = IF | 2;
    m->eip = START;
    for (u32 n = 0; n < 8; n++)
        m->r[n] = 0x11111111 * (n + 1);
}

/* ---- instructions ---- */

enum { IB = 1, IV = 2, IW = 4, LEVEL = 8, JB = 16, MEM = 32, STRING = 64,
       TO_EIP = 0x100, TO_FLAGS = 0x200, TO_SEL = 0x400,    /* top of stack */
       BY_BP = 0x800, BY_BX = 0x1000, COUNTS = 0x2000 };    /* second edge */

struct form {
    const char *name;
    u8 op, ext;                         /* ext: ModRM's reg field */
    u16 kind;
    void (*run)(struct model *m);
    u32 imm, imm2;
};

static const struct form forms[] = {
    { "push ax", 0x50, 0, 0, model_push_r, 0, 0 },
    { "push sp", 0x54, 0, 0, model_push_r, 0, 0 },
    { "push ib", 0x6a, 0, IB, model_push_i, 0xffffff85, 0 },
    { "push iv", 0x68, 0, IV, model_push_i, 0x87654321, 0 },
    { "push m", 0xff, 6, MEM | BY_BX, model_push_m, 0, 0 },
    { "push es", 0x06, 0, 0, model_push_s, 0, 0 },
    { "push ss", 0x16, 0, 0, model_push_s, 0, 0 },
    { "pop ax", 0x58, 0, 0, model_pop_r, 0, 0 },
    { "pop sp", 0x5c, 0, 0, model_pop_r, 0, 0 },
    { "pop bp", 0x5d, 0, 0, model_pop_r, 0, 0 },
    { "pop m", 0x8f, 0, MEM | BY_BX, model_pop_m, 0, 0 },
    { "pop es", 0x07, 0, TO_SEL, model_pop_s, 0, 0 },
    { "pop ds", 0x1f, 0, TO_SEL, model_pop_s, 0, 0 },
    { "pusha", 0x60, 0, 0, model_pusha, 0, 0 },
    { "popa", 0x61, 0, 0, model_popa, 0, 0 },
    { "pushf", 0x9c, 0, 0, model_pushf, 0, 0 },
    { "popf", 0x9d, 0, TO_FLAGS, model_popf, 0, 0 },
    { "enter 0", 0xc8, 0, LEVEL, model_enter, 0x10, 0 },
    { "enter 1", 0xc8, 0, LEVEL, model_enter, 1, 1 },
    { "enter 2", 0xc8, 0, LEVEL | BY_BP, model_enter, 0, 2 },
    { "enter 3", 0xc8, 0, LEVEL | BY_BP, model_enter, 0xfff0, 0xe3 },
    { "enter 31", 0xc8, 0, LEVEL | BY_BP, model_enter, 0x100, 31 },
    { "leave", 0xc9, 0, BY_BP, model_leave, 0, 0 },
    { "call", 0xe8, 0, IV, model_call, 0x200, 0 },
    { "ret", 0xc3, 0, TO_EIP, model_ret, 0, 0 },
    { "ret iw", 0xc2, 0, IW | TO_EIP, model_ret, 0xfffe, 0 },
    { "loop", 0xe2, 0, JB | COUNTS, model_loop, 0x20, 0 },
    { "loope", 0xe1, 0, JB | COUNTS, model_loop, 0x20, 0 },
    { "loopne", 0xe0, 0, JB | COUNTS, model_loop, 0xffffff80, 0 },
    { "jcxz", 0xe3, 0, JB | COUNTS, model_loop, 0x7f, 0 },
    { "xlat", 0xd7, 0, BY_BX, model_xlat, 0, 0 },
};

static const u8 strings[] = { 0xa4, 0xa5, 0xa6, 0xa7, 0xaa, 0xab, 0xac, 0xad,
                              0xae, 0xaf, 0x6c, 0x6d, 0x6e, 0x6f };

static const u32 edges[] = {
    0, 1, 2, 3, 4, 5, 6, 7, 8, 0x10, 0x3ffe, 0x4000, 0x4001, 0x4004, 0xfff0,
    0xfffa, 0xfffc, 0xfffd, 0xfffe, 0xffff, 0x10000, 0x10001, 0x10002, 0x10003,
    0x10004, 0x1fffc, 0x1fffe, 0x1ffff, 0x20000, 0x2fffe, 0x30000, 0xffff0000,
    0xffff0002, 0xfffffffc, 0xffffffff };
static const u32 seconds[] = { 0, 1, 4, 0x7ffe, 0x8000, 0xfffe, 0xffff, 0x10000,
                               0x10002, 0x1fffe, 0xfffffffe };

/* ---- code ---- */

/* [BX], [EBX], or with a displacement [ESP]. */
static u32 code_mem(struct model *m, const struct form *f, u32 at)
{
    u32 ext = (u32)f->ext << 3;

    if (m->base == M_SP) {
        at = code_put(at, 0x2444 | ext, 2);
        return code_put(at, m->disp, 1);
    }
    return code_put(at, ext | (m->a == ~0u ? M_BX : 7), 1);
}

/* The instruction, and a jump to itself behind it. */
static void code(struct model *m, const struct form *f)
{
    bool wide = m->seg[M_CS].big;
    u32 at = CODE + START;

    if (m->rep)
        at = code_put(at, m->rep, 1);
    if ((m->o == 4) != wide)
        at = code_put(at, 0x66, 1);
    if ((m->a == ~0u) != wide)
        at = code_put(at, 0x67, 1);
    at = code_put(at, f->op, 1);
    if (f->kind & MEM)
        at = code_mem(m, f, at);
    if (f->kind & (IB | JB))
        at = code_put(at, f->imm, 1);
    if (f->kind & (IW | LEVEL))
        at = code_put(at, f->imm, 2);
    if (f->kind & IV)
        at = code_put(at, f->imm, m->o);
    if (f->kind & LEVEL)
        at = code_put(at, f->imm2, 1);
    m->next = at - CODE;
    code_put(at, 0xfeeb, 2);
    m->op = f->op;
    m->imm = f->imm;
    m->imm2 = f->imm2;
}

/* What the instruction pops. */
static void top(struct model *m, const struct form *f)
{
    u32 at = m->seg[M_SS].base + (m->r[M_SP] & m->s), v = TARGET;

    if (!(f->kind & (TO_EIP | TO_FLAGS | TO_SEL)) || at + 4 > RAM_SIZE)
        return;
    if (f->kind & TO_FLAGS)
        v = 0x244ed7;
    if (f->kind & TO_SEL)
        v = m->real ? TARGET : 0;
    model_poke(m, at, v, 4);
}

/* ---- running ---- */

static void load(const struct model *m)
{
    struct cpu_state *s = &cpu.s;
    u32 dpl = m->real ? 0 : SEG_DPL;

    reset();
    for (u32 n = 0; n < m->writes; n++)
        ram[m->wrote[n].at] = m->wrote[n].v;
    memcpy(s->gpr, m->r, sizeof m->r);
    s->eip = m->eip;
    s->eflags = m->flags;
    s->cpl = (u8)m->cpl;
    s->cr[0] = m->real ? 0 : CR0_PE;
    s->gdt_base = GDT;
    s->gdt_limit = 23;
    s->idt_base = m->real ? 0 : IDT;
    s->idt_limit = m->real ? 0x3ff : 0xff;
    for (int n = M_ES; n <= M_DS; n++)
        load_seg(n, &m->seg[n], dpl | (n == M_CS ? SEG_CODE : 0));
    s->seg[TR] = (struct seg){ TSS, 0x67, 40, SEG_P | 11 };
    cpu_loaded(&cpu);
}

/* The machine's end as a model's: what the frame of a fault at ring 0 says.
 * In real mode a fault is one more interrupt. */
static void end(struct model *g, bool real)
{
    const struct cpu_state *s = &cpu.s;
    u32 f[6];

    cpu_sync(&cpu);
    g->vector = -1;
    memcpy(g->r, s->gpr, sizeof g->r);
    g->eip = s->eip;
    g->flags = s->eflags;
    for (int n = M_ES; n <= M_DS; n++)
        g->seg[n].sel = s->seg[n].sel;
    if (real && s->halted)
        g->eip--;                       /* of the handler's HLT */
    if (real || s->cpl)
        return;
    g->vector = (int)(s->eip - HANDLERS) / 16;
    memcpy(f, ram + s->gpr[ESP], sizeof f);
    g->code = f[0];
    g->eip = f[1];
    g->seg[M_CS].sel = (u16)f[2];
    g->flags = f[3] & ~(u32)RF;
    g->r[M_SP] = f[4];
    g->seg[M_SS].sel = (u16)f[5];
}

/* An access to a port takes time, with which the run ends. */
static void run(const struct model *m)
{
    cpu_run(&cpu, clk.now + (m->rep ? TURNS : 1));
    for (u32 n = 0; n < TURNS && m->rep && cpu.s.eip == m->eip; n++)
        cpu_run(&cpu, clk.now + 1);
}

static void compare(struct model *m, const struct form *f)
{
    struct model g;
    bool room = true;

    if (!wanted())
        return;
    code(m, f);
    top(m, f);
    load(m);
    run(m);
    model_run(m, f->run, f->kind & STRING);
    if (m->real)
        room = deliver_real(m);
    end(&g, m->real);
    done++;
    if (room ? !same(m, &g) || !memory_same(m) : !cpu.s.shutdown) {
        if (wrong++ < 3)
            tell(m, &g, f->name);
    }
    restore(m);
}

/* ---- all of them ---- */

static void sizes(struct model *m, u32 n)
{
    m->o = n & 1 ? 4 : 2;
    m->a = n & 2 ? ~0u : 0xffff;
    m->vector = -1;
}

static u32 second_count(const struct form *f)
{
    return f->kind & (BY_BP | BY_BX | COUNTS) ? COUNT_OF(seconds) : 1;
}

static void second(struct model *m, const struct form *f, u32 v)
{
    if (f->kind & BY_BP)
        m->r[M_BP] = v;
    if (f->kind & BY_BX)
        m->r[M_BX] = v;
    if (f->kind & COUNTS) {
        m->r[M_CX] = v;
        m->flags |= m->r[M_SP] & 1 ? M_ZF : 0;
    }
}

static void stack_form(const struct setting *s, const struct form *f, u32 n,
                       u32 sp, u32 v)
{
    struct model m;

    set_model(&m, s);
    sizes(&m, n);
    m.r[M_SP] = sp;
    m.base = M_BX;
    second(&m, f, v);
    compare(&m, f);
    if (!(f->kind & MEM) || m.a != ~0u)
        return;
    set_model(&m, s);
    sizes(&m, n);
    m.r[M_SP] = sp;
    m.base = M_SP;
    m.disp = v & 0x7c;
    compare(&m, f);
}

static void all_stack(const struct setting *s)
{
    for (u32 i = 0; i < COUNT_OF(forms); i++)
        for (u32 n = 0; n < 4; n++)
            for (u32 e = 0; e < COUNT_OF(edges); e++)
                for (u32 k = 0; k < second_count(&forms[i]); k++)
                    stack_form(s, &forms[i], n, edges[e], seconds[k]);
}

static void string_form(const struct setting *s, u8 op, u32 n, u32 rep, u32 si,
                        u32 di)
{
    static const u32 counts[] = { 0, 1, 3, 0x10003, 0x20000 };
    const struct form f = { "string", op, 0, STRING, model_string, 0, 0 };

    for (u32 k = 0; k < (rep ? COUNT_OF(counts) : 1); k++)
        for (u32 df = 0; df < 2; df++) {
            struct model m;

            set_model(&m, s);
            sizes(&m, n);
            if ((counts[k] & m.a) > TURNS)
                continue;
            m.flags |= IOPL | (df ? M_DF : 0);
            m.rep = rep;
            m.r[M_CX] = counts[k];
            m.r[M_SI] = si;
            m.r[M_DI] = di;
            compare(&m, &f);
        }
}

static void all_strings(const struct setting *s)
{
    static const u32 reps[] = { 0, 0xf2, 0xf3 };

    for (u32 i = 0; i < COUNT_OF(strings); i++)
        for (u32 n = 0; n < 4; n++)
            for (u32 r = 0; r < COUNT_OF(reps); r++)
                for (u32 e = 0; e < COUNT_OF(edges); e++) {
                    string_form(s, strings[i], n, reps[r], edges[e], 0x8000);
                    string_form(s, strings[i], n, reps[r], 0x8001, edges[e]);
                }
}

static void run_setting(int i, void (*all)(const struct setting *s))
{
    int engine = i % 4;
    const struct setting *s = &settings[i / 4];

    fill(s->real);
    machine(engine);
    all(s);
    ck_assert_msg(!wrong, "%s, %s: %u of %u differ", s->name, engines[engine],
                  wrong, done);
    ck_assert_msg(restored(CODE), "memory was written unseen");
    ck_assert_msg(took_part(engine), "%s did not run", engines[engine]);
    cpu_free(&cpu);
}

START_TEST(stack) { run_setting(_i, all_stack); }
END_TEST

START_TEST(string) { run_setting(_i, all_strings); }
END_TEST

int main(void)
{
    Suite *s = suite_create("stack");
    TCase *c = tcase_create("all");
    SRunner *r = srunner_create(s);
    int n = 4 * (int)COUNT_OF(settings), failed;

    tcase_add_loop_test(c, stack, 0, n);
    tcase_add_loop_test(c, string, 0, 4 * 6);   /* CS changes nothing */
    suite_add_tcase(s, c);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
