/* test_p6.c - what came with the Pentium and the P6 family: identification,
 * features by name, model-specific registers, PAE, global pages, SYSENTER. */
#include <check.h>

#include "cpu/exec.h"
#include "machine/pc.h"

enum { RAM_SIZE = 8 << 20, PDPT = 0x1020, PD = 0x2000, PT = 0x3000,
       OTHER = 0x4000, CODE = 0x10000, PAGE = 0x40000 };

static u8 ram[RAM_SIZE];
static struct cpu cpu;
static struct mem mem;
static struct region ram_region;
static struct bus bus;
static struct clk clk;
static struct cpu_model model;

static void start(const char *name)
{
    memset(ram, 0, sizeof ram);
    memset(&cpu, 0, sizeof cpu);
    memset(&mem, 0, sizeof mem);
    clk = (struct clk){ .ps_per_insn = 1000 };
    bus_init(&bus, &clk, NULL);
    model = *cpu_model_find(name);
    mem.clk = &clk;
    mem.addr_mask = mem.a20_mask = ~0u;
    ram_region = (struct region){ .name = "ram", .host = ram };
    mem_attach(&mem, &ram_region, 0, RAM_SIZE);
    ck_assert_int_eq(cpu_init(&cpu, &model, &mem, &bus, &clk, NULL), ERR_OK);
    cpu.s.cr[0] = CR0_PE | CR0_ET | CR0_NE | CR0_WP;
    for (int n = ES; n <= GS; n++)
        cpu.s.seg[n] = (struct seg){ 0, ~0u, 0x10, SEG_P | SEG_S | SEG_RW |
                                     SEG_A | SEG_DB | SEG_G };
    cpu.s.seg[CS].sel = 8;
    cpu.s.seg[CS].attr |= SEG_CODE;
    cpu.s.gpr[ESP] = 0x8000;
    cpu_loaded(&cpu);
}

/* Runs one instruction at CODE; the vector that it raises, or -1. */
static int run(u32 b0, u32 b1, u32 b2)
{
    u8 bytes[] = { (u8)b0, (u8)b1, (u8)b2, 0x90 };
    struct insn i;
    int vector;

    ck_assert_int_eq(insn_decode(&cpu, bytes, 4, &i), DECODE_OK);
    cpu.s.eip = cpu.insn_eip = CODE;
    cpu.s.eip += i.len;
    cpu.fault = -1;
    if (!setjmp(cpu.unwind))
        i.run(&cpu, &i);
    vector = cpu.fault;
    cpu.fault = -1;
    cpu_sync(&cpu);
    return vector;
}

/* ---- identification ---- */

static const struct {
    const char *name;
    u32 leaf, a, b, c, d;
} leaves[] = {
    { "486", 0, 1, 0x756e6547, 0x6c65746e, 0x49656e69 },
    { "486", 1, 0x435, 0, 0, 1 },
    { "486dx4", 1, 0x480, 0, 0, 3 },
    { "pentium", 1, 0x525, 0, 0, 0x1bf },
    { "pentium", 2, 0x525, 0, 0, 0x1bf },
    { "pentium-mmx", 0, 1, 0x756e6547, 0x6c65746e, 0x49656e69 },
    { "pentium-mmx", 1, 0x543, 0, 0, 0x8001bf },
    { "pentiumpro", 0, 2, 0x756e6547, 0x6c65746e, 0x49656e69 },
    { "ppro", 1, 0x619, 0, 0, 0xf9ff },
    { "ppro", 2, 0x03020101, 0, 0, 0x06040a42 },
    { "pentium2", 1, 0x634, 0, 0, 0x80f9ff },
    { "pentium2", 2, 0x03020101, 0, 0, 0x0c040843 },
    { "pentium2", 0x80000000, 0x03020101, 0, 0, 0x0c040843 },
};
enum { LEAVES = sizeof leaves / sizeof *leaves };

START_TEST(cpuid)
{
    start(leaves[_i].name);
    ck_assert_uint_eq(cpu.s.gpr[EDX], model.signature);
    cpu.s.gpr[EAX] = leaves[_i].leaf;
    ck_assert_int_eq(run(0x0f, 0xa2, 0), -1);
    ck_assert_uint_eq(cpu.s.gpr[EAX], leaves[_i].a);
    ck_assert_uint_eq(cpu.s.gpr[EBX], leaves[_i].b);
    ck_assert_uint_eq(cpu.s.gpr[ECX], leaves[_i].c);
    ck_assert_uint_eq(cpu.s.gpr[EDX], leaves[_i].d);
    cpu_free(&cpu);
}
END_TEST

static const struct { const char *text, *words; } specs[] = {
    { "486", NULL },
    { "PPRO", NULL },
    { "pentium2,-mmx,-fpu", NULL },
    { "pentium,+mmx", NULL },
    { "pentium,mmx=on,fpu=off", NULL },
    { "487", "no such CPU model: 487; known: 8086 186" },
    { "", "no such CPU model" },
    { "pentium2,+mmy", "no such CPU feature: mmy; known: fpu cpuid" },
    { "pentium2,", "no such CPU feature" },
    { "pentium2,mmx=maybe", "no such CPU feature: mmx=maybe" },
    { "386,+cmov", "a 386 has no cmov; it came with the pentium" },
    { "pentium,+sep", "a pentium has no sep; it came with the pentiumpro" },
};
enum { SPECS = sizeof specs / sizeof *specs };

START_TEST(features_by_name)
{
    char why[PC_WHY] = "";
    bool ok = pc_cpu_check(specs[_i].text, why);

    ck_assert_msg(ok == !specs[_i].words, "%s: %s", specs[_i].text, why);
    if (!ok)
        ck_assert_msg(strstr(why, specs[_i].words), "%s", why);
}
END_TEST

/* The rows of the instruction table follow. */
START_TEST(instructions_of_models)
{
    static const struct { const char *name; u8 code[3]; int vector; } r[] = {
        { "pentium", { 0x0f, 0x40, 0xc0 }, EX_UD },        /* cmovo */
        { "pentiumpro", { 0x0f, 0x40, 0xc0 }, -1 },
        { "pentium-mmx", { 0x0f, 0x1f, 0xc0 }, EX_UD },    /* nop */
        { "pentiumpro", { 0x0f, 0x1f, 0xc0 }, -1 },
        { "pentiumpro", { 0x0f, 0x77 }, EX_UD },           /* emms */
        { "pentium2", { 0x0f, 0x77 }, -1 },
        { "pentium", { 0x0f, 0x33 }, EX_UD },              /* rdpmc */
        { "pentium-mmx", { 0x0f, 0x33 }, -1 },
        { "pentiumpro", { 0x0f, 0x33 }, -1 },
        { "pentium-mmx", { 0x0f, 0x34 }, EX_UD },          /* sysenter */
        { "pentiumpro", { 0x0f, 0x34 }, EX_UD },
        { "486dx4", { 0x0f, 0x31 }, EX_UD },               /* rdtsc */
        { "386", { 0x0f, 0xa2 }, EX_UD },                  /* cpuid */
        { "pentium2", { 0x0f, 0x0b }, EX_UD },             /* ud2 */
    };

    for (size_t n = 0; n < sizeof r / sizeof *r; n++) {
        start(r[n].name);
        ck_assert_msg(run(r[n].code[0], r[n].code[1], r[n].code[2]) ==
                      r[n].vector, "%s %02x", r[n].name, r[n].code[1]);
        cpu_free(&cpu);
    }
}
END_TEST

/* ---- model-specific registers ---- */

static int wrmsr(u32 n, u64 v)
{
    cpu.s.gpr[ECX] = n;
    cpu.s.gpr[EAX] = (u32)v;
    cpu.s.gpr[EDX] = (u32)(v >> 32);
    return run(0x0f, 0x30, 0);
}

static int rdmsr(u32 n, u64 *v)
{
    int vector;

    cpu.s.gpr[ECX] = n;
    vector = run(0x0f, 0x32, 0);
    *v = cpu.s.gpr[EAX] | (u64)cpu.s.gpr[EDX] << 32;
    return vector;
}

static const struct {
    const char *name;
    u32 msr;
    int vector;
    u64 write, read;
} msrs[] = {
    { "pentium2", 0x200, EX_GP, 0xfffffff006, 0 },      /* 36 bits */
    { "pentium2", 0x200, -1, 0x4000006, 0x4000006 },
    { "pentium2", 0x200, EX_GP, 0x4000002, 0 },         /* no such type */
    { "pentium2", 0x201, -1, 0xffc000800, 0xffc000800 },
    { "pentium2", 0x201, EX_GP, 0xffc000801, 0 },
    { "pentium2", 0x20f, -1, 0xffc000800, 0xffc000800 },
    { "pentium2", 0x210, EX_GP, 0, 0 },
    { "pentium2", 0x250, -1, 0x0606060606060606, 0x0606060606060606 },
    { "pentium2", 0x26f, EX_GP, 0x0506060606060306, 0 },
    { "pentium2", 0x2ff, -1, 0xc06, 0xc06 },
    { "pentium2", 0x2ff, EX_GP, 0x1c06, 0 },
    { "pentium2", 0x0fe, EX_GP, 0x508, 0x508 },
    { "pentium", 0x2ff, EX_GP, 0, 0 },
    { "pentium2", 0x277, EX_GP, 0, 0 },                /* PAT came later */
    { "pentium2", 0x0c1, -1, 0x80000000, 0xff80000000 },
    { "pentium2", 0x0c1, -1, 0xff7fffffff, 0x7fffffff },
    { "pentium2", 0x01b, -1, 0xfee00900, 0xfee00100 },
    { "pentium2", 0x08b, -1, 0, 0 },
    { "pentium2", 0x079, -1, 0x12345678, 0x12345678 },
    { "pentium2", 0x179, EX_GP, 5, 5 },
    { "pentium2", 0x400, -1, ~(u64)0, ~(u64)0 },
    { "pentium2", 0x401, EX_GP, 1, 0 },
    { "pentium2", 0x403, EX_GP, 0, 0 },
    { "pentium2", 0x175, -1, 0x12345678, 0x12345678 },
    { "pentium-mmx", 0x175, EX_GP, 0, 0 },
    { "pentium-mmx", 0x011, -1, 0, 0 },
    { "pentium2", 0x011, EX_GP, 0, 0 },
    { "pentium2", 0x12345678, EX_GP, 0, 0 },
};
enum { MSRS = sizeof msrs / sizeof *msrs };

START_TEST(msr)
{
    u64 v;

    start(msrs[_i].name);
    ck_assert_int_eq(wrmsr(msrs[_i].msr, msrs[_i].write), msrs[_i].vector);
    if (rdmsr(msrs[_i].msr, &v) < 0)
        ck_assert_msg(v == msrs[_i].read, "%x: %llx", msrs[_i].msr,
                      (unsigned long long)v);
    cpu.s.cpl = 3;                      /* ring 3: never */
    cpu_loaded(&cpu);
    ck_assert_int_eq(rdmsr(0x10, &v), EX_GP);
    cpu_free(&cpu);
}
END_TEST

START_TEST(counters)
{
    u64 v;

    start("pentium2");
    ck_assert_int_eq(wrmsr(0x10, 0x1234567800001000), -1);
    ck_assert_int_eq(rdmsr(0x10, &v), -1);
    ck_assert_uint_ge(v, 0x1000);
    ck_assert_uint_lt(v, 0x1100);       /* the upper half is gone */
    cpu_reset(&cpu);
    cpu.s.gpr[EDX] = 1;
    memset(ram, 0, 16);
    cpu.s.seg[CS].base = CODE - cpu.s.eip;
    cpu_loaded(&cpu);
    ram[CODE] = 0x0f;
    ram[CODE + 1] = 0x31;
    cpu_step(&cpu);                     /* RESET begins at 0 */
    ck_assert_uint_eq(cpu.s.gpr[EDX], 0);
    ck_assert_uint_lt(cpu.s.gpr[EAX], 10);
    cpu_free(&cpu);

    start("pentium2");
    ck_assert_int_eq(wrmsr(0xc2, 77), -1);
    cpu.s.gpr[ECX] = 1;
    ck_assert_int_eq(run(0x0f, 0x33, 0), -1);
    ck_assert_uint_eq(cpu.s.gpr[EAX], 77);
    cpu.s.gpr[ECX] = 2;
    ck_assert_int_eq(run(0x0f, 0x33, 0), EX_GP);
    cpu.s.gpr[ECX] = 1;
    cpu.s.cpl = 3;
    cpu_loaded(&cpu);
    ck_assert_int_eq(run(0x0f, 0x33, 0), EX_GP);
    cpu.s.cr[4] = CR4_PCE;
    ck_assert_int_eq(run(0x0f, 0x33, 0), -1);
    cpu_free(&cpu);
}
END_TEST

/* ---- paging ---- */

static void put64(u32 at, u64 v)
{
    memcpy(ram + at, &v, 8);
}

static u64 get64(u32 at)
{
    u64 v;

    memcpy(&v, ram + at, 8);
    return v;
}

static int set_cr(int n, u32 v)
{
    cpu.s.gpr[EAX] = v;
    return run(0x0f, 0x22, 0xc0 | (u32)n << 3);
}

/* 64-bit entries: the first 2 MB by 4 KB pages, the next 2 MB as one. */
static void pae(void)
{
    start("pentium2");
    put64(PDPT, PD | 1);
    put64(PD, PT | 7);
    put64(PD + 8, 0x200000 | 0x87);
    for (u32 n = 0; n < 512; n++)
        put64(PT + 8 * n, n << 12 | 7);
    ck_assert_int_eq(set_cr(4, CR4_PAE | CR4_PGE), -1);
    ck_assert_int_eq(set_cr(3, PDPT), -1);
    ck_assert_int_eq(set_cr(0, cpu.s.cr[0] | CR0_PG), -1);
}

/* The error code of the fault that the access raises, or -1. */
static int touch(u32 lin, bool write, bool user)
{
    int code;

    cpu.fault = -1;
    if (!setjmp(cpu.unwind))
        (void)mmu_fill(&cpu, lin, write, user);
    code = cpu.fault < 0 ? -1 : (int)cpu.fault_code;
    if (cpu.fault >= 0)
        ck_assert(cpu.fault == EX_PF && cpu.s.cr[2] == lin);
    cpu.fault = -1;
    return code;
}

START_TEST(pae_pages)
{
    pae();
    put64(PT + 8 * 64, PAGE + 0x1000 + 7);
    memcpy(ram + PAGE + 0x1004, "abcd", 4);
    memcpy(ram + 0x345678, "wxyz", 4);
    ck_assert_uint_eq(mmu_load(&cpu, PAGE + 4, 4, true), 0x64636261);
    ck_assert(get64(PT + 8 * 64) == (PAGE + 0x1000 + 0x27));
    ck_assert(get64(PD) & 0x20);
    mmu_store(&cpu, PAGE + 4, 4, 1, true);
    ck_assert(get64(PT + 8 * 64) == (PAGE + 0x1000 + 0x67));
    ck_assert_uint_eq(mmu_load(&cpu, 0x345678, 4, true), 0x7a797877);
    ck_assert(get64(PD + 8) == (0x200000 | 0xa7));
    ck_assert_int_eq(touch(0x345678, true, false), -1);
    ck_assert(get64(PD + 8) == (0x200000 | 0xe7));
    cpu_free(&cpu);
}
END_TEST

static const struct {
    u32 at;
    u64 entry;
    u32 lin;
    bool write, user;
    int code;
} faults[] = {
    { PT + 8 * 64, PAGE | 6, PAGE, false, false, 0 },
    { PT + 8 * 64, PAGE | 6, PAGE, true, true, 6 },
    { PT + 8 * 64, PAGE | 5, PAGE, true, true, 7 },
    { PT + 8 * 64, PAGE | 5, PAGE, true, false, 3 },    /* WP */
    { PT + 8 * 64, PAGE | 3, PAGE, false, true, 5 },
    { PT + 8 * 64, PAGE | 7 | (u64)1 << 36, PAGE, false, false, 9 },
    { PT + 8 * 64, PAGE | 7 | (u64)1 << 63, PAGE, true, true, 15 },
    { PT + 8 * 64, PAGE | 7 | (u64)1 << 35, PAGE, false, false, -1 },
    { PD + 8, 0x200000 | 0x86, 0x200000, false, false, 0 },
    { PD + 8, 0x202000 | 0x87, 0x200000, false, false, 9 },
    { PD + 8, 0x200000 | 0x83, 0x200000, false, true, 5 },
    { PD + 8, 0x200000 | 0x87 | (u64)1 << 40, 0x200000, false, true, 13 },
    { PD + 8, PT | 7 | (u64)1 << 36, 0x200000, false, false, 9 },
    { PD + 8, PT | 5, 0x200000, true, true, 7 },
    { PD, 0, 0x40000000, false, false, 0 },
};
enum { FAULTS = sizeof faults / sizeof *faults };

START_TEST(pae_faults)
{
    pae();
    put64(faults[_i].at, faults[_i].entry);
    ck_assert_int_eq(touch(faults[_i].lin, faults[_i].write, faults[_i].user),
                     faults[_i].code);
    cpu_free(&cpu);
}
END_TEST

/* Beyond 4 GB there is nothing, least of all the first pages. */
START_TEST(above_four_gigabytes)
{
    pae();
    put64(PT + 8 * 64, (u64)1 << 32 | 0x5000 | 7);
    mmu_store(&cpu, PAGE, 4, 0x12345678, false);
    ck_assert_uint_eq(mmu_load(&cpu, PAGE, 4, false), ~0u);
    ck_assert(get64(0x5000) == 0);
    cpu_free(&cpu);
}
END_TEST

/* CR3 loads the four pointers; a bad one leaves everything as it was. */
START_TEST(pdpte)
{
    static const u64 bad[] = { 2, 4, 0x20, 0x100, (u64)1 << 36,
                               (u64)1 << 63 };

    for (size_t n = 0; n < sizeof bad / sizeof *bad; n++) {
        pae();
        put64(PDPT + 0x40, PD | 1);
        put64(PDPT + 0x40 + 24, 1 | bad[n]);
        ck_assert_int_eq(set_cr(3, PDPT + 0x40), EX_GP);
        ck_assert_uint_eq(cpu.s.cr[3], PDPT);
        put64(PDPT + 0x40 + 24, bad[n]);        /* not present: no matter */
        ck_assert_int_eq(set_cr(3, PDPT + 0x40), -1);
        put64(PDPT + 0x40, 0);                  /* read at the load only */
        mmu_flush(&cpu);
        ck_assert_int_eq(touch(PAGE, false, false), -1);
        ck_assert_int_eq(set_cr(4, 0), -1);
        cpu_free(&cpu);
    }
}
END_TEST

START_TEST(global_pages)
{
    pae();
    put64(PT + 8 * 64, PAGE | 0x107);
    put64(PT + 8 * 65, (PAGE + 0x1000) | 7);
    ck_assert_int_eq(touch(PAGE, false, false), -1);
    ck_assert_int_eq(touch(PAGE + 0x1000, false, false), -1);
    put64(PT + 8 * 64, 0);
    put64(PT + 8 * 65, 0);
    ck_assert_int_eq(set_cr(3, PDPT), -1);
    ck_assert_int_eq(touch(PAGE, false, false), -1);
    ck_assert_int_eq(touch(PAGE + 0x1000, false, false), 0);
    ck_assert_int_eq(set_cr(3, PDPT), -1);
    ck_assert_int_eq(touch(PAGE, false, false), -1);
    ck_assert_int_eq(set_cr(4, CR4_PAE), -1);           /* now it goes */
    ck_assert_int_eq(touch(PAGE, false, false), 0);
    cpu_free(&cpu);

    pae();                                              /* INVLPG */
    put64(PT + 8 * 64, PAGE | 0x107);
    ck_assert_int_eq(touch(PAGE, false, false), -1);
    put64(PT + 8 * 64, 0);
    cpu.s.gpr[EAX] = PAGE;
    ck_assert_int_eq(run(0x0f, 0x01, 0x38), -1);
    ck_assert_int_eq(touch(PAGE, false, false), 0);
    cpu_free(&cpu);
}
END_TEST

static void put32(u32 at, u32 v)
{
    memcpy(ram + at, &v, 4);
}

START_TEST(four_megabyte_pages)
{
    start("pentium2");
    put32(PD, 0x87);
    put32(PD + 4, 0x400087);
    ck_assert_int_eq(set_cr(4, CR4_PSE), -1);
    ck_assert_int_eq(set_cr(3, PD), -1);
    ck_assert_int_eq(set_cr(0, cpu.s.cr[0] | CR0_PG), -1);
    memcpy(ram + 0x712344, "abcd", 4);
    ck_assert_uint_eq(mmu_load(&cpu, 0x712344, 4, true), 0x64636261);
    put32(PD + 4, 0x402087);
    mmu_flush(&cpu);
    ck_assert_int_eq(touch(0x712344, false, false), 9);
    cpu_free(&cpu);
}
END_TEST

/* ---- system calls ---- */

START_TEST(sysenter)
{
    start("pentium2");
    ck_assert_int_eq(run(0x0f, 0x34, 0), EX_GP);        /* no segment yet */
    cpu.s.sysenter[0] = 0x30;
    cpu.s.sysenter[1] = 0x7000;
    cpu.s.sysenter[2] = 0x20000;
    cpu.s.cpl = 3;
    cpu.s.eflags = IF | IOPL | 2;
    cpu_loaded(&cpu);
    ck_assert_int_eq(run(0x0f, 0x35, 0), EX_GP);
    ck_assert_int_eq(run(0x0f, 0x34, 0), -1);
    ck_assert_uint_eq(cpu.s.eip, 0x20000);
    ck_assert_uint_eq(cpu.s.gpr[ESP], 0x7000);
    ck_assert_uint_eq(cpu.s.seg[CS].sel, 0x30);
    ck_assert_uint_eq(cpu.s.seg[SS].sel, 0x38);
    ck_assert_uint_eq(cpu.s.cpl, 0);
    ck_assert_uint_eq(cpu.s.eflags & (IF | IOPL), IOPL);
    cpu.s.gpr[ECX] = 0x6000;
    cpu.s.gpr[EDX] = 0x10100;
    ck_assert_int_eq(run(0x0f, 0x35, 0), -1);
    ck_assert_uint_eq(cpu.s.eip, 0x10100);
    ck_assert_uint_eq(cpu.s.gpr[ESP], 0x6000);
    ck_assert_uint_eq(cpu.s.seg[CS].sel, 0x43);
    ck_assert_uint_eq(cpu.s.seg[SS].sel, 0x4b);
    ck_assert_uint_eq(cpu.s.cpl, 3);
    ck_assert_uint_eq(cpu.s.seg[SS].attr & SEG_DPL, SEG_DPL);
    cpu_free(&cpu);
}
END_TEST

START_TEST(cr4)
{
    start("pentium");
    ck_assert_int_eq(set_cr(4, 0x5f), -1);
    ck_assert_int_eq(set_cr(4, CR4_PAE), EX_GP);
    cpu_free(&cpu);
    start("pentium2");
    ck_assert_int_eq(set_cr(4, 0x1ff), -1);
    ck_assert_int_eq(set_cr(4, 0x200), EX_GP);
    cpu_free(&cpu);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("p6");
    TCase *t = tcase_create("p6");
    SRunner *r = srunner_create(s);

    tcase_add_loop_test(t, cpuid, 0, LEAVES);
    tcase_add_loop_test(t, features_by_name, 0, SPECS);
    tcase_add_test(t, instructions_of_models);
    tcase_add_loop_test(t, msr, 0, MSRS);
    tcase_add_test(t, counters);
    tcase_add_test(t, pae_pages);
    tcase_add_loop_test(t, pae_faults, 0, FAULTS);
    tcase_add_test(t, above_four_gigabytes);
    tcase_add_test(t, pdpte);
    tcase_add_test(t, global_pages);
    tcase_add_test(t, four_megabyte_pages);
    tcase_add_test(t, sysenter);
    tcase_add_test(t, cr4);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
