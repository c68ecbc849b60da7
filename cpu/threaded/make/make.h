/* make.h - from decoded blocks to their second form.
 *
 *   struct insn --> its row's plain handler --> struct known --> fops
 *                   (rows.c)                    form, op, width   (make*.c)
 *
 * A form is a kind of instruction that the same code here makes fops of. */
#ifndef MAKE_H
#define MAKE_H

#include "cpu/threaded/micro_op.h"
#include "cpu/threaded/stencil/compile.h"

enum form {
    PLAIN,
    E_G, G_E, E_I, A_I,                 /* arithmetic: op is ADD .. TEST */
    INC_E, DEC_E, NEG_E, NOT_E, INC_Z, DEC_Z,
    MOV_E_G, MOV_G_E, MOV_E_I, MOV_Z_I, MOV_A_O, MOV_O_A, LEA,
    MOVZX_B, MOVZX_W, MOVSX_B, MOVSX_W,
    XCHG_E_G, XCHG_A_Z,
    SHIFT_I, SHIFT_1, SHIFT_C,          /* op is ROL .. SAR */
    MUL_E, IMUL_E, DIV_E, IDIV_E, IMUL_G_E, IMUL_G_E_I,
    LODS, STOS, MOVS, XLAT, BSWAP,      /* STOS and MOVS: with REP, too */
    PUSH_Z, PUSH_I, PUSH_E, POP_Z, LEAVE,
    JCC, JMP_J, JMP_E, CALL_J, CALL_E, RET, RET_I, LOOP_J, SETCC_E,
    NOP, FLAG, CBW, CWD, SAHF, LAHF,

    MORE,                               /* from here on: more.c */
    SHD_I = MORE, SHD_C,                /* op: 0 left, 1 right */
    BIT_E_G, BIT_E_I,                   /* op: test, set, reset, complement */
    SCAN_G_E,                           /* op: 0 forward, 1 reverse */
    CMOV_G_E,                           /* op: the condition */
    XADD_E_G, CMPXCHG_E_G, SCAS, CMPS, POP_E, ENTER,
    QUIET, AAM,                         /* the plain handler, by fast_quiet():
                                           it neither jumps nor stores */

    /* The x87; op and width say what follows. */
    F_ARITH, F_ARITH_TO, F_ARITH_POP,   /* X_ADD .. */
    F_ARITH_MEM,                        /* the same; X_M32 .. */
    F_BINARY,                           /* X_SCALE ..; ST1 and a pop */
    F_UNARY,                            /* X_SQRT .. */
    F_COMPARE,                          /* pops; X_QUIET */
    F_COMPARE_MEM,                      /* pops; X_M32 .. */
    F_FTST, F_FXAM, F_LOAD,             /* 0; X_M32 .. */
    F_STORE,                            /* pop; X_M32 .. */
    F_FLD, F_CONST,                     /* enum f80_const */
    F_FST,                              /* pop */
    F_FXCH, F_FCHS, F_FABS, F_FFREE, F_TURN, F_FNOP,
    F_WAIT, F_STSW_AX, F_STSW, F_STCW, F_LDCW,  /* these don't become the last
                                           instruction that FSTENV shows */

    SYSTEM,                             /* from here on: sys.c */
    SEG_E = SYSTEM, E_SEG, PUSH_SEG, POP_SEG,   /* op: the register */
    CLI, STI, PUSHF, POPF, PUSHA, POPA, INT_I, IRET,
    CALL_FAR, JMP_FAR, RET_FAR, CALL_FAR_M, JMP_FAR_M,
    LOAD_FAR,                           /* op: the segment register */
    SYSENTER, SYSEXIT,
    VERIFY,                             /* op: 0 to read, 1 to write */
    PORT,
};

/* A row that has a fast form, by its plain handler. */
struct known {
    handler *plain;
    u8 form, op, width;
};

/* The instruction's form; PLAIN when it has none. */
const struct known *fast_known(const struct cpu *c, const struct insn *i);

/* The fops of a system instruction: n handlers with their imm. The last one's
 * disp becomes `drop`, the bytes that it takes off the stack; with a drop of 0
 * it becomes the block's length. */
struct sys_ops {
    u32 n, drop;
    fast_fn *run[3];
    u32 imm[3];
};

/* Whether the instruction has fops of its own in this mode, and which. */
bool fast_system_allowed(const struct cpu *c, const struct insn *i,
                         const struct known *k);
void fast_system_ops(const struct cpu *c, const struct insn *i,
                     const struct known *k, struct sys_ops *o);

/* For fast_known(): where each row's 16-bit and 32-bit handlers are in the
 * table of struct known; 0: they have no form. The caller frees it. NULL: out
 * of memory. */
u16 *fast_rows_new(void);

/* Whether the model, the mode and the operands allow the fast form; and whether
 * an allowed one can't fault and reads no flag but CF. */
bool fast_allowed(const struct cpu *c, const struct insn *i,
                  const struct known *k);
bool fast_harmless(const struct insn *i, const struct known *k);

/* What becomes of the flags that an instruction leaves: nobody sees them; an
 * instruction of the block reads them, or merges them with its own; only a
 * fault, an interrupt or another block may see them, so they are put off
 * (flags.h) where there is a form that does. */
enum fate { DEAD, READ, HELD };

/* What a conditional jump at the block's end finds, of which it has forms. */
enum found { FOUND_ANY, FOUND_SETTLED, FOUND_COMPARED, FOUND_MAYBE_COMPARED,
             FOUND_STEPPED,
             FOUND_IN_REGISTERS };      /* by ops_jump.inc's: right before it */

struct fates {
    u32 live, held;                     /* bit n: instruction n */
    u8 found, width;                    /* of what it found */
    fast_fn *jump;                      /* FOUND_IN_REGISTERS: the form */
};

void fast_fates(const struct cpu *c, const struct block *b, struct fates *f);

static inline bool memory(const struct insn *i) { return i->flags & I_MEM; }

static inline bool is_register_with_itself(const struct insn *i,
                                           const struct known *k)
{
    return (k->form == E_G || k->form == G_E) && !memory(i) && i->reg == i->rm;
}

/* ---- making ---- */

/* No instruction takes more than 6 fops; the block's end may have 4 more. */
enum { ROOM = BLOCK_INSNS * 6 + 4 };

struct maker {
    const struct cpu *c;
    const struct block *b;
    const struct insn *i;               /* the instruction at work */
    struct known k;                     /* and what its row is */
    const struct fast_forms *forms;     /* handlers of its width */
    const struct fast_held *held;       /* ..that put flags off */
    enum fate live;                     /* of i's flags */
    struct fates fates;
    bool patched;                       /* a program changes i's constants */
    bool wide_stack;                    /* of 32 bits */
    const struct code_page *page;
    u32 at;                             /* bytes from the block's start to i */
    u8 idx;                             /* number of i in the block */
    u32 n;                              /* fops made so far */
    struct fop op[ROOM];
    struct note note[ROOM];             /* of each */
};

/* What compiled code may do about the flags of the instruction whose fops begin
 * at `first`, and of those before it. */
void fast_make_notes(struct maker *m, u32 first);

/* The registers that an instruction may change, by a bit each. */
u32 fast_changes(const struct insn *i, const struct known *k);

/* The form of a jump on condition cc that finds what it asks for in the
 * registers of instruction n of a block, which stands right before it;
 * or NULL. */
fast_fn *fast_register_jump(const struct cpu *c, const struct block *b, u32 n,
                            u32 cc);

/* Whether i is a logical operation whose flags a fop of its own notes. */
bool fast_logical_apart(const struct maker *m);

/* Whether it takes all flags from its operands, and reads none. */
bool fast_kills(const struct insn *i, const struct known *k);

/* Whether it neither reads nor changes flags. */
bool fast_flagless(const struct known *k);

/* Appends a fop of instruction i. */
struct fop *fast_put(struct maker *m, fast_fn *run);

/* Appends fops that leave the offset of i's memory operand in t, the value that
 * is handed on from one fop to the next. */
void fast_put_address(struct maker *m);

/* Appends fops that leave the value of i's r/m operand in t; forms is that of
 * its width. */
void fast_put_operand(struct maker *m, const struct fast_forms *forms);

/* Append the fops of arithmetic: two operands, one, shifts, products and
 * quotients. */
void fast_make_arith(struct maker *m);
void fast_make_unary(struct maker *m);
void fast_make_shift(struct maker *m);
void fast_make_product(struct maker *m);

/* Append the fops of a form from MORE on; those of a shift in memory by n, or
 * by CL for SHIFT_C. */
void fast_make_more(struct maker *m);
void fast_make_shift_memory(struct maker *m, u32 n);

/* The block's second form, which lives in the cache's memory as long as the
 * block. NULL when there is no room for it. */
struct fop *fast_make(struct cpu *c, struct block *b);

#endif
