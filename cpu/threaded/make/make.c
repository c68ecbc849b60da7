/* make.c - from decoded blocks to their second form.
 *
 * A row is known by its plain handler. What has no fast form here, or not for
 * the model or mode at hand, becomes fast_slow. */
#include "cpu/threaded/make/make.h"

#include "cpu/threaded/stencil/compile.h"
#include "cpu/model/cost.h"
#include "cpu/threaded/handlers/ops_ctl.h"
#include "cpu/threaded/handlers/ops_fpu.h"
#include "cpu/paging/code_page.h"
#include "cpu/stop.h"

/* ---- making ---- */

struct fop *fast_put(struct maker *m, fast_fn *run)
{
    const struct insn *i = m->i;
    struct fop *op = &m->op[m->n++];

    *op = (struct fop){
        .run = run, .insn = i, .imm = i->imm, .disp = i->disp,
        .seg = (u16)(i->seg * sizeof(struct window)), .at = (u16)m->at,
        .idx = m->idx, .rest = (m->b->count - 1 - m->idx) & 63,
        .patched = m->patched,
    };
    return op;
}

static void put(struct maker *m, fast_fn *run) { fast_put(m, run); }

static const struct fast_forms *forms_of(u32 width)
{
    return width == 8 ? &fast_8 : width == 16 ? &fast_16 : &fast_32;
}

static const struct fast_held *make_held_of(u32 width)
{
    return width == 8 ? &fast_held_8 : width == 16 ? &fast_held_16
                                                   : &fast_held_32;
}

/* t = the offset of the memory operand. */
void fast_put_address(struct maker *m)
{
    const struct fast_control *f = &fast_control;
    const struct insn *i = m->i;
    u32 b = i->base, x = i->index, k = m->patched;

    if (b == NOREG && x == NOREG) {
        put(m, f->ea_none[k]);
        m->op[m->n - 1].disp &= i->amask;
    } else if (i->flags & I_A32) {
        put(m, b == NOREG ? f->ea_none[k] : f->ea32[k][b]);
        if (x != NOREG)
            put(m, f->index[i->scale & 3][x]);
    } else if (b == NOREG || x == NOREG) {
        b = b == NOREG ? x : b;
        put(m, f->ea16[k][b == ESI ? 4 : b == EDI ? 5 :
                       b == EBP ? 6 : 7]);
    } else {
        put(m, f->ea16[k][(b == EBP ? 2 : 0) + (x == EDI)]);
    }
}

/* The number of a lone base register among those of the b16 or b32 forms,
 * -1: another kind of address, or one that a program patches. */
static int lone_base(const struct maker *m)
{
    static const s8 b16[8] = { -1, -1, -1, 3, -1, 2, 0, 1 };
    const struct insn *i = m->i;
    u32 b = i->base;

    if (m->patched)
        return -1;
    if (i->flags & I_A32)
        return b != NOREG && i->index == NOREG ? (int)b : -1;
    if (b != NOREG && i->index != NOREG)
        return -1;
    b = b == NOREG ? i->index : b;
    return b == NOREG ? -1 : b16[b];
}

void fast_put_operand(struct maker *m, const struct fast_forms *forms)
{
    int b = lone_base(m);

    if (memory(m->i) && b >= 0) {
        put(m, m->i->flags & I_A32 ? forms->load_t_b32[b]
                                   : forms->load_t_b16[b]);
    } else if (memory(m->i)) {
        fast_put_address(m);
        put(m, forms->load_t);
    } else {
        put(m, forms->get[m->i->rm]);
    }
}

static void make_load(struct maker *m)
{
    const struct fast_forms *f = m->forms;
    int b = lone_base(m);

    if (b < 0) {
        fast_put_address(m);
        put(m, f->load[m->i->reg]);
    } else {
        put(m, m->i->flags & I_A32 ? f->load_b32[b][m->i->reg]
                                   : f->load_b16[b][m->i->reg]);
    }
}

static void make_store(struct maker *m)
{
    const struct fast_forms *f = m->forms;
    int b = lone_base(m);

    if (b < 0) {
        fast_put_address(m);
        put(m, f->store[m->i->reg]);
    } else {
        put(m, m->i->flags & I_A32 ? f->store_b32[b][m->i->reg]
                                   : f->store_b16[b][m->i->reg]);
    }
}

static void make_copy(struct maker *m, u32 to, u32 from)
{
    const struct fast_forms *f = m->forms;

    if (m->k.width > 8) {
        put(m, f->mov[from][to]);
    } else {
        put(m, f->get[from]);
        put(m, f->set[to]);
    }
}

/* Register r = the immediate. */
static void make_set(struct maker *m, u32 r)
{
    if (m->patched) {
        put(m, fast_control.imm_patched);
        put(m, m->forms->set[r]);
    } else {
        put(m, m->forms->set_i[r]);
    }
}

static void make_move(struct maker *m)
{
    const struct fast_forms *f = m->forms;
    const struct insn *i = m->i;

    switch (m->k.form) {
    case MOV_E_G:
        if (memory(i))
            make_store(m);
        else
            make_copy(m, i->rm, i->reg);
        break;
    case MOV_G_E:
        if (memory(i))
            make_load(m);
        else
            make_copy(m, i->reg, i->rm);
        break;
    case MOV_E_I:
        if (memory(i)) {
            fast_put_address(m);
            put(m, f->store_i);
        } else {
            make_set(m, i->rm);
        }
        break;
    case MOV_Z_I:
        make_set(m, i->reg);
        break;
    case LEA:
        fast_put_address(m);
        put(m, f->set[i->reg]);
        break;
    default:                            /* MOV_A_O, MOV_O_A */
        put(m, fast_control.ea_none[m->patched]);
        put(m, m->k.form == MOV_A_O ? f->load[EAX] : f->store[EAX]);
    }
}

static void extend(struct maker *m)
{
    u32 form = m->k.form;
    const struct fast_forms *from =
        form == MOVZX_B || form == MOVSX_B ? &fast_8 : &fast_16;

    fast_put_operand(m, from);
    if (form == MOVSX_B || form == MOVSX_W)
        put(m, from->movsx);
    put(m, m->forms->set[m->i->reg]);
}

/* Of registers. */
static void exchange(struct maker *m, u32 a, u32 b)
{
    const struct fast_forms *f = m->forms;

    if (a == b) {
        put(m, fast_control.nop);
        return;
    }
    /* With an exclusive or: there is one argument. */
    put(m, f->get[a]);
    put(m, f->rt[0][XOR][b]);
    put(m, f->get[b]);
    put(m, f->rt[0][XOR][a]);
    put(m, f->get[a]);
    put(m, f->rt[0][XOR][b]);
}

static void string(struct maker *m)
{
    const struct fast_forms *f = m->forms;
    bool wide = m->i->flags & I_A32;

    if (m->i->flags & (I_REP | I_REPNE)) {
        fast_put(m, m->k.form == MOVS ? fast_rep_movs : fast_rep_stos)->imm =
            m->k.width / 8u;
        return;
    }
    if (m->k.form == MOVS)
        put(m, f->movs1[wide]);
    put(m, m->k.form == MOVS ? f->movs2[wide] :
           m->k.form == LODS ? f->lods[wide] : f->stos[wide]);
}

static void stack(struct maker *m)
{
    const struct fast_forms *f = m->forms;
    bool wide = m->wide_stack;

    switch (m->k.form) {
    case PUSH_Z: put(m, f->push[wide][m->i->reg]); break;
    case PUSH_I:
        if (m->patched)
            put(m, fast_control.imm_patched);
        put(m, m->patched ? f->push_t[wide] : f->push_i[wide]);
        break;
    case POP_Z:  put(m, f->pop[wide][m->i->reg]); break;
    case LEAVE:  put(m, f->leave[wide]); break;
    default:
        fast_put_operand(m, f);
        put(m, f->push_t[wide]);
    }
}

/* ---- ends of blocks ---- */

static void put_link(struct maker *m, u32 phys, s64 extra)
{
    struct link l = { .run = fast_unlinked, .phys = phys,
                      .extra = (u32)(extra >> COUNT_BITS) & MOST_EXTRA };

    if ((phys ^ m->b->phys) & ~0xfffu)
        l.run = fast_far;
    memcpy(&m->op[m->n++], &l, sizeof l);
}

/* A near jump of 16 bits over the end of the segment. */
static bool jumps_around(const struct maker *m)
{
    return m->k.form == JMP_J && m->k.width == 16 &&
           m->c->s.eip + m->b->bytes + m->i->imm > 0xffff;
}

static fast_fn *make_jcc(const struct maker *m)
{
    const struct fast_held *h = make_held_of(m->fates.width);
    u32 cc = m->k.op;

    switch (m->fates.found) {
    case FOUND_SETTLED:        return fast_control.jcc_settled[cc];
    case FOUND_COMPARED:       return h->jcc[cc];
    case FOUND_MAYBE_COMPARED: return h->jcc_try[cc];
    case FOUND_STEPPED:        return h->jcc_step[cc];
    case FOUND_IN_REGISTERS:   return m->fates.jump;
    default:                   return fast_control.jcc[cc];
    }
}

/* imm becomes the target's offset from the block, disp the block's length. */
static void ends(struct maker *m)
{
    const struct fast_control *f = &fast_control;
    const struct fast_forms *w = m->forms;
    const struct insn *i = m->i;
    u32 length = m->b->bytes, to = length + i->imm, first;

    if (m->k.form == JMP_E || m->k.form == CALL_E)
        fast_put_operand(m, w);
    first = m->n;
    switch (m->k.form) {
    case JCC:    put(m, make_jcc(m)); break;
    case LOOP_J: put(m, f->loop[m->k.op][!!(i->flags & I_A32)]); break;
    case JMP_J:  put(m, jumps_around(m) ? fast_jump_around : f->jmp); break;
    case JMP_E:  put(m, f->jmp_t); break;
    case CALL_J: put(m, w->call[m->wide_stack]); break;
    case CALL_E: put(m, w->call_t[m->wide_stack]); break;
    case RET:    put(m, w->ret[m->wide_stack]); break;
    default:     put(m, w->ret_i[m->wide_stack]);
    }
    m->op[first].disp = length;
    if (m->k.form == RET || m->k.form == RET_I || m->k.form == JMP_E ||
        m->k.form == CALL_E)
        return;
    m->op[first].imm = to;
    if (jumps_around(m))
        return;
    put_link(m, m->b->phys + to, m->k.form == JCC ? m->c->charge.jump :
             m->k.form == LOOP_J ? m->c->charge.loop : 0);
    if (m->k.form == JCC || m->k.form == LOOP_J)
        put_link(m, m->b->phys + length, 0);
}

/* ---- the whole ---- */

static void system_ops(struct maker *m)
{
    struct sys_ops o = { 0 };

    if (m->k.form == SEG_E || m->k.form == VERIFY)
        fast_put_operand(m, &fast_16);
    else if (memory(m->i))
        fast_put_address(m);
    fast_system_ops(m->c, m->i, &m->k, &o);
    for (u32 n = 0; n < o.n; n++) {
        put(m, o.run[n]);
        m->op[m->n - 1].imm = o.imm[n];
        if (n == o.n - 1)
            m->op[m->n - 1].disp = o.drop ? o.drop : m->b->bytes;
    }
}

static void make_one(struct maker *m)
{
    const struct fast_control *f = &fast_control;
    const struct insn *i = m->i;

    switch (m->k.form) {
    case E_G: case G_E: case E_I: case A_I:
        fast_make_arith(m);
        break;
    case INC_E: case DEC_E: case NEG_E: case NOT_E: case INC_Z: case DEC_Z:
        fast_make_unary(m);
        break;
    case MOVZX_B: case MOVZX_W: case MOVSX_B: case MOVSX_W:
        extend(m);
        break;
    case XCHG_E_G:
        if (memory(i))
            fast_make_more(m);
        else
            exchange(m, i->reg, i->rm);
        break;
    case XCHG_A_Z:
        exchange(m, EAX, i->reg);
        break;
    case SHIFT_I: case SHIFT_1: case SHIFT_C:
        fast_make_shift(m);
        break;
    case MUL_E: case IMUL_E: case DIV_E: case IDIV_E: case IMUL_G_E:
    case IMUL_G_E_I:
        fast_make_product(m);
        break;
    case PUSH_Z: case PUSH_I: case PUSH_E: case POP_Z: case LEAVE:
        stack(m);
        break;
    case LODS: case STOS: case MOVS:
        string(m);
        break;
    case SETCC_E:
        if (memory(i)) {
            fast_make_more(m);
            break;
        }
        put(m, f->set[m->k.op]);
        put(m, fast_8.set[i->rm]);
        break;
    case XLAT:
        put(m, f->xlat[!!(i->flags & I_A32)]);
        put(m, fast_8.load[EAX]);
        break;
    case BSWAP:
        put(m, fast_32.get[i->reg]);
        put(m, f->bswap);
        put(m, fast_32.set[i->reg]);
        break;
    case NOP:  put(m, f->nop); break;
    case FLAG: put(m, f->flag[m->k.op]); break;
    case CBW:  put(m, f->cbw[m->k.width == 32]); break;
    case CWD:  put(m, f->cwd[m->k.width == 32]); break;
    case JCC: case JMP_J: case JMP_E: case CALL_J: case CALL_E: case RET:
    case RET_I: case LOOP_J:
        ends(m);
        break;
    case SAHF: put(m, fast_fpu.sahf); break;
    case LAHF: put(m, fast_fpu.lahf); break;
    default:
        if (m->k.form >= SYSTEM)
            system_ops(m);
        else if (m->k.form >= F_ARITH)
            fast_make_fpu(m);
        else if (m->k.form >= MORE)
            fast_make_more(m);
        else
            make_move(m);
    }
}

/* Whether its fops load and then are sure to end without the plain handler. */
static bool make_loads(const struct maker *m)
{
    switch (m->k.form) {
    case E_G: case E_I:
        return m->k.op >= CMP;
    case MOV_G_E: case MOV_A_O: case LODS: case G_E:
    case MOVZX_B: case MOVZX_W: case MOVSX_B: case MOVSX_W:
        return true;
    default:
        return false;
    }
}

static void make_insn(struct maker *m, enum fate live)
{
    const struct known *k = fast_known(m->c, m->i);
    u32 first = m->n;

    m->k = *k;
    m->live = live;
    m->patched = code_page_patched(m->page, m->b->phys + m->at, m->i->len);
    m->forms = forms_of(k->width);
    m->held = make_held_of(k->width);
    if (fast_allowed(m->c, m->i, k))
        make_one(m);
    else
        put(m, m->i->flags & I_END ? fast_slow_end : fast_slow);
    for (u32 n = first; n < m->n && make_loads(m); n++) /* no links, then */
        m->op[n].loads = true;
    for (u32 n = first; n < m->n; n++)
        if (!(m->i->flags & I_END) || n == first)
            m->op[n].skip = (m->n - n) & 63;
    fast_make_notes(m, first);
}

/* A block that does not end in a jump goes on behind itself. */
static void make_fall(struct maker *m)
{
    m->i--;
    m->idx--;
    put(m, fast_control.fall);
    m->op[m->n - 1].disp = m->b->bytes;
    put_link(m, m->b->phys + m->b->bytes, 0);
}

/* Whether all jumps stay below the code segment's end. */
static bool make_inside(const struct cpu *c, const struct block *b,
                        const struct fop *p)
{
    for (u32 n = 0; n < b->fops; n++) {
        const struct link *l = (const struct link *)(const void *)&p[n];

        if ((l->run == fast_unlinked || l->run == fast_far) &&
            c->s.eip + l->phys - b->phys >= c->fast_end)
            return false;
    }
    return c->s.eip < c->fast_end;
}

static enum reach make_reach(const struct cpu *c, const struct block *b)
{
    if (b->mode & MODE_FLAT)
        return IN_FLAT;
    if ((b->mode & MODE_PAGED) || c->windows_off ||
        (c->stop_kinds & STOPS_SLOW))
        return IN_PAGES;
    return (b->mode & MODE_PROT) && c->high_end ? IN_HIGH : IN_LOW;
}

/* A block that programs enter with many values of EIP stays as it is. */
enum { MOVES = 8 };

static void compile(struct cpu *c, struct block *b, struct fop *p,
                    const struct note *note)
{
    struct job j = { .fop = p, .note = note, .n = b->fops, .phys = b->phys,
                     .eip = c->s.eip, .charge = b->charge,
                     .reach = make_reach(c, b), .user = c->user };

    b->eip = c->s.eip;
    b->end = c->fast_end;
    b->user = c->user;
    b->compiled = c->compiler && b->moves < MOVES && make_inside(c, b, p) &&
                  compiler_run(c->compiler, &j);
}

static struct fop *make_keep(struct cpu *c, struct block *b,
                             const struct maker *m)
{
    u32 size = m->n * (u32)sizeof(struct fop);
    struct fop *p = c->compiler ? compiler_memory(c->compiler, size)
                                : block_memory(c, size);

    if (!p)
        return NULL;
    memcpy(p, m->op, m->n * sizeof *p);
    b->fops = (u16)m->n;
    for (u32 n = 0; n < m->n; n++) {
        struct link *l = (struct link *)(void *)&p[n];

        if (l->run == fast_unlinked || l->run == fast_far)
            l->ops = &p[n];
    }
    compile(c, b, p, m->note);
    return p;
}

static enum fate make_fate(const struct fates *f, u32 n)
{
    return f->held >> n & 1 ? HELD : f->live >> n & 1 ? READ : DEAD;
}

struct fop *fast_make(struct cpu *c, struct block *b)
{
    struct maker m = { .c = c, .b = b, .i = b->insn,
                       .wide_stack = b->mode & MODE_SS32,
                       .page = code_page_find(c, b->phys) };

    fast_fates(c, b, &m.fates);
    for (; m.idx < b->count; m.idx++, m.i++) {
        make_insn(&m, make_fate(&m.fates, m.idx));
        m.at += m.i->len;
    }
    if (!(b->insn[b->count - 1].flags & I_END))
        make_fall(&m);
    return make_keep(c, b, &m);
}
