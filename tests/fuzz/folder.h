/* folder.h - a folder for a target's files, which goes away at exit. */
#ifndef FOLDER_H
#define FOLDER_H

#include "tests/fuzz/fuzz.h"
#include "tests/lib/machine.h"

static char folder[PATH];

static inline void folder_gone(void)
{
    folder_remove(folder);
}

static inline void folder_need(void)
{
    if (*folder)
        return;
    if (!folder_make(folder))
        found("there is no folder for images");
    atexit(folder_gone);
}

/* The path of a file in it; four are kept. */
static inline const char *in_folder(const char *name)
{
    static char path[4][PATH + 80];
    static unsigned n;
    char *p = path[n++ % 4];

    folder_need();
    snprintf(p, sizeof path[0], "%s/%s", folder, name);
    return p;
}

#endif
