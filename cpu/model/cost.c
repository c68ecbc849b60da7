/* cost.c - what an instruction costs, by its row, its operands and the mode.
 *
 * References: costs.def. On the IBM PC's 8-bit bus a byte takes four clocks;
 * an AT at 12 MHz has one wait state, so that a word takes three. What takes
 * longer to fetch than to run costs what it takes to fetch. Jumps do not, for
 * their clocks in the manual are those of fetching anew. */
#include "cpu/model/cost.h"

#include <stdlib.h>
#include <string.h>

#include "cpu/block.h"
#include "cpu/exec.h"

enum class {
#define COST(name, ...) C_##name,
#include "cpu/model/costs.def"
#undef COST
    CLASSES
};

/* In quarters of a clock. */
struct costs {
    u16 of[CLASSES][3];                 /* registers; memory read; written */
    u8 jump, loop;                      /* more when they are taken */
    u8 rep_end;
    u8 access[3];                       /* more for a byte, word, dword */
    u8 fetched, moved;                  /* a byte of code, a byte of data */
    bool address;                       /* as the 8086 works it out */
};

#define Q(clocks)     ((u16)((clocks) * 4 + .5))
#define T(r, m, w)    { Q(r), Q(m), Q(w) }
#define ONE(n)        T(n, n, n)

static const struct costs costs_8086 = {
    .of = {
#define COST(name, a, b, c, d, e, f, g) [C_##name] = a,
#include "cpu/model/costs.def"
#undef COST
    },
    .jump = Q(12), .loop = Q(12), .rep_end = Q(9), .access = { 0, Q(4), Q(4) },
    .fetched = Q(4), .moved = Q(4), .address = true,
};
static const struct costs costs_186 = {
    .of = {
#define COST(name, a, b, c, d, e, f, g) [C_##name] = b,
#include "cpu/model/costs.def"
#undef COST
    },
    .jump = Q(9), .loop = Q(10), .rep_end = Q(8), .fetched = Q(2),
    .moved = Q(2),
};
static const struct costs costs_286 = {
    .of = {
#define COST(name, a, b, c, d, e, f, g) [C_##name] = c,
#include "cpu/model/costs.def"
#undef COST
    },
    .jump = Q(6), .loop = Q(6), .rep_end = Q(5),
    .access = { Q(1), Q(1), Q(1) }, .fetched = Q(1.25), .moved = Q(1.5),
};
static const struct costs costs_386 = {
    .of = {
#define COST(name, a, b, c, d, e, f, g) [C_##name] = d,
#include "cpu/model/costs.def"
#undef COST
    },
    .jump = Q(6), .loop = Q(2), .rep_end = Q(6),
};
static const struct costs costs_486 = {
    .of = {
#define COST(name, a, b, c, d, e, f, g) [C_##name] = e,
#include "cpu/model/costs.def"
#undef COST
    },
    .jump = Q(2), .loop = Q(1), .rep_end = Q(8),
};
static const struct costs costs_pentium = {
    .of = {
#define COST(name, a, b, c, d, e, f, g) [C_##name] = f,
#include "cpu/model/costs.def"
#undef COST
    },
    .rep_end = Q(10),
};
static const struct costs costs_p6 = {
    .of = {
#define COST(name, a, b, c, d, e, f, g) [C_##name] = g,
#include "cpu/model/costs.def"
#undef COST
    },
    .jump = Q(1), .rep_end = Q(15),
};

static const struct costs *const costs[] = {
    [I86] = &costs_8086, [I186] = &costs_186, [I286] = &costs_286,
    [I386] = &costs_386, [I486] = &costs_486, [I586] = &costs_pentium,
    [I686] = &costs_p6,
};

/* ---- classes ---- */

struct word { const char *mnem; u8 class; };

/* By mnemonic, in order. Rows of one mnemonic that differ: see class_of(). */
static const struct word words[] = {
    { "aaa", C_DECIMAL }, { "aad", C_AAD }, { "aam", C_AAM },
    { "aas", C_DECIMAL }, { "adc", C_ALU }, { "add", C_ALU },
    { "and", C_ALU }, { "arpl", C_SYSTEM }, { "bound", C_BOUND },
    { "bsf", C_SCAN }, { "bsr", C_SCAN }, { "bswap", C_SWAP },
    { "bt", C_BIT }, { "btc", C_BITSET }, { "btr", C_BITSET },
    { "bts", C_BITSET }, { "call", C_CALL }, { "cbw", C_WIDEN },
    { "clc", C_FLAG }, { "cld", C_FLAG }, { "cli", C_CLI },
    { "clts", C_SYSTEM }, { "cmc", C_FLAG }, { "cmp", C_COMPARE },
    { "cmpsb", C_CMPS }, { "cmpsw", C_CMPS }, { "cmpxchg", C_SWAP },
    { "cmpxchg8b", C_SWAP }, { "cpuid", C_IDENTIFY }, { "cwd", C_WIDEN },
    { "daa", C_DECIMAL }, { "das", C_DECIMAL }, { "dec", C_INC },
    { "div", C_DIV_8 }, { "emms", C_EMMS }, { "enter", C_ENTER },
    { "esc", C_F_STACK }, { "f2xm1", C_F_EXP }, { "fabs", C_F_STACK },
    { "fadd", C_F_ADD }, { "faddp", C_F_ADD }, { "fbld", C_F_BLOAD },
    { "fbstp", C_F_BSTORE }, { "fchs", C_F_STACK }, { "fcom", C_F_COMPARE },
    { "fcom2", C_F_COMPARE }, { "fcomi", C_F_COMPARE },
    { "fcomip", C_F_COMPARE }, { "fcomp", C_F_COMPARE },
    { "fcomp3", C_F_COMPARE }, { "fcomp5", C_F_COMPARE },
    { "fcompp", C_F_COMPARE }, { "fcos", C_F_TRIG }, { "fdiv", C_F_DIV },
    { "fdivp", C_F_DIV }, { "fdivr", C_F_DIV }, { "fdivrp", C_F_DIV },
    { "fiadd", C_F_ADD }, { "ficom", C_F_COMPARE },
    { "ficomp", C_F_COMPARE }, { "fidiv", C_F_DIV }, { "fidivr", C_F_DIV },
    { "fild", C_F_ILOAD }, { "fimul", C_F_MUL }, { "fist", C_F_ISTORE },
    { "fistp", C_F_ISTORE }, { "fisub", C_F_ADD }, { "fisubr", C_F_ADD },
    { "fld", C_F_LOAD }, { "fld1", C_F_CONST }, { "fldcw", C_F_WORD },
    { "fldenv", C_F_ENV }, { "fldl2e", C_F_CONST }, { "fldl2t", C_F_CONST },
    { "fldlg2", C_F_CONST }, { "fldln2", C_F_CONST },
    { "fldpi", C_F_CONST }, { "fldz", C_F_CONST }, { "fmul", C_F_MUL },
    { "fmulp", C_F_MUL }, { "fnclex", C_F_RESET }, { "fninit", C_F_RESET },
    { "fnsave", C_F_SAVE }, { "fnstcw", C_F_WORD }, { "fnstenv", C_F_ENV },
    { "fnstsw", C_F_WORD }, { "fpatan", C_F_ATAN }, { "fprem", C_F_REM },
    { "fprem1", C_F_REM }, { "fptan", C_F_TRIG }, { "frndint", C_F_ROUND },
    { "frstor", C_F_SAVE }, { "fscale", C_F_ROUND }, { "fsin", C_F_TRIG },
    { "fsincos", C_F_TRIG }, { "fsqrt", C_F_SQRT }, { "fst", C_F_STORE },
    { "fstp", C_F_STORE }, { "fsub", C_F_ADD }, { "fsubp", C_F_ADD },
    { "fsubr", C_F_ADD }, { "fsubrp", C_F_ADD }, { "ftst", C_F_COMPARE },
    { "fucom", C_F_COMPARE }, { "fucomi", C_F_COMPARE },
    { "fucomip", C_F_COMPARE }, { "fucomp", C_F_COMPARE },
    { "fucompp", C_F_COMPARE }, { "fxtract", C_F_ROUND },
    { "fyl2x", C_F_LOG }, { "fyl2xp1", C_F_LOG }, { "hlt", C_FLAG },
    { "idiv", C_IDIV_8 }, { "imul", C_IMUL_8 }, { "in", C_IN },
    { "inc", C_INC }, { "insb", C_INS }, { "insw", C_INS },
    { "int", C_INT }, { "int1", C_INT }, { "int3", C_INT },
    { "into", C_INTO }, { "invd", C_SYSTEM }, { "invlpg", C_SYSTEM },
    { "iret", C_IRET }, { "jcxz", C_LOOP }, { "jmp", C_JMP },
    { "lahf", C_LAHF }, { "lar", C_SYSTEM }, { "lds", C_FARPTR },
    { "lea", C_LEA }, { "leave", C_LEAVE }, { "les", C_FARPTR },
    { "lfs", C_FARPTR }, { "lgdt", C_SYSTEM }, { "lgs", C_FARPTR },
    { "lidt", C_SYSTEM }, { "lldt", C_SYSTEM }, { "lmsw", C_SYSTEM },
    { "loadall", C_F_SAVE }, { "loadall286", C_F_SAVE },
    { "lodsb", C_LODS }, { "lodsw", C_LODS }, { "loop", C_LOOP },
    { "loope", C_LOOP }, { "loopne", C_LOOP }, { "lsl", C_SYSTEM },
    { "lss", C_FARPTR }, { "ltr", C_SYSTEM }, { "mov", C_MOVE },
    { "movd", C_MMX }, { "movq", C_MMX }, { "movsb", C_MOVS },
    { "movsw", C_MOVS }, { "movsx", C_EXTEND }, { "movzx", C_EXTEND },
    { "mul", C_MUL_8 }, { "neg", C_INC }, { "nop", C_NOP },
    { "not", C_INC }, { "or", C_ALU }, { "out", C_IN }, { "outsb", C_INS },
    { "outsw", C_INS }, { "pop", C_POP }, { "popa", C_POPA },
    { "popf", C_POPF }, { "push", C_PUSH }, { "pusha", C_PUSHA },
    { "pushf", C_PUSHF }, { "rcl", C_SHIFT1 }, { "rcr", C_SHIFT1 },
    { "rdmsr", C_MODEL }, { "rdpmc", C_MODEL }, { "rdtsc", C_IDENTIFY },
    { "ret", C_RET }, { "retf", C_RETF }, { "rol", C_SHIFT1 },
    { "ror", C_SHIFT1 }, { "sahf", C_LAHF }, { "salc", C_FLAG },
    { "sar", C_SHIFT1 }, { "sbb", C_ALU }, { "scasb", C_SCAS },
    { "scasw", C_SCAS }, { "setmo", C_SHIFT1 }, { "setmoc", C_SHIFTC },
    { "sgdt", C_SYSTEM }, { "shl", C_SHIFT1 }, { "shld", C_DOUBLE },
    { "shr", C_SHIFT1 }, { "shrd", C_DOUBLE }, { "sidt", C_SYSTEM },
    { "sldt", C_SYSTEM }, { "smsw", C_SYSTEM }, { "stc", C_FLAG },
    { "std", C_FLAG }, { "sti", C_CLI }, { "stosb", C_STOS },
    { "stosw", C_STOS }, { "str", C_SYSTEM }, { "sub", C_ALU },
    { "sysenter", C_RETF_P }, { "sysexit", C_RETF_P },
    { "test", C_COMPARE }, { "verr", C_SYSTEM }, { "verw", C_SYSTEM },
    { "wait", C_WAIT }, { "wbinvd", C_SYSTEM }, { "wrmsr", C_MODEL },
    { "xadd", C_SWAP }, { "xchg", C_XCHG }, { "xlatb", C_XLAT },
    { "xor", C_ALU },
};

static int cost_compare(const void *key, const void *word)
{
    const char *a = key, *b = ((const struct word *)word)->mnem;

    for (; *a && *a != '/' && *a == *b; a++)
        b++;
    return (*a == '/' ? 0 : (u8)*a) - (u8)*b;
}

/* Families of mnemonics that end in a condition, and the rest. */
static enum class class_by_name(const struct op *o)
{
    const struct word *w = bsearch(o->mnem, words, COUNT_OF(words),
                                   sizeof *words, cost_compare);

    if (w)
        return (enum class)w->class;
    if (o->mnem[0] == 'j')
        return C_JCC;
    if (!strncmp(o->mnem, "set", 3))
        return C_SETCC;
    if (!strncmp(o->mnem, "cmov", 4))
        return C_CMOV;
    if (o->mnem[0] == 'p')
        return C_MMX;
    return o->mnem[0] == 'f' ? C_F_STACK : C_OTHER;
}

static bool is_segment(enum operand code)
{
    return code == Sw || (code >= rES && code <= rGS);
}

static bool is_constant(enum operand code)
{
    return code >= Ib && code <= Iv;
}

/* Which row of its mnemonic it is. */
static enum class class_of(const struct op *o)
{
    enum operand a = o->op[0], b = o->op[1];
    enum class class = class_by_name(o);
    bool register_ = a == Ew || a == Ev || a == Ed;

    switch (class) {
    case C_MOVE:
        return a == Cd || a == Dd || a == Td || b == Cd || b == Dd || b == Td
                   ? C_CONTROL :
               is_segment(a) ? C_SEGMENT : is_constant(b) ? C_MOVI :
               a == Ob || a == Ov || b == Ob || b == Ov ? C_MOVA : C_MOVE;
    case C_ALU:     return is_constant(b) ? C_ALUI : C_ALU;
    case C_COMPARE: return is_constant(b) ? C_COMPAREI : C_COMPARE;
    case C_POP:     return is_segment(a) ? C_POPSEG : C_POP;
    case C_SHIFT1:
        return b == I1 || b == __ ? C_SHIFT1 :
               o->mnem[0] == 'r' && o->mnem[1] == 'c' ? C_CARRY :
               b == CL ? C_SHIFTC : C_SHIFTI;
    case C_IMUL_8:  return b != __ ? C_IMULG : C_IMUL_8;
    case C_JMP:     return a == Ap || a == Mp ? C_JMPF :
                           register_ ? C_JMPI : C_JMP;
    case C_CALL:    return a == Ap || a == Mp ? C_CALLF :
                           register_ ? C_CALLI : C_CALL;
    case C_F_LOAD:  return a == Mt ? C_F_LOAD80 : C_F_LOAD;
    case C_F_STORE: return a == Mt ? C_F_STORE80 : C_F_STORE;
    default:        return class;
    }
}

u8 *cost_classes_new(void)
{
    u8 *p = malloc((size_t)op_count);

    for (int n = 0; p && n < op_count; n++)
        p[n] = (u8)class_of(&op_table[n]);
    return p;
}

/* ---- instructions ---- */

/* 0: byte, 1: word, 2: dword. */
static u32 width_of(const struct insn *i, const struct op *o)
{
    static const u8 bytes[] = { Eb, Gb, Mb, Ob, Zb, AL, Xb, Yb };

    for (u32 n = 0; n < 2; n++)
        if (o->op[n] && memchr(bytes, o->op[n], sizeof bytes))
            return 0;
    return i->flags & I_O32 ? 2 : 1;
}

static enum class exact_class(const struct cpu *c, enum class class, u32 width)
{
    switch (class) {
    case C_MUL_8: case C_IMUL_8: case C_DIV_8: case C_IDIV_8:
        return (enum class)(class + width);
    case C_POPSEG: case C_JMPF: case C_CALLF: case C_RETF: case C_INT:
    case C_IRET: case C_SEGMENT: case C_FARPTR:
        return c->mode & MODE_PROT ? (enum class)(class + 1) : class;
    default:
        return class;
    }
}

static bool is_written(enum operand code)
{
    return (code >= Eb && code <= Ev) || code == Ob || code == Ov;
}

/* Values of the operand's width that go to and from memory. */
static u32 transfers(enum class class, const struct insn *i, u32 form)
{
    switch (class) {
    case C_MOVS: case C_CMPS: case C_CALLF: case C_RETF: case C_FARPTR:
        return 2;
    case C_SCAS: case C_LODS: case C_STOS: case C_CALL: case C_RET:
    case C_PUSHF: case C_POPF: case C_POPSEG:
        return 1;
    case C_INT:
        return 5;
    case C_IRET:
        return 3;
    case C_PUSH: case C_POP: case C_CALLI:
        return i->flags & I_MEM ? 2 : 1;
    case C_LEA:
        return 0;
    case C_ALU: case C_ALUI: case C_INC: case C_XCHG: case C_SHIFT1:
    case C_SHIFTC:
        return form;
    default:
        return i->flags & I_MEM ? 1 : 0;
    }
}

/* iAPX 86/88 User's Manual, table 2-20. */
static u32 address_clocks(const struct insn *i)
{
    bool base = i->base != NOREG, index = i->index != NOREG;
    u32 n = base && index ? (i->base == EBP) == (i->index == EDI) ? 7 : 8
            : base || index ? 5 : 6;

    if (i->disp && (base || index))
        n += 4;
    return i->flags & I_SEGOV ? n + 2 : n;
}

static u32 units(const struct cpu *c, const struct insn *i, const struct op *o)
{
    const struct costs *k = c->costs;
    u32 width = width_of(i, o), n, moved, bus;
    enum class class = exact_class(c, (enum class)c->cost_class[i->row],
                                   width);
    u32 form = !(i->flags & I_MEM) ? 0 : is_written(o->op[0]) ? 2 : 1;

    if ((o->attr & REP) && (i->flags & (I_REP | I_REPNE)))
        form = 1;
    moved = transfers(class, i, form);
    n = k->of[class][form] + moved * k->access[width];
    if (k->address && (i->flags & I_MEM))
        n += Q(address_clocks(i));
    bus = i->len * k->fetched + (moved << width) * k->moved;
    return n > bus || (o->attr & (REP | ENDS)) ? n : bus;
}

u32 cost_charge(const struct cpu *c, const struct insn *i)
{
    u32 n;

    if (!c->costs)
        return charge_of(1);
    n = i->row < op_count ? units(c, i, &op_table[i->row])
                          : c->costs->of[C_OTHER][0];
    return charge_of(n < 1 ? 1 : n > MOST_COST ? MOST_COST : n);
}

/* ---- the pace ---- */

enum { PS_PER_MS = 1000000000 };

u32 cpu_pace(const struct cpu_model *m)
{
    return (PS_PER_MS / 4 + m->khz / 2) / m->khz;
}

void cpu_set_costs(struct cpu *c, bool on)
{
    const struct costs *k = on ? costs[c->family] : NULL;

    if (k == c->costs && c->charge.fault[0])
        return;
    c->costs = k;
    c->charge = (struct charges){ .fault = { charge_of(1), charge_of(1) } };
    if (k)
        c->charge = (struct charges){
            .rep_end = (s64)k->rep_end << COUNT_BITS,
            .jump = (s64)k->jump << COUNT_BITS,
            .loop = (s64)k->loop << COUNT_BITS,
            .fault = { charge_of(k->of[C_INT][0]),
                       charge_of(k->of[C_INT_P][0]) },
        };
    block_cache_clear(c);
}
