/* test_overrun.c - what registers hold where an operand goes over the limit of
 * its segment: on the 80286 some have moved on, on other models none.
 *
 * Recorded cases (tests/tools/singlestep) show the rule for words at offset FFFFh
 * in real mode; here is every string instruction, each turn of a repeated one,
 * both directions, both modes, all engines; and code at its segment's end. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/exec.h"
#include "cpu/lap.h"

enum { RAM_SIZE = 1 << 20, IDT = 0x400, GDT = 0x800, HANDLER = 0x900,
       CODE = 0x1000, STACK = 0x20000, DATA = 0x40000, COUNT = 5, SP = 0x8000,
       NEAR = 0x10, STEPS = 100000, HLT = 0xf4 };

static u8 ram[RAM_SIZE];
static struct cpu cpu;
static struct mem mem;
static struct region ram_region;
static struct bus bus;
static struct clk clk;

static void put(u32 at, u64 v, int n)
{
    for (int i = 0; i < n; i++)
        ram[at + (u32)i] = (u8)(v >> 8 * i);
}

static u32 get_word(u32 at)
{
    return ram[at] | (u32)ram[at + 1] << 8;
}

static void machine(const char *model, int engine)
{
    memset(ram, 0, sizeof ram);
    memset(&cpu, 0, sizeof cpu);
    memset(&mem, 0, sizeof mem);
    put(GDT + 8, 0x00009b000000ffff | (u64)CODE << 16, 8);
    for (u32 n = 0; n < 32; n++) {
        put(n * 4, HANDLER + n, 4);
        put(IDT + n * 8, (HANDLER + n) | 8 << 16 | (u64)0x8600 << 32, 8);
        put(HANDLER + n, HLT, 1);
        put(CODE + HANDLER + n, HLT, 1);
    }
    clk = (struct clk){ .ps_per_insn = 1000 };
    bus_init(&bus, &clk, NULL);
    mem.clk = &clk;
    mem.a20_mask = 0xffffff;
    ram_region = (struct region){ .name = "ram", .host = ram };
    mem_attach(&mem, &ram_region, 0, RAM_SIZE);
    ck_assert_int_eq(cpu_init(&cpu, cpu_model_find(model), &mem, &bus, &clk,
                              NULL), ERR_OK);
    cpu.cache_off = engine == 1;
    cpu.fast_after = 0;
    lap_off(&cpu);
    cpu_set_engine(&cpu, engine == 3 ? ENGINE_COMPILED :
                   engine == 2 ? ENGINE_FAST : ENGINE_PLAIN);
}

static void set(bool prot, u32 limit)
{
    static const u32 base[] = { DATA, CODE, STACK, DATA };

    cpu_reset(&cpu);
    for (int n = ES; n <= DS; n++)
        cpu.s.seg[n] = (struct seg){ base[n], n == CS || n == SS ? 0xffff
                                     : limit, (u16)(prot ? 8 : base[n] >> 4),
                                     n == CS ? 0x9b : 0x93 };
    cpu.s.cr[0] = prot ? CR0_PE : 0;
    cpu.s.gdt_base = GDT;
    cpu.s.gdt_limit = 15;
    cpu.s.idt_base = prot ? IDT : 0;
    cpu.s.idt_limit = prot ? 0xff : 0x3ff;
    cpu.s.eip = 0;
    cpu.s.gpr[ESP] = SP;
    cpu.s.gpr[ECX] = COUNT;
    cpu.s.gpr[ESI] = cpu.s.gpr[EDI] = NEAR;
}

static void run(const u8 *code, u32 n)
{
    memcpy(ram + CODE, code, n);
    cpu_loaded(&cpu);
    cpu_run(&cpu, clk.now + STEPS);
    cpu_sync(&cpu);
    ck_assert(cpu.s.halted && cpu.s.eip != n + 1);
}

/* ---- strings ---- */

/* How many elements SI and DI have moved by then, and what CX has lost. */
struct rule { u8 op, reg, si, di, cx; };
static const struct rule rules[] = {
    { 0xa4, ESI, 1, 0, 1 }, { 0xa4, EDI, 1, 1, 2 }, { 0xa6, EDI, 0, 1, 0 },
    { 0xa6, ESI, 1, 1, 1 }, { 0xaa, EDI, 0, 1, 2 }, { 0xac, ESI, 1, 0, 1 },
    { 0xae, EDI, 0, 1, 1 }, { 0x6c, EDI, 0, 1, 2 }, { 0x6e, ESI, 1, 0, 1 },
};

struct variant { bool prot, word, down, rep; u32 turn; };

/* Whether the instruction changes that register. */
static bool uses(u8 op, int reg)
{
    bool si = op == 0xa4 || op == 0xa6 || op == 0xac || op == 0x6e;
    bool di = op != 0xac && op != 0x6e;

    return reg == ESI ? si : di;
}

static void check_string(const struct rule *r, struct variant v)
{
    bool moves = cpu.family == I286;
    u32 size = v.word ? 2 : 1, limit = v.prot ? 0xff : 0xffff;
    u32 d = v.down ? -size : size;
    u32 from = limit + 1 - size + 1 - v.turn * size, at[8] = { 0 };
    const u8 code[] = { v.rep ? 0xf3 : 0x90, (u8)(r->op | v.word), HLT };

    set(v.prot, limit);
    cpu.s.gpr[r->reg] = from;
    cpu.s.eflags |= v.down ? DF : 0;
    at[ESI] = cpu.s.gpr[ESI];
    at[EDI] = cpu.s.gpr[EDI];
    run(code, sizeof code);
    for (int reg = ESI; reg <= EDI; reg++)
        if (uses(r->op, reg))
            at[reg] += d * (v.turn + (moves ? reg == ESI ? r->si : r->di : 0));
    ck_assert_uint_eq(cpu.s.gpr[ESI], at[ESI] & 0xffff);
    ck_assert_uint_eq(cpu.s.gpr[EDI], at[EDI] & 0xffff);
    ck_assert_uint_eq(cpu.s.gpr[ECX],
                      v.rep ? COUNT - v.turn - (moves ? r->cx : 0) : COUNT);
}

static void check_rule(const struct rule *r)
{
    for (u32 n = 0; n < 48; n++) {
        struct variant v = { n & 1, n & 2, n & 4, n & 8, n / 16 };

        if ((!v.prot && !v.word) || ((v.down || !v.rep) && v.turn))
            continue;
        check_string(r, v);
    }
}

static const char *const models[] = { "286", "386", "pentium" };

START_TEST(strings)
{
    machine(models[_i / 4], _i % 4);
    for (u32 n = 0; n < COUNT_OF(rules); n++)
        check_rule(&rules[n]);
    cpu_free(&cpu);
}
END_TEST

/* ---- POP to memory ---- */

/* The frame that the fault pushes tells where the stack pointer was. */
START_TEST(pop)
{
    static const u8 code[] = { 0x8f, 0x07, HLT };

    machine(models[_i / 4], _i % 4);
    for (int prot = 0; prot < 2; prot++) {
        u32 frame = prot ? 8 : 6;

        set(prot, prot ? 0xff : 0xffff);
        cpu.s.gpr[EBX] = prot ? 0xff : 0xffff;
        run(code, sizeof code);
        ck_assert_uint_eq(cpu.s.gpr[ESP],
                          SP - frame + (cpu.family == I286 ? 2 : 0));
    }
    cpu_free(&cpu);
}
END_TEST

/* ---- ports that may not be had ---- */

/* IOPL 0 at ring 3: "Undocumented iAPX 286 Test Instruction", 13. */
START_TEST(ports)
{
    static const u8 code[2][3] = { { 0xf3, 0x6d, HLT }, { 0xf3, 0x6f, HLT } };
    static const u32 lost[] = { 1, 2 };

    machine("286", _i % 4);
    for (int out = 0; out < 2; out++) {
        set(true, 0xffff);
        cpu.s.cpl = 3;
        cpu.s.seg[TR] = (struct seg){ GDT + 0x40, 43, 0x18, SEG_P | 3 };
        put(GDT + 0x42, SP, 2);
        put(GDT + 0x44, 0x10, 2);
        put(GDT + 16, 0x000093000000ffff | (u64)STACK << 16, 8);
        cpu.s.gdt_limit = 0x1f;
        run(code[out], sizeof code[out]);
        ck_assert_uint_eq(cpu.s.gpr[EDI], out ? NEAR : NEAR + 2);
        ck_assert_uint_eq(cpu.s.gpr[ESI], out ? NEAR + 2 : NEAR);
        ck_assert_uint_eq(cpu.s.gpr[ECX], COUNT - lost[out]);
    }
    cpu_free(&cpu);
}
END_TEST

/* ---- operands of the coprocessor ---- */

/* Each is run behind FNINIT and FLD1, at [BX]. */
struct escape { u8 op, ext, bytes; };
static const struct escape escapes[] = {
    { 0xd8, 0, 4 }, { 0xdc, 0, 8 }, { 0xd9, 0, 4 }, { 0xd9, 2, 4 },
    { 0xd9, 7, 2 }, { 0xdd, 2, 8 }, { 0xdf, 6, 10 }, { 0xdb, 7, 10 },
    { 0xdb, 5, 10 }, { 0xdf, 0, 2 }, { 0xdf, 5, 8 }, { 0xd9, 6, 14 },
    { 0xd9, 4, 14 }, { 0xdd, 6, 94 }, { 0xdd, 4, 94 }, { 0xda, 0, 4 } };

/* The vector that it should raise at so many bytes before the limit. */
static u32 expected(const struct escape *e, u32 left)
{
    return left < 2 ? EX_GP : left < e->bytes ? EX_MP : 0;
}

START_TEST(coprocessor)
{
    machine("286", _i % 4);
    for (u32 n = 0; n < 2 * COUNT_OF(escapes); n++) {
        const struct escape *e = &escapes[n / 2];
        u32 limit = n & 1 ? 0xff : 0xffff;

        for (u32 left = 1; left <= e->bytes + 1u; left++) {
            const u8 code[] = { 0xdb, 0xe3, 0xd9, 0xe8, e->op,
                                (u8)(e->ext << 3 | 7), HLT };

            set(n & 1, limit);
            cpu.s.gpr[EBX] = limit + 1 - left;
            memcpy(ram + CODE, code, sizeof code);
            cpu_loaded(&cpu);
            cpu_run(&cpu, clk.now + STEPS);
            ck_assert(cpu.s.halted);
            ck_assert_uint_eq(cpu.s.eip - 1, expected(e, left) ?
                              HANDLER + expected(e, left) : sizeof code - 1);
        }
    }
    cpu_free(&cpu);
}
END_TEST

/* ---- code that its segment's limit cuts ---- */

/* The same blocks, with their links, in a segment of 64 KB and then in one that
 * ends within them: the instruction that does not fit faults. */
START_TEST(code)
{
    static const u8 loops[] = {
        0xb9, 3, 0, 0x49, 0x75, 0xfd,       /* mov cx, 3; dec cx; jnz 3 */
        0x40, 0x40, 0x40, 0x40, 0x4a,       /* inc ax (4); dec dx */
        0x75, 0xf3, 0xea, 0, 0, 0x10, 0     /* jnz 0; jmp 10h:0 */
    };
    static const u8 fault_at[] = { [4] = 4, 6, 7, 8, 9, 10, 11, 11 };

    for (u32 limit = 4; limit < sizeof fault_at; limit++) {
        machine(models[_i / 4], _i % 4);
        put(GDT + 16, 0x00009b0000000000 | (u64)CODE << 16 | limit, 8);
        set(true, 0xffff);
        cpu.s.gdt_limit = 23;
        cpu.s.gpr[EDX] = 20;
        run(loops, sizeof loops);
        ck_assert_uint_eq(cpu.s.eip - 1, HANDLER + EX_GP);
        ck_assert_uint_eq(get_word(STACK + SP - 6), fault_at[limit]);
        cpu_free(&cpu);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("overrun");
    TCase *c = tcase_create("all");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_loop_test(c, strings, 0, 4 * (int)COUNT_OF(models));
    tcase_add_loop_test(c, pop, 0, 4 * (int)COUNT_OF(models));
    tcase_add_loop_test(c, ports, 0, 4);
    tcase_add_loop_test(c, coprocessor, 0, 4);
    tcase_add_loop_test(c, code, 0, 4 * (int)COUNT_OF(models));
    suite_add_tcase(s, c);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
