/* loadall.c - LOADALL of the 286 (0F 05) and of the 386 (0F 07).
 *
 * Reference: Intel, "Undocumented iAPX 286 Test Instruction"; R. Collins,
 * "The LOADALL Instruction". HIMEM, RAMDRIVE, OS/2 1.x and Windows/286 reach
 * memory above 1 MB with it, from real mode: it loads the bases and limits of
 * segments as they stand in the processor, and no descriptor is checked. Both
 * forms raise #GP unless the CPL is 0. */
#include "cpu/desc.h"
#include "cpu/ops/ops.h"
#include "cpu/fpu/fpu.h"

enum { TABLE_286 = 0x800 };             /* a fixed physical address */

/* The word at an offset in the 286's table. */

static u32 loadall_word(struct cpu *c, u32 at)
{
    return mmu_load(c, TABLE_286 + at, 2, false);
}

/* A segment whose 6 bytes stand at `at` in the table: a base of 3 bytes, the
 * access rights, a word of limit. */
static struct seg cache_286(struct cpu *c, u32 at, u16 sel)
{
    u32 hi = loadall_word(c, at + 2);

    return (struct seg){ loadall_word(c, at) | (hi & 0xff) << 16,
                        loadall_word(c, at + 4), sel, (u16)(hi >> 8) };
}

static void segments_286(struct cpu *c)
{
    static const struct { u8 seg, sel, cache; } t[] = {
        { ES, 0x24, 0x36 }, { CS, 0x22, 0x3c }, { SS, 0x20, 0x42 },
        { DS, 0x1e, 0x48 }, { LDTR, 0x1c, 0x54 }, { TR, 0x16, 0x60 },
    };

    for (u32 i = 0; i < COUNT_OF(t); i++)
        c->s.seg[t[i].seg] =
            cache_286(c, t[i].cache, (u16)loadall_word(c, t[i].sel));
}

/* What follows from the loaded registers: the CPL is the DPL of SS, and the
 * mode, the TLB and the run loop learn of it. */
static void loadall_finish(struct cpu *c, u32 flags)
{
    c->s.cpl = c->s.cr[0] & CR0_PE ? (c->s.seg[SS].attr & SEG_DPL) >> 5 : 0;
    cpu_set_eflags(c, flags, ~0u);
    if (v86(c))
        c->s.cpl = 3;
    cpu_mode_changed(c);
    mmu_flush(c);
    cpu_attend(c);
    cpu_kick(c);
}

void op_loadall286(struct cpu *c, const struct insn *i)
{
    static const u8 gpr[] = { EDI, ESI, EBP, ESP, EBX, EDX, ECX, EAX };
    struct seg gdt, idt;

    (void)i;
    need_cpl0(c);
    /* PE can be set but not cleared, as with LMSW. */
    gdt = cache_286(c, 0x4e, 0);
    idt = cache_286(c, 0x5a, 0);
    for (u32 n = 0; n < COUNT_OF(gpr); n++)
        set_reg16(c, gpr[n], (u16)loadall_word(c, 0x26 + 2 * n));
    fpu_settle(c);
    c->s.cr[0] = (c->s.cr[0] & ~0xeu) | (loadall_word(c, 6) & 0xf);
    c->s.eip = loadall_word(c, 0x1a);
    c->s.gdt_base = gdt.base, c->s.gdt_limit = (u16)gdt.limit;
    c->s.idt_base = idt.base, c->s.idt_limit = (u16)idt.limit;
    segments_286(c);
    loadall_finish(c, loadall_word(c, 0x18));
}

/* The dword at an offset in the 386's table, which is at ES:EDI. All of it is
 * read before a register changes, for that can fault. */
static u32 dword(struct cpu *c, u32 at)
{
    return ld32(c, ES, c->s.gpr[EDI] + at);
}

/* A segment whose 12 bytes stand at `at`: a dword of attributes, placed as in
 * a descriptor's second half, then the base and the limit. */
static struct seg cache_386(struct cpu *c, u32 at, u16 sel)
{
    return (struct seg){ dword(c, at + 4), dword(c, at + 8), sel,
                         (u16)(dword(c, at) >> 8 & 0xf0ff) };
}

void op_loadall386(struct cpu *c, const struct insn *i)
{
    static const struct { u8 seg, sel, cache; } t[] = {
        { ES, 0x50, 0xc0 }, { CS, 0x4c, 0xb4 }, { SS, 0x48, 0xa8 },
        { DS, 0x44, 0x9c }, { FS, 0x40, 0x90 }, { GS, 0x3c, 0x84 },
        { LDTR, 0x38, 0x78 }, { TR, 0x34, 0x54 },
    };
    static const u8 gpr[] = { EDI, ESI, EBP, ESP, EBX, EDX, ECX, EAX };
    struct seg segs[SEGS], gdt, idt;
    u32 v[13];

    (void)i;
    need_cpl0(c);
    for (u32 n = 0; n < COUNT_OF(v); n++)
        v[n] = dword(c, 4 * n);
    for (u32 n = 0; n < COUNT_OF(t); n++)
        segs[t[n].seg] = cache_386(c, t[n].cache, (u16)dword(c, t[n].sel));
    gdt = cache_386(c, 0x6c, 0);
    idt = cache_386(c, 0x60, 0);
    memcpy(c->s.seg, segs, sizeof segs);
    c->s.gdt_base = gdt.base, c->s.gdt_limit = (u16)gdt.limit;
    c->s.idt_base = idt.base, c->s.idt_limit = (u16)idt.limit;
    for (u32 n = 0; n < COUNT_OF(gpr); n++)
        c->s.gpr[gpr[n]] = v[3 + n];
    fpu_settle(c);
    c->s.cr[0] = v[0] & 0x8000001f;
    c->s.eip = v[2];
    c->s.dr[6] = v[11];
    c->s.dr[7] = v[12] | 0x400;
    loadall_finish(c, v[1]);
}
