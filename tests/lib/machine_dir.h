/* machine_dir.h - a folder for each test of a whole machine, and machines that
 * must be possible. */
#ifndef MACHINE_DIR_H
#define MACHINE_DIR_H

#include <check.h>

#include "tests/lib/machine.h"

static char dir[PATH];

/* A file's path in the folder; the last sixteen stay valid. */
static inline const char *in_dir(const char *name)
{
    static char path[16][PATH + 80];
    static int n;
    char *p = path[n++ % 16];

    snprintf(p, sizeof path[0], "%s/%s", dir, name);
    return p;
}

static void setup(void)
{
    ck_assert(folder_make(dir));
}

static void teardown(void)
{
    folder_remove(dir);
}

static inline struct pc *make(const struct pc_config *c)
{
    char why[PC_WHY] = "";
    struct pc *pc = pc_new(c, why);

    ck_assert_msg(pc != NULL, "%s", why);
    return pc;
}

#endif
