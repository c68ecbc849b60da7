/* sys.c - the second form of system instructions. */
#include "cpu/threaded/handlers/ops_ctl.h"
#include "cpu/threaded/make/make.h"

bool fast_system_allowed(const struct cpu *c, const struct insn *i,
                         const struct known *k)
{
    bool real = !(c->mode & MODE_PROT), wide = i->flags & I_O32;

    if (c->family < I286)
        return k->form == PORT || (k->form == LOAD_FAR && memory(i));
    switch (k->form) {
    case SEG_E:
        return !(i->flags & I_END) && i->reg <= (c->family < I386 ? DS : GS) &&
               (i->reg != SS || real);
    case POP_SEG:
        return k->op != SS || real;
    case E_SEG:
        return i->reg <= (c->family < I386 ? DS : GS);
    case PUSHF: case POPF:
        return !real || !wide;
    case PUSH_SEG: case CLI: case STI: case PUSHA: case POPA: case PORT:
        return true;
    case LOAD_FAR:
        return k->op != SS || real;
    case IRET:
        return !real || !(wide || (c->mode & MODE_SS32));
    case INT_I:
        return !real || !(c->mode & MODE_SS32);
    case SYSENTER: case SYSEXIT: case VERIFY:
        return !real;
    default:                            /* far transfers */
        return !real || !(wide || (c->mode & MODE_SS32));
    }
}

static void make_sys_load(struct sys_ops *o, const struct cpu *c, u32 n)
{
    const struct fast_system *f = &fast_system;

    o->run[o->n] = c->mode & MODE_PROT ? f->seg_prot :
                   n == SS ? f->ss_real : f->seg_real;
    o->imm[o->n++] = n;
}

static void sys_one(struct sys_ops *o, fast_fn *run, u32 imm)
{
    o->run[o->n] = run;
    o->imm[o->n++] = imm;
}

/* Of the other forms. */
static fast_fn *single(const struct cpu *c, const struct insn *i,
                       const struct known *k)
{
    const struct fast_system *f = &fast_system;
    u32 wide = !!(i->flags & I_O32), ss32 = !!(c->mode & MODE_SS32);
    bool prot = c->mode & MODE_PROT;

    switch (k->form) {
    case CLI:      return f->cli;
    case STI:      return f->sti;
    case PUSHF:    return f->pushf[wide][ss32];
    case POPF:     return f->popf[wide][ss32];
    case PUSHA:    return f->pusha[wide][ss32];
    case POPA:     return f->popa[wide][ss32];
    case INT_I:    return prot ? fast_int_prot : f->int_real;
    case IRET:     return prot ? fast_iret : f->iret_real;
    case CALL_FAR: return prot ? fast_call_prot : f->call_real;
    case JMP_FAR:  return prot ? fast_jump_prot : f->jmp_real;
    case CALL_FAR_M: return prot ? fast_call_m_prot : f->call_m_real;
    case JMP_FAR_M: return prot ? fast_jump_m_prot : f->jmp_m_real;
    case PORT:     return fast_port;
    case SYSENTER: return fast_sysenter;
    case SYSEXIT:  return fast_sysexit;
    default:       return prot ? fast_return_prot : f->retf_real;
    }
}

void fast_system_ops(const struct cpu *c, const struct insn *i,
                     const struct known *k, struct sys_ops *o)
{
    const struct fast_system *f = &fast_system;
    u32 wide = !!(i->flags & I_O32), ss32 = !!(c->mode & MODE_SS32);

    switch (k->form) {
    case SEG_E:
        make_sys_load(o, c, i->reg);             /* t is the operand */
        break;
    case VERIFY:
        sys_one(o, f->verify, k->op);            /* of t, too */
        break;
    case POP_SEG:
        sys_one(o, f->top[wide][ss32], 0);
        make_sys_load(o, c, k->op);
        sys_one(o, f->drop[ss32], 0);
        o->drop = wide ? 4 : 2;
        break;
    case E_SEG:
        if (memory(i)) {
            sys_one(o, f->store_seg, i->reg);
            break;
        }
        sys_one(o, f->get_seg, i->reg);
        sys_one(o, (wide ? fast_32 : fast_16).set[i->rm], 0);
        break;
    case LOAD_FAR:
        sys_one(o, f->far_pointer[wide][c->mode & MODE_PROT ? 1 : 0], k->op);
        sys_one(o, (wide ? fast_32 : fast_16).set[i->reg], 0);
        break;
    case PUSH_SEG:
        sys_one(o, f->get_seg, k->op);
        sys_one(o, wide ? f->push_seg[ss32] : fast_16.push_t[ss32], 0);
        break;
    case CALL_FAR: case JMP_FAR:
        sys_one(o, f->get_i, i->imm2);
        sys_one(o, single(c, i, k), i->imm);
        break;
    default:
        sys_one(o, single(c, i, k), i->imm);
    }
}
