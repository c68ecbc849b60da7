/* scriptread.c - reads a script: words, strings, times, checks. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/display/charset.h"
#include "ui/session/keys.h"
#include "machine/core/near.h"
#include "ui/control/script.h"

#define DEFAULT_NS INT64_C(30000000000)

struct reader {
    struct script *sc;
    int line;
    char *p;                            /* what is left of the line */
    char *why;
};

/* Words with file and line; returns false. */
static bool bad(struct reader *r, const char *what, const char *word)
{
    return opt_bad(r->why, "%.80s:%d: %s%s%.60s%s", r->sc->path, r->line, what,
                   word ? " '" : "", word ? word : "", word ? "'" : "");
}

static bool unknown(struct reader *r, const char *what, const char *word,
                    const char *near)
{
    if (!near)
        return bad(r, what, word);
    return opt_bad(r->why, "%.80s:%d: %s '%.40s'; did you mean '%s'?",
                   r->sc->path, r->line, what, word, near);
}

/* ---- words ---- */

static bool unescape(struct reader *r, char **from, char **to)
{
    static const char names[] = "nte\\\"", values[] = "\n\t\033\\\"";
    const char *p = strchr(names, *++*from);

    if (!**from || !p)
        return bad(r, "unknown escape in a string", NULL);
    *(*to)++ = values[p - names];
    ++*from;
    return true;
}

/* Takes one word off the line, in place; *quoted tells a string. *word is
 * NULL at the end. */
static bool next_word(struct reader *r, char **word, bool *quoted)
{
    char *p = r->p + strspn(r->p, " \t\r"), *to = p + 1;

    *word = NULL;
    *quoted = *p == '"';
    if (!*p || *p == '#')
        return true;
    *word = p;
    if (!*quoted) {
        p += strcspn(p, " \t\r");
        r->p = p + (*p != 0);
        *p = 0;
        return true;
    }
    for (p++, *word = to; *p != '"';)
        if (!*p)
            return bad(r, "a string without its end", NULL);
        else if (*p == '\\') {
            if (!unescape(r, &p, &to))
                return false;
        } else
            *to++ = *p++;
    if (p[1] && !strchr(" \t\r", p[1]))
        return bad(r, "a blank is missing after a string", NULL);
    r->p = p + 1;
    *to = 0;
    return true;
}

/* ---- values ---- */

bool script_address(const char *text, uint32_t *addr)
{
    char *end;
    unsigned long a = strtoul(text, &end, 16), b = 0;

    if (end == text || *text == '-' || a > 0xffffffffu)
        return false;
    if (*end == ':') {
        const char *off = end + 1;

        b = strtoul(off, &end, 16);
        if (end == off || a > 0xffff || b > 0xffff)
            return false;
        a <<= 4;
    }
    *addr = (uint32_t)(a + b);
    return !*end;
}

static int digit(char c)
{
    const char *all = "0123456789abcdef0123456789ABCDEF";
    const char *p = c ? strchr(all, c) : NULL;

    return p ? (int)(p - all) & 15 : -1;
}

int script_bytes(const char *text, uint8_t *bytes, int room)
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

int script_button(const char *text)
{
    static const char *const name[] = { "left", "right", "middle" };

    for (int n = 0; n < 3; n++)
        if (!strcmp(text, name[n]))
            return 1 << n;
    return 0;
}

static bool good_keys(struct reader *r, const char *word)
{
    uint16_t code[CHORD_KEYS];
    char part[32];

    return key_chord(word, code, part) ||
           unknown(r, "no such key", part, key_nearest(part));
}

/* A script that types what no key types would wait in vain later. */
static bool good_typing(struct reader *r, const char *text)
{
    bool shift;

    while (*text) {
        const char *p = text;
        uint32_t u = utf8_get(&text);

        if (u > 126 || !key_of_char((int)u, &shift)) {
            char one[8];

            snprintf(one, sizeof one, "%.*s", (int)(text - p), p);
            return bad(r, "no key types", one);
        }
    }
    return true;
}

static bool good_word(struct reader *r, char kind, const char *word)
{
    uint8_t bytes[256];
    uint32_t addr;
    char *end;

    switch (kind) {
    case 'i':
        strtol(word, &end, 0);
        return (*word && !*end) || bad(r, "no number:", word);
    case 'd':
        return !strcmp(word, "fda") || !strcmp(word, "fdb") ||
               bad(r, "neither fda nor fdb:", word);
    case 'b':
        return script_button(word) ||
               bad(r, "neither left, right nor middle:", word);
    case 'k': return good_keys(r, word);
    case 'a': return script_address(word, &addr) || bad(r, "no address:", word);
    case 'x':
        return script_bytes(word, bytes, sizeof bytes) > 0 ||
               bad(r, "not pairs of hex digits:", word);
    case 'y': return good_typing(r, word);
    default:  return *word || kind == 's' || bad(r, "an empty word", NULL);
    }
}

/* ---- lines ---- */

static const struct verb *find_verb(struct reader *r, const char *name)
{
    struct near n = { name, NULL, 0 };

    for (const struct verb *v = script_verbs; v->name; v++) {
        if (!strcmp(v->name, name))
            return v;
        near_try(&n, v->name);
    }
    unknown(r, "unknown command", name, n.best);
    return NULL;
}

static bool take_words(struct reader *r, struct command *c)
{
    const char *kind = c->verb->words;
    bool optional = false, quoted;
    char *word;

    while (next_word(r, &word, &quoted)) {
        if (*kind == '?') {
            optional = true;
            kind++;
        }
        if (*kind == 'T' && word && !quoted && opt_time(word, &c->ns)) {
            kind++;
            continue;
        }
        kind += *kind == 'T';
        if (!word)
            return !*kind || optional || (*kind == 'k' && c->args) ||
                   bad(r, "too few words after", c->verb->name);
        if (!*kind || c->args == SCRIPT_ARGS)
            return bad(r, "too many words:", word);
        if (*kind == 't') {
            if (!opt_time(word, &c->ns))
                return bad(r, "no time:", word);
        } else if (!good_word(r, *kind, word))
            return false;
        else
            c->arg[c->args++] = word;
        kind += *kind != 'k';
    }
    return false;
}

static bool take_line(struct reader *r)
{
    struct command *c = &r->sc->command[r->sc->commands];
    char *word;
    bool quoted;

    if (!next_word(r, &word, &quoted))
        return false;
    if (!word)
        return true;
    *c = (struct command){ find_verb(r, word), r->line, DEFAULT_NS, 0,
                           { NULL } };
    if (!c->verb || !take_words(r, c))
        return false;
    r->sc->commands++;
    return true;
}

static bool take_lines(struct script *sc, char *why)
{
    struct reader r = { sc, 0, NULL, why };
    char *p = sc->text;
    int lines = 1;

    for (char *q = p; *q; q++)
        lines += *q == '\n';
    if (!(sc->command = calloc((size_t)lines, sizeof *sc->command)))
        return opt_bad(why, "out of memory");
    while (p) {
        char *nl = strchr(p, '\n');

        if (nl)
            *nl = 0;
        r.p = p;
        r.line++;
        if (!take_line(&r))
            return false;
        p = nl ? nl + 1 : NULL;
    }
    return true;
}

static char *read_all(const char *path)
{
    FILE *f = strcmp(path, "-") ? fopen(path, "rb") : stdin;
    size_t n = 0, cap = 4096, got;
    char *p = malloc(cap + 1);

    while (f && p && (got = fread(p + n, 1, cap - n, f)) > 0) {
        char *more;

        n += got;
        if (n == cap) {
            more = realloc(p, (cap *= 2) + 1);
            if (!more)
                free(p);
            p = more;
        }
    }
    if (!f || ferror(f)) {
        free(p);
        p = NULL;
    }
    if (f && f != stdin)
        fclose(f);
    if (p)
        p[n] = 0;
    return p;
}

struct script *script_read(const char *path, char *why)
{
    struct script *sc = calloc(1, sizeof *sc);

    if (sc)
        sc->path = strdup(path);
    if (!sc || !sc->path)
        opt_bad(why, "out of memory");
    else if (!(sc->text = read_all(path)))
        opt_bad(why, "%.150s: cannot be read", path);
    else if (take_lines(sc, why))
        return sc;
    script_free(sc);
    return NULL;
}

void script_free(struct script *sc)
{
    if (!sc)
        return;
    free(sc->path);
    free(sc->text);
    free(sc->command);
    free(sc);
}
