/* strbuf.h - text that grows. */
#ifndef STRBUF_H
#define STRBUF_H

#include <stdbool.h>
#include <stddef.h>

struct strbuf {
    char *p;                            /* ends with a 0; NULL while empty */
    size_t n, cap;
    bool failed;                        /* out of memory; what was, stays */
};

void strbuf_bytes(struct strbuf *b, const void *p, size_t n);
void strbuf_add(struct strbuf *b, const char *format, ...)
#ifdef __GNUC__
    __attribute__((format(printf, 2, 3)))
#endif
    ;
void strbuf_drop(struct strbuf *b, size_t n);   /* from its start */
void strbuf_free(struct strbuf *b);

#endif
