/* i8086_group.c - opcodes FE /2 to /7 of the 8086, and far ones of registers.
 *
 * The manual gives FE /0 and /1 only; the chip runs the word operations of FF
 * with a byte operand. The microcode moves words: a byte from memory comes
 * with a high byte of FFh, one from a register with the other half of its
 * register, AH to DH first; a byte is what reaches the stack.
 * Reference: notes on SingleStepTests 8088 "v2_undefined", recorded from an AMD
 * D8088; the cases themselves were not run here, and those recorded from an
 * 8086 leave these opcodes out.
 *
 * Not modelled: FE /3, FE /5 and the register forms of FF /3 and FF /5 go by
 * what earlier instructions left in internal registers; here they do nothing.
 */
#include "cpu/ops/ops.h"

static u16 get_byte_as_word(struct cpu *c, const struct insn *i)
{
    u16 v;

    if (i->flags & I_MEM)
        return (u16)(0xff00 | ld8(c, i->seg, ea(c, i)));
    v = reg16(c, i->rm & 3);
    return i->rm & 4 ? (u16)(v >> 8 | v << 8) : v;
}

static void push_byte(struct cpu *c, u8 v)
{
    u32 sp = (c->s.gpr[ESP] - 2) & c->spmask;

    st8(c, SS, sp, v);
    sp_set(c, sp);
}

void op_call_Eb(struct cpu *c, const struct insn *i)
{
    u16 to = get_byte_as_word(c, i);

    push_byte(c, (u8)c->s.eip);
    c->s.eip = to;
}

void op_jmp_Eb(struct cpu *c, const struct insn *i)
{
    c->s.eip = get_byte_as_word(c, i);
}

void op_push_Eb(struct cpu *c, const struct insn *i)
{
    push_byte(c, (u8)get_byte_as_word(c, i));
}

void op_stale_8086(struct cpu *c, const struct insn *i)
{
    LOG(c->log, TODO, "cpu", "8086: far transfer by FE or FF /%u", i->reg);
}
