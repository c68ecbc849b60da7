/* make_flags.c - what the fast engine may do of a block: which
 * instructions have a fast form here, and which flags nobody reads. */
#include "cpu/threaded/make.h"

/* Whether a REP means nothing before this row. */
static bool idle_prefix(const struct cpu *c, const struct insn *i)
{
    return c->family > I86 && !(op_table[i->row].attr & REP);
}

bool fast_allowed(const struct cpu *c, const struct insn *i,
                  const struct known *k)
{
    bool wide = i->flags & I_O32;

    if (k->form == PLAIN ||
        ((i->flags & (I_REP | I_REPNE)) && !idle_prefix(c, i)))
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

u32 fast_live_flags(const struct cpu *c, const struct block *b)
{
    u32 live = 0, wanted = ARITH;

    for (u32 n = b->count; n-- > 0; ) {
        const struct insn *i = &b->insn[n];
        const struct known *k = fast_known(c, i);

        if (fast_allowed(c, i, k)) {
            u32 w = make_flags_writes(i, k);

            live |= (u32)((w & wanted) != 0) << n;
            wanted = (wanted & ~w) | reads(i, k);
        } else {
            live |= (u32)1 << n;
            wanted = ARITH;
        }
    }
    return live;
}
