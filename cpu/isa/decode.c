/* decode.c - from instruction bytes to struct insn, by opcodes.def.
 *
 *   prefixes | opcode or 0F opcode | ModRM | SIB | displacement | immediates
 *                    |
 *                    v
 *   op_map: first[slot] -> row -> next[row] -> ..      the first that matches
 *
 * Which of a slot's rows matches depends on the ModRM byte and on the mode.
 *
 * Reference: Intel SDM volume 2, chapter 2 and appendix A. */
#include <stdlib.h>

#include "cpu/block.h"
#include "cpu/model/cost.h"
#include "cpu/exec.h"

enum { SLOTS = 512, FIRST_0F = 256, NO_ROW = 0xffff };

/* A slot is an opcode byte, or FIRST_0F plus the one behind 0Fh. Its rows are
 * chained by their numbers in op_table, in the table's order up to NO_ROW, and
 * only those that the model has. */
struct op_map {
    u16 first[SLOTS];
    u16 next[];
};

/* CPUID's signature of the first processor that has SYSENTER: the Pentium Pro
 * sets the feature's bit without having it (SDM volume 2, SYSENTER). */
enum { FIRST_SYSENTER = 0x633 };

bool op_in_model(const struct op *o, const struct cpu_model *m)
{
    if ((o->feature & FEAT_SEP) && m->signature < FIRST_SYSENTER)
        return false;
    if (o->since > m->family || (o->feature & ~m->features))
        return false;
    if ((o->attr & O8086) && m->family > I86)
        return false;
    if ((o->attr & UPTO186) && m->family > I186)
        return false;
    if ((o->attr & UPTO286) && m->family > I286)
        return false;
    if ((o->attr & UPTO386) && m->family > I386)
        return false;
    return !(o->attr & UPTO486) || m->family <= I486;
}

static void decode_add_row(struct op_map *m, u32 slot, u16 row)
{
    u16 *p = &m->first[slot];

    while (*p != NO_ROW && *p != row)
        p = &m->next[*p];
    *p = row;
}

struct op_map *op_map_new(const struct cpu_model *model)
{
    struct op_map *m = malloc(sizeof *m + (size_t)op_count * sizeof *m->next);

    if (!m)
        return NULL;
    memset(m->first, 0xff, sizeof m->first);
    for (int i = 0; i < op_count; i++)
        m->next[i] = NO_ROW;
    for (int i = 0; i < op_count; i++) {
        const struct op *o = &op_table[i];

        for (u32 n = 0; op_in_model(o, model) && n < (o->attr & Z8 ? 8u : 1u);
             n++)
            decode_add_row(m, o->slot + n, (u16)i);
    }
    return m;
}

void op_map_free(struct op_map *m)
{
    free(m);
}

/* ---- reading bytes ---- */

struct reader {
    const u8 *p;
    u32 n, at;                          /* bytes there are, and those read */
    bool ended;                         /* more was wanted than there is */
};

static u32 decode_fetch(struct reader *r, u32 size)
{
    u32 v = 0;

    if (r->n - r->at < size) {
        r->ended = true;
        return 0;
    }
    for (u32 i = 0; i < size; i++)
        v |= (u32)r->p[r->at + i] << 8 * i;
    r->at += size;
    return v;
}

/* ---- ModRM ---- */

static void memory_16(struct insn *i, struct reader *r, u8 modrm)
{
    static const u8 base[8] = { EBX, EBX, EBP, EBP, NOREG, NOREG, EBP, EBX };
    static const u8 index[8] = { ESI, EDI, ESI, EDI, ESI, EDI, NOREG, NOREG };
    int mod = modrm >> 6, rm = modrm & 7;

    i->base = base[rm];
    i->index = index[rm];
    if (mod == 0 && rm == 6) {
        i->base = NOREG;
        i->disp = decode_fetch(r, 2);
    } else if (mod == 1) {
        i->disp = (u32)(s8)decode_fetch(r, 1);
    } else if (mod == 2) {
        i->disp = decode_fetch(r, 2);
    }
    if (i->base == EBP && !(i->flags & I_SEGOV))
        i->seg = SS;
}

static void sib(struct insn *i, struct reader *r, int mod)
{
    u8 b = (u8)decode_fetch(r, 1);

    i->scale = b >> 6;
    i->index = (b >> 3 & 7) == ESP ? NOREG : b >> 3 & 7;
    i->base = b & 7;
    if (i->base == EBP && mod == 0) {
        i->base = NOREG;
        i->disp = decode_fetch(r, 4);
    }
}

static void memory_32(struct insn *i, struct reader *r, u8 modrm)
{
    int mod = modrm >> 6;

    i->base = modrm & 7;
    if (i->base == ESP) {
        sib(i, r, mod);
    } else if (i->base == EBP && mod == 0) {
        i->base = NOREG;
        i->disp = decode_fetch(r, 4);
    }
    if (mod == 1)
        i->disp = (u32)(s8)decode_fetch(r, 1);
    else if (mod == 2)
        i->disp = decode_fetch(r, 4);
    if ((i->base == EBP || i->base == ESP) && !(i->flags & I_SEGOV))
        i->seg = SS;
}

static void modrm_operand(struct insn *i, struct reader *r, u8 modrm)
{
    i->reg = modrm >> 3 & 7;
    i->rm = modrm & 7;
    if (modrm >> 6 == 3)
        return;
    i->flags |= I_MEM;
    if (i->flags & I_A32)
        memory_32(i, r, modrm);
    else
        memory_16(i, r, modrm);
}

static bool ext_matches(const struct op *o, u8 modrm)
{
    int n = o->ext & 0xff, reg = modrm >> 3 & 7;

    switch (o->ext & 0xf00) {
    case EXT_ANY:  return reg == n;
    case EXT_MEM:  return reg == n && modrm < 0xc0;
    case EXT_REG:  return reg == n && modrm >= 0xc0;
    case EXT_BYTE: return modrm == n;
    default:       return true;
    }
}

/* ---- operands that are in the instruction ---- */

/* The first immediate goes to imm; ENTER's second and a far selector to
 * imm2. */
static void immediate(struct insn *i, struct reader *r, enum operand code,
                      bool second)
{
    u32 wide = i->flags & I_O32 ? 4 : 2, v;

    switch (code) {
    case Ib:           v = decode_fetch(r, 1); break;
    case Ibs: case Jb: v = (u32)(s8)decode_fetch(r, 1); break;
    case Iw:           v = decode_fetch(r, 2); break;
    case Iv:           v = decode_fetch(r, wide); break;
    case Jv:           v = decode_fetch(r, wide); break;
    case I1:           v = 1; break;
    case Ap:
        i->imm = decode_fetch(r, wide);
        i->imm2 = (u16)decode_fetch(r, 2);
        return;
    case Ob: case Ov:
        i->disp = decode_fetch(r, i->flags & I_A32 ? 4 : 2);
        i->flags |= I_MEM;
        return;
    default:
        return;
    }
    if (second)
        i->imm2 = (u16)v;
    else
        i->imm = code == Jv && wide == 2 ? (u32)(s16)v : v;
}

static bool is_immediate(enum operand code)
{
    return code >= Ib && code <= Ov;
}

static void immediates(struct insn *i, struct reader *r, const struct op *o)
{
    bool second = false;

    for (int n = 0; n < 3; n++) {
        if (is_immediate(o->op[n])) {
            immediate(i, r, o->op[n], second);
            second = true;
        }
    }
}

/* ---- prefixes ---- */

static bool segment_prefix(const struct cpu *c, struct insn *i, u32 b)
{
    int seg = b == 0x26 ? ES : b == 0x2e ? CS : b == 0x36 ? SS :
              b == 0x3e ? DS : b == 0x64 ? FS : b == 0x65 ? GS : -1;

    if (seg < 0 || (seg >= FS && c->family < I386))
        return false;
    i->seg = (u8)seg;
    i->flags |= I_SEGOV;
    return true;
}

static bool prefix(const struct cpu *c, struct insn *i, u32 b)
{
    u8 natural = c->mode & MODE_CS32 ? 0 : I_O32 | I_A32;

    if (segment_prefix(c, i, b))
        return true;
    switch (b) {
    case 0x66: case 0x67:
        if (c->family < I386)
            return false;
        if (b == 0x66)
            i->flags = (u8)((i->flags & ~I_O32) | (natural & I_O32));
        else
            i->flags = (u8)((i->flags & ~I_A32) | (natural & I_A32));
        return true;
    case 0xf1:
        if (c->family > I86)
            return false;               /* fall through */
    case 0xf0:
        i->flags |= I_LOCK;
        return true;
    case 0xf2: case 0xf3:
        i->flags &= (u8)~(I_REP | I_REPNE);
        i->flags |= b == 0xf2 ? I_REPNE : I_REP;
        return true;
    }
    return false;
}

/* ---- rows ---- */

/* With a register as ModRM's operand it is undefined, but on the 8086. */
static bool memory_only(const struct op *o)
{
    for (int n = 0; n < 3; n++)
        if (o->op[n] >= M && o->op[n] <= Ms)
            return true;
    return false;
}

/* Moves to and from CR, DR and TR take any ModRM as one of a register. */
static bool always_register(const struct op *o)
{
    return o->op[0] == Rd || o->op[1] == Rd;
}

static const struct op *decode_find_row(const struct cpu *c, u32 slot,
                                        const struct reader *r)
{
    const struct op_map *m = c->ops;
    u8 modrm = r->at < r->n ? r->p[r->at] : 0;

    for (u16 n = m->first[slot]; n != NO_ROW; n = m->next[n]) {
        const struct op *o = &op_table[n];

        if (!ext_matches(o, modrm))
            continue;
        if ((o->attr & PROT) && !(c->mode & MODE_PROT))
            continue;
        if (memory_only(o) && modrm >= 0xc0 && c->family > I86)
            continue;
        return o;
    }
    return NULL;
}

static bool slot_has_modrm(const struct cpu *c, u32 slot)
{
    u16 n = c->ops->first[slot];

    return n != NO_ROW && (op_table[n].attr & MODRM);
}

static void op_ud(struct cpu *c, const struct insn *i)
{
    (void)i;
    cpu_raise(c, EX_UD);
}

static bool bad_lock(const struct cpu *c, const struct op *o,
                     const struct insn *i)
{
    return c->family >= I386 && (i->flags & I_LOCK) &&
           !((o->attr & LOCK) && (i->flags & I_MEM));
}

/* In bytes; a longer instruction raises #GP. */
static u32 max_length(const struct cpu *c)
{
    return c->family >= I386 ? 15 : c->family == I286 ? 10 : INSN_BYTES;
}

static enum decode_result decode_finish(const struct cpu *c,
                                        const struct reader *r, struct insn *i)
{
    if (r->ended)
        return r->at >= max_length(c) ? DECODE_LONG : DECODE_SHORT;
    if (r->at > max_length(c))
        return DECODE_LONG;
    i->len = (u8)r->at;
    i->amask = i->flags & I_A32 ? ~0u : 0xffff;
    i->charge = cost_charge(c, i);
    return DECODE_OK;
}

/* No such instruction: it ends the block and faults when it runs. */
static enum decode_result undefined(const struct cpu *c, struct reader *r,
                                    struct insn *i)
{
    i->run = op_ud;
    i->row = NO_ROW;
    i->flags |= I_END;
    return decode_finish(c, r, i);
}

static void operands(const struct op *o, struct insn *i, struct reader *r,
                     u32 slot)
{
    if (o->attr & Z8)
        i->reg = slot & 7;
    if (o->attr & MODRM) {
        u8 modrm = (u8)decode_fetch(r, 1);

        modrm_operand(i, r, always_register(o) ? modrm | 0xc0 : modrm);
        if (o->attr & FPU)              /* as the x87 keeps it */
            i->imm2 = (u16)((slot & 7) << 8 | modrm);
    }
    immediates(i, r, o);
}

enum decode_result insn_decode(const struct cpu *c, const u8 *p, u32 n,
                               struct insn *i)
{
    struct reader r = { p, n, 0, false };
    const struct op *o;
    u32 slot;

    *i = (struct insn){ .seg = DS, .base = NOREG, .index = NOREG };
    if (c->mode & MODE_CS32)
        i->flags = I_O32 | I_A32;
    do {
        slot = decode_fetch(&r, 1);
    } while (!r.ended && prefix(c, i, slot));
    if (slot == 0x0f && c->family >= I286)
        slot = FIRST_0F + decode_fetch(&r, 1);
    if (!r.ended && slot_has_modrm(c, slot) && r.at == r.n)
        r.ended = true;
    if (r.ended)
        return decode_finish(c, &r, i);
    o = decode_find_row(c, slot, &r);
    if (!o) {
        /* Another ModRM might be defined, so it is part of the instruction. */
        if (slot_has_modrm(c, slot))
            (void)decode_fetch(&r, 1);
        return undefined(c, &r, i);
    }
    i->row = (u16)(o - op_table);
    i->run = i->flags & I_O32 ? o->run32 : o->run16;
    if (o->attr & ENDS)
        i->flags |= I_END;
    operands(o, i, &r, slot);
    if (bad_lock(c, o, i))
        return undefined(c, &r, i);
    return decode_finish(c, &r, i);
}
