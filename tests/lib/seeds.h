/* seeds.h - how many random cases a test tries: a build whose tests are slow
 * takes fewer, make check-long more. */
#ifndef SEEDS_H
#define SEEDS_H

#include <stdlib.h>

/* The usual number where ISABOX_SEEDS is 5 or not set, else in proportion, and
 * at least one. */
static inline unsigned seeds_for(unsigned usual)
{
    const char *n = getenv("ISABOX_SEEDS");
    unsigned most = n ? usual * (unsigned)atoi(n) / 5 : usual;

    return most ? most : 1;
}

#endif
