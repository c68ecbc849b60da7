/* flags.c - what the fast engine may do of a block: which
 * instructions have a fast form here, and which flags nobody reads. */
#include "cpu/threaded/make/make.h"

/* Whether a REP means nothing before this row. */
static bool idle_prefix(const struct cpu *c, const struct insn *i)
{
    return c->family > I86 && !(op_table[i->row].attr & REP);
}

/* Before the 286 one may be interrupted between its prefixes (rep_skip), and
 * does not see what it stores over the instructions behind it (queue.h). */
static bool may_repeat(const struct cpu *c, const struct known *k)
{
    return c->family >= I286 && (k->form == STOS || k->form == MOVS);
}

bool fast_allowed(const struct cpu *c, const struct insn *i,
                  const struct known *k)
{
    bool wide = i->flags & I_O32;

    if (k->form == PLAIN)
        return false;
    if ((i->flags & (I_REP | I_REPNE)) && !idle_prefix(c, i) &&
        !may_repeat(c, k))
        return false;
    if (k->form >= SYSTEM)
        return fast_system_allowed(c, i, k);
    switch (k->form) {
    case MUL_E: case IMUL_E: case DIV_E: case IDIV_E:
        return c->family > I86;
    case SHIFT_I:
        return c->family > I86 && (!memory(i) || (i->imm & 31));
    case SHIFT_1: case SHIFT_C:
        return c->family > I86;
    case SHD_I:
        return !memory(i) || (i->imm & 31);
    case ENTER:
        return !(i->imm2 & 31);
    case POP_E:
        return memory(i) && (i->base != ESP || (c->mode & MODE_SS32));
    case AAM:
        return c->family > I86 && (u8)i->imm;
    case PUSH_Z:
        return i->reg != ESP || c->family >= I286;
    case PUSH_E:
        return memory(i) || i->rm != ESP || c->family >= I286;
    case POP_Z:
        return i->reg != ESP;
    case JCC: case JMP_J: case JMP_E: case CALL_J: case CALL_E: case RET:
    case RET_I: case LOOP_J:
        return wide == !!(c->mode & MODE_CS32);
    default:
        return k->form < F_ARITH || (c->fpu && c->family >= I386);
    }
}

/* The arithmetic flags that an allowed form gives new values, whatever they
 * were and whatever the operands are. */
static u32 make_flags_writes(const struct insn *i, const struct known *k)
{
    switch (k->form) {
    case E_G: case G_E: case E_I: case A_I: case NEG_E:
    case MUL_E: case IMUL_E: case IMUL_G_E: case IMUL_G_E_I:
    case DIV_E: case IDIV_E:
        return ARITH;
    case INC_E: case DEC_E: case INC_Z: case DEC_Z:
        return ARITH & ~CF;
    case SAHF:
        return ARITH & ~OF;
    case SHIFT_I: case SHIFT_1:
        if (k->form == SHIFT_I && !(i->imm & 31))
            return 0;
        return k->op >= SHL ? ARITH : CF | OF;
    case SHD_I:
        return i->imm & 31 ? ARITH : 0;
    case BIT_E_G: case BIT_E_I:
        return CF;
    case SCAN_G_E:
        return ZF;
    case XADD_E_G: case CMPXCHG_E_G: case SCAS: case CMPS:
        return ARITH;
    default:
        return 0;
    }
}

/* Those that it reads, or that a fault in it would show. */
static u32 reads(const struct insn *i, const struct known *k)
{
    u32 f = memory(i) ? ARITH : 0;

    switch (k->form) {
    case E_G: case G_E: case E_I: case A_I:
        return f | (k->op == ADC || k->op == SBB ? CF : 0);
    case SHIFT_I: case SHIFT_1:
        return f | (k->op == RCL || k->op == RCR ? CF : 0);
    case LEA: case BSWAP: case NOP: case SAHF:
        return 0;
    case NEG_E: case MUL_E: case IMUL_E: case IMUL_G_E: case IMUL_G_E_I:
    case INC_E: case DEC_E: case INC_Z: case DEC_Z:
    case NOT_E: case MOV_E_G: case MOV_G_E: case MOV_E_I: case MOV_Z_I:
    case MOVZX_B: case MOVZX_W: case MOVSX_B: case MOVSX_W:
    case XCHG_E_G: case XCHG_A_Z: case CBW: case CWD:
    case SHD_I: case BIT_E_G: case BIT_E_I: case SCAN_G_E:
        return f;
    default:
        return ARITH;
    }
}

bool fast_harmless(const struct insn *i, const struct known *k)
{
    return !(reads(i, k) & ~(u32)CF);
}

/* Those that it wants in their first form, since it reads them or keeps them
 * for whoever wants them behind it. Jumps are looked at apart. */
static u32 make_flags_asked(const struct insn *i, const struct known *k,
                            u32 wanted)
{
    switch (k->form) {
    case E_G: case G_E: case E_I: case A_I:
        return k->op == ADC || k->op == SBB ? CF : 0;
    case SHIFT_I: case SHIFT_1: case SHIFT_C:
        return (k->op == RCL || k->op == RCR ? CF : 0) |
               (k->op >= SHL ? 0 : wanted & ~(u32)(CF | OF));
    case FLAG:
        return k->op < 3 ? ARITH : 0;
    case LOOP_J:
        return k->op == 1 || k->op == 2 ? ZF : 0;
    case SETCC_E: case CMOV_G_E: case BIT_E_G: case BIT_E_I: case SCAN_G_E:
    case QUIET: case SAHF: case LAHF: case PUSHF: case INT_I: case JCC:
    case VERIFY:
        return ARITH;
    default:
        (void)i;
        return 0;
    }
}

/* Neither reads nor changes flags, and is sure to do without a plain handler
 * when all is in registers. */
static bool make_flags_neutral(const struct known *k)
{
    switch (k->form) {
    case LEA: case NOP: case NOT_E: case BSWAP: case CBW: case CWD:
    case MOV_E_G: case MOV_G_E: case MOV_E_I: case MOV_Z_I:
    case MOVZX_B: case MOVZX_W: case MOVSX_B: case MOVSX_W:
    case XCHG_E_G: case XCHG_A_Z:
        return true;
    default:
        return false;
    }
}

bool fast_kills(const struct insn *i, const struct known *k)
{
    return make_flags_writes(i, k) == ARITH && k->form < MORE &&
           !(k->form <= A_I && (k->op == ADC || k->op == SBB));
}

bool fast_flagless(const struct known *k)
{
    switch (k->form) {
    case PUSH_Z: case PUSH_I: case PUSH_E: case POP_Z: case LODS: case STOS:
    case MOVS: case MOV_A_O: case MOV_O_A:
        return true;
    default:
        return make_flags_neutral(k);
    }
}

/* Whether it takes flags from its operands by a subtraction. SUB of a register
 * with itself has the flags of zero at once (make_itself()). */
static bool make_flags_compares(const struct insn *i, const struct known *k)
{
    return k->form <= A_I && k->form >= E_G &&
           (k->op == CMP ||
            (k->op == SUB && !is_register_with_itself(i, k)));
}

/* Which form a jump on condition cc finds the flags of instruction i in; the
 * two are in registers, as is all between them, or not. */
static enum found make_flags_found(const struct insn *i, const struct known *k,
                                   bool registers, u32 cc)
{
    u32 pair = cc & ~1u;

    if (make_flags_compares(i, k))
        return registers ? FOUND_COMPARED : FOUND_MAYBE_COMPARED;
    if (k->form == INC_E || k->form == DEC_E || k->form == INC_Z ||
        k->form == DEC_Z)
        return registers && (pair == 4 || pair == 8) ? FOUND_STEPPED
                                                     : FOUND_SETTLED;
    return make_flags_writes(i, k) ? FOUND_SETTLED : FOUND_ANY;
}

/* The same for the block's last instruction, if it is such a jump; returns the
 * number of the one whose flags it finds, or -1. */
static int make_flags_jump(const struct cpu *c, const struct block *b,
                           struct fates *f)
{
    u32 n = b->count - 1u;
    const struct known *jump = fast_known(c, &b->insn[n]), *k;
    bool registers = true;

    f->found = FOUND_ANY;
    if (jump->form != JCC || !fast_allowed(c, &b->insn[n], jump))
        return -1;
    while (n-- > 0) {
        const struct insn *i = &b->insn[n];

        k = fast_known(c, i);
        registers = registers && !memory(i);
        if (!fast_allowed(c, i, k))
            return -1;
        if (make_flags_neutral(k))
            continue;
        f->found = (u8)make_flags_found(i, k, registers, jump->op);
        f->width = k->width;
        f->jump = n == b->count - 2u
                      ? fast_register_jump(c, b, n, jump->op) : NULL;
        if (f->jump)
            f->found = FOUND_IN_REGISTERS;
        return (int)n;
    }
    return -1;
}

/* What the block at an address asks for, as far as that is known. */
static u32 make_flags_asked_at(const struct cpu *c, const struct block *from,
                               u32 phys)
{
    const struct block *b =
        (phys ^ from->phys) & ~0xfffu ? NULL : block_known(c, phys);
    u32 written = 0, asked = 0;

    for (u32 n = 0; b && n < b->count && written != ARITH; n++) {
        const struct insn *i = &b->insn[n];
        const struct known *k = fast_known(c, i);

        if (!fast_allowed(c, i, k))
            break;
        asked |= make_flags_asked(i, k, ARITH) & ~written;
        written |= make_flags_writes(i, k);
    }
    return asked;
}

/* The same of the blocks behind. */
static u32 make_flags_asked_next(const struct cpu *c, const struct block *b)
{
    const struct insn *i = &b->insn[b->count - 1];
    const struct known *k = fast_known(c, i);
    u32 end = b->phys + b->bytes, asked = 0;

    if (k->form == JCC || k->form == LOOP_J || k->form == JMP_J)
        asked = make_flags_asked_at(c, b, end + i->imm);
    if (k->form == JCC || k->form == LOOP_J || !(i->flags & I_END))
        asked |= make_flags_asked_at(c, b, end);
    return asked;
}

/* Whether it can put its flags off: a rotation when it keeps none. */
static bool make_flags_holds(const struct known *k, u32 asks)
{
    return (k->form != SHIFT_I && k->form != SHIFT_1) || k->op >= SHL ||
           !asks;
}

void fast_fates(const struct cpu *c, const struct block *b, struct fates *f)
{
    u32 wanted = ARITH, asked = make_flags_asked_next(c, b);
    int found;

    *f = (struct fates){ 0 };
    found = make_flags_jump(c, b, f);
    for (u32 n = b->count; n-- > 0; ) {
        const struct insn *i = &b->insn[n];
        const struct known *k = fast_known(c, i);
        u32 w = make_flags_writes(i, k), bit = (u32)1 << n, may, asks;

        if (!fast_allowed(c, i, k)) {
            f->live |= bit;
            wanted = ARITH;
            asked = 0;
            continue;
        }
        asks = make_flags_asked(i, k, wanted);
        may = w ? w : k->form == SHIFT_C ? ARITH : 0;
        f->live |= may & wanted ? bit : 0;
        f->held |= (may & wanted) && !(may & asked) && make_flags_holds(k, asks)
                       ? bit : 0;
        if ((int)n == found && (w & asked) && !f->jump)
            f->found = FOUND_SETTLED;
        wanted = (wanted & ~w) | reads(i, k);
        asked &= ~w;
        if (k->form != JCC || f->found == FOUND_ANY ||
            f->found == FOUND_SETTLED)
            asked |= asks;
    }
}
