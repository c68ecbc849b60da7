/* edit.c - a line typed at a terminal: editing, history, completion.
 *
 * Keys as in a shell: arrows, Home, End, Delete, Ctrl-A E B F P N H D K U W
 * L, Tab. Needs a terminal that knows CR, BS and ESC [ K; lines longer than
 * its width wrap badly. */
#include "ui/host/edit.h"

#include <stdlib.h>
#include <string.h>

#define CTRL(ch) ((ch) & 0x1f)
enum { ESC = 0x1b, DEL = 0x7f };

struct edit {
    const char *prompt;
    edit_complete *complete;
    void *ctx;
    char line[EDIT_LINE], done[EDIT_LINE];
    size_t n, at;
    char *history[EDIT_HISTORY];        /* the oldest first */
    int lines, browsing;
    int escape;                         /* bytes of ESC [ x taken */
    int number;
};

struct edit *edit_new(const char *prompt, edit_complete *complete, void *ctx)
{
    struct edit *e = calloc(1, sizeof *e);

    if (e) {
        e->prompt = prompt;
        e->complete = complete;
        e->ctx = ctx;
    }
    return e;
}

void edit_free(struct edit *e)
{
    for (int i = 0; e && i < e->lines; i++)
        free(e->history[i]);
    free(e);
}

/* ---- drawing ---- */

void edit_prompt(const struct edit *e, struct strbuf *out)
{
    strbuf_add(out, "\r%s%s\x1b[K", e->prompt, e->line);
    for (size_t i = e->at; i < e->n; i++)
        strbuf_bytes(out, "\b", 1);
}

/* ---- the line ---- */

static void edit_insert(struct edit *e, const char *p, size_t n)
{
    if (e->n + n >= EDIT_LINE)
        return;
    memmove(e->line + e->at + n, e->line + e->at, e->n - e->at + 1);
    memcpy(e->line + e->at, p, n);
    e->n += n;
    e->at += n;
}

static void edit_cut(struct edit *e, size_t from, size_t to)
{
    memmove(e->line + from, e->line + to, e->n - to + 1);
    e->n -= to - from;
    e->at = from;
}

static size_t word_start(const struct edit *e)
{
    size_t at = e->at;

    while (at && e->line[at - 1] == ' ')
        at--;
    while (at && e->line[at - 1] != ' ')
        at--;
    return at;
}

/* ---- history ---- */

static void edit_remember(struct edit *e)
{
    char *copy;

    e->browsing = e->lines;
    if (!e->n || (e->lines && !strcmp(e->history[e->lines - 1], e->line)))
        return;
    if (!(copy = malloc(e->n + 1)))
        return;
    memcpy(copy, e->line, e->n + 1);
    if (e->lines == EDIT_HISTORY) {
        free(e->history[0]);
        memmove(e->history, e->history + 1,
                (EDIT_HISTORY - 1) * sizeof *e->history);
        e->lines--;
    }
    e->history[e->lines++] = copy;
    e->browsing = e->lines;
}

static void browse(struct edit *e, int step)
{
    int to = e->browsing + step;

    if (to < 0 || to > e->lines)
        return;
    e->browsing = to;
    strcpy(e->line, to == e->lines ? "" : e->history[to]);
    e->n = e->at = strlen(e->line);
}

/* ---- completion ---- */

static size_t common(const char *names, size_t *count)
{
    size_t n = strcspn(names, "\n");

    *count = 0;
    for (const char *p = names; *p; p += strcspn(p, "\n") + 1) {
        size_t k = 0;

        while (k < n && p[k] == names[k])
            k++;
        n = k;
        ++*count;
    }
    return n;
}

static void edit_complete_line(struct edit *e, struct strbuf *out)
{
    struct strbuf names = { 0 };
    char part[EDIT_LINE];
    size_t start = e->at, n, count;

    while (start && e->line[start - 1] != ' ')
        start--;
    memcpy(part, e->line, e->at);
    part[e->at] = 0;
    e->complete(e->ctx, part, &names);
    if (names.n) {
        n = common(names.p, &count);
        if (n > e->at - start)
            edit_insert(e, names.p + (e->at - start), n - (e->at - start));
        else if (count > 1)
            strbuf_add(out, "\n%s", names.p);
        if (count == 1)
            edit_insert(e, " ", 1);
    }
    strbuf_free(&names);
}

/* ---- keys ---- */

static void edit_key(struct edit *e, int ch, struct strbuf *out)
{
    char c = (char)ch;

    switch (ch) {
    case CTRL('a'): e->at = 0; break;
    case CTRL('e'): e->at = e->n; break;
    case CTRL('b'): e->at -= e->at > 0; break;
    case CTRL('f'): e->at += e->at < e->n; break;
    case CTRL('p'): browse(e, -1); break;
    case CTRL('n'): browse(e, 1); break;
    case CTRL('h'): case DEL:
        if (e->at)
            edit_cut(e, e->at - 1, e->at);
        break;
    case CTRL('d'):
        if (e->at < e->n)
            edit_cut(e, e->at, e->at + 1);
        break;
    case CTRL('k'): edit_cut(e, e->at, e->n); break;
    case CTRL('u'): edit_cut(e, 0, e->at); break;
    case CTRL('w'): edit_cut(e, word_start(e), e->at); break;
    case CTRL('l'): strbuf_add(out, "\x1b[H\x1b[2J"); break;
    case '\t':      edit_complete_line(e, out); break;
    default:
        if (ch >= ' ')
            edit_insert(e, &c, 1);
    }
}

/* ESC [ A and the like; ESC [ 3 ~ is Delete. */
static void edit_escape(struct edit *e, int ch, struct strbuf *out)
{
    static const char from[] = "ABCDHF";
    static const char to[] = { CTRL('p'), CTRL('n'), CTRL('f'), CTRL('b'),
                               CTRL('a'), CTRL('e') };
    const char *p;

    if (e->escape == 1) {
        e->escape = ch == '[' || ch == 'O' ? 2 : 0;
        e->number = 0;
    } else if (ch >= '0' && ch <= '9') {
        e->number = ch - '0';
    } else {
        e->escape = 0;
        if ((p = strchr(from, ch)) && ch)
            edit_key(e, to[p - from], out);
        else if (ch == '~')
            edit_key(e,
                     e->number == 3   ? CTRL('d')
                     : e->number == 1 ? CTRL('a')
                                      : CTRL('e'),
                     out);
    }
}

const char *edit_byte(struct edit *e, int ch, struct strbuf *out)
{
    if (e->escape) {
        edit_escape(e, ch, out);
    } else if (ch == ESC) {
        e->escape = 1;
    } else if (ch == '\r' || ch == '\n') {
        edit_remember(e);
        strcpy(e->done, e->line);
        e->line[e->n = e->at = 0] = 0;
        strbuf_add(out, "\n");
        return e->done;
    } else {
        edit_key(e, ch, out);
    }
    if (!e->escape)
        edit_prompt(e, out);
    return NULL;
}
