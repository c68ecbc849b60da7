/* ops_ctl.h - between the two halves of the fast engine: threaded.c makes and
 * links the second form of blocks, ops_ctl.c and ops_w.inc run it. */
#ifndef OPS_CTL_H
#define OPS_CTL_H

#include "cpu/threaded/micro_op.h"

struct fast_control {
    fast_fn *ea16[2][8], *ea_none[2], *ea32[2][8];  /* [1]: of constants that a
                                                     * program patches */
    fast_fn *index[4][8], *imm_patched;             /* t = such an immediate */
    fast_fn *fall, *jcc[16], *jcc_settled[16], *set[16];
    fast_fn *jmp, *jmp_t, *loop[4][2];
    fast_fn *nop, *flag[5], *cbw[2], *cwd[2], *xlat[2], *bswap;
};
extern const struct fast_control fast_control;

/* What a link runs that leads nowhere yet, or out of its page. */
FASTX(fast_unlinked);
FASTX(fast_far);

/* The same for a link of a compiled block with MODE_FLAT into another page, for
 * which fast_link_page() has it lead to the block that was found. */
FASTX(fast_seek);
void fast_link_page(struct cpu *c, const struct fop *link,
                    const struct near_block *n) KEEPS_REGS;

/* Links from other pages to a block lead there no more: its near entry goes. */
void fast_leave_pages(struct cpu *c, struct block *b);

/* Handlers of system instructions: [2] by the stack's width, or by operand
 * size and that. `real` ones are for real and V86 mode. */
struct fast_system {
    fast_fn *get_seg, *get_i, *seg_real, *ss_real, *seg_prot;
    fast_fn *top[2][2], *drop[2], *push_seg[2];
    fast_fn *cli, *sti, *pushf[2][2], *popf[2][2];
    fast_fn *pusha[2][2], *popa[2][2];
    fast_fn *int_real, *iret_real, *call_real, *jmp_real, *retf_real;
    fast_fn *call_m_real, *jmp_m_real;
    fast_fn *store_seg, *far_pointer[2][2];     /* in protected mode */
    fast_fn *verify;
};
extern const struct fast_system fast_system;

/* Far transfers in protected mode. */
FASTX(fast_call_prot);
FASTX(fast_jump_prot);
FASTX(fast_return_prot);
FASTX(fast_call_m_prot);
FASTX(fast_jump_m_prot);

/* What V86 mode denies; INT and IRET in protected mode. */
FASTX(fast_denied);
FASTX(fast_int_prot);
FASTX(fast_iret);
FASTX(fast_sysenter);
FASTX(fast_sysexit);

/* Repeated strings. */
FASTX(fast_rep_stos);
FASTX(fast_rep_movs);

/* INT by which a program may give its time away: see op_int(). */
ALWAYS bool may_yield(u32 vector, u32 ax)
{
    return vector == INT_MULTIPLEX ? (u8)(ax >> 8) == 0x16
                                   : vector == INT_SYSTEM && ax >> 8 == 0x10;
}

/* n bytes at offset `off` of a window that can be read, or written without
 * changing code, directly; or NULL. */
u8 *fast_span(struct cpu *c, const struct window *w, u32 off, u32 n,
              bool write) KEEPS_REGS;

/* Loads a data segment register where that neither faults nor changes more;
 * false: nothing is done. */
bool fast_load_segment(struct cpu *c, u32 n, u32 sel) KEEPS_REGS;

/* VERR, or VERW: sets ZF; false: nothing is done. */
bool fast_verify(struct cpu *c, u32 sel, bool write) KEEPS_REGS;

/* Loads CS in real or V86 mode. */
void fast_load_code(struct cpu *c, u32 sel) KEEPS_REGS;

/* The block that a fop is of. */
static inline const struct block *fast_block(const struct fop *i)
{
    return (const struct block *)(const void *)
        ((const u8 *)(i->insn - i->idx) - offsetof(struct block, insn));
}

/* Puts right what a plain handler expects of instruction i. */
static inline void fast_begin(struct cpu *c, const struct fop *i)
{
    c->running = fast_block(i);
    c->left += i->insn->rest;
    c->insn_eip = c->s.eip + i->at;
    c->s.eip = c->insn_eip + i->insn->len;
}

/* From struct cpu into a chain of blocks, until it ends. */
void fast_chain(struct cpu *c, const struct fop *i);

/* Works out what a chain takes for granted. */
static inline void fast_enter(struct cpu *c)
{
    c->chain_mode = c->mode;
    c->tlb_now = c->tlb[c->user][0];
    c->near_key = c->code_gen << (MODE_BITS + 1) |
                  (u32)c->user << MODE_BITS | c->mode;
}

#endif
