/* patch.c - constants that programs change in their own instructions. */
#include "cpu/patch.h"

#include <stdlib.h>

#include "cpu/exec.h"

enum { OFTEN = 2 };

struct patches *patches_new(void)
{
    return calloc(1, sizeof(struct patches));
}

void patches_clear(struct patches *k)
{
    memset(k->site, 0, sizeof k->site);
    k->used = k->targets = 0;
}

/* Whether the instruction that begins at phys is the one that stores. */
static bool stores_itself(const struct cpu *c, const struct block *b, u32 phys)
{
    u32 lin = c->s.seg[CS].base + c->insn_eip;

    return b == c->running && ((lin ^ phys) & 0xfff) == 0;
}

bool patch_own_running(const struct cpu *c, const struct site *s)
{
    const struct spot *k = c->patches->pool + s->spot;

    for (u32 n = 0; n < s->spots; n++)
        if (stores_itself(c, k[n].b, k[n].phys))
            return true;
    return false;
}

/* ---- the value of a constant ---- */

static u32 bytes_value(const u8 *p, u32 n)
{
    u32 v = 0;

    memcpy(&v, p, n);
    return v;
}

static u32 patch_extended(u32 v, u32 n)
{
    return n == 1 ? (u32)(s8)v : n == 2 ? (u32)(s16)v : v;
}

static u32 constant_value(u32 kind, u32 v, u32 n)
{
    return kind == SITE_IMM_SIGNED || kind == SITE_DISP_SIGNED
               ? patch_extended(v, n) : v;
}

static bool in_disp(u32 kind)
{
    return kind == SITE_DISP || kind == SITE_DISP_SIGNED;
}

/* ---- finding out that bytes are a constant ---- */

enum { SHIFT_EB_IB = 0xc0, SHIFT_EV_IB = 0xc1 };

/* Whether now differs from i in its immediate or displacement alone. */
static bool only_constants(const struct insn *i, const struct insn *now)
{
    struct insn old = *i;
    u32 slot = i->row < op_count ? op_table[i->row].slot : 0;

    old.imm = now->imm;
    old.disp = now->disp;
    old.rest = now->rest;
    return memcmp(&old, now, sizeof old) == 0 && slot != SHIFT_EB_IB &&
           slot != SHIFT_EV_IB;
}

static bool patch_is_kind(u32 kind, const struct insn *i, u32 v, u32 n)
{
    return (in_disp(kind) ? i->disp : i->imm) == constant_value(kind, v, n);
}

/* What the n bytes `at` in instruction i are, whose bytes are at p: the same
 * must hold with all of their bits turned over. */
static enum constant patch_kind_of(const struct cpu *c, const struct insn *i,
                                   const u8 *p, u32 at, u32 n)
{
    u8 turned[INSN_BYTES];
    struct insn other;
    u32 v = bytes_value(p + at, n), w;

    memcpy(turned, p, i->len);
    for (u32 k = at; k < at + n; k++)
        turned[k] ^= 0xff;
    w = bytes_value(turned + at, n);
    if (insn_decode(c, turned, i->len, &other) != DECODE_OK ||
        !only_constants(i, &other))
        return SITE_NONE;
    for (u32 kind = SITE_IMM; kind <= SITE_DISP_SIGNED; kind++)
        if (patch_is_kind(kind, i, v, n) && patch_is_kind(kind, &other, w, n) &&
            (in_disp(kind) ? i->imm == other.imm : i->disp == other.disp))
            return (enum constant)kind;
    return SITE_NONE;
}

/* The instruction of b whose bytes hold all n at phys, and where it begins;
 * NULL when there is none. */
static struct insn *insn_around(struct block *b, u32 phys, u32 n, u32 *at)
{
    struct insn *i = b->insn;

    for (*at = b->phys; *at + i->len <= phys; i++)
        *at += i->len;
    return phys >= *at && phys + n <= *at + i->len ? i : NULL;
}

static u8 *host_bytes(const struct cpu *c, u32 phys)
{
    const struct region *r = mem_find(c->mem, phys);

    return r && r->host ? r->host + (phys - r->first) : NULL;
}

static bool engine_follows(const struct cpu *c, const struct block *b,
                           const struct insn *i, struct micro_ops *ops)
{
    *ops = (struct micro_ops){ 0 };
    return !c->engine->micro_ops || !b->fast ||
           c->engine->micro_ops(b, i, ops);
}

static void give_constants(const struct micro_ops *ops, const struct insn *i)
{
    for (u32 n = 0; n < ops->n; n++) {
        ops->imm[n * ops->step] = i->imm;
        if (ops->disp)
            ops->disp[n * ops->step] = i->disp;
    }
}

/* The bytes are of a constant: the next form that the engine makes of the
 * instruction must be able to follow. */
static void note_patched(const struct cpu *c, u32 phys, u32 n)
{
    struct code_page *p = code_page_find(c, phys);

    for (u32 k = phys & 0xfff; p && k < (phys & 0xfff) + n; k++)
        p->patched[k / 64] |= (u64)1 << k % 64;
}

bool patch_block(struct cpu *c, struct block *b, u32 phys, u32 n)
{
    struct micro_ops ops;
    struct insn *i, now;
    const u8 *p;
    u32 at;

    i = insn_around(b, phys, n, &at);
    if (!i || ((i->flags & I_END) && !patch_is_vector(i)) ||
        b->mode != c->mode ||
        stores_itself(c, b, at))
        return false;
    p = host_bytes(c, at);
    if (!p || insn_decode(c, p, i->len, &now) != DECODE_OK ||
        !only_constants(i, &now))
        return false;
    note_patched(c, phys, n);
    if (!engine_follows(c, b, i, &ops))
        return false;
    now.rest = i->rest;
    *i = now;
    give_constants(&ops, i);
    return true;
}

/* ---- making sites ---- */

/* Where an instruction and its micro-ops have the constant. */
static bool add_targets(struct patches *k, struct site *s, struct insn *i,
                        const struct micro_ops *ops)
{
    u32 **to = k->target + s->target + s->targets;
    u32 *first = in_disp(s->kind) ? ops->disp : ops->imm;

    if (s->target + s->targets + 1 + ops->n > TARGETS)
        return false;
    to[0] = in_disp(s->kind) ? &i->disp : &i->imm;
    for (u32 n = 0; n < ops->n; n++)
        to[1 + n] = first + n * ops->step;
    s->targets = (u16)(s->targets + 1 + ops->n);
    return true;
}

/* One spot more; false when the site can't be. */
static bool add_spot(struct cpu *c, struct site *s, struct block *b)
{
    struct patches *k = c->patches;
    struct spot spot = { .b = b };
    struct micro_ops ops;
    enum constant kind;
    u32 at;

    spot.i = insn_around(b, s->phys, s->size, &at);
    spot.phys = at;
    kind = spot.i ? patch_kind_of(c, spot.i, s->host - (s->phys - at),
                                  s->phys - at, s->size)
                  : SITE_NONE;
    if (kind == SITE_NONE || (s->spots && kind != s->kind) ||
        (c->engine->micro_ops && !b->fast) ||
        !engine_follows(c, b, spot.i, &ops))
        return false;
    s->kind = (u8)kind;
    k->pool[s->spot + s->spots++] = spot;
    return add_targets(k, s, spot.i, &ops);
}

static u32 site_shift(const struct site *s)
{
    return s->kind == SITE_IMM_SIGNED || s->kind == SITE_DISP_SIGNED
               ? 32 - 8u * s->size : 0;
}

static void make_site(struct cpu *c, const struct code_page *p, struct site *s)
{
    struct patches *k = c->patches;

    s->host = host_bytes(c, s->phys);
    s->page = p;
    s->changes = p->changes;
    s->spot = (u16)k->used;
    s->target = (u16)k->targets;
    s->spots = s->targets = 0;
    for (struct block *b = p->blocks; s->host && b; b = b->page_next)
        if (block_overlaps(b, s->phys, s->size) &&
            (s->spot + s->spots == POOL || !add_spot(c, s, b))) {
            s->kind = SITE_NONE;
            return;
        }
    s->shift = (u8)site_shift(s);
    k->used += s->spots;
    k->targets += s->targets;
}

void patch_count(struct cpu *c, struct code_page *p, u32 phys, u32 n)
{
    struct site *s = patch_site(c, phys);

    if (n != 1 && n != 2 && n != 4)
        return;
    if (s->phys != phys || s->size != n)
        *s = (struct site){ .phys = phys, .size = (u8)n };
    s->kind = SITE_NONE;
    if (++s->times <= OFTEN)
        return;
    s->times = OFTEN;
    if (c->patches->used > POOL - 64 || c->patches->targets > TARGETS - 256)
        patches_clear(c->patches);
    else
        make_site(c, p, s);
}
