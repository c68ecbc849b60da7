/* test_fpu.c - the x87's surroundings: detection, errors, environments.
 *
 * Its arithmetic is compared with recorded results (singlestep) and with the
 * host's (fpu_host); this is about what neither can show. */
#include <check.h>

#include "cpu/fpu/fpu.h"

enum { RAM_SIZE = 1 << 20, CODE = 0x10000, DATA = 0x20000, GDT = 0x1000,
       IDT = 0x2000, HANDLER = 0x3000, STACK = 0x8000 };

static u8 ram[RAM_SIZE];
static struct cpu cpu;
static struct mem mem;
static struct region ram_region;
static struct bus bus;
static struct clk clk;
static struct cpu_model model;
static u32 rises, falls;                /* of the error pin */

/* ---- a machine ---- */

static void put(u32 at, u64 v, int n)
{
    for (int i = 0; i < n; i++)
        ram[at + (u32)i] = (u8)(v >> 8 * i);
}

static u32 get16(u32 at) { return ram[at] | (u32)ram[at + 1] << 8; }
static u32 get32(u32 at) { return get16(at) | get16(at + 2) << 16; }

static void ferr(void *ctx, int n, bool level)
{
    (void)ctx, (void)n;
    *(level ? &rises : &falls) += 1;
}

static u8 inta(void *ctx)
{
    (void)ctx;
    return 0x75;
}

/* Real mode: code at 1000:0, data and stack at 2000:0, a handler for each
 * vector at 300:vector. */
static void machine(const char *name)
{
    model = *cpu_model_find(name);
    memset(&cpu, 0, sizeof cpu);
    memset(&mem, 0, sizeof mem);
    memset(ram, 0, sizeof ram);
    clk = (struct clk){ .ps_per_insn = 1000 };
    bus_init(&bus, &clk, NULL);
    mem.clk = &clk;
    mem.a20_mask = ~0u;
    ram_region = (struct region){ .name = "ram", .host = ram };
    mem_attach(&mem, &ram_region, 0, RAM_SIZE);
    ck_assert_int_eq(cpu_init(&cpu, &model, &mem, &bus, &clk, NULL), ERR_OK);
    cpu.pin.ferr = (struct line){ .set = ferr };
    cpu.pin.inta = inta;
    rises = falls = 0;
    for (u32 v = 0; v < 256; v++)
        put(4 * v, 0x03000000 + v, 4);
    for (int n = ES; n <= DS; n++) {
        cpu.s.seg[n].sel = n == CS ? CODE >> 4 : DATA >> 4;
        cpu.s.seg[n].base = n == CS ? CODE : DATA;
    }
    cpu.s.eip = 0;
    cpu.s.gpr[ESP] = STACK;
    cpu_loaded(&cpu);
}

/* The same in 32-bit protected mode at ring 0, with flat segments. */
static void protect(void)
{
    u16 attr = SEG_P | SEG_S | SEG_RW | SEG_A | SEG_DB | SEG_G;

    for (int n = ES; n <= GS; n++)
        cpu.s.seg[n] = (struct seg){ 0, ~0u, n == CS ? 8 : 16,
                                     (u16)(attr | (n == CS ? SEG_CODE : 0)) };
    cpu.s.cr[0] |= CR0_PE;
    cpu.s.eip = CODE;
    cpu.s.gdt_base = GDT;
    cpu.s.gdt_limit = 23;
    put(GDT + 8, 0x00cf9b000000ffff, 8);
    put(GDT + 16, 0x00cf93000000ffff, 8);
    cpu_loaded(&cpu);
}

/* Runs n instructions, put where the processor is. */
#define RUN(n, ...)                                                         \
    do {                                                                    \
        static const u8 code_[] = { __VA_ARGS__ };                          \
        u32 at_ = cpu.s.seg[CS].base + cpu.s.eip;                           \
                                                                            \
        memcpy(ram + at_, code_, sizeof code_);                             \
        cpu_mem_wrote(&cpu, at_, sizeof code_);                             \
        for (int n_ = 0; n_ < (n); n_++)                                    \
            cpu_step(&cpu);                                                 \
        cpu_sync(&cpu);                                                     \
    } while (0)

#define FNINIT 0xdb, 0xe3
#define FNCLEX 0xdb, 0xe2
#define FLD1   0xd9, 0xe8
#define FLDZ   0xd9, 0xee
#define FDIVP  0xde, 0xf9               /* st1 = st1 / st0 */
#define FNSTSW_AX 0xdf, 0xe0
#define ADDR   0x00, 0x01               /* [100h], in a ModRM of rm 6 */

/* Leaves an unmasked zero divide pending. */
static void divide_by_zero(void)
{
    put(DATA + 0x100, 0x37b, 2);
    RUN(5, FNINIT, 0xd9, 0x2e, ADDR, FLD1, FLDZ, FDIVP);
    ck_assert_uint_eq(cpu.s.fsw & 0x80ff, 0x8084);
}

/* Whether the fault `vector` was delivered, in real mode. */
static bool raised(u32 vector)
{
    return cpu.s.seg[CS].sel == 0x300 && cpu.s.eip == vector;
}

/* ---- is there one ---- */

static const struct { const char *cpu; u16 cw; } models[] = {
    { "8086", 0x3ff }, { "186", 0x3ff }, { "286", 0x37f }, { "386", 0x37f },
    { "486", 0x37f }, { "pentium", 0x37f },
};

/* What BIOSes do: FNINIT, FNSTSW and FNSTCW over a pattern. */
START_TEST(detected)
{
    machine(models[_i].cpu);
    put(DATA + 0x100, 0x5a5a5a5a, 4);
    RUN(3, FNINIT, 0xdd, 0x3e, ADDR, 0xd9, 0x3e, 0x02, 0x01);
    ck_assert_uint_eq(get16(DATA + 0x100), 0);
    ck_assert_uint_eq(get16(DATA + 0x102), models[_i].cw);
    ck_assert_uint_eq(cpu.s.ftw, 0xffff);
    cpu_free(&cpu);
}
END_TEST

START_TEST(absent)
{
    struct cpu_state was;

    machine(models[_i].cpu);
    cpu.fpu = false;
    put(DATA + 0x100, 0x5a5a5a5a, 4);
    cpu.s.gpr[EAX] = 0x5a5a;
    was = cpu.s;
    RUN(7, FNINIT, 0xdd, 0x3e, ADDR, 0xd9, 0x3e, 0x02, 0x01, FNSTSW_AX,
        0x9b, FLD1, 0xdd, 0x1e, ADDR);  /* fstp qword [100h] */
    ck_assert_uint_eq(cpu.s.eip, 19);
    ck_assert_uint_eq(get32(DATA + 0x100), 0x5a5a5a5a);
    ck_assert_uint_eq(cpu.s.gpr[EAX], 0x5a5a);
    ck_assert_uint_eq(cpu.s.fsw, was.fsw);
    ck_assert_uint_eq(cpu.s.ftw, was.ftw);
    cpu_free(&cpu);
}
END_TEST

static void put_escape(const struct op *o)
{
    u8 n = o->ext & 0xff, modrm;

    switch (o->ext & 0xf00) {
    case EXT_BYTE: modrm = n; break;
    case EXT_MEM:  modrm = (u8)(n << 3 | 6); break;
    default:       modrm = (u8)(n << 3 | 0xc1); break;
    }
    put(CODE, o->slot | modrm << 8 | 0x01000000u, 4);
}

/* Every escape without a coprocessor: it is stepped over. */
START_TEST(each_absent)
{
    for (int n = 0; n < op_count; n++) {
        struct cpu_state was;

        machine("386");
        if (!(op_table[n].attr & FPU) || !op_in_model(&op_table[n], &model)) {
            cpu_free(&cpu);
            continue;
        }
        cpu.fpu = false;
        memset(ram + DATA, 0x5a, 0x200);
        put_escape(&op_table[n]);
        was = cpu.s;
        cpu_step(&cpu);
        cpu_sync(&cpu);
        was.eip = ram[CODE + 1] < 0xc0 ? 4 : 2;
        was.icount++;
        was.spent++;
        ck_assert_msg(!memcmp(&cpu.s, &was, sizeof was), "row %d: %s", n,
                      op_table[n].mnem);
        for (u32 at = 0; at < 0x200; at++)
            ck_assert_uint_eq(ram[DATA + at], 0x5a);
        cpu_free(&cpu);
    }
}
END_TEST

/* One infinity: it cannot be compared with a number, nor added to itself. */
START_TEST(projective_infinity)
{
    bool projective = _i < 3;

    machine(models[_i].cpu);
    RUN(7, FNINIT, FLD1, FLDZ, FDIVP, FNCLEX, FLD1, 0xd8, 0xd1);   /* fcom */
    ck_assert_uint_eq(cpu.s.fsw & 0x4501, projective ? 0x4501 : 0x0100);
    RUN(4, FNCLEX, 0xd9, 0xc1, 0xde, 0xc2,  /* fld st1; faddp st2 */
        0xd9, 0xc9);                        /* fxch */
    ck_assert_uint_eq(cpu.s.fsw & 1, projective);
    ck_assert_uint_eq(cpu.s.st_se[(cpu.s.fsw >> 11) & 7],
                      projective ? 0xffff : 0x7fff);
    cpu_free(&cpu);
}
END_TEST

/* FDISI sets a bit that only the 8087 has. */
START_TEST(interrupt_mask_is_the_8087s)
{
    bool is_8087 = _i < 2;

    machine(models[_i].cpu);
    put(DATA + 0x100, 0x37f, 2);
    RUN(4, FNINIT, 0xd9, 0x2e, ADDR, 0xdb, 0xe1, 0xd9, 0x3e, ADDR);
    ck_assert_uint_eq(get16(DATA + 0x100), is_8087 ? 0x3ff : 0x37f);
    RUN(2, 0xdb, 0xe0, 0xd9, 0x3e, ADDR);
    ck_assert_uint_eq(get16(DATA + 0x100), 0x37f);
    cpu_free(&cpu);
}
END_TEST

/* The classic test: 1/0 and its negative are one infinity up to the 287. */
START_TEST(infinities)
{
    bool projective = _i < 3;

    machine(models[_i].cpu);
    RUN(8, FNINIT, FLD1, FLDZ, FDIVP, 0xd9, 0xc0, 0xd9, 0xe0, 0xde, 0xd9,
        0xdd, 0x3e, ADDR);              /* fld st0; fchs; fcompp; fnstsw */
    ck_assert_uint_eq(get16(DATA + 0x100) & 0x4500, projective ? 0x4000
                                                               : 0x0100);
    cpu_free(&cpu);
}
END_TEST

/* ---- CR0 ---- */

static const struct {
    u32 cr0;
    u8 code[2];
    bool fault;
} switches[] = {
    { CR0_EM, { 0xd9, 0xe8 }, true },
    { CR0_TS, { 0xd9, 0xe8 }, true },
    { CR0_MP, { 0xd9, 0xe8 }, false },
    { CR0_EM, { 0xdb, 0xe3 }, true },
    { CR0_TS, { 0xdf, 0xe0 }, true },
    { CR0_EM, { 0xd9, 0xd1 }, true },   /* a code that does not exist */
    { CR0_EM, { 0x9b, 0x90 }, false },
    { CR0_TS, { 0x9b, 0x90 }, false },
    { CR0_MP, { 0x9b, 0x90 }, false },
    { CR0_MP | CR0_TS, { 0x9b, 0x90 }, true },
    { CR0_MP | CR0_TS | CR0_EM, { 0x9b, 0x90 }, true },
};

START_TEST(switched_off)
{
    for (int present = 0; present < 2; present++) {
        machine("486");
        cpu.fpu = present;
        cpu.s.cr[0] |= switches[_i].cr0;
        memcpy(ram + CODE, switches[_i].code, 2);
        cpu_loaded(&cpu);
        cpu_step(&cpu);
        ck_assert_int_eq(raised(EX_NM), switches[_i].fault);
        if (switches[_i].fault)
            ck_assert_uint_eq(get16(DATA + STACK - 6), 0);
        cpu_free(&cpu);
    }
}
END_TEST

START_TEST(reserved_codes)
{
    machine(models[_i].cpu);
    RUN(1, 0xd9, 0xd1);
    ck_assert_int_eq(raised(EX_UD), _i >= 4);
    cpu_free(&cpu);
}
END_TEST

/* ---- the stack ---- */

START_TEST(stack_overflow)
{
    machine("386");
    RUN(10, FNINIT, FLDZ, FLDZ, FLDZ, FLDZ, FLDZ, FLDZ, FLDZ, FLDZ, FLD1);
    ck_assert_uint_eq(cpu.s.fsw, 0x3a41);       /* top 7; C1, SF, IE */
    ck_assert_uint_eq(fpu_get(&cpu, 0).se, 0xffff);
    ck_assert(fpu_get(&cpu, 0).mant == 0xc000000000000000u);
    ck_assert_uint_eq(fpu_tag_word(&cpu), 0x9555);
    cpu_free(&cpu);
}
END_TEST

START_TEST(stack_overflow_unmasked)
{
    machine("386");
    put(DATA + 0x100, 0x37e, 2);
    RUN(11, FNINIT, 0xd9, 0x2e, ADDR, FLDZ, FLDZ, FLDZ, FLDZ, FLDZ, FLDZ,
        FLDZ, FLDZ, FLD1);
    ck_assert_uint_eq(cpu.s.fsw, 0x82c1);
    ck_assert_uint_eq(fpu_tag_word(&cpu), 0x5555);
    cpu_free(&cpu);
}
END_TEST

/* Masked, the format's indefinite is stored and the stack popped. */
START_TEST(stack_underflow)
{
    static const struct { u8 op, modrm; u64 stored; u32 bytes; } t[] = {
        { 0xd9, 0x1e, 0xffc00000, 4 },
        { 0xdd, 0x1e, 0xfff8000000000000, 8 },
        { 0xdf, 0x1e, 0x8000, 2 },
        { 0xdb, 0x1e, 0x80000000, 4 },
        { 0xdf, 0x3e, 0x8000000000000000, 8 },
        { 0xdb, 0x3e, 0xc000000000000000, 8 },
        { 0xdf, 0x36, 0xc000000000000000, 8 },
    };

    for (u32 n = 0; n < COUNT_OF(t); n++)
        for (int masked = 0; masked < 2; masked++) {
            u64 want = masked ? t[n].stored : 0x1111111111111111u, mask;

            machine("386");
            put(DATA + 0x100, 0x1111111111111111, 8);
            put(DATA + 0x1f0, masked ? 0x37f : 0x37e, 2);
            put(CODE + 6, t[n].op | t[n].modrm << 8 | 0x01000000, 4);
            RUN(3, FNINIT, 0xd9, 0x2e, 0xf0, 0x01);
            mask = ~(u64)0 >> (64 - 8 * t[n].bytes);
            ck_assert_uint_eq((get32(DATA + 0x100) |
                               (u64)get32(DATA + 0x104) << 32) & mask,
                              want & mask);
            ck_assert_uint_eq(cpu.s.fsw, masked ? 0x0841 : 0x80c1);
            cpu_free(&cpu);
        }
}
END_TEST

/* ---- errors: the pin of the AT ---- */

static const char *const with_pin[] = { "286", "386", "486", "pentium" };

/* The next waiting instruction neither runs nor writes, whatever the time. */
START_TEST(error_freezes)
{
    machine(with_pin[_i]);
    divide_by_zero();
    ck_assert_uint_eq(rises, 1);
    ck_assert(cpu.s.ferr_level);
    put(DATA + 0x100, 0x5a5a5a5a, 4);
    RUN(50, 0x90, 0xd9, 0x16, ADDR);    /* nop; fst dword [100h] */
    ck_assert_uint_eq(cpu.s.eip, 13);
    ck_assert_uint_eq(get32(DATA + 0x100), 0x5a5a5a5a);
    ck_assert_uint_eq(rises, 1);
    cpu_free(&cpu);
}
END_TEST

START_TEST(error_freezes_wait)
{
    machine(with_pin[_i]);
    divide_by_zero();
    RUN(20, 0x9b);
    ck_assert_uint_eq(cpu.s.eip, 12);
    cpu_free(&cpu);
}
END_TEST

/* The run loop too gets out of it by an interrupt, which returns there. */
START_TEST(interrupt_frees)
{
    machine(with_pin[_i]);
    divide_by_zero();
    ram[0x3000 + 0x75] = 0xf4;
    RUN(1, 0x9b);
    cpu_run(&cpu, clk.now + 100000);
    ck_assert_uint_eq(cpu.s.eip, 12);
    cpu_set_eflags(&cpu, IF, IF);
    cpu_set_intr(&cpu, 0, true);
    cpu_run(&cpu, clk.now + 100000);
    cpu_sync(&cpu);
    ck_assert(cpu.s.halted && cpu.s.seg[CS].sel == 0x300);
    ck_assert_uint_eq(get16(DATA + STACK - 6), 12);
    cpu_free(&cpu);
}
END_TEST

/* A write to port F0h lets it run; clearing the error ends that. */
START_TEST(ignored_error)
{
    machine(with_pin[_i]);
    divide_by_zero();
    RUN(3, FLD1);
    ck_assert_uint_eq(cpu.s.eip, 12);
    cpu_ignne(&cpu);
    RUN(2, FLD1, FLD1);
    ck_assert_uint_eq(cpu.s.eip, 16);
    ck_assert_uint_eq(falls, 0);
    RUN(1, FNCLEX);
    ck_assert_uint_eq(falls, 1);
    ck_assert(!cpu.s.ignne && !cpu.s.ferr_level);
    ck_assert_uint_eq(cpu.s.fsw & 0x80ff, 0);
    RUN(1, FLD1);
    ck_assert_uint_eq(cpu.s.eip, 20);
    cpu_free(&cpu);
}
END_TEST

/* These do not wait. */
static const u8 no_wait[][4] = {
    { 0xdb, 0xe3 }, { 0xdb, 0xe2 }, { 0xdf, 0xe0 }, { 0xdb, 0xe0 },
    { 0xdb, 0xe1 }, { 0xdb, 0xe4 }, { 0xdd, 0x3e, ADDR }, { 0xd9, 0x3e, ADDR },
    { 0xd9, 0x36, ADDR }, { 0xdd, 0x36, ADDR },
};

START_TEST(runs_with_error_pending)
{
    for (int ne = 0; ne < 2; ne++) {
        machine("486");
        cpu.s.cr[0] |= ne ? CR0_NE : 0;
        cpu_loaded(&cpu);
        divide_by_zero();
        memcpy(ram + CODE + 12, no_wait[_i], 4);
        RUN(1, 0x90);
        memcpy(ram + CODE + 13, no_wait[_i], 4);
        cpu_mem_wrote(&cpu, CODE + 13, 4);
        cpu_step(&cpu);
        ck_assert_uint_eq(cpu.s.seg[CS].sel, CODE >> 4);
        ck_assert_uint_eq(cpu.s.eip, no_wait[_i][1] < 0xc0 ? 17 : 15);
        cpu_free(&cpu);
    }
}
END_TEST

START_TEST(native_error)
{
    machine("486");
    cpu.s.cr[0] |= CR0_NE;
    cpu_loaded(&cpu);
    divide_by_zero();
    ck_assert_uint_eq(rises, 0);
    put(DATA + 0x100, 0x5a5a5a5a, 4);
    RUN(2, FNSTSW_AX, 0xd9, 0x16, ADDR);
    ck_assert(raised(EX_MF));
    ck_assert_uint_eq(get16(DATA + STACK - 6), 14);
    ck_assert_uint_eq(get32(DATA + 0x100), 0x5a5a5a5a);
    cpu_free(&cpu);
}
END_TEST

/* NE is not there before the 486. */
START_TEST(no_native_error)
{
    machine("386");
    cpu.s.cr[0] |= CR0_NE;
    cpu_loaded(&cpu);
    divide_by_zero();
    ck_assert_uint_eq(rises, 1);
    cpu_free(&cpu);
}
END_TEST

/* Unmasking what was masked makes it pending. */
START_TEST(unmasking)
{
    machine("386");
    put(DATA + 0x100, 0x37b, 2);
    RUN(4, FNINIT, FLD1, FLDZ, FDIVP);
    ck_assert_uint_eq(cpu.s.fsw & 0x80ff, 4);
    ck_assert_uint_eq(rises, 0);
    RUN(1, 0xd9, 0x2e, ADDR);
    ck_assert_uint_eq(cpu.s.fsw & 0x80ff, 0x8084);
    ck_assert_uint_eq(rises, 1);
    cpu_free(&cpu);
}
END_TEST

START_TEST(masked_pin_of_the_8087)
{
    machine("8086");
    put(DATA + 0x100, 0x3fb, 2);
    RUN(7, FNINIT, 0xd9, 0x2e, ADDR, FLD1, FLDZ, FDIVP, 0x9b, FLD1);
    ck_assert_uint_eq(cpu.s.eip, 15);
    ck_assert_uint_eq(rises, 0);
    RUN(1, 0xdb, 0xe0);                 /* feni */
    ck_assert_uint_eq(rises, 1);
    cpu_free(&cpu);
}
END_TEST

/* ---- environments ---- */

/* st0: 1, st1: 0, st2: infinity; the last operation read DS:200h. */
static void three_values(void)
{
    RUN(5, FNINIT, FLD1, FLDZ, 0xde, 0xf9, 0x90);
    cpu.s.gpr[EBX] = cpu.s.cr[0] & CR0_PE ? DATA + 0x200 : 0x200;
    put(DATA + 0x200, 0, 4);
    if (cpu.s.cr[0] & CR0_PE)
        RUN(2, 0xd9, 0x03, FLD1);       /* fld dword [ebx] */
    else
        RUN(2, 0xd9, 0x07, FLD1);       /* fld dword [bx] */
    RUN(1, 0xd8, 0xd9);                 /* fcomp st1: empties st7 again */
    RUN(1, FLD1);
}

enum { SW = 0x2804, TW = 0x93ff };      /* top 5: valid, zero, special */

START_TEST(real_16)
{
    machine("486");
    three_values();
    RUN(1, 0xd9, 0x36, ADDR);
    ck_assert_uint_eq(get16(DATA + 0x100), 0x37f);
    ck_assert_uint_eq(get16(DATA + 0x102), SW);
    ck_assert_uint_eq(get16(DATA + 0x104), TW);
    ck_assert_uint_eq(get16(DATA + 0x106), 15);
    ck_assert_uint_eq(get16(DATA + 0x108), 0x1000 | 0x1e8);
    ck_assert_uint_eq(get16(DATA + 0x10a), 0x200);
    ck_assert_uint_eq(get16(DATA + 0x10c), 0x2000);
    ck_assert_uint_eq(get16(DATA + 0x10e), 0);
    cpu_free(&cpu);
}
END_TEST

START_TEST(real_32)
{
    machine("486");
    three_values();
    RUN(1, 0x66, 0xd9, 0x36, ADDR);
    ck_assert_uint_eq(get32(DATA + 0x100), 0xffff037f);
    ck_assert_uint_eq(get32(DATA + 0x104), 0xffff0000 | SW);
    ck_assert_uint_eq(get32(DATA + 0x108), 0xffff0000 | TW);
    ck_assert_uint_eq(get32(DATA + 0x10c), 0xffff000f);
    ck_assert_uint_eq(get32(DATA + 0x110), 0x11e8);
    ck_assert_uint_eq(get32(DATA + 0x114), 0xffff0200);
    ck_assert_uint_eq(get32(DATA + 0x118), 0x2000);
    ck_assert_uint_eq(get32(DATA + 0x11c), 0);
    cpu_free(&cpu);
}
END_TEST

START_TEST(protected_32)
{
    machine("486");
    protect();
    three_values();
    cpu.s.gpr[EDI] = DATA + 0x100;
    RUN(1, 0xd9, 0x37);
    ck_assert_uint_eq(get32(DATA + 0x100), 0xffff037f);
    ck_assert_uint_eq(get32(DATA + 0x104), 0xffff0000 | SW);
    ck_assert_uint_eq(get32(DATA + 0x108), 0xffff0000 | TW);
    ck_assert_uint_eq(get32(DATA + 0x10c), CODE + 15);
    ck_assert_uint_eq(get32(DATA + 0x110), 0x01e80008);
    ck_assert_uint_eq(get32(DATA + 0x114), DATA + 0x200);
    ck_assert_uint_eq(get32(DATA + 0x118), 0xffff0010);
    ck_assert_uint_eq(get32(DATA + 0x11c), 0);
    cpu_free(&cpu);
}
END_TEST

START_TEST(protected_16)
{
    machine("486");
    protect();
    three_values();
    cpu.s.gpr[EDI] = DATA + 0x100;
    RUN(1, 0x66, 0xd9, 0x37);
    ck_assert_uint_eq(get16(DATA + 0x104), TW);
    ck_assert_uint_eq(get16(DATA + 0x106), 15);
    ck_assert_uint_eq(get16(DATA + 0x108), 8);
    ck_assert_uint_eq(get16(DATA + 0x10a), 0x200);
    ck_assert_uint_eq(get16(DATA + 0x10c), 0x10);
    ck_assert_uint_eq(get16(DATA + 0x10e), 0);
    cpu_free(&cpu);
}
END_TEST

/* Control instructions leave the pointers alone, FNSTENV masks errors. */
START_TEST(environment_stored)
{
    machine("386");
    divide_by_zero();
    RUN(2, FNSTSW_AX, 0xd9, 0x36, ADDR);
    ck_assert_uint_eq(get16(DATA + 0x100), 0x37b);
    ck_assert_uint_eq(get16(DATA + 0x102) & 0x80ff, 0x8084);
    ck_assert_uint_eq(get16(DATA + 0x106), 10);
    ck_assert_uint_eq(get16(DATA + 0x108), 0x16f9);
    ck_assert_uint_eq(cpu.s.fcw, 0x37f);
    ck_assert_uint_eq(cpu.s.fsw & 0x80ff, 4);
    ck_assert_uint_eq(falls, 1);
    RUN(1, 0xd9, 0x26, ADDR);           /* fldenv: pending again */
    ck_assert_uint_eq(rises, 2);
    ck_assert_uint_eq(cpu.s.fsw & 0x80ff, 0x8084);
    cpu_free(&cpu);
}
END_TEST

/* The 8087 points behind prefixes, its successors at them. */
START_TEST(instruction_pointer)
{
    machine(models[_i].cpu);
    RUN(3, FNINIT, 0x3e, 0xd9, 0x06, 0x00, 0x02, 0xd9, 0x36, ADDR);
    ck_assert_uint_eq(get16(DATA + 0x106), _i < 2 ? 3 : 2);
    ck_assert_uint_eq(get16(DATA + 0x10a), 0x200);
    cpu_free(&cpu);
}
END_TEST

/* All four layouts carry the state through FNSAVE and FRSTOR. */
START_TEST(saved_and_restored)
{
    struct cpu_state was;
    u32 at = 0x400, end = DATA + 0x400 + (_i & 1 ? 108 : 94);

    machine("486");
    if (_i & 2)
        protect(), at += DATA;
    three_values();
    was = cpu.s;
    cpu.s.gpr[EDI] = cpu.s.gpr[EBX] = at;
    put(end, 0x5a, 1);
    switch (_i) {
    case 0: RUN(1, 0xdd, 0x37); break;
    case 1: RUN(1, 0x66, 0xdd, 0x37); break;
    case 2: RUN(1, 0x66, 0xdd, 0x37); break;
    case 3: RUN(1, 0xdd, 0x37); break;
    }
    ck_assert_uint_eq(ram[end], 0x5a);
    ck_assert_uint_eq(cpu.s.fcw, 0x37f);
    ck_assert_uint_eq(cpu.s.fsw, 0);
    ck_assert_uint_eq(cpu.s.ftw, 0xffff);
    memset(cpu.s.st_mant, 0, sizeof cpu.s.st_mant);
    memset(cpu.s.st_se, 0, sizeof cpu.s.st_se);
    switch (_i) {
    case 0: RUN(1, 0xdd, 0x27); break;
    case 1: RUN(1, 0x66, 0xdd, 0x27); break;
    case 2: RUN(1, 0x66, 0xdd, 0x27); break;
    case 3: RUN(1, 0xdd, 0x27); break;
    }
    ck_assert_mem_eq(cpu.s.st_mant, was.st_mant, sizeof was.st_mant);
    ck_assert_mem_eq(cpu.s.st_se, was.st_se, sizeof was.st_se);
    ck_assert_uint_eq(cpu.s.fsw, was.fsw);
    ck_assert_uint_eq(fpu_tag_word(&cpu), TW);
    ck_assert_uint_eq(cpu.s.fip, _i & 2 ? was.fip & (_i == 2 ? 0xffff : ~0u)
                                        : was.fip + CODE);
    ck_assert_uint_eq(cpu.s.fop, _i == 2 ? 0 : was.fop);
    ck_assert_uint_eq(cpu.s.fcs, _i & 2 ? was.fcs : 0);
    ck_assert_uint_eq(cpu.s.fds, _i & 2 ? was.fds : 0);
    ck_assert_uint_eq(cpu.s.fdp, _i & 2 ? was.fdp & (_i == 2 ? 0xffff : ~0u)
                                        : was.fdp + DATA);
    cpu_free(&cpu);
}
END_TEST

/* ---- operands that fault ---- */

/* Past the segment's end, by a byte: nothing changes. */
START_TEST(operand_faults)
{
    static const struct { u8 op, modrm; u32 bytes; } t[] = {
        { 0xd9, 0x06, 4 }, { 0xdd, 0x06, 8 }, { 0xdb, 0x2e, 10 },
        { 0xd9, 0x1e, 4 }, { 0xdd, 0x1e, 8 }, { 0xdb, 0x3e, 10 },
        { 0xdf, 0x1e, 2 }, { 0xdf, 0x3e, 8 }, { 0xdf, 0x36, 10 },
        { 0xd9, 0x26, 14 }, { 0xd9, 0x36, 14 }, { 0xdd, 0x26, 94 },
        { 0xdd, 0x36, 94 }, { 0xd8, 0x06, 4 }, { 0xdc, 0x06, 8 },
        { 0xd9, 0x2e, 2 }, { 0xd9, 0x3e, 2 }, { 0xdd, 0x3e, 2 },
    };

    for (u32 n = 0; n < COUNT_OF(t); n++) {
        struct cpu_state was;

        machine("386");
        three_values();
        was = cpu.s;
        put(CODE + cpu.s.eip + 1, t[n].op | t[n].modrm << 8, 2);
        put(CODE + cpu.s.eip + 3, 0x10001 - t[n].bytes, 2);
        memset(ram + DATA + 0xff00, 0x11, 0x100);
        RUN(2, 0x90);
        ck_assert_msg(raised(EX_GP), "%02x %02x", t[n].op, t[n].modrm);
        ck_assert_mem_eq(cpu.s.st_mant, was.st_mant,
                         (size_t)((u8 *)&cpu.s.cpl - (u8 *)cpu.s.st_mant));
        for (u32 a = 0xff00; a < 0x10000; a++)
            ck_assert_uint_eq(ram[DATA + a], 0x11);
        cpu_free(&cpu);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("fpu");
    TCase *t = tcase_create("fpu");
    SRunner *r;
    int failed;

    tcase_add_loop_test(t, detected, 0, COUNT_OF(models));
    tcase_add_loop_test(t, absent, 0, COUNT_OF(models));
    tcase_add_test(t, each_absent);
    tcase_add_loop_test(t, projective_infinity, 0, COUNT_OF(models));
    tcase_add_loop_test(t, interrupt_mask_is_the_8087s, 0, COUNT_OF(models));
    tcase_add_loop_test(t, infinities, 0, COUNT_OF(models));
    tcase_add_loop_test(t, switched_off, 0, COUNT_OF(switches));
    tcase_add_loop_test(t, reserved_codes, 0, COUNT_OF(models));
    tcase_add_test(t, stack_overflow);
    tcase_add_test(t, stack_overflow_unmasked);
    tcase_add_test(t, stack_underflow);
    tcase_add_loop_test(t, error_freezes, 0, COUNT_OF(with_pin));
    tcase_add_loop_test(t, error_freezes_wait, 0, COUNT_OF(with_pin));
    tcase_add_loop_test(t, interrupt_frees, 0, COUNT_OF(with_pin));
    tcase_add_loop_test(t, ignored_error, 0, COUNT_OF(with_pin));
    tcase_add_loop_test(t, runs_with_error_pending, 0, COUNT_OF(no_wait));
    tcase_add_test(t, native_error);
    tcase_add_test(t, no_native_error);
    tcase_add_test(t, unmasking);
    tcase_add_test(t, masked_pin_of_the_8087);
    tcase_add_test(t, real_16);
    tcase_add_test(t, real_32);
    tcase_add_test(t, protected_32);
    tcase_add_test(t, protected_16);
    tcase_add_test(t, environment_stored);
    tcase_add_loop_test(t, instruction_pointer, 0, COUNT_OF(models));
    tcase_add_loop_test(t, saved_and_restored, 0, 4);
    tcase_add_test(t, operand_faults);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
