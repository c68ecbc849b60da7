/* fuzz.h - what the targets of `make fuzz` share.
 *
 * A target is one file, NAME.c, with LLVMFuzzerTestOneInput(); its seeds are
 * in corpus/NAME, its dictionary, if it has one, is NAME.dict. clang's
 * libFuzzer calls it, or main.c, which runs each file of a corpus once. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/core/core.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

/* What is left of the input; behind its end are zeros. */
struct input_bytes { const u8 *p; size_t n; };

static inline u32 take(struct input_bytes *in, int bytes)
{
    u32 v = 0;

    for (int i = 0; i < bytes; i++, in->p++, in->n--) {
        if (!in->n)
            return v;
        v |= (u32)*in->p << 8 * i;
    }
    return v;
}

/* The machine did what it must not. */
__attribute__((format(printf, 1, 2), noreturn))
static inline void found(const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    fputs("found: ", stderr);
    vfprintf(stderr, format, ap);
    fputc('\n', stderr);
    va_end(ap);
    abort();
}

#endif
