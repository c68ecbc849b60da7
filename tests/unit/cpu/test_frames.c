/* test_frames.c - frames of far calls, interrupts, faults and their returns,
 * against a plain model.
 *
 * Gates and operands of 16 and 32 bits, stacks of 16 and 32 bits that go up
 * and down, from ring 0, ring 3, V86 and real mode, with error codes and
 * parameters, stack pointers beside 0 and 64K, all engines. A fault of the
 * test's leads through a task gate, whose TSS tells what the registers were. */
#include "tests/lib/stack_bed.h"
#include "tests/lib/frame_model.h"

/* ---- descriptors ---- */

static void put_segment(u32 sel, u32 base, const struct model_seg *s, u32 type)
{
    u64 d = (s->limit & 0xffff) | (u64)(base & 0xffffff) << 16 |
            (u64)(type | (sel & 3) << 5 | (s->down ? 4 : 0)) << 40 |
            (u64)(s->limit >> 16 & 15) << 48 | (u64)s->big << 54 |
            (u64)(base >> 24) << 56;

    put(GDT + (sel & ~7u), d, 8);
}

static const u8 vectors[] = { 8, 10, 12, 13 };

static void put_tss(u32 n, u32 eip)
{
    u32 at = TSS + n * TSS_SIZE;
    const struct model_seg s = { 0, 0x67, false, false, 0 };

    memset(clean + at, 0, TSS_SIZE);
    put_segment(n ? FAULTS + 8 * (n - 1) : MAIN, at, &s, n ? 0x89 : 0x8b);
    put(at + 32, eip, 4);
    put(at + 36, 2, 4);
    put(at + 56, STACK0 - 0x100 * n, 4);
    put(at + 76, FLAT_CODE, 4);
    put(at + 80, FLAT, 4);
}

static void fill(void)
{
    const struct model_seg code16 = { 0, 0xffff, false, false, 0 };
    const struct model_seg code32 = { 0, 0xffff, true, false, 0 };
    const struct model_seg flat = { 0, 0xfffff, true, false, 0 };

    for (u32 n = 0; n < RAM_SIZE; n++)
        clean[n] = model_pattern(n);
    for (u32 rpl = 0; rpl <= 3; rpl += 3) {
        put_segment(rpl ? C3_16 : C0_16, CODE, &code16, 0x9b);
        put_segment(rpl ? C3_32 : C0_32, CODE, &code32, 0x9b);
    }
    for (u32 k = 0; k < COUNT_OF(kinds); k++) {
        put_segment(OUTER + 8 * k, STACK, &kinds[k], 0x93);
        put_segment(SAME + 8 * k, STACK, &kinds[k], 0x93);
        put_segment(INNER + 8 * k, INNER_BASE, &kinds[k], 0x93);
    }
    put_segment(FLAT, 0, &flat, 0x93);
    put_segment(FLAT_CODE, 0, &flat, 0x9b);
    put(SOFT * 4, TARGET | CODE >> 4 << 16, 4);
    put_tss(0, 0);
    for (u32 n = 0; n < COUNT_OF(vectors); n++) {
        put_tss(n + 1, HANDLERS + vectors[n] * 16u);
        put(vectors[n] * 4u, vectors[n] * 16u | HANDLERS >> 4 << 16, 4);
        put(HANDLERS + vectors[n] * 16u, HLT, 1);
        put(IDT + vectors[n] * 8u, (u64)(FAULTS + 8 * n) << 16 |
                                   (u64)0x8500 << 32, 8);
    }
}

/* ---- instructions ---- */

enum { INT, CODED, TASK, CALL, THROUGH, RETF, RETF_6, IRET, IRET_V86, EVENTS };
static void (*const events[])(struct model *) = {
    frame_int, frame_int, frame_task, frame_call, frame_gate, frame_ret,
    frame_ret, frame_iret, frame_iret };
static const char *const names[] = { "int", "int to an absent gate",
                                     "the same by a task gate", "call",
                                     "call gate", "retf", "retf 6", "iret",
                                     "iret to v86" };

static void code(struct model *m, int event)
{
    u32 at = CODE + START, n = now.bytes;

    if (event >= CALL && event != THROUGH && (n == 4) != now.code32)
        at = code_put(at, 0x66, 1);
    if (event < CALL) {
        at = code_put(at, 0xcd | (event == INT ? SOFT : ABSENT) << 8, 2);
    } else if (event == CALL || event == THROUGH) {
        n = event == THROUGH ? now.code32 ? 4 : 2 : n;
        at = code_put(at, 0x9a, 1);
        at = code_put(at, TARGET, n);
        at = code_put(at, event == CALL ? m->seg[M_CS].sel : GATE, 2);
    } else if (event == RETF_6) {
        at = code_put(at, 0x0006ca, 3);
        m->imm = 6;
    } else {
        at = code_put(at, event == RETF ? 0xcb : 0xcf, 1);
    }
    m->next = at - CODE;
    m->o = n;
}

/* Gates are of the scene's size, each to the code segment of that size. */
static void put_gates(void)
{
    u32 type = now.bytes == 4 ? 8 : 0;
    u64 gate = TARGET | (u64)code0() << 16, up = (u64)0xe000 << 32;
    u64 soft = gate | up | (u64)(type | 6) << 40;
    u64 call = gate | up | (u64)(type | 4) << 40 | (u64)now.params << 32;

    for (int n = 0; n < 8; n++) {
        ram[IDT + SOFT * 8 + n] = ram[IDT + 11 * 8 + n] = (u8)(soft >> 8 * n);
        ram[IDT + ABSENT * 8 + n] = (u8)((soft & ~((u64)0x8000 << 32)) >>
                                         8 * n);
        ram[GDT + GATE + n] = (u8)(call >> 8 * n);
    }
    code_put(TSS + 4, now.esp0, 4);
    code_put(TSS + 8, INNER + 8 * now.inner, 4);
}

/* Vector 11 leads to a task of the scene's size. */
static void put_task(void)
{
    u32 at = TSS + (COUNT_OF(vectors) + 1) * TSS_SIZE;
    bool wide = now.bytes == 4;

    memset(ram + at, 0, TSS_SIZE);
    code_put(at + (wide ? 32 : 14), TARGET, 2);
    code_put(at + (wide ? 36 : 16), 2, 2);
    code_put(at + (wide ? 56 : 26), now.esp0, now.bytes);
    code_put(at + (wide ? 76 : 36), code0(), 2);
    code_put(at + (wide ? 80 : 38), INNER + 8 * now.inner, 2);
    code_put(GDT + TASKED, 0x67 | at << 16, 4);
    code_put(GDT + TASKED + 4, wide ? 0x8900 : 0x8100, 4);
    code_put(IDT + 11 * 8, TASKED << 16, 4);
    code_put(IDT + 11 * 8 + 4, 0x8500, 4);
}

/* What is popped: a frame for that event at the stack pointer. */
static void put_frame(struct model *m, int event, bool outer, u32 esp)
{
    u32 n = now.bytes, at = m->r[M_SP], k = 0;
    bool paragraph = event == IRET_V86 || now.v86 || now.real;
    u32 cs = paragraph ? CODE >> 4 : outer ? C3_16 : C0_16;
    u32 v[9] = { TARGET, cs, 0 };
    u32 count = 2;

    if (event == IRET || event == IRET_V86)
        v[count++] = event == IRET ? POPPED : POPPED | VM;
    if (event == IRET_V86 || outer) {
        v[count++] = esp;
        v[count++] = event == IRET_V86 ? 0x6000 : OUTER + 8 * now.inner;
    }
    for (u32 s = 0; event == IRET_V86 && s < 4; s++)
        v[count++] = 0x1111 * (s + 2);
    for (; k < count; k++) {
        if (event == RETF_6 && k == 2)
            at += 6;
        for (u32 b = 0; b < n; b++, at++)
            model_poke(m, STACK + (at & m->s), v[k] >> 8 * b, 1);
    }
}

/* ---- running ---- */

static void set_model(struct model *m)
{
    const struct model_seg s = segment(STACK, now.stack,
                                       now.cpl ? OUTER : SAME);
    u32 cs = now.code32 ? C0_32 : C0_16;

    memset(m, 0, offsetof(struct model, wrote));
    m->cpl = now.cpl;
    m->seg[M_CS] = (struct model_seg){ CODE, 0xffff, now.code32, false,
                                       (u16)(now.cpl ? cs + 0x13 : cs) };
    m->seg[M_DS] = m->seg[M_ES] = (struct model_seg){ DATA, 0xffff, false,
                                                      false, 3 };
    enter_stack(m, &s, 0);
    if (now.v86 || now.real) {
        m->seg[M_CS].sel = CODE >> 4;
        m->seg[M_SS].sel = STACK >> 4;
        m->seg[M_DS].sel = m->seg[M_ES].sel = DATA >> 4;
    }
    m->flags = now.v86 ? VM | IOPL | IF | 2 : IF | 2;
    m->eip = START;
    m->a = ~0u;
    for (u32 n = 0; n < 8; n++)
        m->r[n] = 0x11111111 * (n + 1);
}

static void load(const struct model *m, int event)
{
    struct cpu_state *s = &cpu.s;

    reset();
    for (u32 n = 0; n < m->writes; n++)
        ram[m->wrote[n].at] = m->wrote[n].v;
    put_gates();
    if (event == TASK)
        put_task();
    memcpy(s->gpr, m->r, sizeof m->r);
    s->eip = m->eip;
    s->eflags = m->flags;
    s->cpl = (u8)m->cpl;
    s->cr[0] = now.real ? 0 : CR0_PE;
    s->gdt_base = GDT;
    s->gdt_limit = GDT_END;
    s->idt_base = now.real ? 0 : IDT;
    s->idt_limit = 0x7ff;
    for (int n = M_ES; n <= M_DS; n++)
        load_seg(n, &m->seg[n], (n == M_CS && !now.v86 ? SEG_CODE : 0) |
                                (now.cpl ? SEG_DPL : 0));
    s->seg[FS].sel = 0x4444;
    s->seg[GS].sel = 0x5555;
    s->seg[TR] = (struct seg){ TSS, 0x67, MAIN, SEG_P | 11 };
    cpu_loaded(&cpu);
}

static u32 word(u32 at) { return ram[at] | (u32)ram[at + 1] << 8; }
static u32 dword(u32 at) { return word(at) | word(at + 2) << 16; }

static void end(struct model *g)
{
    const struct cpu_state *s = &cpu.s;

    cpu_sync(&cpu);
    g->vector = -1;
    g->code = 0;
    g->cpl = s->cpl;
    memcpy(g->r, s->gpr, sizeof g->r);
    g->eip = s->eip;
    g->flags = s->eflags & ~(u32)RF;
    for (int n = M_ES; n <= M_DS; n++)
        g->seg[n].sel = s->seg[n].sel;
    if (now.real && s->halted)
        g->eip--;                       /* of the handler's HLT */
    if (s->seg[TR].sel == MAIN || s->seg[TR].sel == TASKED)
        return;
    g->vector = (int)(s->eip - HANDLERS) / 16;
    g->code = dword(s->gpr[ESP]);
    for (u32 n = 0; n < 8; n++)
        g->r[n] = dword(TSS + 40 + 4 * n);
    g->eip = dword(TSS + 32);
    g->flags = dword(TSS + 36) & ~(u32)RF;
    for (u32 n = M_ES; n <= M_DS; n++)
        g->seg[n].sel = (u16)word(TSS + 72 + 4 * n);
}

/* A fault changes no register, and while an exception is delivered it is a
 * double fault. */
static void fault(struct model *m, const struct model *before)
{
    int vector = now.has_code ? 8 : m->vector;
    u32 code = now.has_code ? 0 : m->code, writes = m->writes;

    memcpy(m, before, offsetof(struct model, wrote));
    m->writes = writes;
    m->vector = vector;
    m->code = code;
}

/* Where the new task has no room for the code, it is a fault of that task. */
static bool lost(const struct model *m, int event)
{
    return event == TASK && m->vector >= 0;
}

static void tell_scene(const struct model *m, const struct model *g, int event,
                       u32 sp)
{
    if (wrong++ > 2)
        return;
    printf("stack %u, inner %u, esp0 %x, gate %u, code32 %d, params %u, "
           "cpl %u, v86 %d, real %d, sp %x: ", now.stack, now.inner, now.esp0,
           now.bytes, now.code32, now.params, now.cpl, now.v86, now.real, sp);
    tell(m, g, names[event]);
}

static void compare(int event, bool outer, u32 sp, u32 esp)
{
    static struct model m, g, before;
    bool lives = true;

    if (!wanted() && event != IRET_V86) /* of which there are few */
        return;
    set_model(&m);
    m.r[M_SP] = sp;
    if (event >= RETF)
        put_frame(&m, event, outer, esp);
    code(&m, event);
    load(&m, event);
    before = m;
    cpu_run(&cpu, clk.now + 1);
    model_run(&m, events[event], false);
    if (m.vector >= 0)
        fault(&m, &before);
    if (now.real)
        lives = deliver_real(&m);
    end(&g);
    done++;
    if (lost(&m, event))
        ck_assert_int_eq(g.vector, EX_DF);
    else if (lives ? !same(&m, &g) || !memory_same(&m) ||
                (m.vector < 0 && m.cpl != g.cpl) : !cpu.s.shutdown)
        tell_scene(&m, &g, event, sp);
    restore(&m);
}

/* ---- all of them ---- */

static const u32 edges[] = {
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 20, 22, 24, 36, 40,
    0x3fff, 0x4000, 0x4004, 0x4006, 0x400c, 0x4014, 0x8000, 0xffde, 0xffe2,
    0xffe6, 0xffea, 0xffee, 0xfff0, 0xfff2, 0xfff4, 0xfff6, 0xfff8, 0xfffa,
    0xfffc, 0xfffd, 0xfffe, 0xffff, 0x10000, 0x10002, 0x10006, 0x1000c,
    0x1fffe, 0x20002, 0x2fff4, 0x2fffe, 0xfffffff0, 0xffffffff };

/* Onto the stack that is there. */
static void same_level(int event)
{
    for (u32 e = 0; e < COUNT_OF(edges); e++)
        compare(event, false, edges[e], 0);
}

/* Onto the inner one, or from it. */
static void inner_level(int event)
{
    static const u32 params[] = { 0, 1, 3, 31 };

    for (u32 k = 0; k < (event == THROUGH ? COUNT_OF(params) : 1); k++)
        for (now.inner = 0; now.inner < COUNT_OF(kinds); now.inner++)
            for (u32 e = 0; e < COUNT_OF(edges); e++) {
                now.esp0 = edges[e];
                now.params = params[k];
                compare(event, false, e & 1 ? 0x8000 : 0xfff8, 0);
            }
    now.inner = now.params = 0;
    now.esp0 = 0x8000;
}

static void outer_level(int event)
{
    for (now.inner = 0; now.inner < COUNT_OF(kinds); now.inner++)
        for (u32 e = 0; e < COUNT_OF(edges); e++)
            compare(event, true, edges[e], 0xffff7ffe + 3 * e);
    now.inner = 0;
}

/* Its INT pushes words. */
static bool in_real_mode(int event)
{
    return event == CALL || (event >= RETF && event != IRET_V86) ||
           (event == INT && now.bytes == 2);
}

static void each_stack(int event)
{
    for (now.stack = 0; now.stack < COUNT_OF(kinds); now.stack++) {
        now.cpl = 0;
        if (event == TASK)
            inner_level(event);
        else
            same_level(event);
        if (event == RETF || event == RETF_6 || event == IRET)
            outer_level(event);
        now.cpl = 3;
        if (event < CALL || event == THROUGH)
            inner_level(event);
    }
    now.stack = 0;
    now.v86 = true;
    now.code32 = false;
    if (event < CALL)
        inner_level(event);
    else if (event != THROUGH && event != IRET_V86)
        same_level(event);
    now.v86 = false;
    now.cpl = 0;
    now.real = in_real_mode(event);
    if (now.real)
        same_level(event);
    now.real = false;
}

START_TEST(frames)
{
    int event = _i / 4;

    fill();
    machine(_i % 4);
    now.esp0 = 0x8000;
    now.has_code = event == CODED || event == TASK;
    for (u32 n = 0; n < 4; n++) {
        now.bytes = n & 1 ? 4 : 2;
        now.code32 = n & 2;
        if (event != IRET_V86 || now.bytes == 4)
            each_stack(event);
    }
    ck_assert_msg(!wrong, "%s, %s: %u of %u differ", names[event],
                  engines[_i % 4], wrong, done);
    ck_assert_msg(restored(CODE), "memory was written unseen");
    /* Those unwind out of their block, and nobody counts that. */
    if (event != CODED && event != TASK && event != IRET_V86)
        ck_assert_msg(took_part(_i % 4), "%s did not run", engines[_i % 4]);
    cpu_free(&cpu);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("frames");
    TCase *c = tcase_create("all");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_loop_test(c, frames, 0, 4 * EVENTS);
    suite_add_tcase(s, c);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
