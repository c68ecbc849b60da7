/* test_mmx.c - MMX: every operation by values worked out by hand, the x87
 * registers underneath, what stands in the way. */
#include <check.h>

#include "cpu/exec.h"

enum { RAM_SIZE = 1 << 20, CODE = 0x10000, DATA = 0x200, HANDLER = 0x9000 };

static u8 ram[RAM_SIZE];
static struct cpu cpu;
static struct mem mem;
static struct region ram_region;
static struct bus bus;
static struct clk clk;
static struct cpu_model model;

static void start(const char *name)
{
    memset(ram, 0xf4, sizeof ram);
    memset(&cpu, 0, sizeof cpu);
    memset(&mem, 0, sizeof mem);
    clk = (struct clk){ .ps_per_insn = 1000 };
    bus_init(&bus, &clk, NULL);
    model = *cpu_model_find(name);
    mem.clk = &clk;
    mem.a20_mask = ~0u;
    ram_region = (struct region){ .name = "ram", .host = ram };
    mem_attach(&mem, &ram_region, 0, RAM_SIZE);
    ck_assert_int_eq(cpu_init(&cpu, &model, &mem, &bus, &clk, NULL), ERR_OK);
    for (int n = ES; n <= GS; n++) {
        cpu.s.seg[n].sel = CODE >> 4;
        cpu.s.seg[n].base = CODE;
    }
    for (u32 n = 0; n < 32; n++) {              /* vectors */
        ram[4 * n] = (u8)n;
        ram[4 * n + 1] = HANDLER >> 8;
        ram[4 * n + 2] = ram[4 * n + 3] = 0;
    }
    cpu.s.cr[0] = CR0_NE | CR0_ET;
    cpu.s.gpr[ESP] = 0xfff0;
    cpu.s.fcw = 0x37f;
    cpu.s.fsw = 5 << 11;
    cpu.s.ftw = 0xffff;
}

/* Runs one instruction; returns the vector that it raised, or -1. */
static int run(const u8 *code, size_t n)
{
    memcpy(ram + CODE, code, n);
    cpu.s.eip = 0;
    cpu_loaded(&cpu);
    cpu_step(&cpu);                     /* the second delivers its fault */
    if (cpu.fault >= 0)
        cpu_step(&cpu);
    cpu_sync(&cpu);
    if (cpu.s.seg[CS].base == CODE) {
        ck_assert_uint_eq(cpu.s.eip, n);
        return -1;
    }
    return (int)(cpu.s.eip - HANDLER);
}

/* ---- operations ---- */

/* With mm1 = x and mm2, or memory, = y; psXX by an immediate: y. */
static const struct {
    u8 code;
    const char *name;
    u64 x, y, result;
} rows[] = {
    { 0x60, "punpcklbw", 0x7766554433221100, 0xffeeddccbbaa9988,
      0xbb33aa2299118800 },
    { 0x61, "punpcklwd", 0x7766554433221100, 0xffeeddccbbaa9988,
      0xbbaa332299881100 },
    { 0x62, "punpckldq", 0x7766554433221100, 0xffeeddccbbaa9988,
      0xbbaa998833221100 },
    { 0x68, "punpckhbw", 0x7766554433221100, 0xffeeddccbbaa9988,
      0xff77ee66dd55cc44 },
    { 0x69, "punpckhwd", 0x7766554433221100, 0xffeeddccbbaa9988,
      0xffee7766ddcc5544 },
    { 0x6a, "punpckhdq", 0x7766554433221100, 0xffeeddccbbaa9988,
      0xffeeddcc77665544 },
    { 0x63, "packsswb", 0x7fff0080007f0001, 0x8000ff7fff80ffff,
      0x808080ff7f7f7f01 },
    { 0x67, "packuswb", 0x7fff010000ff0001, 0x8000ffff00800000,
      0x00008000ffffff01 },
    { 0x6b, "packssdw", 0x0000800000007fff, 0xffff7fffffff8000,
      0x800080007fff7fff },
    { 0x64, "pcmpgtb", 0x7f80000102ff8001, 0x807f010002fe7f00,
      0xff0000ff00ff00ff },
    { 0x65, "pcmpgtw", 0x7fff800000010000, 0x80007fff0000ffff,
      0xffff0000ffffffff },
    { 0x66, "pcmpgtd", 0x800000007fffffff, 0x7fffffff80000000,
      0x00000000ffffffff },
    { 0x74, "pcmpeqb", 0x0011223344556677, 0x0010223244546677,
      0xff00ff00ff00ffff },
    { 0x75, "pcmpeqw", 0x0011223344556677, 0x0011223244546677,
      0xffff00000000ffff },
    { 0x76, "pcmpeqd", 0x0011223344556677, 0x0011223344546677,
      0xffffffff00000000 },
    { 0xd1, "psrlw", 0x8000ffff00010010, 4, 0x08000fff00000001 },
    { 0xd1, "psrlw", 0x8000ffff00010010, 16, 0 },
    { 0xd1, "psrlw", 0x8000ffff00010010, 0x100000004, 0 },
    { 0xd2, "psrld", 0x80000000ffffffff, 31, 0x0000000100000001 },
    { 0xd2, "psrld", 0x80000000ffffffff, 32, 0 },
    { 0xd3, "psrlq", 0x8000000000000001, 63, 1 },
    { 0xd3, "psrlq", 0x8000000000000001, 64, 0 },
    { 0xd3, "psrlq", 0x8000000000000001, 0, 0x8000000000000001 },
    { 0xe1, "psraw", 0x80007fff00010010, 4, 0xf80007ff00000001 },
    { 0xe1, "psraw", 0x80007fff0001ffff, 16, 0xffff00000000ffff },
    { 0xe1, "psraw", 0x80007fff0001ffff, ~(u64)0, 0xffff00000000ffff },
    { 0xe2, "psrad", 0x800000007fffffff, 31, 0xffffffff00000000 },
    { 0xe2, "psrad", 0x800000007fffffff, 77, 0xffffffff00000000 },
    { 0xf1, "psllw", 0x8001ffff00010010, 15, 0x8000800080000000 },
    { 0xf1, "psllw", 0x8001ffff00010010, 16, 0 },
    { 0xf2, "pslld", 0x80000001ffffffff, 4, 0x00000010fffffff0 },
    { 0xf2, "pslld", 0x80000001ffffffff, 32, 0 },
    { 0xf3, "psllq", 3, 63, 0x8000000000000000 },
    { 0xf3, "psllq", 3, 64, 0 },
    { 0xd5, "pmullw", 0x80000002ffff0100, 0x80000003ffff0100,
      0x0000000600010000 },
    { 0xe5, "pmulhw", 0x80000002ffff0100, 0x80008000ffff0100,
      0x4000ffff00000001 },
    { 0xf5, "pmaddwd", 0x8000800000020003, 0x800080000004ffff,
      0x8000000000000005 },
    { 0xd8, "psubusb", 0x00ff800110203040, 0x01fe7f0200304001,
      0x000101001000003f },
    { 0xd9, "psubusw", 0x0000ffff80000001, 0x0001fffe7fff0002,
      0x0000000100010000 },
    { 0xdc, "paddusb", 0x00ff80fe10203040, 0x01ff7f0200304001,
      0x01ffffff10507041 },
    { 0xdd, "paddusw", 0x0000ffff8000fffe, 0x00010001800000ff,
      0x0001ffffffffffff },
    { 0xe8, "psubsb", 0x807f00ff80017f00, 0x01ff80017f00807f,
      0x807f7ffe80017f81 },
    { 0xe9, "psubsw", 0x80007fff00000001, 0x0001ffff80000002,
      0x80007fff7fffffff },
    { 0xec, "paddsb", 0x807f00ff80017f00, 0xff01800180000180,
      0x807f800080017f80 },
    { 0xed, "paddsw", 0x80007fff00000001, 0xffff000180000002,
      0x80007fff80000003 },
    { 0xdb, "pand", 0xff00ff00f0f0f0f0, 0x123456789abcdef0,
      0x1200560090b0d0f0 },
    { 0xdf, "pandn", 0xff00ff00f0f0f0f0, 0x123456789abcdef0,
      0x003400780a0c0e00 },
    { 0xeb, "por", 0xff00ff00f0f0f0f0, 0x123456789abcdef0,
      0xff34ff78fafcfef0 },
    { 0xef, "pxor", 0xff00ff00f0f0f0f0, 0x123456789abcdef0,
      0xed34a9786a4c2e00 },
    { 0xf8, "psubb", 0x0080ff0110203040, 0x0101ff0220304001,
      0xff7f00fff0f0f03f },
    { 0xf9, "psubw", 0x00008000ffff0001, 0x00010001ffff0002,
      0xffff7fff0000ffff },
    { 0xfa, "psubd", 0x0000000080000000, 0x0000000100000001,
      0xffffffff7fffffff },
    { 0xfc, "paddb", 0xffff800110203040, 0x01ff800220304001,
      0x00fe000330507041 },
    { 0xfd, "paddw", 0xffff800000010203, 0x000180000002fdfd,
      0x0000000000030000 },
    { 0xfe, "paddd", 0xffffffff80000000, 0x0000000180000001,
      0x0000000000000001 },
    { 0x6f, "movq", 1, 0x123456789abcdef0, 0x123456789abcdef0 },
};
enum { ROWS = sizeof rows / sizeof *rows };

static void check_result(int n)
{
    ck_assert_msg(cpu.s.st_mant[1] == rows[n].result,
                  "%s: %016llx, not %016llx", rows[n].name,
                  (unsigned long long)cpu.s.st_mant[1],
                  (unsigned long long)rows[n].result);
    ck_assert_uint_eq(cpu.s.st_se[1], 0xffff);
    ck_assert_uint_eq(cpu.s.ftw, 0);
    ck_assert_uint_eq(cpu.s.fsw, 0);
}

START_TEST(operation)
{
    u64 y = rows[_i].y;
    u8 code[] = { 0x0f, rows[_i].code, 0xca, 0x00, 0x02 };  /* mm1, mm2 */

    start("pentium-mmx");
    cpu.s.st_mant[1] = rows[_i].x;
    cpu.s.st_mant[2] = y;
    ck_assert_int_eq(run(code, 3), -1);
    check_result(_i);
    ck_assert(cpu.s.st_mant[2] == y);
    ck_assert_uint_eq(cpu.s.st_se[2], 0);
    cpu_free(&cpu);

    start("pentium2");
    cpu.s.st_mant[1] = rows[_i].x;
    memcpy(ram + CODE + DATA, &y, 8);
    code[2] = 0x0e;                     /* mm1, [0200h] */
    ck_assert_int_eq(run(code, 5), -1);
    check_result(_i);
    cpu_free(&cpu);
}
END_TEST

/* The shifts again, by immediates. */
START_TEST(shift_immediate)
{
    static const u8 op[] = { 0xd1, 2, 0x71, 0xd2, 2, 0x72, 0xd3, 2, 0x73,
                             0xe1, 4, 0x71, 0xe2, 4, 0x72, 0xf1, 6, 0x71,
                             0xf2, 6, 0x72, 0xf3, 6, 0x73 };
    u8 code[] = { 0x0f, 0, 0, (u8)rows[_i].y };

    for (size_t n = 0; n < sizeof op; n += 3) {
        if (op[n] != rows[_i].code || rows[_i].y > 255)
            continue;
        code[1] = op[n + 2];
        code[2] = (u8)(0xc1 | op[n + 1] << 3);
        start("pentium-mmx");
        cpu.s.st_mant[1] = rows[_i].x;
        ck_assert_int_eq(run(code, 4), -1);
        check_result(_i);
        code[2] = (u8)(op[n + 1] << 3 | 6);     /* memory: no such thing */
        ck_assert_int_eq(run(code, 4), EX_UD);
        cpu_free(&cpu);
    }
}
END_TEST

/* Unpacking the low half reads four bytes only. */
START_TEST(low_half)
{
    static const u8 code[] = { 0x0f, 0x60, 0x0e, 0xfc, 0xff };

    start("pentium2");
    ck_assert_int_eq(run(code, 5), -1);
    cpu_free(&cpu);
    start("pentium2");
    ck_assert_int_eq(run((u8[]){ 0x0f, 0x68, 0x0e, 0xfc, 0xff }, 5), EX_GP);
    cpu_free(&cpu);
}
END_TEST

START_TEST(doublewords)
{
    start("pentium2");
    cpu.s.gpr[EAX] = 0x89abcdef;
    cpu.s.st_mant[3] = ~(u64)0;
    ck_assert_int_eq(run((u8[]){ 0x0f, 0x6e, 0xd8 }, 3), -1);
    ck_assert(cpu.s.st_mant[3] == 0x89abcdef);
    ck_assert_uint_eq(cpu.s.st_se[3], 0xffff);
    cpu.s.st_mant[3] = 0x1122334455667788;
    cpu.s.st_se[3] = 0x3fff;
    cpu.s.ftw = 0xffff;
    ck_assert_int_eq(run((u8[]){ 0x0f, 0x7e, 0xd9 }, 3), -1);
    ck_assert_uint_eq(cpu.s.gpr[ECX], 0x55667788);
    ck_assert_uint_eq(cpu.s.st_se[3], 0x3fff);  /* read, not written */
    ck_assert_uint_eq(cpu.s.ftw, 0);
    ck_assert_int_eq(run((u8[]){ 0x0f, 0x7f, 0xda }, 3), -1);
    ck_assert(cpu.s.st_mant[2] == cpu.s.st_mant[3]);
    ck_assert_uint_eq(cpu.s.st_se[2], 0xffff);
    ck_assert_int_eq(run((u8[]){ 0x0f, 0x7f, 0x1e, 0, 2 }, 5), -1);
    ck_assert_mem_eq(ram + CODE + DATA, &cpu.s.st_mant[3], 8);
    ck_assert_int_eq(run((u8[]){ 0x0f, 0x7e, 0x1e, 16, 2 }, 5), -1);
    ck_assert_mem_eq(ram + CODE + DATA + 16, "\x88\x77\x66\x55\xf4", 5);
    cpu_free(&cpu);
}
END_TEST

/* What the x87 sees afterwards: FNSTENV's tags, an empty stack by EMMS. */
START_TEST(below_is_the_x87)
{
    u8 *env = ram + CODE + DATA;

    start("pentium2");
    cpu.s.st_mant[0] = 5;
    ck_assert_int_eq(run((u8[]){ 0x0f, 0x6f, 0xc8 }, 3), -1);
    ck_assert_int_eq(run((u8[]){ 0xd9, 0x36, 0, 2 }, 4), -1);
    ck_assert_uint_eq(env[4] & 0x0c, 0x08);     /* R1: special */
    ck_assert_uint_eq(env[3] & 0x38, 0);        /* top 0 */
    ck_assert_int_eq(run((u8[]){ 0x0f, 0x77 }, 2), -1);
    ck_assert_uint_eq(cpu.s.ftw, 0xffff);
    ck_assert_int_eq(run((u8[]){ 0xd9, 0x36, 0, 2 }, 4), -1);
    ck_assert_mem_eq(env + 4, "\xff\xff", 2);
    cpu_free(&cpu);
}
END_TEST

START_TEST(in_the_way)
{
    static const u8 code[] = { 0x0f, 0x77 };

    start("pentium");
    ck_assert_int_eq(run(code, 2), EX_UD);
    cpu_free(&cpu);
    start("pentium2");
    cpu.s.cr[0] |= CR0_EM | CR0_TS;
    ck_assert_int_eq(run(code, 2), EX_UD);
    cpu.s.cr[0] &= ~(u32)CR0_EM;
    cpu.s.seg[CS] = cpu.s.seg[DS];
    ck_assert_int_eq(run(code, 2), EX_NM);
    cpu.s.cr[0] &= ~(u32)CR0_TS;
    cpu.s.seg[CS] = cpu.s.seg[DS];
    cpu.s.fcw = 0x37e;
    cpu.s.fsw = 0xb881;
    ck_assert_int_eq(run(code, 2), EX_MF);
    cpu.s.seg[CS] = cpu.s.seg[DS];
    ck_assert_int_eq(run((u8[]){ 0xf0, 0x0f, 0xfc, 0xc0 }, 4), EX_UD);
    cpu_free(&cpu);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("mmx");
    TCase *t = tcase_create("mmx");
    SRunner *r = srunner_create(s);

    tcase_add_loop_test(t, operation, 0, ROWS);
    tcase_add_loop_test(t, shift_immediate, 0, ROWS);
    tcase_add_test(t, low_half);
    tcase_add_test(t, doublewords);
    tcase_add_test(t, below_is_the_x87);
    tcase_add_test(t, in_the_way);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
