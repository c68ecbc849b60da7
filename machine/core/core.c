/* core.c - error words and log lines. */
#include "machine/core/core.h"

#include <stdarg.h>
#include <stdio.h>

const char *err_text(enum err e)
{
    static const char *const text[] = {
#define X(name, words) words,
        ERR_LIST(X)
#undef X
    };
    return e < ERR_COUNT ? text[e] : "unknown error";
}

/* Names of files and what images say of themselves can hold anything; a
 * terminal would obey some of it. */
static void make_plain(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            *text = '?';
}

enum err err_say(struct why *why, enum err e, const char *fmt, ...)
{
    va_list ap;

    if (why) {
        va_start(ap, fmt);
        vsnprintf(why->text, sizeof why->text, fmt, ap);
        va_end(ap);
        make_plain(why->text);
    }
    return e;
}

/* A guest in a loop could fill the host's disk with lines, so those that
 * guests cause draw on a quota. */
static bool within_quota(struct log *g, enum log_level l)
{
    if (l != LOG_GUEST && l != LOG_TODO)
        return true;
    if (g->quota == 0) {
        g->dropped++;
        return false;
    }
    g->quota--;
    return true;
}

void log_line(struct log *g, enum log_level l, const char *who,
              const char *fmt, ...)
{
    char text[240];
    va_list ap;

    if (!g->sink || (g->wants && !g->wants(g->ctx, l, who)) ||
        !within_quota(g, l))
        return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    g->sink(g->ctx, g->now ? *g->now : 0, l, who, text);
}
