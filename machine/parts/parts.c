/* parts.c - the list of all parts. */
#include "machine/parts/parts.h"

#include <string.h>

static const struct part *const parts[] = {
#define X(name) &part_##name,
    PART_LIST(X)
#undef X
};

const struct part *part_at(int n)
{
    return n >= 0 && n < (int)COUNT_OF(parts) ? parts[n] : NULL;
}

const struct part *part_find(const char *name)
{
    for (size_t n = 0; n < COUNT_OF(parts); n++)
        if (!strcmp(parts[n]->name, name) ||
            (parts[n]->alias && !strcmp(parts[n]->alias, name)))
            return parts[n];
    return NULL;
}
