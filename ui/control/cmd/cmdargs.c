/* cmdargs.c - the one language of arguments: words, quotes, types. */
#define _POSIX_C_SOURCE 200809L
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/words/near.h"
#include "ui/control/commands.h"
#include "ui/control/monitor.h"
#include "ui/display/charset.h"
#include "ui/session/keys.h"

/* ---- the table's words ---- */

static const struct { const char *name, *json; } types[PARAM_TYPES] = {
    [P_FORMAT] = { "/", "" }, [P_FLAG] = { "flag", "boolean" },
    [P_TEXT] = { "text", "string" }, [P_LINE] = { "line", "string" },
    [P_TYPED] = { "typed", "string" }, [P_NUMBER] = { "number", "integer" },
    [P_SIZE] = { "size", "integer" }, [P_TIME] = { "time", "string" },
    [P_PLACE] = { "place", "string" },
    [P_CONDITION] = { "condition", "string" },
    [P_ADDRESS] = { "address", "string" }, [P_BYTES] = { "bytes", "string" },
    [P_FILE] = { "file", "string" }, [P_NEWFILE] = { "newfile", "string" },
    [P_DRIVE] = { "drive", "string" }, [P_KEYS] = { "keys", "array" },
    [P_CHORDS] = { "chords", "string" }, [P_BUTTON] = { "button", "string" },
    [P_TOPIC] = { "topic", "string" }, [P_COMMAND] = { "command", "string" },
    [P_PICTURE] = { "picture", "string" }, [P_ACCESS] = { "access", "string" },
    [P_LIST] = { "list", "array" },
};

const char *param_json_type(enum param_type type)
{
    return types[type].json;
}

static enum param_type type_by_name(const char *name, size_t n)
{
    int t = 0;

    while (t < PARAM_TYPES - 1 &&
           (strlen(types[t].name) != n || memcmp(types[t].name, name, n)))
        t++;
    return (enum param_type)t;
}

bool param_next(const char **args, struct param *p)
{
    size_t n, name, type;
    const char *word;

    word = *args + strspn(*args, " ");
    n = strcspn(word, " ");
    *args = word + n;
    *p = (struct param){ .flag = 0 };
    if (!n || *word == '/')
        return n > 0;
    while (word[n - 1] == '?' || word[n - 1] == '~') {
        p->optional = true;
        p->ignored |= word[--n] == '~';
    }
    name = strcspn(word, "=:");
    type = strcspn(word, ":");
    p->type = type_by_name(word + type + 1, n - type - 1);
    p->flag = *word == '-' ? word[1] : 0;
    snprintf(p->name, sizeof p->name, "%.*s", (int)name, word);
    if (name < type)
        snprintf(p->member, sizeof p->member, "%.*s", (int)(type - name - 1),
                 word + name + 1);
    else
        strcpy(p->member, p->name);
    return true;
}

void command_usage(const struct command *c, struct strbuf *out)
{
    const char *args = c->args;
    struct param p;

    while (param_next(&args, &p)) {
        if (p.ignored || p.type == P_LIST)
            continue;
        if (p.type == P_FORMAT)
            strbuf_add(out, " /fmt");
        else if (p.flag && p.type != P_FLAG)
            strbuf_add(out, " [%s %s]", p.name, types[p.type].name);
        else
            strbuf_add(out, p.optional ? " [%s%s]" : " %s%s", p.name,
                       p.type == P_CHORDS ? " ..." : "");
    }
}

/* ---- values ---- */

bool value_address(const char *text, uint32_t *addr)
{
    char *end;
    unsigned long long a = strtoull(text, &end, 16), b = 0;

    if (end == text || *text == '-' || a > 0xffffffffu)
        return false;
    if (*end == ':') {
        const char *off = end + 1;

        b = strtoull(off, &end, 16);
        if (end == off || a > 0xffff || b > 0xffff)
            return false;
        a <<= 4;
    }
    *addr = (uint32_t)(a + b);
    return !*end;
}

static int digit(char c)
{
    static const char all[] = "0123456789abcdef0123456789ABCDEF";
    const char *p = c ? strchr(all, c) : NULL;

    return p ? (int)(p - all) & 15 : -1;
}

int value_bytes(const char *text, uint8_t *bytes, int room)
{
    int n = 0;

    for (; text[2 * n]; n++) {
        int hi = digit(text[2 * n]), lo = hi < 0 ? -1 : digit(text[2 * n + 1]);

        if (lo < 0 || n == room)
            return -1;
        bytes[n] = (uint8_t)(hi << 4 | lo);
    }
    return n ? n : -1;
}

/* The place of a word in a list that ends with NULL; -1: it is not there. */
static int cmdargs_place_of(const char *word, const char *const *list)
{
    for (int n = 0; list[n]; n++)
        if (!strcmp(word, list[n]))
            return n;
    return -1;
}

const char *const *param_choices(enum param_type type)
{
    static const char *const buttons[] = { "left", "right", "middle", NULL };
    static const char *const pictures[] = { "ppm", "png", NULL };
    static const char *const accesses[] = { "read-write", "read-only",
                                            "retain", NULL };
    static const char *const none[] = { NULL };

    return type == P_BUTTON ? buttons : type == P_PICTURE ? pictures
           : type == P_ACCESS ? accesses : none;
}

static void check_keys(struct call *c, const struct param *p, const char *word)
{
    uint16_t code[CHORD_KEYS];
    char bad[32];
    const char *near;

    if (key_chord(word, code, bad))
        return;
    near = key_nearest(bad);
    call_fail(c, p->name, near ? "there is no '%s'; did you mean '%s'?"
                               : "there is no '%s'", bad, near);
}

static void check_chords(struct call *c, const struct param *p,
                         const char *words)
{
    char word[CALL_KEYS];

    for (size_t n; *words; words += n + strspn(words + n, " \t\r")) {
        n = strcspn(words, " \t\r");
        snprintf(word, sizeof word, "%.*s", (int)n, words);
        check_keys(c, p, word);
    }
}

/* A script that types what no key types would wait in vain later. */
static void check_typed(struct call *c, const struct param *p,
                        const char *text)
{
    bool shift;

    while (*text) {
        const char *from = text;
        uint32_t u = utf8_get(&text);

        if (u > 126 || !key_of_char((int)u, &shift)) {
            call_fail(c, p->name, "no key types '%.*s'", (int)(text - from),
                      from);
            return;
        }
    }
}

static void check_drive(struct call *c, const struct param *p,
                        struct call_arg *a)
{
    a->n = drive_by_name(a->text);
    if (a->n < PC_DRIVES)
        return;
    if (c->way == BY_QMP)
        call_fail(c, NULL, "Device '%.80s' not found", a->text);
    else
        call_fail(c, p->name, "no such drive '%.40s'; see info block",
                  a->text);
    c->class = "DeviceNotFound";
}

static void check_choice(struct call *c, const struct param *p,
                         struct call_arg *a)
{
    const char *const *list = param_choices(p->type);
    char known[100] = "";

    a->n = cmdargs_place_of(a->text, list);
    for (int n = 0; list[n]; n++)
        snprintf(known + strlen(known), sizeof known - strlen(known), "%s%s",
                 n ? ", " : "", list[n]);
    if (a->n < 0)
        call_fail(c, p->name, "'%.40s' is none of %s", a->text, known);
}

static void check_place(struct call *c, const struct param *p,
                        struct call_arg *a, const char *word)
{
    char *end;

    if (*word == '@' && isdigit((unsigned char)word[1])) {
        a->n = (int64_t)strtoull(word + 1, &end, 10);
        if (!*end)
            return;
    } else if (opt_time(word, &a->n)) {
        return;
    }
    call_fail(c, p->name, "'%.40s' is no time nor count; try 2s, 250ms or "
              "@1000000", word);
}

static void check_condition(struct call *c, const struct param *p,
                            const char *word)
{
    const char *at = word + 2;
    char why[PC_WHY];
    int64_t v;

    if (strncmp(word, "if", 2) || !isspace((unsigned char)word[2])) {
        call_fail(c, p->name, "'%.40s': try if EXPRESSION", word);
        return;
    }
    if (!value_expression(NULL, &at, &v, why))
        call_fail(c, p->name, "%s", why);
    else if (at[strspn(at, " \t\r\n")])
        call_fail(c, p->name, "'%.40s' is too much", at);
}

bool call_value(struct call *c, const struct param *p, struct call_arg *a,
                const char *word)
{
    uint8_t bytes[256];
    uint32_t addr = 0;

    a->given = true;
    a->text = word;
    switch (p->type) {
    case P_TIME:
        if (!opt_time(word, &a->n))
            call_fail(c, p->name, "'%.40s' is no time; try 2s or 250ms", word);
        break;
    case P_PLACE:     check_place(c, p, a, word); break;
    case P_CONDITION: check_condition(c, p, word); break;
    case P_ADDRESS:
        if (!value_address(word, &addr))
            call_fail(c, p->name, "no address: '%.40s'", word);
        a->n = addr;
        break;
    case P_BYTES:
        if (value_bytes(word, bytes, sizeof bytes) < 0)
            call_fail(c, p->name, "not pairs of hex digits: '%.40s'", word);
        break;
    case P_FILE: case P_NEWFILE:
        if (!*word)
            call_fail(c, p->name, "is an empty name");
        break;
    case P_DRIVE:   check_drive(c, p, a); break;
    case P_KEYS:    check_keys(c, p, word); break;
    case P_CHORDS:  check_chords(c, p, word); break;
    case P_TYPED:   check_typed(c, p, word); break;
    case P_BUTTON: case P_PICTURE: case P_ACCESS:
        check_choice(c, p, a);
        break;
    default: break;
    }
    return !c->bad;
}

/* ---- words ---- */

/* To the next word; false at the end of the line or a comment. */
static bool more(char **p)
{
    *p += strspn(*p, " \t\r\n");
    if (**p == '#')
        **p = 0;
    return **p;
}

static char unescape(char ch)
{
    static const char names[] = "nrte\\\"'", values[] = "\n\r\t\033\\\"'";
    const char *p = ch ? strchr(names, ch) : NULL;

    return p ? values[p - names] : 0;
}

/* Text in quotes, which become the text itself. */
static char *take_quoted(struct call *c, const struct param *s, char **from)
{
    char *p = *from + 1, *to = p, *text = p;

    while (*p != '"') {
        char ch = *p++;

        if (ch == '\\' && !(ch = unescape(*p++))) {
            call_fail(c, s->name, "has an unknown escape");
            return NULL;
        }
        if (!ch) {
            call_fail(c, s->name, "no closing quotation mark");
            return NULL;
        }
        *to++ = ch;
    }
    *from = p + 1;
    if (p[1] && !strchr(" \t\r\n", p[1])) {
        call_fail(c, s->name, "a blank is missing after the text");
        return NULL;
    }
    *to = 0;
    return text;
}

static char *cmdargs_take_word(struct call *c, const struct param *s, char **p)
{
    char *word = *p;

    if (*word == '"')
        return take_quoted(c, s, p);
    *p += strcspn(*p, " \t\r\n");
    if (**p)
        *(*p)++ = 0;
    return word;
}

/* "/10xw" behind the command's name. */
static void take_format(struct call *c, char **p)
{
    if (!more(p) || **p != '/')
        return;
    for (++*p; isdigit((unsigned char)**p); ++*p)
        if (c->format.count < 1000000)
            c->format.count = c->format.count * 10 + **p - '0';
    for (; **p && !isspace((unsigned char)**p); ++*p) {
        if (strchr("xduoci", **p))
            c->format.format = **p;
        else if (strchr("bhwg", **p))
            c->format.size = **p;
        else {
            call_fail(c, "format", "'%c' is none of x d u o c i, b h w g", **p);
            return;
        }
    }
}

/* 64K or 1M; a plain number is an expression. */
static bool cmdargs_take_size(struct call_arg *a, char **p)
{
    static const char units[] = "kKmMgG";
    char *end;
    unsigned long long n = strtoull(*p, &end, 0);
    const char *unit = end > *p && *end ? strchr(units, *end) : NULL;

    if (!unit || (end[1] && !isspace((unsigned char)end[1])) || n >> 32)
        return false;
    a->given = true;
    a->n = (int64_t)(n << (10 + 10 * ((unit - units) / 2)));
    *p = end + 1;
    return true;
}

static void take_number(struct call *c, const struct param *s,
                        struct call_arg *a, char **p)
{
    const char *at = *p;
    char why[PC_WHY];

    a->given = true;
    if (!value_expression(c->s ? c->s->pc : NULL, &at, &a->n, why))
        call_fail(c, s->name, "%s", why);
    *p += at - *p;
}

static void cmdargs_take_line(struct call *c, const struct param *s,
                              struct call_arg *a, char **p)
{
    char *rest = *p;

    *p += strlen(*p);
    call_value(c, s, a, rest);
}

static bool is_time(const char *p)
{
    char word[24];
    int64_t ns;

    snprintf(word, sizeof word, "%.*s", (int)strcspn(p, " \t\r\n"), p);
    return opt_time(word, &ns);
}

static bool is_if(const char *p)
{
    return !strncmp(p, "if ", 3);
}

static void cmdargs_take_value(struct call *c, const struct param *s,
                       struct call_arg *a, char **p)
{
    const char *word;

    if (s->type == P_LINE || s->type == P_CHORDS || s->type == P_CONDITION)
        cmdargs_take_line(c, s, a, p);
    else if (s->type == P_NUMBER && s->optional && is_if(*p))
        return;
    else if (s->type == P_NUMBER ||
             (s->type == P_SIZE && !cmdargs_take_size(a, p)))
        take_number(c, s, a, p);
    else if (s->type == P_TIME && s->optional && !is_time(*p))
        return;
    else if (s->type != P_SIZE && (word = cmdargs_take_word(c, s, p)))
        call_value(c, s, a, word);
}

/* Takes the flags that stand here; they may stand anywhere. */
static void take_flags(struct call *c, char **p)
{
    const char *args = c->row->args;
    struct param s;

    for (int n = 0; !c->bad && more(p) && param_next(&args, &s);) {
        struct call_arg *a = &c->arg[n];
        const char *word;

        n += s.type != P_FORMAT;
        if (!s.flag || **p != '-' || (*p)[1] != s.flag ||
            ((*p)[2] && !isspace((unsigned char)(*p)[2])))
            continue;
        *p += 2;
        a->given = true;
        a->n = 1;
        if (s.type != P_FLAG && more(p) && (word = cmdargs_take_word(c, &s, p)))
            call_value(c, &s, a, word);
        args = c->row->args;
        n = 0;
    }
}

static void fail_usage(struct call *c, const char *format, const char *word)
{
    struct strbuf usage = { 0 };
    char text[80];

    command_usage(c->row, &usage);
    snprintf(text, sizeof text, format, word);
    call_fail(c, NULL, "%s: %.*s%s", text, (int)strcspn(c->row->name, "|"),
              c->row->name, usage.p ? usage.p : "");
    strbuf_free(&usage);
}

static void take_args(struct call *c, char *p)
{
    const char *args = c->row->args;
    struct param s;

    for (int n = 0; !c->bad && param_next(&args, &s);) {
        if (s.type == P_FORMAT) {
            take_format(c, &p);
            continue;
        }
        take_flags(c, &p);
        if (!c->bad && !s.flag && !s.ignored && more(&p))
            cmdargs_take_value(c, &s, &c->arg[n], &p);
        if (!c->arg[n++].given && !s.optional)
            fail_usage(c, "%.30s is missing", s.name);
    }
    take_flags(c, &p);
    if (more(&p))
        fail_usage(c, "'%.40s' is too much", p);
}

/* ---- lines ---- */

/* Tries each of a row's names. */
static void try_names(struct near *near, const char *names,
                      char buf[2 * COMMAND_NAME])
{
    for (size_t n; *names; names += n + (names[n] == '|')) {
        const char *best = near->best;

        n = strcspn(names, "|");
        snprintf(buf, COMMAND_NAME, "%.*s", (int)n, names);
        near_try(near, buf);
        if (near->best == buf)          /* kept while others are tried */
            near->best = strcpy(buf + COMMAND_NAME, buf);
        else
            near->best = best;
    }
}

static void fail_unknown(struct call *c, const char *name)
{
    struct near near = { name, NULL, 0 };
    char buf[2 * COMMAND_NAME];

    for (const struct command *r = NULL; (r = command_next(r));)
        try_names(&near, r->name, buf);
    call_fail(c, NULL, near.best ? "unknown command: '%s'; did you mean '%s'?"
                                 : "unknown command: '%s'; try help",
              name, near.best);
}

bool call_read(struct call *c, const char *line)
{
    size_t n = 0;
    char *p;

    c->words = strdup(line);
    if (!(p = c->words)) {
        call_fail(c, NULL, "out of memory");
        return false;
    }
    if (!more(&p))
        return false;
    c->row = command_find(p, &n);
    if (!c->row) {
        p[strcspn(p, " \t\r\n/")] = 0;
        p[40 < strlen(p) ? 40 : strlen(p)] = 0;
        fail_unknown(c, p);
    } else if (c->row->only && c->row->only != c->way)
        call_fail(c, NULL, c->row->only == BY_SCRIPT
                      ? "is a command of scripts" : "is a command of QMP");
    else
        take_args(c, p + n);
    return !c->bad;
}
