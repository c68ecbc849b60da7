/* test_quick.c - interrupts, returns and loads of segment registers while the
 * tables change under them: an engine that keeps what it has found out of a
 * gate, a descriptor or the TSS does as the plain one, which keeps nothing.
 *
 * A program in ring 3 or V86 mode calls a gate over and over. Between stretches
 * of it a byte of a table becomes another one, and then what it was. */
#include "tests/lib/engine.h"

enum { SERVICE = CODE + 0x100, FAULTS = CODE + 0x200, COUNT_AT = 0x3000,
       GATE = 0x30, TRIALS = 80, STRETCH = 120, USER_CODE = 27,
       USER_DATA = 35, KERNEL_DATA = 16, TSS_AT = 40,
       USER_LIMIT = GDT + 24 + 6,       /* the upper bits of that code's */
       TWIN = 128 };                    /* to a selector whose descriptor and
                                           place in a cache are the same */

/* Exceptions go on at the program's start, in whatever mode they came from. */
static void put_fault(struct bed *b, u32 vector)
{
    bool code = vector == EX_DF || (vector >= EX_TS && vector <= EX_PF);
    static const u8 tail[] = {
        0x36, 0xff, 0x05, 0, COUNT_AT >> 8, 0, 0,   /* inc [ss:COUNT_AT] */
        0xc7, 0x04, 0x24, 0, 0, CODE >> 16, 0,      /* mov [esp], CODE */
        0xcf };                                     /* iretd */
    u32 at = FAULTS + 32 * vector;

    if (code) {
        put(b, at, 0x04c483, 3);                    /* add esp, 4 */
        at += 3;
    }
    memcpy(b->ram + at, tail, sizeof tail);
    put(b, IDT + 8 * vector, ((FAULTS + 32 * vector) & 0xffff) | 8 << 16 |
        (u64)0x8e00 << 32 | (u64)(CODE >> 16) << 48, 8);
}

/* Code segments end behind the programs, so that a bit less of the limit has a
 * return fault. */
static void put_limits(struct bed *b)
{
    put(b, GDT + 8, descriptor(0, 0x2ffff, 0x409b), 8);
    put(b, GDT + 24, descriptor(0, 0x2ffff, 0x40fb), 8);
}

static void put_programs(struct bed *b)
{
    static const u8 program[] = { 0xcd, GATE, 0x43, 0xeb, 0xfb };
    static const u8 service[] = {
        0x1e, 0x06,                                 /* push ds; push es */
        0xb8, KERNEL_DATA, 0, 0, 0,                 /* mov eax, KERNEL_DATA */
        0x8e, 0xd8, 0x8e, 0xc0,                     /* mov ds, ax; mov es, ax */
        0xff, 0x05, 4, COUNT_AT >> 8, 0, 0,         /* inc [COUNT_AT + 4] */
        0x07, 0x1f, 0xcf };                         /* pop es; pop ds; iretd */

    memcpy(b->ram + CODE, program, sizeof program);
    memcpy(b->ram + SERVICE, service, sizeof service);
    put(b, IDT + 8 * GATE, (SERVICE & 0xffff) | 8 << 16 |
        (u64)0xee00 << 32 | (u64)(SERVICE >> 16) << 48, 8);
    put(b, GDT + TSS_AT, descriptor(TSS, 0x67, 0x8b), 8);
    put_limits(b);
    memcpy(b->ram + GDT + TWIN, b->ram + GDT, TSS_AT);
    b->cpu.s.gdt_limit = TWIN + TSS_AT - 1;
    for (u32 n = 0; n < 32; n++)
        put_fault(b, n);
}

/* As if the program began: nothing that an engine keeps goes by that. */
static void start(struct bed *b, bool v86_mode, u32 level, u32 twin)
{
    struct cpu_state *s = &b->cpu.s;

    s->cpl = v86_mode || level ? 3 : 0;
    s->eflags = (v86_mode ? VM : 0) | IF | 2 | (level & 2 ? IOPL : 0);
    s->eip = v86_mode ? 0 : CODE;
    s->shutdown = s->halted = false;
    s->gpr[ESP] = v86_mode ? 0x7000 : STACK + 0x4000;
    for (int n = ES; n <= GS; n++) {
        if (v86_mode)
            segment(b, n, CODE >> 4, CODE, 0xffff, 0xf3);
        else if (n == CS)
            segment(b, n, (level ? USER_CODE : 8u) + twin, 0, ~0u,
                    level ? 0xc0fb : 0xc09b);
        else
            segment(b, n, (level ? USER_DATA : KERNEL_DATA) + twin, 0, ~0u,
                    level ? 0xc0f3 : 0xc093);
    }
    cpu_loaded(&b->cpu);
}

static void check_same(const struct kind *k, struct bed *b, u32 trial)
{
    bool same = cpu_same(&plain, b) && !memcmp(plain.ram, b->ram, 0x4000) &&
                !memcmp(plain.ram + CODE, b->ram + CODE, 0x20000);

    if (!same)
        differ_in(k, b, trial);
}

static void stretch(struct kind *k, u32 trial, ns_t *until)
{
    *until += STRETCH * (plain.clk.ps_per_insn / 20);
    cpu_run(&plain.cpu, *until);
    for (u32 n = 0; n < others_built(); n++) {
        k->engine = ENGINE_FAST + n;
        cpu_run(&others[n]->cpu, *until);
        check_same(k, others[n], trial);
    }
}

/* A byte of a descriptor that the program comes by, of its gates, of the stack
 * in the TSS. */
static u32 some_byte(void)
{
    switch (rnd(7)) {
    case 0:  return IDT + 8 * GATE + rnd(8);
    case 1:  return IDT + 8 * EX_GP + rnd(8);
    case 2:  return TSS + 4 + rnd(8);
    case 3:  return USER_LIMIT;
    default: return GDT + 8 + rnd(32);
    }
}

/* Which of its bits change. */
static u32 some_bits(u32 at)
{
    return at == USER_LIMIT && rnd(2) ? 2 : rnd(3) ? 1u << rnd(8) : rnd(256);
}

static void start_all(bool v86_mode, u32 level, u32 twin)
{
    start(&plain, v86_mode, level, twin);
    for (u32 n = 0; n < others_built(); n++)
        start(others[n], v86_mode, level, twin);
}

static void put_all(u32 at, u8 v)
{
    plain.ram[at] = v;
    for (u32 n = 0; n < others_built(); n++)
        others[n]->ram[at] = v;
}

static void trial(struct kind *k, u32 n, ns_t *until)
{
    u32 at = some_byte(), bits = some_bits(at);
    u8 was = plain.ram[at];
    bool v86_mode = rnd(3) == 0;
    u32 level = rnd(4), twin = TWIN * rnd(2);

    start_all(v86_mode, level, TWIN - twin);
    stretch(k, n, until);
    start_all(v86_mode, level, twin);
    stretch(k, n, until);
    put_all(at, (u8)(was ^ bits));
    stretch(k, n, until);
    put_all(at, was);
    stretch(k, n, until);
}

static void change_tables(struct kind k)
{
    ns_t until = 0;

    ck_assert(bed_make(&plain, &k, ENGINE_PLAIN, 0));
    put_programs(&plain);
    for (u32 n = 0; n < others_built(); n++) {
        ck_assert(bed_make(others[n], &k, ENGINE_FAST + n, 0));
        put_programs(others[n]);
    }
    random_state = k.seed;
    for (u32 n = 0; n < TRIALS; n++)
        trial(&k, n, &until);
    ck_assert_uint_gt(get_le32(plain.ram + COUNT_AT), TRIALS / 2);
    ck_assert_uint_gt(get_le32(plain.ram + COUNT_AT + 4), 3 * TRIALS);
    bed_free(&plain);
    for (u32 n = 0; n < others_built(); n++)
        bed_free(others[n]);
}

START_TEST(tables_change)
{
    static const char *const models[] = { "386", "486", "pentium" };

    for (u32 seed = 0; seed <= seeds(); seed++)
        change_tables((struct kind){ models[seed % 3], _i ? PAGED : FLAT32,
                                     seed, NULL, false, 0 });
}
END_TEST

int main(void)
{
    Suite *s = suite_create("quick");
    TCase *t = tcase_create("tables");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_set_timeout(t, 0);
    tcase_add_loop_test(t, tables_change, 0, 2);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
