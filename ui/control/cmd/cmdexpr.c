/* cmdexpr.c - expressions in commands: numbers, $registers, operators.
 *
 * Precedence as in QEMU's monitor: & | ^ lowest, then + -, then * / %. An
 * operator with a blank before it and none behind it begins a new word: in
 * "0 1024 /tmp/x" nothing is divided. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "machine/core/near.h"
#include "ui/control/commands.h"

enum { DEEPEST = 50 };

struct reader {
    struct pc *pc;                      /* NULL: registers read 0 */
    const char *p;
    int depth;
    char *why;
    bool bad;
};

static int64_t logic(struct reader *r);

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

static int64_t nested(struct reader *r)
{
    int64_t v = logic(r);

    blanks(r);
    if (*r->p != ')')
        return cmdexpr_fail(r, "')' expected at", r->p);
    r->p++;
    return v;
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
    case '(': r->p++; v = nested(r); break;
    case '$':
        v = cmdexpr_reg(r);
        break;
    case '\'':
        if (!r->p[1] || r->p[2] != '\'')
            return cmdexpr_fail(r, "invalid character", r->p);
        v = (unsigned char)r->p[1];
        r->p += 3;
        break;
    case 0:
        return cmdexpr_fail(r, "expression ends early", "");
    default:
        v = cmdexpr_number(r);
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

static int64_t logic(struct reader *r)
{
    int64_t v = cmdexpr_sum(r), w;
    char op;

    while ((op = operator(r, "&|^"))) {
        w = cmdexpr_sum(r);
        v = op == '&' ? v & w : op == '|' ? v | w : v ^ w;
    }
    return v;
}

bool value_expression(struct pc *pc, const char **p, int64_t *v, char *why)
{
    struct reader r = { pc, *p, 0, why, false };

    *v = logic(&r);
    *p = r.p;
    return !r.bad;
}
