/* script.c - reads a script, checks each line, runs them in guest time. */
#define _POSIX_C_SOURCE 200809L
#include "ui/control/script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/control/commands.h"

enum { MEDIA = 2 };                     /* status after most errors */

struct script {
    char *path, *text;
    char **line;                        /* into text; blank ones too */
    int lines;
};

/* ---- reading ---- */

static char *script_read_all(const char *path)
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

static bool cut_lines(struct script *sc, char *why)
{
    size_t most = 1;

    for (char *p = sc->text; *p; p++)
        most += *p == '\n';
    if (!(sc->line = calloc(most, sizeof *sc->line)))
        return opt_bad(why, "out of memory");
    for (char *p = sc->text; p;) {
        sc->line[sc->lines++] = p;
        if ((p = strchr(p, '\n')))
            *p++ = 0;
    }
    return true;
}

/* Nothing runs while any line is wrong. */
static bool check_lines(const struct script *sc, char *why)
{
    for (int n = 0; n < sc->lines; n++) {
        struct call c = { .way = BY_SCRIPT };

        call_read(&c, sc->line[n]);
        if (c.bad)
            opt_bad(why, "%.80s:%d: %s", sc->path, n + 1, c.why);
        call_end(&c);
        if (c.bad)
            return false;
    }
    return true;
}

struct script *script_read(const char *path, char *why)
{
    struct script *sc = calloc(1, sizeof *sc);

    if (sc)
        sc->path = strdup(path);
    if (!sc || !sc->path)
        opt_bad(why, "out of memory");
    else if (!(sc->text = script_read_all(path)))
        opt_bad(why, "%.150s: cannot be read", path);
    else if (cut_lines(sc, why) && check_lines(sc, why))
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
    free(sc->line);
    free(sc);
}

static void line_files(struct call *c, void (*f)(void *ctx, const char *path),
                       void *ctx)
{
    const char *args = c->row->args;
    struct param p;

    for (int n = 0; param_next(&args, &p); n += p.type != P_FORMAT)
        if ((p.type == P_FILE || p.type == P_NEWFILE) && c->arg[n].given)
            f(ctx, c->arg[n].text);
}

void script_files(const struct script *sc,
                  void (*f)(void *ctx, const char *path), void *ctx)
{
    for (int n = 0; n < sc->lines; n++) {
        struct call c = { .way = BY_SCRIPT };

        if (call_read(&c, sc->line[n]))
            line_files(&c, f, ctx);
        call_end(&c);
    }
}

/* ---- running ---- */

/* What a command printed goes to standard output; behind an error's words it
 * is a part of them. */
static void script_show(struct call *c, const char *where)
{
    if (!c->bad && c->text.n &&
        (fwrite(c->text.p, 1, c->text.n, stdout) != c->text.n ||
         fflush(stdout) != 0))
        call_fail(c, NULL, "standard output: cannot be written");
    if (!c->bad)
        return;
    fflush(stdout);
    fprintf(stderr, "%s: %s\n", where, c->why);
    if (c->text.n)
        fwrite(c->text.p, 1, c->text.n, stderr);
}

/* False, with the status, when the script ends here. */
static bool run_line(struct session *s, const char *line, const char *where,
                     int *status)
{
    struct call c = { .s = s, .way = BY_SCRIPT, .status = MEDIA };

    if (call_read(&c, line))
        call_run(&c);
    script_show(&c, where);
    call_end(&c);
    if (c.bad)
        *status = c.status;
    return !c.bad;
}

int script_run(struct script *sc, struct session *s)
{
    char where[200];
    int status;

    for (int n = 0; n < sc->lines && !s->quit; n++) {
        snprintf(where, sizeof where, "%.180s:%d", sc->path, n + 1);
        if (!run_line(s, sc->line[n], where, &status))
            return status;
    }
    return s->quit ? s->status : 0;
}
