/* monparse.c - a line of the monitor by the table of commands. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/session/keys.h"
#include "ui/control/monitor.h"
#include "machine/core/near.h"

/* ---- the table's words ---- */

struct spec {                           /* one argument of a row's args */
    char name[24];
    char type;                          /* '-' for flags */
    char flag;
    bool optional, value;
};

/* Takes "name:type?" off *p; false at the end. */
static bool next_spec(const char **p, struct spec *s)
{
    size_t n;
    const char *colon;

    while (**p == ' ')
        ++*p;
    n = strcspn(*p, " ");
    if (!n)
        return false;
    *s = (struct spec){ .type = (*p)[n - 1] };
    if (s->type == '?') {
        s->optional = true;
        s->type = (*p)[n - 2];
    }
    colon = memchr(*p, ':', n);
    if (**p == '/') {
        s->type = '/';
    } else if (**p == '-') {
        s->type = '-';
        s->flag = (*p)[1];
        s->value = n > 3;
        snprintf(s->name, sizeof s->name, "%.*s", (int)n, *p);
    } else if (colon)
        snprintf(s->name, sizeof s->name, "%.*s", (int)(colon - *p), *p);
    *p += n;
    return true;
}

/* ---- names ---- */

static bool is_name(const char *list, const char *name, size_t n)
{
    return list && strlen(list) == n && !memcmp(list, name, n);
}

const struct mon_command *mon_find(const char *name, size_t n)
{
    for (const struct mon_command *c = mon_commands; c->name; c++)
        if (is_name(c->name, name, n) || is_name(c->alias, name, n))
            return c;
    return NULL;
}

static void unknown(struct mon *m, const char *name)
{
    struct near near = { name, NULL, 0 };

    for (const struct mon_command *c = mon_commands; c->name; c++)
        near_try(&near, c->name);
    mon_print(m, "unknown command: '%s'", name);
    mon_print(m, near.best ? "; did you mean '%s'?\n" : "; try help\n",
              near.best);
    m->bad = true;
}

/* ---- arguments ---- */

static void blanks(const char **p)
{
    while (isspace((unsigned char)**p))
        ++*p;
}

/* A word, or text in quotation marks with \ before " and \. */
static bool take_word(const char **p, char *out)
{
    bool quoted = **p == '"';
    size_t n = 0;

    *p += quoted;
    while (**p && (quoted ? **p != '"' : !isspace((unsigned char)**p))) {
        if (quoted && **p == '\\' && ((*p)[1] == '"' || (*p)[1] == '\\'))
            ++*p;
        if (n < MON_WORD - 1)
            out[n++] = **p;
        ++*p;
    }
    out[n] = 0;
    if (quoted && **p == '"')
        ++*p;
    else if (quoted)
        return false;
    return n < MON_WORD - 1;
}

/* "/10xw" behind the command's name. */
static bool take_format(struct mon *m, const char **p)
{
    blanks(p);
    if (**p != '/')
        return true;
    ++*p;
    for (; isdigit((unsigned char)**p); ++*p)
        if (m->format.count < 1000000)
            m->format.count = m->format.count * 10 + **p - '0';
    for (; **p && !isspace((unsigned char)**p); ++*p) {
        if (strchr("xduoci", **p))
            m->format.format = **p;
        else if (strchr("bhwg", **p))
            m->format.size = **p;
        else {
            mon_error(m, "format: '%c' is none of x d u o c i, b h w g", **p);
            return false;
        }
    }
    return true;
}

static bool take_number(struct mon *m, const struct spec *s,
                        struct mon_arg *a)
{
    char *end;

    a->n = strtoll(a->text, &end, 0);
    if (end == a->text || *end)
        mon_error(m, "%s: '%.40s' is no number", s->name, a->text);
    return !m->bad;
}

static bool take_value(struct mon *m, const struct spec *s, struct mon_arg *a,
                       const char **p)
{
    char why[PC_WHY];

    a->given = true;
    if (s->type == 'e') {
        if (!mon_expression(m->s, p, &a->n, why))
            mon_error(m, "%s: %s", s->name, why);
        return !m->bad;
    }
    if (s->type == 'S') {
        snprintf(a->text, sizeof a->text, "%s", *p);
        *p += strlen(*p);
        return true;
    }
    if (!take_word(p, a->text)) {
        mon_error(m, "%s: too long, or no closing quotation mark", s->name);
        return false;
    }
    if (s->type == 'n')
        return take_number(m, s, a);
    if (s->type == 'd' && drive_by_name(a->text) == PC_DRIVES) {
        mon_error(m, "%s: no such drive '%.40s'; see info block", s->name,
                  a->text);
        return false;
    }
    return true;
}

/* Flags stand anywhere: their values go behind those of the places. */
static bool take_flags(struct mon *m, const char **p)
{
    const char *args = m->command->args;
    struct spec s;
    int n = 0;

    blanks(p);
    while (next_spec(&args, &s))
        if (s.type == '-' && **p == '-' && (*p)[1] == s.flag &&
            (!(*p)[2] || isspace((unsigned char)(*p)[2]))) {
            *p += 2;
            blanks(p);
            m->arg[n].given = true;
            if (s.value && !take_word(p, m->arg[n].text))
                return false;
            return take_flags(m, p);
        } else
            n += s.type != '/';
    return true;
}

bool mon_parse(struct mon *m, const char *line)
{
    size_t n;
    const char *args;
    struct spec s;
    char name[40];
    int i = 0;

    blanks(&line);
    for (n = 0; line[n] && !isspace((unsigned char)line[n]) && line[n] != '/';)
        n++;
    snprintf(name, sizeof name, "%.*s", (int)n, line);
    if (!n || *line == '#')
        return false;
    if (!(m->command = mon_find(line, n))) {
        unknown(m, name);
        return false;
    }
    line += n;
    for (args = m->command->args; next_spec(&args, &s);) {
        if (s.type == '/' && !take_format(m, &line))
            return false;
        if (!take_flags(m, &line))
            return false;
        if (s.type == '/')
            continue;
        if (s.type != '-' && *line && !take_value(m, &s, &m->arg[i], &line))
            return false;
        if (s.type != '-' && !m->arg[i].given && !s.optional) {
            mon_error(m, "%s is missing: %s %s", s.name, m->command->name,
                      m->command->params);
            return false;
        }
        i++;
    }
    blanks(&line);
    if (*line)
        mon_error(m, "'%.40s' is too much: %s %s", line, m->command->name,
                  m->command->params);
    return !m->bad;
}

/* ---- completion ---- */

static void offer(struct strbuf *names, const char *word, const char *name)
{
    if (name && !strncmp(name, word, strlen(word)))
        strbuf_add(names, "%s\n", name);
}

static void offer_commands(struct strbuf *names, const char *word)
{
    for (const struct mon_command *c = mon_commands; c->name; c++)
        offer(names, word, c->name);
}

static void offer_topics(struct session *s, struct strbuf *names,
                         const char *word)
{
    static const char *const own[] = { "status", "version", "name", "block",
                                       "log" };

    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        offer(names, word, own[i]);
    for (int i = 0; pc_info_name(i); i++)
        offer(names, word, pc_info_name(i));
    for (int i = 0; pc_chip_name(s->pc, i); i++)
        offer(names, word, pc_chip_name(s->pc, i));
}

static void offer_keys(struct strbuf *names, const char *word)
{
    const char *last = strrchr(word, '-');
    int before = last ? (int)(last + 1 - word) : 0;
    char name[MON_WORD];

    for (const struct key *k = keys; k->name; k++) {
        snprintf(name, sizeof name, "%.*s%s", before, word, k->name);
        offer(names, word, name);
    }
}

static void offer_type(struct session *s, char type, const char *word,
                       struct strbuf *names)
{
    if (type == 'c')
        offer_commands(names, word);
    else if (type == 'i')
        offer_topics(s, names, word);
    else if (type == 'k')
        offer_keys(names, word);
    else if (type == 'd')
        for (int d = 0; d < PC_DRIVES; d++)
            offer(names, word, drive_name((enum pc_drive)d));
    else if (type == 'e' && *word == '$')
        for (int i = 0; pc_register_name(i); i++) {
            char name[24];

            snprintf(name, sizeof name, "$%s", pc_register_name(i));
            offer(names, word, name);
        }
}

void monitor_complete(struct session *s, const char *line,
                      struct strbuf *names)
{
    const struct mon_command *c;
    const char *args, *word;
    struct spec spec = { .type = 0 };
    size_t n;

    blanks(&line);
    n = strcspn(line, " /");
    if (!line[n]) {
        offer_commands(names, line);
        return;
    }
    if (!(c = mon_find(line, n)))
        return;
    word = strrchr(line, ' ');
    word = word ? word + 1 : line + n;
    args = c->args;
    for (const char *p = line + n; p < word;) {
        p += strcspn(p, " ");
        blanks(&p);
        if (!next_spec(&args, &spec) ||
            (spec.type == '/' && !next_spec(&args, &spec)))
            return;
    }
    offer_type(s, spec.type, word, names);
}
