/* quick_check.h - libcheck without a system call for each assertion that holds.
 *
 * The library writes down the place of each, to name it when the test's
 * process dies. Loops hold millions of them, and that took most of the time of
 * some tests. The Makefile includes this into every unit test, before all else
 * (so there is no other header in it). A failed assertion still names its
 * place; what a process died of is for a debugger (CK_FORK=no). */
#ifndef QUICK_CHECK_H
#define QUICK_CHECK_H

static inline void quick_mark(const char *file, int line)
{
    (void)file;
    (void)line;
}

#define _mark_point quick_mark          /* in check.h and its macros */

#endif
