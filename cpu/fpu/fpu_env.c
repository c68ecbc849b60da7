/* fpu_env.c - x87 control: control and status word, environment, state.
 *
 * Reference: SDM volume 1, 8.1.10 (the four layouts), volume 2; 8087 and
 * 80287 data sheets for FENI, FDISI, FSETPM. */
#include "cpu/fpu/fpu.h"

/* ---- the control word ---- */

/* From the 387 on, unused bits do not exist and bit 6 is set. */
static void fpu_set_control(struct cpu *c, u16 v)
{
    c->s.fcw = c->family >= I386 ? (v & 0x1f3f) | 0x40 : v;
    fpu_set_status(c, c->s.fsw);
}

static void fpu_env_init(struct cpu *c)
{
    c->s.ftw = 0xffff;
    c->s.fip = c->s.fdp = 0;
    c->s.fop = c->s.fcs = c->s.fds = 0;
    c->s.fsw = 0;
    fpu_set_control(c, c->family < I286 ? 0x3ff : 0x37f);
}

HANDLER1(op_fninit)
{
    if (fpu_may_run_nowait(c, i))
        fpu_env_init(c);
}

HANDLER1(op_fldcw)
{
    if (fpu_may_run(c, i))
        fpu_set_control(c, ld16(c, i->seg, ea(c, i)));
}

HANDLER1(op_fnstcw)
{
    if (fpu_may_run_nowait(c, i))
        st16(c, i->seg, ea(c, i), c->s.fcw);
}

/* The 8087's interrupt mask; its successors ignore both. */
HANDLER1(op_fneni)
{
    if (fpu_may_run_nowait(c, i) && c->family < I286)
        fpu_set_control(c, c->s.fcw & (u16)~FCW_IEM);
}

HANDLER1(op_fndisi)
{
    if (fpu_may_run_nowait(c, i) && c->family < I286)
        fpu_set_control(c, c->s.fcw | FCW_IEM);
}

/* The layout follows the processor's mode. */
HANDLER1(op_fnsetpm)
{
    (void)fpu_may_run_nowait(c, i);
}

HANDLER1(op_fnop)
{
    struct f80_env e;

    if (!fpu_begin(c, i, &e))
        return;
    e.c1 = c->s.fsw & FSW_C1;
    fpu_end(c, i, &e);
}

/* ---- the status word ---- */

HANDLER1(op_fnstsw_m16)
{
    if (fpu_may_run_nowait(c, i))
        st16(c, i->seg, ea(c, i), c->s.fsw);
}

HANDLER1(op_fnstsw_ax)
{
    if (fpu_may_run_nowait(c, i))
        set_reg16(c, EAX, c->s.fsw);
}

HANDLER1(op_fnclex)
{
    if (fpu_may_run_nowait(c, i))
        fpu_set_status(c, c->s.fsw & (u16)~(FSW_EXC | FSW_SF));
}

/* ---- tags, which only the environment shows ---- */

static u32 tag_of(const struct cpu *c, u32 r)
{
    u32 exp = c->s.st_se[r] & 0x7fff;
    u64 m = c->s.st_mant[r];

    if ((c->s.ftw >> 2 * r & 3) == TAG_EMPTY)
        return TAG_EMPTY;
    if (exp == 0 && m == 0)
        return TAG_ZERO;
    return exp == 0 || exp == 0x7fff || !(m >> 63) ? TAG_SPECIAL : TAG_VALID;
}

u16 fpu_tag_word(const struct cpu *c)
{
    u32 tags = 0;

    for (u32 r = 0; r < 8; r++)
        tags |= tag_of(c, r) << 2 * r;
    return (u16)tags;
}

/* ---- the environment ---- */

/* Its seven words, each of two or four bytes: control, status, tags,
 * instruction offset and selector, operand offset and selector. In real mode
 * the pointers are linear and the last two hold bits 16 up at bit 12. */
struct env { u32 w[7]; };

static u32 env_size(const struct insn *i) { return insn_wide(i) ? 28 : 14; }

static struct env env_get(const struct cpu *c, const struct insn *i)
{
    u32 ones = insn_wide(i) ? 0xffff0000 : 0, ip = c->s.fip, dp = c->s.fdp;
    u32 op = c->s.fop & 0x7ff;
    struct env e = { { c->s.fcw | ones, c->s.fsw | ones,
                       fpu_tag_word(c) | ones } };

    if (protected(c)) {
        e.w[3] = ip, e.w[4] = c->s.fcs | op << 16;
        e.w[5] = dp, e.w[6] = c->s.fds | ones;
        return e;
    }
    ip += (u32)c->s.fcs << 4;
    dp += (u32)c->s.fds << 4;
    e.w[3] = (ip & 0xffff) | ones;
    e.w[4] = (ip >> 16 << 12 & 0x0ffff000) | op;
    e.w[5] = (dp & 0xffff) | ones;
    e.w[6] = dp >> 16 << 12 & 0x0ffff000;
    return e;
}

static void env_store(struct cpu *c, const struct insn *i, u32 at)
{
    struct env e = env_get(c, i);

    for (u32 n = 0; n < 7; n++)
        if (insn_wide(i))
            st32(c, i->seg, fpu_at(c, at, 4 * n), e.w[n]);
        else
            st16(c, i->seg, fpu_at(c, at, 2 * n), (u16)e.w[n]);
}

static struct env env_fetch(struct cpu *c, const struct insn *i, u32 at)
{
    struct env e;

    for (u32 n = 0; n < 7; n++)
        e.w[n] = insn_wide(i) ? ld32(c, i->seg, fpu_at(c, at, 4 * n))
                         : ld16(c, i->seg, fpu_at(c, at, 2 * n));
    return e;
}

static void pointers_put(struct cpu *c, const struct insn *i,
                         const struct env *e)
{
    if (protected(c)) {
        c->s.fip = e->w[3], c->s.fcs = (u16)e->w[4];
        c->s.fdp = e->w[5], c->s.fds = (u16)e->w[6];
        if (insn_wide(i))
            c->s.fop = e->w[4] >> 16 & 0x7ff;
        return;
    }
    c->s.fip = (e->w[3] & 0xffff) | (e->w[4] >> 12 & 0xffff) << 16;
    c->s.fdp = (e->w[5] & 0xffff) | (e->w[6] >> 12 & 0xffff) << 16;
    c->s.fop = e->w[4] & 0x7ff;
    c->s.fcs = c->s.fds = 0;
}

static void env_put(struct cpu *c, const struct insn *i, const struct env *e)
{
    u32 empty = e->w[2] & e->w[2] >> 1 & 0x5555;

    pointers_put(c, i, e);
    c->s.ftw = (u16)(empty * TAG_EMPTY);        /* the others don't count */
    c->s.fsw = (u16)e->w[1];
    fpu_set_control(c, (u16)e->w[0]);
}

HANDLER1(op_fldenv)
{
    struct env e;

    if (!fpu_may_run(c, i))
        return;
    e = env_fetch(c, i, ea(c, i));
    env_put(c, i, &e);
}

HANDLER1(op_fnstenv)
{
    u32 at = ea(c, i);

    if (!fpu_may_run_nowait(c, i))
        return;
    fpu_probe(c, i, at, env_size(i));
    env_store(c, i, at);
    fpu_set_control(c, c->s.fcw | FSW_EXC);
}

/* ---- environment and registers ---- */

HANDLER1(op_fnsave)
{
    u32 at = ea(c, i);

    if (!fpu_may_run_nowait(c, i))
        return;
    fpu_probe(c, i, at, env_size(i) + 80);
    env_store(c, i, at);
    for (u32 n = 0; n < 8; n++)
        fpu_st80(c, i, fpu_at(c, at, env_size(i) + 10 * n), fpu_get(c, n));
    fpu_env_init(c);
}

HANDLER1(op_frstor)
{
    u32 at = ea(c, i);
    struct f80 regs[8];
    struct env e;

    if (!fpu_may_run(c, i))
        return;
    e = env_fetch(c, i, at);
    for (u32 n = 0; n < 8; n++)
        regs[n] = fpu_ld80(c, i, fpu_at(c, at, env_size(i) + 10 * n));
    env_put(c, i, &e);
    for (u32 n = 0; n < 8; n++) {
        c->s.st_mant[fpu_phys(c, n)] = regs[n].mant;
        c->s.st_se[fpu_phys(c, n)] = regs[n].se;
    }
}
