/* rows.c - which rows have a fast form. */
#include "cpu/threaded/make/make.h"

#include <stdlib.h>

#include "cpu/threaded/handlers/ops_fpu.h"
#include "cpu/fpu/f80.h"

#define K1(h, form, op, w)  { h, form, op, w },
#define KV(h, form, op)     K1(h##_16, form, op, 16) K1(h##_32, form, op, 32)
#define KBV(h, form, op)    K1(h##_8, form, op, 8) KV(h, form, op)
#define K_ALU(h, op)                                                        \
    KBV(h##_E_G, E_G, op) KBV(h##_G_E, G_E, op)                             \
    KBV(h##_E_I, E_I, op) KBV(h##_A_I, A_I, op)
#define K_SHIFT(h, op)                                                      \
    KBV(h##_I, SHIFT_I, op) KBV(h##_1, SHIFT_1, op) KBV(h##_C, SHIFT_C, op)
#define K_CC(n, cc)                                                         \
    KV(j##cc##_J, JCC, n) K1(op_set##cc##_E, SETCC_E, n, 8)                \
    KV(cmov##cc##_G_E, CMOV_G_E, n)
#define K_BIT(h, op) KV(h##_E_G, BIT_E_G, op) KV(h##_E_I, BIT_E_I, op)

#define K_SEG(r, n)                                                         \
    K1(op_push_##r, PUSH_SEG, n, 16) K1(op_pop_##r, POP_SEG, n, 16)
/* The x87: in registers to ST0, to STn, with a pop; from memory. */
#define K_F(h, op)                                                          \
    K1(op_f##h, F_ARITH, op, 0) K1(op_f##h##_to, F_ARITH_TO, op, 0)         \
    K1(op_f##h##p, F_ARITH_POP, op, 0)                                      \
    K1(op_f##h##_m32, F_ARITH_MEM, op, X_M32)                               \
    K1(op_f##h##_m64, F_ARITH_MEM, op, X_M64)                               \
    K1(op_fi##h##_m16, F_ARITH_MEM, op, X_I16)                              \
    K1(op_fi##h##_m32, F_ARITH_MEM, op, X_I32)
#define K_FCOM(p, pops)                                                     \
    K1(op_fcom##p, F_COMPARE, pops, 0)                                      \
    K1(op_fucom##p, F_COMPARE, pops, X_QUIET)
#define K_FCOM_M(p, pops)                                                   \
    K1(op_fcom##p##_m32, F_COMPARE_MEM, pops, X_M32)                        \
    K1(op_fcom##p##_m64, F_COMPARE_MEM, pops, X_M64)                        \
    K1(op_ficom##p##_m16, F_COMPARE_MEM, pops, X_I16)                       \
    K1(op_ficom##p##_m32, F_COMPARE_MEM, pops, X_I32)
#define K_FSTM(w)                                                           \
    K1(op_fst_m##w, F_STORE, 0, X_M##w) K1(op_fstp_m##w, F_STORE, 1, X_M##w)
#define K_FIST(w)                                                           \
    K1(op_fist_m##w, F_STORE, 0, X_I##w)                                    \
    K1(op_fistp_m##w, F_STORE, 1, X_I##w)

static const struct known known[] = {
    { NULL, PLAIN, 0, 0 },
    K_ALU(add, ADD) K_ALU(or, OR) K_ALU(adc, ADC) K_ALU(sbb, SBB)
    K_ALU(and, AND) K_ALU(sub, SUB) K_ALU(xor, XOR) K_ALU(cmp, CMP)
    KBV(test_E_G, E_G, TEST) KBV(test_E_I, E_I, TEST) KBV(test_A_I, A_I, TEST)
    KBV(inc_E, INC_E, 0) KBV(dec_E, DEC_E, 0) KBV(neg_E, NEG_E, 0)
    KBV(not_E, NOT_E, 0) KV(inc_Z, INC_Z, 0) KV(dec_Z, DEC_Z, 0)
    KBV(mov_E_G, MOV_E_G, 0) KBV(mov_G_E, MOV_G_E, 0)
    KBV(mov_E_I, MOV_E_I, 0) KBV(mov_Z_I, MOV_Z_I, 0)
    KBV(mov_A_O, MOV_A_O, 0) KBV(mov_O_A, MOV_O_A, 0) KV(lea_G_M, LEA, 0)
    KV(movzx_G_Eb, MOVZX_B, 0) KV(movzx_G_Ew, MOVZX_W, 0)
    KV(movsx_G_Eb, MOVSX_B, 0) KV(movsx_G_Ew, MOVSX_W, 0)
    KBV(xchg_E_G, XCHG_E_G, 0) KV(xchg_A_Z, XCHG_A_Z, 0)
    K_SHIFT(rol, ROL) K_SHIFT(ror, ROR) K_SHIFT(rcl, RCL) K_SHIFT(rcr, RCR)
    K_SHIFT(shl, SHL) K_SHIFT(shr, SHR) K_SHIFT(sar, SAR)
    KBV(mul_E, MUL_E, 0) KBV(imul_E, IMUL_E, 0) KV(imul_G_E, IMUL_G_E, 0)
    KV(imul_G_E_I, IMUL_G_E_I, 0)
    KBV(div_E, DIV_E, 0) KBV(idiv_E, IDIV_E, 0)
    KBV(lods, LODS, 0) KBV(stos, STOS, 0) KBV(movs, MOVS, 0)
    KV(push_Z, PUSH_Z, 0) KV(push_I, PUSH_I, 0) KV(push_E, PUSH_E, 0)
    KV(pop_Z, POP_Z, 0) KV(leave, LEAVE, 0)
    K_CC(0, o) K_CC(1, no) K_CC(2, c) K_CC(3, nc) K_CC(4, z) K_CC(5, nz)
    K_CC(6, na) K_CC(7, a) K_CC(8, s) K_CC(9, ns) K_CC(10, pe) K_CC(11, po)
    K_CC(12, l) K_CC(13, nl) K_CC(14, ng) K_CC(15, g)
    KV(jmp_J, JMP_J, 0) KV(jmp_E, JMP_E, 0) KV(call_J, CALL_J, 0)
    KV(call_E, CALL_E, 0) KV(ret, RET, 0) KV(ret_I, RET_I, 0)
    KV(loop_J, LOOP_J, 0) KV(loope_J, LOOP_J, 1) KV(loopne_J, LOOP_J, 2)
    KV(jcxz_J, LOOP_J, 3)
    K1(op_nop, NOP, 0, 32) KV(nop_E, NOP, 0)
    K1(op_clc, FLAG, 0, 32) K1(op_stc, FLAG, 1, 32) K1(op_cmc, FLAG, 2, 32)
    K1(op_cld, FLAG, 3, 32) K1(op_std, FLAG, 4, 32)
    KV(cbw, CBW, 0) KV(cwd, CWD, 0) K1(op_xlat, XLAT, 0, 8)
    K1(bswap_Z_32, BSWAP, 0, 32)
    K1(op_mov_Sw_Ew, SEG_E, 0, 16) K1(op_mov_Ew_Sw, E_SEG, 0, 16)
    K_SEG(es, ES) K_SEG(ds, DS) K_SEG(ss, SS) K_SEG(fs, FS) K_SEG(gs, GS)
    K1(op_push_cs, PUSH_SEG, CS, 16)
    K1(op_cli, CLI, 0, 16) K1(op_sti, STI, 0, 16) K1(op_pushf, PUSHF, 0, 16)
    K1(op_popf, POPF, 0, 16) KV(pusha, PUSHA, 0) KV(popa, POPA, 0)
    K1(op_int, INT_I, 0, 16) K1(op_iret, IRET, 0, 16)
    K1(op_call_Ap, CALL_FAR, 0, 16) K1(op_jmp_Ap, JMP_FAR, 0, 16)
    K1(op_retf, RET_FAR, 0, 16)
    K1(op_call_Mp, CALL_FAR_M, 0, 16) K1(op_jmp_Mp, JMP_FAR_M, 0, 16)
    K1(op_les, LOAD_FAR, ES, 16) K1(op_lds, LOAD_FAR, DS, 16)
    K1(op_lss, LOAD_FAR, SS, 16) K1(op_lfs, LOAD_FAR, FS, 16)
    K1(op_lgs, LOAD_FAR, GS, 16)
    K1(op_sysenter, SYSENTER, 0, 16) K1(op_sysexit, SYSEXIT, 0, 16)
    K1(op_verr, VERIFY, 0, 16) K1(op_verw, VERIFY, 1, 16)
    KBV(in_A_I, PORT, 0) KBV(in_A_DX, PORT, 0)
    KBV(out_I_A, PORT, 0) KBV(out_DX_A, PORT, 0)
    KV(shld_I, SHD_I, 0) KV(shrd_I, SHD_I, 1)
    KV(shld_C, SHD_C, 0) KV(shrd_C, SHD_C, 1)
    K_BIT(bt, 0) K_BIT(bts, 1) K_BIT(btr, 2) K_BIT(btc, 3)
    KV(bsf_G_E, SCAN_G_E, 0) KV(bsr_G_E, SCAN_G_E, 1)
    KBV(xadd_E_G, XADD_E_G, 0) KBV(cmpxchg_E_G, CMPXCHG_E_G, 0)
    KBV(scas, SCAS, 0) KBV(cmps, CMPS, 0)
    KV(pop_E, POP_E, 0) KV(enter, ENTER, 0)
    K1(op_daa, QUIET, 0, 8) K1(op_das, QUIET, 0, 8) K1(op_aaa, QUIET, 0, 8)
    K1(op_aas, QUIET, 0, 8) K1(op_aad, QUIET, 0, 8) K1(op_aam, AAM, 0, 8)
    K1(op_salc, QUIET, 0, 8) K1(op_rdtsc, QUIET, 0, 32)
    K1(op_sahf, SAHF, 0, 8) K1(op_lahf, LAHF, 0, 8)
    K_F(add, X_ADD) K_F(sub, X_SUB) K_F(subr, X_SUBR) K_F(mul, X_MUL)
    K_F(div, X_DIV) K_F(divr, X_DIVR)
    K1(op_fscale, F_BINARY, X_SCALE, 0) K1(op_fprem, F_BINARY, X_PREM, 0)
    K1(op_fprem1, F_BINARY, X_PREM1, 0) K1(op_fyl2x, F_BINARY, X_YL2X, 1)
    K1(op_fyl2xp1, F_BINARY, X_YL2XP1, 1)
    K1(op_fpatan, F_BINARY, X_PATAN, 1)
    K1(op_fsqrt, F_UNARY, X_SQRT, 0) K1(op_frndint, F_UNARY, X_RNDINT, 0)
    K1(op_f2xm1, F_UNARY, X_2XM1, 0) K1(op_fsin, F_UNARY, X_SIN, 0)
    K1(op_fcos, F_UNARY, X_COS, 0)
    K_FCOM(, 0) K_FCOM(p, 1) K_FCOM(pp, 2) K_FCOM_M(, 0) K_FCOM_M(p, 1)
    K1(op_ftst, F_FTST, 0, 0) K1(op_fxam, F_FXAM, 0, 0)
    K1(op_fld_m32, F_LOAD, 0, X_M32) K1(op_fld_m64, F_LOAD, 0, X_M64)
    K1(op_fld_m80, F_LOAD, 0, X_M80) K1(op_fild_m16, F_LOAD, 0, X_I16)
    K1(op_fild_m32, F_LOAD, 0, X_I32) K1(op_fild_m64, F_LOAD, 0, X_I64)
    K_FSTM(32) K_FSTM(64) K_FIST(16) K_FIST(32)
    K1(op_fistp_m64, F_STORE, 1, X_I64) K1(op_fstp_m80, F_STORE, 1, X_M80)
    K1(op_fld, F_FLD, 0, 0) K1(op_fld1, F_CONST, F80_1, 0)
    K1(op_fldl2t, F_CONST, F80_L2T, 0) K1(op_fldl2e, F_CONST, F80_L2E, 0)
    K1(op_fldpi, F_CONST, F80_PI, 0) K1(op_fldlg2, F_CONST, F80_LG2, 0)
    K1(op_fldln2, F_CONST, F80_LN2, 0) K1(op_fldz, F_CONST, F80_ZERO, 0)
    K1(op_fst, F_FST, 0, 0) K1(op_fstp, F_FST, 1, 0)
    K1(op_fxch, F_FXCH, 0, 0) K1(op_fchs, F_FCHS, 0, 0)
    K1(op_fabs, F_FABS, 0, 0) K1(op_ffree, F_FFREE, 0, 0)
    K1(op_fincstp, F_TURN, 1, 0) K1(op_fdecstp, F_TURN, 7, 0)
    K1(op_fnop, F_FNOP, 0, 0) K1(op_wait, F_WAIT, 0, 0)
    K1(op_fnstsw_ax, F_STSW_AX, 0, 0) K1(op_fnstsw_m16, F_STSW, 0, 0)
    K1(op_fnstcw, F_STCW, 0, 0) K1(op_fldcw, F_LDCW, 0, 0)
};

static u16 rows_find(handler *h)
{
    for (u16 n = 1; n < COUNT_OF(known); n++)
        if (known[n].plain == h)
            return n;
    return 0;
}

u16 *fast_rows_new(void)
{
    u16 *rows = malloc((size_t)op_count * 2 * sizeof *rows);

    for (int n = 0; rows && n < op_count; n++) {
        rows[2 * n] = rows_find(op_table[n].run16);
        rows[2 * n + 1] = rows_find(op_table[n].run32);
    }
    return rows;
}

const struct known *fast_known(const struct cpu *c, const struct insn *i)
{
    const struct known *k;

    if (i->row >= op_count)
        return known;
    k = &known[c->fast_rows[2 * i->row + !!(i->flags & I_O32)]];
    return k->plain == i->run ? k : known;
}
