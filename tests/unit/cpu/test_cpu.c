/* test_cpu.c - properties of every row of opcodes.def, and small programs. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "cpu/exec.h"
#include "cpu/lap.h"
#include "tests/lib/seeds.h"

/* ---- the table ---- */

static bool is_memory(int operand)
{
    return (operand >= Eb && operand <= Ev) ||
           (operand >= M && operand <= Ms) || operand == Ob || operand == Ov ||
           (operand >= Xb && operand <= Yv) || operand == Qq || operand == Qd;
}

START_TEST(row_is_sane)
{
    const struct op *o = &op_table[_i];

    ck_assert(o->mnem && *o->mnem && o->run16 && o->run32);
    ck_assert_uint_lt(o->slot, 512);
    ck_assert_uint_eq(o->writes & o->undef, 0);
    ck_assert_uint_eq((o->writes | o->undef) & ~(u32)ARITH, 0);
    ck_assert(!(o->attr & LOCK) || is_memory(o->op[0]));
    ck_assert(!(o->attr & Z8) || o->slot % 8 == 0);
    ck_assert(!o->ext || (o->attr & MODRM));
    ck_assert(!(o->attr & P66) == !strchr(o->mnem, '/'));
}
END_TEST

/* A slot either has a ModRM byte or not, whatever the row, for any model. */
START_TEST(slots_agree)
{
    for (int a = 0; a < op_count; a++)
        for (int b = 0; b < a; b++) {
            const struct op *p = &op_table[a], *q = &op_table[b];

            if (p->slot == q->slot && !((p->attr ^ q->attr) & O8086))
                ck_assert_msg(!((p->attr ^ q->attr) & MODRM), "slot %03x",
                              p->slot);
        }
}
END_TEST

/* ---- a machine ---- */

enum { RAM_SIZE = 1 << 20, IDT = 0x1000, GDT = 0x2000, TSS = 0x3000,
       PAGE_DIR = 0x4000, PAGE_TABLE = 0x5000, STACK0 = 0x8000,
       HANDLER = 0x9000, CODE = 0x10000, OPERAND = 0x20000, STACK = 0x40000,
       SMALL = STACK + 0x4000,          /* what the rows need of it */
       MISSING = 0, READ_ONLY = 5, WRITABLE = 7 };

static u8 ram[RAM_SIZE], before_ram[RAM_SIZE], after_ram[RAM_SIZE];
static struct cpu cpu;
static struct mem mem;
static struct region ram_region;
static struct bus bus;
static struct clk clk;
static struct cpu_model model;

static void put(u32 at, u64 v, int n)
{
    for (int i = 0; i < n; i++)
        ram[at + (u32)i] = (u8)(v >> 8 * i);
}

static void machine_of(const char *name, u32 size)
{
    model = *cpu_model_find(name);
    memset(&cpu, 0, sizeof cpu);
    memset(&mem, 0, sizeof mem);
    clk = (struct clk){ .ps_per_insn = 1000 };
    bus_init(&bus, &clk, NULL);
    mem.clk = &clk;
    mem.a20_mask = ~0u;
    ram_region = (struct region){ .name = "ram", .host = ram };
    mem_attach(&mem, &ram_region, 0, size);
    ck_assert_int_eq(cpu_init(&cpu, &model, &mem, &bus, &clk, NULL), ERR_OK);
}

static void machine(const char *name) { machine_of(name, RAM_SIZE); }

/* ---- a fault changes nothing ---- */

static void page(u32 lin, u32 rights)
{
    put(PAGE_TABLE + (lin >> 12) * 4, (lin & ~0xfffu) | rights, 4);
}

/* What memory holds before each try but for the code and some pages' rights. */
static void tables(void)
{
    memset(ram, 0, SMALL);
    put(GDT + 8, 0x00cf9b000000ffff, 8);
    put(GDT + 16, 0x00cf93000000ffff, 8);
    put(GDT + 24, 0x00cffb000000ffff, 8);
    put(GDT + 32, 0x00cff3000000ffff, 8);
    put(GDT + 40, 0x00008b0000000067 | TSS << 16, 8);
    for (u32 n = 0; n < 32; n++)
        put(IDT + n * 8, (u64)(HANDLER + n) | 8 << 16 | (u64)0x8e00 << 32, 8);
    put(TSS + 4, STACK0, 4);
    put(TSS + 8, 16, 4);
    put(TSS + 102, 0xffff, 2);
    put(PAGE_DIR, PAGE_TABLE | WRITABLE, 4);
    for (u32 n = 0; n < 256; n++)
        page(n << 12, WRITABLE);
    for (u32 n = 0; n < 0x3000; n++)
        ram[OPERAND - 0x1000 + n] = ram[STACK - 0x1000 + n] = (u8)(n * 37 + 11);
    memcpy(before_ram, ram, SMALL);
}

static void user_mode(void)
{
    u16 data = SEG_P | SEG_DPL | SEG_S | SEG_RW | SEG_A | SEG_DB | SEG_G;
    struct cpu_state *s = &cpu.s;

    cpu_reset(&cpu);
    s->cr[0] = CR0_PE | CR0_PG | CR0_NE | CR0_WP | CR0_ET;
    s->cr[3] = PAGE_DIR;
    s->gdt_base = GDT;
    s->gdt_limit = 47;
    s->idt_base = IDT;
    s->idt_limit = 0xff;
    for (int n = ES; n <= GS; n++)
        s->seg[n] = (struct seg){ 0, ~0u, 0x23, data };
    s->seg[CS] = (struct seg){ 0, ~0u, 0x1b, data | SEG_CODE };
    s->seg[TR] = (struct seg){ TSS, 0x67, 40, SEG_P | 11 };
    s->seg[LDTR].attr = 0;
    s->cpl = 3;
    s->eflags = 0x3002 | CF | ZF;       /* IOPL 3 */
    s->fcw = 0x37f;
    s->ftw = 0;
    for (int n = 0; n < 8; n++) {
        s->gpr[n] = 0x1111u * (u32)n + 5;
        s->st_mant[n] = 0x8000000000000000u + (u64)n;
        s->st_se[n] = (u16)(0x3fff + n);
    }
    s->gpr[ESP] = s->gpr[EBP] = STACK;
    s->eip = CODE;
}

/* What an operand or the stack meets. */
static const struct variant {
    u32 operand, stack;
    u32 low, high;                      /* rights around OPERAND, STACK */
    bool count;                         /* ECX for REP */
} variants[] = {
    { OPERAND, STACK, WRITABLE, MISSING, false },
    { OPERAND - 1, STACK, WRITABLE, MISSING, false },
    { OPERAND - 1, STACK, MISSING, WRITABLE, false },
    { OPERAND - 5, STACK, WRITABLE, MISSING, false },
    { OPERAND, STACK, WRITABLE, READ_ONLY, false },
    { OPERAND - 1, STACK, WRITABLE, READ_ONLY, false },
    { OPERAND - 1, STACK, READ_ONLY, WRITABLE, false },
    { OPERAND - 7, STACK, WRITABLE, READ_ONLY, false },
    { OPERAND + 64, STACK + 1, MISSING, WRITABLE, false },
    { OPERAND + 64, STACK, MISSING, WRITABLE, false },
    { OPERAND + 64, STACK + 3, MISSING, WRITABLE, false },
    { OPERAND + 64, STACK + 9, READ_ONLY, WRITABLE, false },
    { OPERAND - 64, STACK - 1, WRITABLE, MISSING, false },
    { OPERAND - 64, STACK - 2, WRITABLE, MISSING, false },
    { OPERAND - 64, STACK - 7, WRITABLE, MISSING, false },
    { OPERAND - 64, STACK - 18, WRITABLE, MISSING, false },
};

static u8 row_modrm(const struct op *o)
{
    u32 n = o->ext & 0xff;

    if ((o->ext & 0xf00) == EXT_BYTE)
        return (u8)n;
    if ((o->ext & 0xf00) == EXT_REG)
        return (u8)(0xc0 | n << 3 | 1);
    return (u8)((o->ext ? n : 1) << 3 | 5);     /* [disp32] */
}

/* Writes the row's instruction with its operand at `at`. */
static void encode(const struct op *o, bool wide, u32 at)
{
    u32 p = CODE;
    u8 modrm = row_modrm(o);

    if (!wide)
        ram[p++] = 0x66;
    if (o->slot >= 0x100)
        ram[p++] = 0x0f;
    ram[p++] = (u8)o->slot;
    if (o->attr & MODRM) {
        ram[p++] = modrm;
        if (modrm < 0xc0 || (o->ext & 0xf00) == 0) {
            put(p, at, 4);
            p += 4;
        }
    } else if (is_memory(o->op[0]) || is_memory(o->op[1])) {
        put(p, at, 4);                  /* moffs; else it does no harm */
        p += o->op[0] == Ob || o->op[0] == Ov || o->op[1] == Ob ||
             o->op[1] == Ov ? 4 : 0;
    }
    put(p, 0x0000000200010004, 8);      /* immediates */
}

static void set_up(const struct op *o, const struct variant *v, bool wide)
{
    memset(before_ram + CODE, 0, 32);
    memcpy(ram, before_ram, SMALL);
    user_mode();
    page(OPERAND - 1, v->low);
    page(OPERAND, v->high);
    page(STACK - 1, v->low);
    page(STACK, v->high);
    cpu.s.gpr[ESP] = cpu.s.gpr[EBP] = v->stack;
    cpu.s.gpr[ESI] = cpu.s.gpr[EDI] = v->operand;
    encode(o, wide, v->operand);
    memcpy(before_ram + CODE, ram + CODE, 32);
    cpu_loaded(&cpu);
}

static u32 get32(u32 at)
{
    u32 v;

    memcpy(&v, ram + at, 4);
    return v;
}

/* The state as the handler of a fault at ring 0 can restore it. */
static void undo_delivery(const struct cpu_state *was)
{
    u32 sp = cpu.s.gpr[ESP], vector = cpu.s.eip - HANDLER;
    bool code = vector == EX_DF || (vector >= EX_TS && vector <= EX_PF) ||
                vector == EX_AC;

    sp += code ? 4 : 0;
    cpu.s.eip = get32(sp);
    cpu.s.eflags = get32(sp + 8) & ~(u32)RF;
    cpu.s.gpr[ESP] = get32(sp + 12);
    cpu.s.seg[CS] = was->seg[CS];
    cpu.s.seg[SS] = was->seg[SS];
    cpu.s.cpl = was->cpl;
    cpu.s.cr[2] = was->cr[2];
    cpu.s.icount = was->icount;
    cpu.s.spent = was->spent;
    cpu.s.shadow_at = was->shadow_at;
}

/* Below the stack pointer an instruction may leave what it likes. */
static bool memory_kept(u32 esp)
{
    return memcmp(ram + HANDLER, before_ram + HANDLER, STACK - 0x1000 - HANDLER)
           == 0 && memcmp(ram + esp, before_ram + esp, SMALL - esp) == 0;
}

static void try_row(const struct op *o, const struct variant *v, bool wide)
{
    struct cpu_state was;

    set_up(o, v, wide);
    was = cpu.s;
    cpu_step(&cpu);
    cpu_sync(&cpu);
    if (cpu.s.cpl == 3)
        return;                         /* no fault */
    if (cpu.s.eip < HANDLER || cpu.s.eip >= HANDLER + 32)
        return;                         /* a jump that worked */
    if (cpu.s.eip - HANDLER == EX_DB || cpu.s.eip - HANDLER == EX_BP ||
        cpu.s.eip - HANDLER == EX_OF)
        return;                         /* traps come behind */
    undo_delivery(&was);
    ck_assert_msg(cpu.s.eip == CODE, "%s %03x: eip %x", o->mnem, o->slot,
                  cpu.s.eip);
    ck_assert_msg(cpu.s.eflags == was.eflags, "%s %03x: flags %x not %x",
                  o->mnem, o->slot, cpu.s.eflags, was.eflags);
    for (int n = 0; n < 8; n++)
        ck_assert_msg(cpu.s.gpr[n] == was.gpr[n],
                      "%s %03x: register %d is %x not %x", o->mnem, o->slot, n,
                      cpu.s.gpr[n], was.gpr[n]);
    ck_assert_msg(memcmp(&cpu.s, &was, sizeof was) == 0,
                  "%s %03x changed the state", o->mnem, o->slot);
    ck_assert_msg(memory_kept(was.gpr[ESP]), "%s %03x wrote memory", o->mnem,
                  o->slot);
}

START_TEST(fault_changes_nothing)
{
    machine_of("pentium2", SMALL);
    tables();
    for (int n = 0; n < op_count; n++)
        for (int wide = 0; wide < 2; wide++)
            try_row(&op_table[n], &variants[_i], wide);
    cpu_free(&cpu);
}
END_TEST

/* ---- small programs, in real mode at 1000:0 ---- */

static void load(const char *name, const u8 *code, size_t n)
{
    memset(ram, 0xf4, sizeof ram);
    machine(name);
    memcpy(ram + CODE, code, n);
    for (int i = ES; i <= GS; i++) {
        cpu.s.seg[i].sel = CODE >> 4;
        cpu.s.seg[i].base = CODE;
    }
    cpu.s.eip = 0;
    cpu.s.gpr[ESP] = 0xfffe;
    cpu_loaded(&cpu);
}

#define PROGRAM(name, ...)                                                  \
    static const u8 code[] = { __VA_ARGS__ };                               \
    load(name, code, sizeof code);                                          \
    cpu_run(&cpu, clk.now + 1000000);                                       \
    ck_assert(cpu.s.halted);                                                \
    cpu_free(&cpu)

/* Counts the bits that are set in 0..255. */
START_TEST(nested_loops)
{
    PROGRAM("8086", 0x31, 0xdb,                 /* xor bx, bx */
            0xb9, 0x00, 0x01,                   /* mov cx, 256 */
            0x89, 0xc8,                         /* mov ax, cx */
            0xd1, 0xe8,                         /* shr ax, 1 */
            0x83, 0xd3, 0x00,                   /* adc bx, 0 */
            0x09, 0xc0,                         /* or ax, ax */
            0x75, 0xf7,                         /* jnz $-7 */
            0xe2, 0xf3,                         /* loop $-11 */
            0xf4);                              /* hlt */
    ck_assert_uint_eq(cpu.s.gpr[EBX], 1024 + 1);
}
END_TEST

/* An instruction patches the next one's immediate: seen at once. */
START_TEST(patches_next_instruction)
{
    PROGRAM("486", 0xb9, 3, 0,                  /* mov cx, 3 */
            0xfe, 0x06, 0x08, 0x00,             /* inc byte [8] */
            0x05, 0x00, 0x00,                   /* add ax, 0 (patched) */
            0xe2, 0xf7,                         /* loop $-7 */
            0xf4);
    ck_assert_uint_eq(cpu.s.gpr[EAX] & 0xffff, 1 + 2 + 3);
}
END_TEST

/* A repeated store over what the prefetch queue holds: the old INC DX runs up
 * to the 186, in every engine and however the time is cut. */
START_TEST(prefetched)
{
    static const char *const models[] = { "8086", "186", "286", "486" };
    static const u8 code[] = {
        0xb9, 3, 0, 0xbf, 0x0e, 0, 0xb0, 0x90,  /* cx, di, al */
        0xfd, 0xf3, 0xaa, 0xfc,                 /* std, rep stosb, cld */
        0x90, 0x90, 0x42, 0x42, 0xeb, 0x00,     /* inc dx; jmp $+2 */
        0xf4 };

    for (int engine = ENGINE_PLAIN; engine <= ENGINE_COMPILED; engine++)
        for (int slice = 1; slice <= 1000; slice += 1 + slice * slice) {
            load(models[_i], code, sizeof code);
            cpu.s.gpr[EDX] = 0;
            cpu.fast_after = 0;
            lap_off(&cpu);
            cpu_set_engine(&cpu, engine);
            for (int n = 0; n < 100 && !cpu.s.halted; n++)
                cpu_run(&cpu, clk.now + slice);
            ck_assert(cpu.s.halted);
            ck_assert_uint_eq(cpu.s.gpr[EDX], _i < 2 ? 2 : 1);
            ck_assert_uint_eq(ram[CODE + 0x0e], 0x90);
            cpu_free(&cpu);
        }
}
END_TEST

/* A program that goes round in circles, of which all but some laps are skipped,
 * ends when it would without: also when the picoseconds since the start no
 * longer fit in 64 bits, and when they begin not to. */
static const ns_t lap_starts[] = { 0, 18446744073LL * 1000000,
                                   300LL * 86400 * NS_PER_S };

enum { STRETCH_NS = 1000000 };

static u64 laps_run(ns_t start, bool off)
{
    static const u8 code[] = { 0x40, 0x48, 0xeb, 0xfc };    /* inc, dec, jmp */
    u64 count;

    load("486", code, sizeof code);
    if (off)
        lap_off(&cpu);
    clk.now = start;
    for (u32 n = 1; n <= 20; n++) {
        cpu_run(&cpu, start + n * STRETCH_NS);
        ck_assert_int_ge(clk.now, start + n * STRETCH_NS);
        ck_assert_int_lt(clk.now, start + n * STRETCH_NS + 1000);
    }
    ck_assert(off || cpu.laps.skipped);
    count = cpu_icount(&cpu);
    cpu_free(&cpu);
    return count;
}

START_TEST(laps_late)
{
    u64 count = laps_run(lap_starts[_i], true);

    ck_assert_uint_gt(count, 100000);
    ck_assert_uint_eq(laps_run(lap_starts[_i], false), count);
}
END_TEST

/* FE with a byte operand; bytes 20h and 21h are 34h 12h. */
static const struct { u8 code[4]; u16 ip, sp, top; } byte_group[] = {
    { { 0xfe, 0x16, 0x20, 0x00 }, 0xff34, 0xfffc, 0xaa04 },     /* call */
    { { 0xfe, 0xd3 }, 0x1298, 0xfffc, 0xaa02 },              /* call bl */
    { { 0xfe, 0xd7 }, 0x9812, 0xfffc, 0xaa02 },              /* call bh */
    { { 0xfe, 0x26, 0x21, 0x00 }, 0xff12, 0xfffe, 0xaaaa },     /* jmp */
    { { 0xfe, 0xe7 }, 0x9812, 0xfffe, 0xaaaa },              /* jmp bh */
    { { 0xfe, 0x36, 0x20, 0x00 }, 4, 0xfffc, 0xaa34 },          /* push */
    { { 0xfe, 0xf7 }, 2, 0xfffc, 0xaa12 },                   /* push bh */
    { { 0xfe, 0xff }, 2, 0xfffc, 0xaa12 },
    { { 0xfe, 0x1e, 0x20, 0x00 }, 4, 0xfffe, 0xaaaa },      /* nothing */
    { { 0xfe, 0x6f, 0x20 }, 3, 0xfffe, 0xaaaa },
    { { 0xff, 0xd8 }, 2, 0xfffe, 0xaaaa },
    { { 0xff, 0xe8 }, 2, 0xfffe, 0xaaaa },
};

START_TEST(byte_group_of_the_8086)
{
    u8 code[0x22];

    memset(code, 0xf4, sizeof code);            /* hlt */
    memcpy(code, byte_group[_i].code, byte_group[_i].ip < 5
                                      ? byte_group[_i].ip : 4);
    code[0x20] = 0x34;
    code[0x21] = 0x12;
    load("8086", code, sizeof code);
    cpu.s.gpr[EBX] = 0x1298;
    put(CODE + 0xfffc, 0xaaaa, 2);
    cpu_run(&cpu, clk.now + 1000000);
    ck_assert_uint_eq(cpu_icount(&cpu), 2);
    ck_assert_uint_eq(cpu.s.eip, byte_group[_i].ip + 1);
    ck_assert_uint_eq(cpu.s.gpr[ESP], byte_group[_i].sp);
    ck_assert_uint_eq(ram[CODE + 0xfffc] | ram[CODE + 0xfffd] << 8,
                      byte_group[_i].top);
    cpu_free(&cpu);
}
END_TEST

/* The chip has no #UD: every byte does something. */
START_TEST(every_opcode_of_the_8086)
{
    machine("8086");
    for (u32 n = 0; n < 0x10000; n++) {
        u8 code[16] = { (u8)n, (u8)(n >> 8) };
        struct insn i;

        ck_assert_int_eq(insn_decode(&cpu, code, sizeof code, &i), DECODE_OK);
        ck_assert_msg(i.row < op_count, "%02x %02x", code[0], code[1]);
    }
    cpu_free(&cpu);
}
END_TEST

/* NMI needs no IF, waits for the IRET of the one before, ends a HLT. */
START_TEST(nmi)
{
    static const u8 code[] = { 0x90, 0x90, 0xf4, 0xf4 };   /* nop; nop; hlt */
    static const u8 entry[] = { 0x43, 0x43, 0xcf };     /* inc bx twice; iret */

    load("386", code, sizeof code);
    memcpy(ram + CODE + 0x40, entry, sizeof entry);
    put(4 * 2, CODE << 12 | 0x40, 4);
    cpu.s.gpr[EBX] = 0;
    cpu_step(&cpu);
    cpu_set_nmi(&cpu, 0, true);
    cpu_set_nmi(&cpu, 0, false);
    for (int n = 0; n < 2 && !cpu.s.gpr[EBX]; n++)
        cpu_step(&cpu);
    ck_assert_uint_eq(cpu.s.gpr[EBX], 1);
    cpu_set_nmi(&cpu, 0, true);
    cpu_set_nmi(&cpu, 0, false);
    cpu_step(&cpu);
    ck_assert_uint_eq(cpu.s.gpr[EBX], 2);
    cpu_step(&cpu);
    ck_assert_uint_eq(cpu.s.eip, 1);
    ck_assert_uint_eq(cpu.s.gpr[EBX], 2);
    cpu_run(&cpu, clk.now + 1000000);
    ck_assert_uint_eq(cpu.s.gpr[EBX], 4);
    ck_assert_uint_eq(cpu.s.eip, 3);
    cpu_set_nmi(&cpu, 0, true);
    cpu_run(&cpu, clk.now + 1000000);
    ck_assert_uint_eq(cpu.s.gpr[EBX], 6);
    ck_assert_uint_eq(cpu.s.eip, 4);
    ck_assert_uint_eq(cpu.s.gpr[ESP], 0xfffe);
    cpu_free(&cpu);
}
END_TEST

/* The 386's and 486's test registers read as 0; there is no TLB to test. */
START_TEST(test_registers)
{
    PROGRAM("486", 0x66, 0xb8, 5, 0, 0, 0,      /* mov eax, 5 */
            0x0f, 0x26, 0xf0,                   /* mov tr6, eax */
            0x0f, 0x24, 0xf3,                   /* mov ebx, tr6 */
            0xf4);
    ck_assert_uint_eq(cpu.s.gpr[EAX], 5);
    ck_assert_uint_eq(cpu.s.gpr[EBX], 0);
}
END_TEST

/* An address with ESP in it is that after the pop. */
START_TEST(pop_through_esp)
{
    PROGRAM("386", 0xbc, 0xf0, 0x0f,            /* mov sp, 0ff0h */
            0x68, 0x34, 0x12,                   /* push 1234h */
            0x67, 0x8f, 0x44, 0x24, 0x04,       /* pop word [esp+4] */
            0xf4);
    ck_assert_uint_eq(cpu.s.gpr[ESP] & 0xffff, 0xff0);
    ck_assert_uint_eq(ram[CODE + 0xff4] | ram[CODE + 0xff5] << 8, 0x1234);
}
END_TEST

/* A copy over the code that runs it. */
START_TEST(rep_over_itself)
{
    PROGRAM("386", 0xbe, 0x10, 0x00,            /* mov si, 16 */
            0xbf, 0x0b, 0x00,                   /* mov di, 11 */
            0xb9, 0x02, 0x00,                   /* mov cx, 2 */
            0xf3, 0xa4,                         /* rep movsb */
            0xb0, 0x01, 0xf4, 0xf4, 0xf4,       /* mov al, 1; hlt */
            0xb0, 0x02);                        /* mov al, 2 */
    ck_assert_uint_eq(cpu.s.gpr[EAX] & 0xff, 2);
}
END_TEST

START_TEST(rep_counts_each_turn)
{
    PROGRAM("386", 0xb9, 0x64, 0x00,            /* mov cx, 100 */
            0x31, 0xff,                         /* xor di, di */
            0xbf, 0x00, 0x10,                   /* mov di, 4096 */
            0xf3, 0xaa,                         /* rep stosb */
            0xf4);
    ck_assert_uint_eq(cpu_icount(&cpu), 3 + 100 + 1);
    ck_assert_uint_eq(cpu.s.gpr[EDI] & 0xffff, 0x1064);
}
END_TEST

/* REP ES: STOSB, interrupted after some turns: the 8086 comes back to its
 * last prefix. */
START_TEST(rep_prefixes_after_an_interrupt)
{
    static const struct { const char *cpu; u8 ip; } want[] = {
        { "8086", 4 }, { "186", 3 }, { "286", 3 }, { "386", 3 } };
    static const u8 code[] = { 0xb9, 0x64, 0, 0xf3, 0x26, 0xaa, 0xf4 };

    for (u32 n = 0; n < COUNT_OF(want); n++) {
        load(want[n].cpu, code, sizeof code);
        put(4 * EX_NMI, CODE << 12 | 0x100, 4);
        cpu.s.gpr[EDI] = 0x1000;
        for (int k = 0; k < 4; k++)
            cpu_step(&cpu);
        cpu_set_nmi(&cpu, 0, true);
        cpu_step(&cpu);
        ck_assert_uint_eq(cpu.s.eip, 0x100);
        ck_assert_uint_eq(cpu.s.gpr[ECX], 100 - 3);
        ck_assert_uint_eq(ram[CODE + 0xfff8], want[n].ip);
        cpu_free(&cpu);
    }
}
END_TEST

/* Stopped without an interrupt, it goes on with all of them. */
START_TEST(rep_prefixes_without_an_interrupt)
{
    static const u8 code[] = { 0xb9, 0x64, 0, 0xf3, 0x26, 0xaa, 0xf4 };

    load("8086", code, sizeof code);
    put(4 * EX_NMI, CODE << 12 | 0x100, 4);
    cpu.s.gpr[EDI] = 0x1000;
    for (int k = 0; k < 4; k++)
        cpu_step(&cpu);
    cpu_run(&cpu, clk.now + 1000000000);
    ck_assert(cpu.s.halted);
    ck_assert_uint_eq(cpu.s.gpr[ECX], 0);
    cpu_set_nmi(&cpu, 0, true);
    cpu_step(&cpu);
    ck_assert_uint_eq(ram[CODE + 0xfff8], sizeof code);
    cpu_free(&cpu);
}
END_TEST

/* MOV SS holds an NMI off for one instruction, STI does not. */
START_TEST(nmi_in_a_shadow)
{
    static const u8 code[][5] = { { 0x8e, 0xd0, 0x90, 0x90, 0xf4 },
                                  { 0xfb, 0x90, 0x90, 0x90, 0xf4 } };
    static const u8 ip[] = { 3, 1 };

    for (u32 n = 0; n < COUNT_OF(code); n++) {
        load("386", code[n], sizeof code[n]);
        put(4 * EX_NMI, CODE << 12 | 0x100, 4);
        cpu.s.gpr[EAX] = CODE >> 4;
        cpu_step(&cpu);
        cpu_set_nmi(&cpu, 0, true);
        for (int k = 0; k < 3 && cpu.s.eip < 0x100; k++)
            cpu_step(&cpu);
        ck_assert_uint_eq(ram[CODE + 0xfff8], ip[n]);
        cpu_free(&cpu);
    }
}
END_TEST

START_TEST(divide_error_returns)
{
    static const struct { const char *cpu; u32 ip; } want[] = {
        { "8086", 4 }, { "186", 4 }, { "286", 2 }, { "386", 2 },
        { "pentium", 2 } };
    static const u8 code[] = { 0xb3, 0, 0xf6, 0xf3, 0xf4 };     /* div bl */

    for (u32 n = 0; n < COUNT_OF(want); n++) {
        load(want[n].cpu, code, sizeof code);
        put(0, CODE << 12 | 0x100, 4);
        cpu_run(&cpu, clk.now + 1000000);
        ck_assert_uint_eq(cpu.s.eip, 0x101);
        ck_assert_uint_eq(ram[CODE + 0xfff8], want[n].ip);
        cpu_free(&cpu);
    }
}
END_TEST

START_TEST(push_sp_and_shifts)
{
    static const struct { const char *cpu; u32 sp, ax; } want[] = {
        { "8086", 0xfffc, 0 }, { "186", 0xfffc, 2 }, { "286", 0xfffe, 2 },
        { "486", 0xfffe, 2 } };
    static const u8 code[] = { 0x54, 0xb8, 1, 0, 0xb1, 33, 0xd3, 0xe0, 0xf4 };

    for (u32 n = 0; n < COUNT_OF(want); n++) {
        load(want[n].cpu, code, sizeof code);
        cpu_run(&cpu, clk.now + 1000000);
        ck_assert_uint_eq(get32(CODE + 0xfffc) & 0xffff, want[n].sp);
        ck_assert_uint_eq(cpu.s.gpr[EAX] & 0xffff, want[n].ax);
        cpu_free(&cpu);
    }
}
END_TEST

/* ---- random code: the cache and the slicing of time change nothing ---- */

static u32 random_state;

static u8 random_byte(void)
{
    random_state = random_state * 1664525 + 1013904223;
    return (u8)(random_state >> 24);
}

/* Mostly one-byte and simple instructions, so that runs go on for long. */
static void random_ram(u32 seed)
{
    random_state = seed;
    for (u32 n = 0; n < sizeof ram; n++)
        ram[n] = random_byte();
    for (u32 n = 0; n < 256; n++)
        put(n * 4, (u64)random_byte() << 8 | (u64)CODE << 12, 4);
    for (u32 n = 0; n < 0x10000; n++)
        if (ram[CODE + n] == 0xf4)
            ram[CODE + n] = 0x90;       /* HLT would end it early */
}

/* Whether registers and memory are those that the first run has left. */
static bool ends_alike(bool first)
{
    static u64 wanted;
    u64 h;

    cpu_sync(&cpu);
    h = state_hash(0, &cpu_table, &cpu.s);
    cpu_free(&cpu);
    if (first) {
        wanted = h;
        memcpy(after_ram, ram, sizeof ram);
    }
    return h == wanted && memcmp(ram, after_ram, sizeof ram) == 0;
}

/* In the memory that before_ram holds. */
static void random_run(const char *name, bool nocache, u32 slice)
{
    memcpy(ram, before_ram, sizeof ram);
    machine(name);
    cpu.cache_off = nocache;
    for (int i = ES; i <= GS; i++) {
        cpu.s.seg[i].sel = CODE >> 4;
        cpu.s.seg[i].base = CODE;
    }
    cpu.s.idt_limit = 0x3ff;
    cpu.s.eip = 0x100;
    cpu_loaded(&cpu);
    for (ns_t t = slice; t < 4000; t += slice)
        cpu_run(&cpu, t);
    cpu_run(&cpu, 4000);
}

START_TEST(random_code_runs_alike)
{
    static const char *const names[] = { "8086", "186", "286", "386", "486",
                                         "pentium" };

    static const struct { bool nocache; u32 slice; } ways[] = {
        { false, 5000 }, { true, 5000 }, { false, 7 }, { true, 1 } };

    for (u32 seed = 0; seed < seeds_for(12); seed++) {
        random_ram(seed);
        memcpy(before_ram, ram, sizeof ram);
        for (u32 n = 0; n < COUNT_OF(ways); n++) {
            random_run(names[_i], ways[n].nocache, ways[n].slice);
            ck_assert_msg(ends_alike(n == 0), "%s: seed %u, %s slices of %u",
                          names[_i], seed, ways[n].nocache ? "no cache," : "",
                          ways[n].slice);
        }
    }
}
END_TEST

/* Repeated instructions in whole runs and turn by turn. */
static void rep_run(u32 seed, u32 slice)
{
    static const u8 op[] = { 0xa4, 0xa5, 0xa6, 0xa7, 0xaa, 0xab, 0xae, 0xaf };
    u8 code[5];

    random_state = seed;
    code[0] = random_byte() & 1 ? 0xf2 : 0xf3;
    code[1] = random_byte() & 1 ? 0x66 : 0x26;
    code[2] = random_byte() & 1 ? 0x67 : 0x26;
    code[3] = op[random_byte() & 7];
    code[4] = 0xf4;
    load("386", code, sizeof code);
    for (u32 n = 0; n < 0x10000; n++)   /* few values, so that runs are long */
        ram[OPERAND + n] = seed & 1 ? 1 : random_byte() & 1;
    for (int i = ES; i <= GS; i++)
        if (i != CS)
            cpu.s.seg[i].base = OPERAND;
    for (int i = 0; i < 8; i++)
        cpu.s.gpr[i] = random_byte() << 8 | random_byte();
    cpu.s.gpr[ECX] &= 0x1fff;
    if (random_byte() & 1)              /* overlapping */
        cpu.s.gpr[EDI] = (cpu.s.gpr[ESI] + (random_byte() & 7)) & 0xffff;
    if (random_byte() & 1)
        cpu.s.gpr[EAX] = 0x01010101;
    cpu.s.eflags |= random_byte() & 1 ? DF : 0;
    cpu_loaded(&cpu);
    for (ns_t t = slice; t < 20000; t += slice)
        cpu_run(&cpu, t);
    cpu_run(&cpu, 20000);
}

START_TEST(runs_equal_turns)
{
    static const u32 slices[] = { 1, 19999, 777 };
    u32 from = (u32)_i * 100;

    for (u32 seed = from; seed < from + seeds_for(100); seed++)
        for (u32 n = 0; n < COUNT_OF(slices); n++) {
            rep_run(seed, slices[n]);
            ck_assert_msg(ends_alike(n == 0), "seed %u, slices of %u", seed,
                          slices[n]);
        }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("cpu");
    TCase *t = tcase_create("rows"), *p = tcase_create("programs");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_set_timeout(t, 60);
    tcase_set_timeout(p, 60);
    tcase_add_loop_test(t, row_is_sane, 0, op_count);
    tcase_add_test(t, slots_agree);
    tcase_add_loop_test(t, fault_changes_nothing, 0, COUNT_OF(variants));
    tcase_add_test(p, nested_loops);
    tcase_add_test(p, every_opcode_of_the_8086);
    tcase_add_test(p, nmi);
    tcase_add_test(p, pop_through_esp);
    tcase_add_test(p, test_registers);
    tcase_add_loop_test(p, prefetched, 0, 4);
    tcase_add_loop_test(p, laps_late, 0, COUNT_OF(lap_starts));
    tcase_add_loop_test(p, byte_group_of_the_8086, 0, COUNT_OF(byte_group));
    tcase_add_test(p, patches_next_instruction);
    tcase_add_test(p, rep_over_itself);
    tcase_add_test(p, rep_counts_each_turn);
    tcase_add_test(p, rep_prefixes_after_an_interrupt);
    tcase_add_test(p, rep_prefixes_without_an_interrupt);
    tcase_add_test(p, nmi_in_a_shadow);
    tcase_add_test(p, divide_error_returns);
    tcase_add_test(p, push_sp_and_shifts);
    tcase_add_loop_test(p, random_code_runs_alike, 0, 6);
    tcase_add_loop_test(p, runs_equal_turns, 0, 4);
    suite_add_tcase(s, t);
    suite_add_tcase(s, p);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
