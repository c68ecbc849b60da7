/* cmdexpr.c - expressions in commands: numbers, $registers, operators.
 *
 * Precedence as in QEMU's monitor: & | ^, then + -, then * / %; comparisons
 * are below those, && and || lowest. Bytes, words and dwords of linear memory
 * are byte[ADDR] and so on; what can't be read is 0. An
 * operator with a blank before it and none behind it begins a new word: in
 * "0 1024 /tmp/x" nothing is divided. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "machine/words/near.h"
#include "ui/control/commands.h"

enum { DEEPEST = 50 };

struct reader {
    struct pc *pc;                      /* NULL: registers read 0 */
    const char *p;
    int depth;
    char *why;
    bool bad;
};

static int64_t disjunction(struct reader *r);

static int64_t cmdexpr_fail(struct reader *r, const char *what,
                            const char *where)
{
    if (!r->bad)
        opt_bad(r->why, "%s '%.40s'", what, where);
    r->bad = true;
    return 0;
}

static void blanks(struct reader *r)
{
    while (*r->p == ' ' || *r->p == '\t')
        r->p++;
}

/* Takes one of the operators off the text; 0 when there is none. */
static char operator(struct reader *r, const char *set)
{
    const char *p = r->p;

    blanks(r);
    if (!r->bad && *r->p && strchr(set, *r->p) &&
        (r->p == p || r->p[1] == ' '))
        return *r->p++;
    r->p = p;
    return 0;
}

static int64_t cmdexpr_reg(struct reader *r)
{
    struct near near = { NULL, NULL, 0 };
    const char *p = r->p + 1;           /* behind the $ */
    char name[16];
    uint32_t v;
    size_t n = 0;

    while (isalnum((unsigned char)p[n]) || p[n] == '.' || p[n] == '_')
        n++;
    if (n < sizeof name) {
        memcpy(name, p, n);
        name[n] = 0;
        r->p = p + n;
        if (r->pc && pc_register(r->pc, name, &v))
            return v;
        near.word = name;
        for (int i = 0; pc_register_name(i); i++) {
            near_try(&near, pc_register_name(i));
            if (!r->pc && !strcmp(pc_register_name(i), name))
                return 0;
        }
    }
    cmdexpr_fail(r, "unknown register", p - 1);
    if (near.best)
        opt_bad(r->why, "unknown register '$%s'; did you mean '$%s'?", name,
                near.best);
    return 0;
}

static int64_t cmdexpr_number(struct reader *r)
{
    const char *start = r->p;
    char *end;
    unsigned long long v = strtoull(start, &end, 0);

    if (end == start || isalnum((unsigned char)*end))
        return cmdexpr_fail(r, "invalid number", start);
    r->p = end;
    return (int64_t)v;
}

static int64_t nested(struct reader *r, char end)
{
    int64_t v = disjunction(r);

    blanks(r);
    if (*r->p != end)
        return cmdexpr_fail(
            r, end == ')' ? "')' expected at" : "']' expected at", r->p);
    r->p++;
    return v;
}

static const struct { const char *name; size_t size; } sizes[] = {
    { "byte[", 1 }, { "word[", 2 }, { "dword[", 4 },
};
enum { SIZES = sizeof sizes / sizeof sizes[0] };

static int size_here(const struct reader *r)
{
    int n = 0;

    while (n < SIZES && strncmp(r->p, sizes[n].name, strlen(sizes[n].name)))
        n++;
    return n;
}

static bool is_memory_here(const struct reader *r)
{
    return size_here(r) < SIZES;
}

static int64_t memory_here(struct reader *r)
{
    int n = size_here(r);
    uint8_t b[4] = { 0 };
    uint32_t addr;

    r->p += strlen(sizes[n].name);
    addr = (uint32_t)nested(r, ']');
    if (r->pc && !r->bad)
        pc_peek_virtual(r->pc, addr, b, sizes[n].size);
    return b[0] | b[1] << 8 | b[2] << 16 | (int64_t)b[3] << 24;
}

static int64_t cmdexpr_unary(struct reader *r)
{
    int64_t v;

    if (++r->depth > DEEPEST)
        return cmdexpr_fail(r, "expression too deep at", r->p);
    blanks(r);
    switch (*r->p) {
    case '+': r->p++; v = cmdexpr_unary(r); break;
    case '-': r->p++; v = (int64_t)(0 - (uint64_t)cmdexpr_unary(r)); break;
    case '~': r->p++; v = ~cmdexpr_unary(r); break;
    case '(': r->p++; v = nested(r, ')'); break;
    case '$': v = cmdexpr_reg(r); break;
    case '\'':
        if (!r->p[1] || r->p[2] != '\'')
            return cmdexpr_fail(r, "invalid character", r->p);
        v = (unsigned char)r->p[1];
        r->p += 3;
        break;
    case 0:
        return cmdexpr_fail(r, "expression ends early", "");
    default:
        v = is_memory_here(r) ? memory_here(r) : cmdexpr_number(r);
    }
    r->depth--;
    return v;
}

static int64_t cmdexpr_product(struct reader *r)
{
    uint64_t v = (uint64_t)cmdexpr_unary(r), w;
    char op;

    while ((op = operator(r, "*/%"))) {
        w = (uint64_t)cmdexpr_unary(r);
        if (op != '*' && !w && !r->pc)
            w = 1;                      /* a register's value comes later */
        if (op != '*' && !w)
            return cmdexpr_fail(r, "division by zero at", r->p);
        v = op == '*' ? v * w : op == '/' ? v / w : v % w;
    }
    return (int64_t)v;
}

static int64_t cmdexpr_sum(struct reader *r)
{
    uint64_t v = (uint64_t)cmdexpr_product(r), w;
    char op;

    while ((op = operator(r, "+-"))) {
        w = (uint64_t)cmdexpr_product(r);
        v = op == '+' ? v + w : v - w;
    }
    return (int64_t)v;
}

/* "&&" or "||" comes. */
static bool is_twice(struct reader *r)
{
    const char *p = r->p + strspn(r->p, " \t");

    return (*p == '&' || *p == '|') && p[1] == *p;
}

static int64_t logic(struct reader *r)
{
    int64_t v = cmdexpr_sum(r), w;
    char op;

    while (!is_twice(r) && (op = operator(r, "&|^"))) {
        w = cmdexpr_sum(r);
        v = op == '&' ? v & w : op == '|' ? v | w : v ^ w;
    }
    return v;
}

static bool take_sign(struct reader *r, const char *sign)
{
    const char *p = r->p + strspn(r->p, " \t");

    if (r->bad || strncmp(p, sign, strlen(sign)))
        return false;
    r->p = p + strlen(sign);
    return true;
}

static int64_t comparison(struct reader *r)
{
    int64_t v = logic(r);

    if (take_sign(r, "=="))
        return v == logic(r);
    if (take_sign(r, "!="))
        return v != logic(r);
    if (take_sign(r, "<="))
        return v <= logic(r);
    if (take_sign(r, ">="))
        return v >= logic(r);
    if (take_sign(r, "<"))
        return v < logic(r);
    return take_sign(r, ">") ? v > logic(r) : v;
}

static int64_t conjunction(struct reader *r)
{
    int64_t v = comparison(r);

    while (take_sign(r, "&&"))
        v = (comparison(r) != 0) & (v != 0);
    return v;
}

static int64_t disjunction(struct reader *r)
{
    int64_t v = conjunction(r);

    while (take_sign(r, "||"))
        v = (conjunction(r) != 0) | (v != 0);
    return v;
}

bool value_expression(struct pc *pc, const char **p, int64_t *v, char *why)
{
    struct reader r = { pc, *p, 0, why, false };

    *v = disjunction(&r);
    *p = r.p;
    return !r.bad;
}
