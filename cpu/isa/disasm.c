/* disasm.c - text of an instruction, as ndisasm prints it.
 *
 * Read from the same table as the decoder (opcodes.def). */
#include <stdarg.h>
#include <stdio.h>

#include "cpu/block.h"
#include "cpu/exec.h"

struct text {
    char *p;
    size_t left;
    bool code32;                        /* the segment's own size */
};

static void __attribute__((format(printf, 2, 3)))
add(struct text *t, const char *fmt, ...)
{
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(t->p, t->left, fmt, ap);
    va_end(ap);
    if (n > 0 && (size_t)n < t->left) {
        t->p += n;
        t->left -= (size_t)n;
    }
}

static const char *const reg_names[3][8] = {
    { "al", "cl", "dl", "bl", "ah", "ch", "dh", "bh" },
    { "ax", "cx", "dx", "bx", "sp", "bp", "si", "di" },
    { "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi" },
};
static const char *const seg_names[8] =
    { "es", "cs", "ss", "ds", "fs", "gs", "segr6", "segr7" };

static bool is(const struct op *o, const char *mnem)
{
    return strcmp(o->mnem, mnem) == 0;
}

/* ---- sizes ---- */

enum { BYTE, WORD, DWORD, QWORD, TWORD, NO_SIZE };

static int operand_size(const struct insn *i, int code)
{
    int v = insn_wide(i) ? DWORD : WORD;

    switch (code) {
    case Eb: case Gb: case Mb: case Zb: case AL: case Ob: return BYTE;
    case Ew: case Gw: case Mw: case Zw: case AX: case Sw: return WORD;
    case Ed: case Gd: case Md: case Zd: case Rd: return DWORD;
    case Ev: case Gv: case Zv: case eAX: case Ov: return v;
    case Mq: return QWORD;
    case Mt: return TWORD;
    default: return NO_SIZE;
    }
}

static bool is_reg_operand(int code)
{
    return (code >= Gb && code <= Gv) || (code >= Zb && code <= Zd) ||
           code == AL || code == AX || code == eAX || code == Sw;
}

/* A memory operand's size shows unless a register operand tells it. What
 * widens takes another size, if only by its name. */
static const char *size_word(const struct op *o, const struct insn *i, int n)
{
    static const char *const words[] = { "byte ", "word ", "dword ", "qword ",
                                         "tword ", "" };
    int size = operand_size(i, o->op[n]);

    for (int k = 0; k < 3 && !is(o, "movzx") && !is(o, "movsx"); k++)
        if (k != n && is_reg_operand(o->op[k]) &&
            (operand_size(i, o->op[k]) == size || o->op[k] == Sw))
            return "";
    return words[size];
}

/* ---- operands ---- */

static void put_disp(struct text *t, const struct insn *i, bool first)
{
    bool a32 = i->flags & I_A32;
    s32 d = a32 ? (s32)i->disp : (s16)i->disp;

    if (first)
        add(t, "0x%x", i->disp & i->amask);
    else if (d < 0)
        add(t, "-0x%x", -(u32)d);
    else if (d > 0)
        add(t, "+0x%x", (u32)d);
}

/* Where no register shows it. */
static void put_address_size(struct text *t, const struct insn *i, bool modrm)
{
    bool a32 = i->flags & I_A32;

    if (i->base != NOREG || i->index != NOREG)
        return;
    if (a32 != t->code32)
        add(t, a32 ? "dword " : "word ");
    else if (a32 && modrm && i->rm != ESP)
        add(t, "dword ");
}

static void put_memory(struct text *t, const struct insn *i, bool modrm)
{
    bool a32 = i->flags & I_A32, first = true;
    int names = a32 ? 2 : 1;

    add(t, "[");
    if (modrm)
        put_address_size(t, i, modrm);
    if (i->flags & I_SEGOV)
        add(t, "%s:", seg_names[i->seg & 7]);
    if (!modrm)
        put_address_size(t, i, modrm);
    if (i->base != NOREG) {
        add(t, "%s", reg_names[names][i->base]);
        first = false;
    }
    if (i->index != NOREG) {
        add(t, first ? "%s" : "+%s", reg_names[names][i->index]);
        if (i->scale)
            add(t, "*%d", 1 << i->scale);
        first = false;
    }
    put_disp(t, i, first);
    add(t, "]");
}

static void put_register(struct text *t, int size, u32 n)
{
    add(t, "%s", reg_names[size <= DWORD ? size : DWORD][n & 7]);
}

/* A branch whose size is not the segment's says so. */
static void put_branch_size(struct text *t, const struct insn *i)
{
    if (insn_wide(i) != t->code32)
        add(t, insn_wide(i) ? "dword " : "word ");
}

/* Their memory operand's size goes without saying. */
static bool any_size(const struct op *o)
{
    return (o->slot >= 0x100 && o->slot <= 0x103) || o->slot == 0x1b9 ||
           (o->slot & ~0xfu) == 0x190 || is(o, "fldcw") || is(o, "fnstcw") ||
           is(o, "fnstsw");
}

/* Into memory they store words, into registers what the size says. */
static bool widens_register(const struct op *o)
{
    return o->op[0] == Sw || o->op[1] == Sw || is(o, "smsw") ||
           is(o, "sldt") || is(o, "str");
}

static void put_modrm(struct text *t, const struct op *o, const struct insn *i,
                      int n)
{
    if (i->flags & I_MEM) {
        if (is(o, "jmp") || is(o, "call"))
            put_branch_size(t, i);
        else if (!any_size(o))
            add(t, "%s", size_word(o, i, n));
        put_memory(t, i, true);
    } else {
        put_register(t,
                     widens_register(o) ? WORD + insn_wide(i)
                                        : operand_size(i, o->op[n]),
                     i->rm);
    }
}

static void put_signed_byte(struct text *t, u32 v)
{
    if (v & 0x80)
        add(t, "byte -0x%x", -v & 0xff);
    else
        add(t, "byte +0x%x", v & 0xff);
}

static void put_target(struct text *t, const struct op *o, const struct insn *i,
                       u32 next, int code)
{
    u32 to = next + i->imm;
    bool a32 = i->flags & I_A32;

    if (code == Jb && is(o, "jmp"))
        add(t, "short ");
    else if (code == Jv && insn_wide(i) != t->code32)
        put_branch_size(t, i);
    else if (code == Jv && !is(o, "jmp") && !is(o, "call"))
        add(t, "near ");
    add(t, "0x%x", insn_wide(i) ? to : to & 0xffff);
    if (strncmp(o->mnem, "loop", 4) == 0 && a32 != t->code32)
        add(t, a32 ? ",ecx" : ",cx");
}

static void put_far(struct text *t, const struct op *o, const struct insn *i)
{
    if (is(o, "call") || is(o, "jmp")) {
        put_branch_size(t, i);
        add(t, "far ");
    }
    put_memory(t, i, true);
}

static bool first_immediate(const struct op *o, int n)
{
    while (--n >= 0)
        if (o->op[n] >= Ib && o->op[n] <= Ov)
            return false;
    return true;
}

static const char *immediate_size(const struct op *o, const struct insn *i,
                                  int n)
{
    if (o->op[n] == Iv && (is(o, "imul") || is(o, "push")))
        return insn_wide(i) ? "dword " : "word ";
    if (o->op[n] == Ib && n == 1 && (o->op[0] == Ev || o->op[0] == Eb) &&
        (o->slot == 0xc0 || o->slot == 0xc1 || o->slot == 0x1ba))
        return "byte ";
    return "";
}

static void put_operand(struct text *t, const struct op *o,
                        const struct insn *i, int n, u32 next)
{
    int code = o->op[n];

    switch (code) {
    case Eb: case Ew: case Ed: case Ev: put_modrm(t, o, i, n); break;
    case M: case Ma: case Ms: put_memory(t, i, true); break;
    case Mb: case Mw: case Md: case Mq: case Mt: put_modrm(t, o, i, n); break;
    case Mp: put_far(t, o, i); break;
    case Ob: case Ov: put_memory(t, i, false); break;
    case Gb: case Gw: case Gd: case Gv: case Zb: case Zw: case Zd: case Zv:
        put_register(t, operand_size(i, code), i->reg);
        break;
    case Rd: put_register(t, DWORD, i->rm); break;
    case Cd: add(t, "cr%d", i->reg); break;
    case Dd: add(t, "dr%d", i->reg); break;
    case Td: add(t, "tr%d", i->reg); break;
    case Sw: add(t, "%s", seg_names[i->reg & 7]); break;
    case Ib: case Iw: case Iv:
        add(t, "%s0x%x", immediate_size(o, i, n),
            first_immediate(o, n) ? i->imm : i->imm2);
        break;
    case Ibs: put_signed_byte(t, i->imm); break;
    case I1: add(t, "1"); break;
    case Jb: case Jv: put_target(t, o, i, next, code); break;
    case Ap:
        put_branch_size(t, i);
        add(t, "0x%x:0x%x", i->imm2, i->imm);
        break;
    case AL: add(t, "al"); break;
    case CL: add(t, "cl"); break;
    case AX: add(t, "ax"); break;
    case DX: add(t, "dx"); break;
    case eAX: add(t, insn_wide(i) ? "eax" : "ax"); break;
    case rES: case rCS: case rSS: case rDS: case rFS: case rGS:
        add(t, "%s", seg_names[code - rES]);
        break;
    case Pq: add(t, "mm%d", i->reg); break;
    case Qq: case Qd:
        if (i->flags & I_MEM)
            put_memory(t, i, true);
        else
            add(t, "mm%d", i->rm);
        break;
    case STi: add(t, "st%d", i->rm); break;
    }
}

/* ---- the whole ---- */

static bool is_string(const struct op *o)
{
    return o->attr & REP;
}

/* These end in w or d when their size is not the segment's. */
static bool has_size_suffix(const struct op *o)
{
    return is(o, "ret") || is(o, "retf") || is(o, "iret") || is(o, "pushf") ||
           is(o, "popf");
}

static bool shows_operand_size(const struct op *o)
{
    for (int n = 0; n < 3; n++)
        if (operand_size(&(struct insn){ .flags = 0 }, o->op[n]) !=
            operand_size(&(struct insn){ .flags = I_O32 }, o->op[n]) ||
            o->op[n] == Iv || o->op[n] == Jv || o->op[n] == Ap ||
            o->op[n] == Mp || o->op[n] == Sw)
            return true;
    return (o->attr & P66) || has_size_suffix(o);
}

/* Prefixes that no operand shows. */
static void put_prefixes(struct text *t, const struct op *o,
                         const struct insn *i)
{
    bool compares = strncmp(o->mnem, "cmps", 4) == 0 ||
                    strncmp(o->mnem, "scas", 4) == 0;
    bool a32 = i->flags & I_A32;

    if (i->flags & I_LOCK)
        add(t, "lock ");
    if ((i->flags & I_SEGOV) && !(i->flags & I_MEM))
        add(t, "%s ", seg_names[i->seg & 7]);
    if (i->flags & I_REPNE)
        add(t, "repne ");
    if (i->flags & I_REP)
        add(t, compares ? "repe " : "rep ");
    if (insn_wide(i) != t->code32 && !shows_operand_size(o) &&
        !(widens_register(o) && !(i->flags & I_MEM)))
        add(t, insn_wide(i) ? "o32 " : "o16 ");
    if (a32 != t->code32 && (is_string(o) || o->op[0] == __))
        add(t, a32 ? "a32 " : "a16 ");
}

static void put_mnemonic(struct text *t, const struct op *o,
                         const struct insn *i)
{
    const char *slash = strchr(o->mnem, '/');

    if (o->slot == 0x60 || o->slot == 0x61)
        add(t, "%.*s%s", (int)(slash - o->mnem), o->mnem,
            insn_wide(i) == t->code32 ? ""
            : insn_wide(i)            ? "d"
                                      : "w");
    else if (is(o, "ret") && o->op[0] == Iw && !insn_wide(i) && t->code32)
        add(t, "retnw");                /* nasm reads retw as ret here */
    else if (has_size_suffix(o) && insn_wide(i) != t->code32)
        add(t, "%s%c", o->mnem, insn_wide(i) ? 'd' : 'w');
    else if (is(o, "jcxz"))
        add(t, i->flags & I_A32 ? "jecxz" : "jcxz");
    else if (!slash)
        add(t, "%s", o->mnem);
    else if (insn_wide(i))
        add(t, "%s", slash + 1);
    else
        add(t, "%.*s", (int)(slash - o->mnem), o->mnem);
}

/* Of an x87 operation between st0 and another register only the other shows. */
static void put_operands(struct text *t, const struct op *o,
                         const struct insn *i, u32 next)
{
    bool swapped = is(o, "xchg") && (o->attr & MODRM);
    int from = o->op[0] == ST0 && o->op[1] == STi;
    int to = o->op[0] == STi && o->op[1] == ST0 ? 1 : 3;

    if (o->slot == 0xdc && to == 1)
        add(t, " to");
    for (int k = from; k < to && o->op[k] && !is_string(o); k++) {
        add(t, k > from ? "," : " ");
        put_operand(t, o, i, swapped ? 1 - k : k, next);
    }
}

int insn_disasm(const struct cpu *c, const u8 *p, u32 n, u32 eip, char *out,
                size_t size)
{
    struct text t = { out, size, c->mode & MODE_CS32 };
    const struct op *o;
    struct insn i;

    if (size)
        *out = 0;
    if (!n)
        return 1;
    if (insn_decode(c, p, n, &i) != DECODE_OK || i.row >= op_count) {
        add(&t, "db 0x%02x", p[0]);
        return 1;
    }
    o = &op_table[i.row];
    put_prefixes(&t, o, &i);
    put_mnemonic(&t, o, &i);
    if ((is(o, "aam") || is(o, "aad")) && i.imm == 10)
        return i.len;
    put_operands(&t, o, &i, eip + i.len);
    return i.len;
}

int insn_disasm_as(struct cpu *c, int bits, const u8 *p, u32 n, u32 eip,
                   char *out, size_t size)
{
    u32 mode = c->mode;
    int len;

    if (bits)
        c->mode = MODE_PROT | (bits == 32 ? MODE_CS32 : 0);
    len = insn_disasm(c, p, n, eip, out, size);
    c->mode = mode;
    return len;
}
