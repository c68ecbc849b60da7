/* ops_cr.c - control, debug and test registers, and the caches.
 *
 * Reference: SDM volume 2; Intel 80386 Programmer's Reference, chapter 17;
 * Intel 486 data sheet (test registers, stored and not acted upon). */
#include "cpu/stop.h"
#include "cpu/fpu/fpu.h"
#include "cpu/ops/ops_ew.h"

/* ---- control registers ---- */

static void write_cr0(struct cpu *c, u32 v)
{
    u32 legal = c->family >= I486 ? 0xe005003f : 0x8000001f;
    u32 old = c->s.cr[0];

    if ((v & CR0_PG) && !(v & CR0_PE))
        cpu_raise_code(c, EX_GP, 0);
    if ((v & CR0_NW) && !(v & CR0_CD) && c->family >= I486)
        cpu_raise_code(c, EX_GP, 0);
    if ((v & CR0_PG) && (c->s.cr[4] & CR4_PAE) &&
        ((old ^ v) & (CR0_PG | CR0_CD | CR0_NW)))
        pae_load(c, c->s.cr[3]);
    v &= legal;
    if (c->family >= I486)
        v |= CR0_ET;
    fpu_settle(c);
    c->s.cr[0] = v;
    if ((old ^ v) & (CR0_PG | CR0_WP | CR0_PE | CR0_AM))
        mmu_flush(c);
    if ((old ^ v) & CR0_PG)
        LOG(c->log, TRACE, "mode", "paging %s, cr3 %08x", v & CR0_PG ? "on"
                                                                 : "off",
            c->s.cr[3]);
    if ((old ^ v) & CR0_PE)
        c->s.cpl = 0;
    if ((old ^ v) & (CR0_PE | CR0_PG))
        cpu_mode_changed(c);
}

static bool has_rdpmc(const struct cpu *c)
{
    return c->family >= I686 || (c->model->features & FEAT_MMX);
}

static u32 cr4_legal(const struct cpu *c)
{
    u32 f = c->model->features, m = 0;

    m |= f & FEAT_VME ? CR4_VME | CR4_PVI : 0;
    m |= f & FEAT_TSC ? CR4_TSD : 0;
    m |= f & FEAT_DE ? CR4_DE : 0;
    m |= f & FEAT_PSE ? CR4_PSE : 0;
    m |= f & FEAT_PAE ? CR4_PAE : 0;
    m |= f & FEAT_MCE ? CR4_MCE : 0;
    m |= f & FEAT_PGE ? CR4_PGE : 0;
    return m | (has_rdpmc(c) ? CR4_PCE : 0);
}

static void check_cr(struct cpu *c, u32 n)
{
    need_cpl0(c);
    if (n == 1 || n > 4 || (n == 4 && !c->model->cpuid))
        cpu_raise(c, EX_UD);
}

void op_mov_Rd_Cd(struct cpu *c, const struct insn *i)
{
    check_cr(c, i->reg);
    set_reg32(c, i->rm, c->s.cr[i->reg]);
}

static void write_cr3(struct cpu *c, u32 v)
{
    if ((c->s.cr[0] & CR0_PG) && (c->s.cr[4] & CR4_PAE))
        pae_load(c, v);
    c->s.cr[3] = v;
    mmu_flush_local(c);
}

enum { CR4_PAGING = CR4_PSE | CR4_PAE | CR4_PGE };

static void write_cr4(struct cpu *c, u32 v)
{
    u32 changed = c->s.cr[4] ^ v;

    if (v & ~cr4_legal(c))
        cpu_raise_code(c, EX_GP, 0);
    if ((c->s.cr[0] & CR0_PG) && (v & CR4_PAE) && (changed & CR4_PAGING))
        pae_load(c, c->s.cr[3]);
    c->s.cr[4] = v;
    if (changed & CR4_PAGING)
        mmu_flush(c);
}

void op_mov_Cd_Rd(struct cpu *c, const struct insn *i)
{
    u32 v = reg32(c, i->rm);

    check_cr(c, i->reg);
    if (i->reg == 0) {
        write_cr0(c, v);
        return;
    }
    if (i->reg == 3)
        write_cr3(c, v);
    else if (i->reg == 4)
        write_cr4(c, v);
    else
        c->s.cr[2] = v;
}

void op_smsw(struct cpu *c, const struct insn *i)
{
    u32 v = c->s.cr[0];

    if (c->family == I286)
        v |= 0xfff0;
    store_Ew(c, i, v);
}

/* LMSW can set PE but not clear it. */
void op_lmsw(struct cpu *c, const struct insn *i)
{
    u32 v;

    need_cpl0(c);
    v = load_Ew(c, i) & 0xf;
    write_cr0(c, (c->s.cr[0] & ~0xeu) | v);
}

void op_clts(struct cpu *c, const struct insn *i)
{
    (void)i;
    need_cpl0(c);
    c->s.cr[0] &= ~(u32)CR0_TS;
}

/* ---- debug and test registers ---- */

enum { DR7_GD = 0x2000, DR6_BD = 0x2000 };

static u32 check_dr(struct cpu *c, u32 n)
{
    need_cpl0(c);
    if (n == 4 || n == 5) {
        if (c->s.cr[4] & CR4_DE)
            cpu_raise(c, EX_UD);
        n += 2;
    }
    if (c->s.dr[7] & DR7_GD) {
        c->s.dr[6] |= DR6_BD;
        c->s.dr[7] &= ~(u32)DR7_GD;
        cpu_raise(c, EX_DB);
    }
    return n;
}

void op_mov_Rd_Dd(struct cpu *c, const struct insn *i)
{
    u32 n = check_dr(c, i->reg);

    set_reg32(c, i->rm, c->s.dr[n]);
}

void op_mov_Dd_Rd(struct cpu *c, const struct insn *i)
{
    u32 n = check_dr(c, i->reg), v = reg32(c, i->rm);

    if (n == 6)
        v = (v & 0xe00f) | 0xffff0ff0;
    if (n == 7)
        v = (v & 0xffff2bff) | 0x400;
    c->s.dr[n] = v;
    mmu_flush(c);
    cpu_attend(c);
}

void op_mov_Rd_Td(struct cpu *c, const struct insn *i)
{
    need_cpl0(c);
    LOG(c->log, TODO, "cpu", "read of test register %u", i->reg);
    set_reg32(c, i->rm, 0);
}

void op_mov_Td_Rd(struct cpu *c, const struct insn *i)
{
    need_cpl0(c);
    LOG(c->log, TODO, "cpu", "write of test register %u", i->reg);
}

/* ---- caches ---- */

void op_invd(struct cpu *c, const struct insn *i)
{
    (void)i;
    need_cpl0(c);
}

void op_invlpg(struct cpu *c, const struct insn *i)
{
    need_cpl0(c);
    mmu_flush_page(c, c->access[i->seg].base + ea(c, i));
}
