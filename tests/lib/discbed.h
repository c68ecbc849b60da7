/* discbed.h - a folder of its own for each test of discs, which is the working
 * folder. */
#ifndef DISCBED_H
#define DISCBED_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char home[] = "/tmp/isabox-discs-XXXXXX";

static void disc_enter(void)
{
    ck_assert(mkdtemp(home) && chdir(home) == 0);
}

static void disc_leave(void)
{
    char line[60];

    snprintf(line, sizeof line, "rm -rf %s", home);
    ck_assert_int_eq(chdir("/") | system(line), 0);
    strcpy(home, "/tmp/isabox-discs-XXXXXX");
}

#endif
