/* strbuf.c - text that grows. */
#include "ui/host/strbuf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool strbuf_room(struct strbuf *b, size_t n)
{
    size_t cap = b->cap ? b->cap : 256;
    char *p;

    while (cap < b->n + n + 1)
        cap *= 2;
    if (cap == b->cap)
        return true;
    p = realloc(b->p, cap);
    if (!p) {
        b->failed = true;
        return false;
    }
    b->p = p;
    b->cap = cap;
    return true;
}

void strbuf_bytes(struct strbuf *b, const void *p, size_t n)
{
    if (!strbuf_room(b, n))
        return;
    memcpy(b->p + b->n, p, n);
    b->n += n;
    b->p[b->n] = 0;
}

void strbuf_add(struct strbuf *b, const char *format, ...)
{
    va_list ap;
    int n;

    va_start(ap, format);
    n = vsnprintf(NULL, 0, format, ap);
    va_end(ap);
    if (n < 0 || !strbuf_room(b, (size_t)n))
        return;
    va_start(ap, format);
    vsnprintf(b->p + b->n, (size_t)n + 1, format, ap);
    va_end(ap);
    b->n += (size_t)n;
}

void strbuf_drop(struct strbuf *b, size_t n)
{
    if (!n)
        return;
    memmove(b->p, b->p + n, b->n - n);
    b->n -= n;
    b->p[b->n] = 0;
}

void strbuf_free(struct strbuf *b)
{
    free(b->p);
    *b = (struct strbuf){ 0 };
}
