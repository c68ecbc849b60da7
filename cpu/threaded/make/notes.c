/* notes.c - what compiled code may do about flags: which jumps look at
 * registers in their place, and which fops only note flags for ways out of the
 * code (stencil/compile.h). */
#include "cpu/threaded/make/make.h"

#include "cpu/paging/code_page.h"
#include "cpu/threaded/handlers/ops_jump.h"

enum { STACK_PTR = 1 << ESP, ANY = 0xff };

const struct fast_jumps *fast_jumps_of(u32 width)
{
    return width == 8 ? &fast_jumps_8 : width == 16 ? &fast_jumps_16
                                                    : &fast_jumps_32;
}

/* Register n of an operand, as a bit of the whole registers. */
static u32 register_bit(u32 n, u32 width)
{
    return 1u << (width == 8 ? n & 3 : n);
}

static u32 changed_rm(const struct insn *i, u32 width)
{
    return memory(i) ? 0 : register_bit(i->rm, width);
}

u32 fast_changes(const struct insn *i, const struct known *k)
{
    switch (k->form) {
    case E_G: case E_I:
        return k->op >= CMP ? 0 : changed_rm(i, k->width);
    case G_E:
        return k->op >= CMP ? 0 : register_bit(i->reg, k->width);
    case A_I:
        return k->op >= CMP ? 0 : 1 << EAX;
    case INC_E: case DEC_E: case NEG_E: case NOT_E: case MOV_E_G: case MOV_E_I:
    case SHIFT_I: case SHIFT_1: case SHIFT_C:
        return changed_rm(i, k->width);
    case INC_Z: case DEC_Z: case MOV_Z_I: case MOV_G_E: case LEA:
    case MOVZX_B: case MOVZX_W: case MOVSX_B: case MOVSX_W:
    case IMUL_G_E: case IMUL_G_E_I:
        return register_bit(i->reg, k->width);
    case MOV_A_O:
        return 1 << EAX;
    case POP_Z:
        return STACK_PTR | 1u << i->reg;
    case PUSH_Z: case PUSH_I: case PUSH_E:
        return STACK_PTR;
    case MOV_O_A: case NOP: case JCC: case JMP_J:
        return 0;
    default:
        return ANY;
    }
}

/* Its result, from which ZF and SF follow, is in a register: which, or -1. */
static int register_result(const struct insn *i, const struct known *k)
{
    switch (k->form) {
    case E_G: case E_I: case NEG_E: case INC_E: case DEC_E: case SHIFT_I:
    case SHIFT_1:
        return memory(i) || (k->form <= A_I && k->op >= CMP) ||
               (k->form == SHIFT_I && !(i->imm & 31)) ||
               (k->form >= SHIFT_I && k->op < SHL) ? -1 : i->rm;
    case G_E: case INC_Z: case DEC_Z:
        return k->form == G_E && k->op >= CMP ? -1 : i->reg;
    case A_I:
        return k->op >= CMP ? -1 : EAX;
    default:
        return -1;
    }
}

static bool is_logical(const struct known *k)
{
    return k->form <= A_I && (k->op == AND || k->op == OR || k->op == XOR);
}

/* Behind CMP or TEST: with an immediate, or with t. */
static fast_fn *jump_by_operands(const struct insn *i, const struct known *k,
                                 bool patched, u32 cc)
{
    const struct fast_jumps *j = fast_jumps_of(k->width);
    bool imm = k->form == E_I || k->form == A_I, tests = k->op == TEST;
    u32 r = k->form == A_I ? EAX : k->form == G_E ? i->reg : i->rm;

    if (tests && is_register_with_itself(i, k))
        return j->result[cc][r];
    if (imm && !patched)
        return tests ? j->test_ri[cc][r] : j->cmp_ri[cc][r];
    return tests ? j->test_rt[cc][r] : j->cmp_rt[cc][r];
}

fast_fn *fast_register_jump(const struct cpu *c, const struct block *b, u32 n,
                            u32 cc)
{
    const struct insn *i = &b->insn[n];
    const struct known *k = fast_known(c, i);
    u32 at = b->bytes - b->insn[n + 1].len - i->len;
    int r = register_result(i, k);

    if (k->form <= A_I && k->op >= CMP && memory(i))
        return NULL;
    if (k->form <= A_I && k->op >= CMP)
        return jump_by_operands(i, k, code_page_patched(
            code_page_find(c, b->phys), b->phys + at, i->len), cc);
    if (r < 0 || (cc >= 14 && !is_logical(k)))
        return NULL;
    return fast_jumps_of(k->width)->result[cc][r];
}

/* ---- notes ---- */

static u32 note_needs(const struct insn *i, const struct known *k)
{
    int r = register_result(i, k);

    if (r >= 0)
        return register_bit((u32)r, k->width);
    if (k->form == A_I)
        return 1 << EAX;
    return register_bit(i->rm, k->width) |
           (k->form == E_I ? 0 : register_bit(i->reg, k->width));
}

/* Whether the last fop of the instruction only notes flags, of which it finds
 * the operands or the result in registers. */
static bool only_notes(const struct maker *m)
{
    const struct insn *i = m->i;
    bool zero = m->k.form <= A_I && m->k.op == XOR &&
                is_register_with_itself(i, &m->k);

    if (m->live == DEAD || memory(i) || m->patched || zero)
        return false;
    switch (m->k.form) {
    case E_G: case G_E: case E_I: case A_I:
        return m->k.op == TEST || (m->k.op == CMP && m->live == HELD) ||
               (is_logical(&m->k) && fast_logical_apart(m));
    case INC_E: case DEC_E: case INC_Z: case DEC_Z:
        return m->live == HELD;
    default:
        return false;
    }
}

/* A jump that looks at no flags. */
static bool jumps_blindly(const struct maker *m)
{
    return m->k.form == JMP_J ||
           (m->k.form == JCC && m->fates.found == FOUND_IN_REGISTERS);
}

void fast_make_notes(struct maker *m, u32 first)
{
    const struct known *k = &m->k;
    bool allowed = fast_allowed(m->c, m->i, k), kills = fast_kills(m->i, k);
    struct note n = {
        .changes = (u8)fast_changes(m->i, k),
        .sees = !allowed ||
                !(kills || fast_flagless(k) || jumps_blindly(m)),
    };

    for (u32 at = first; at < m->n; at++)
        m->note[at] = n;
    m->note[first].first = true;
    if (!allowed || m->i->flags & I_END)
        return;
    m->note[m->n - 1].kills = kills;
    if (only_notes(m)) {
        m->note[m->n - 1].notes = true;
        m->note[m->n - 1].fetched = k->form <= A_I && k->op >= CMP &&
                                    m->n - first == 2;
        m->note[m->n - 1].needs = (u8)note_needs(m->i, k);
    }
}
