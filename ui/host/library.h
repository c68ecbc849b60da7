/* library.h - a library of the host's, loaded when it is wanted, not linked.
 *
 * Its functions are pointers in a struct, and rows tell which lies where. */
#ifndef LIBRARY_H
#define LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

struct library_row { const char *name; size_t at; };

/* Fills the struct. names, NULL behind the last, are those the library goes by,
 * the best first. False with words (PC_WHY bytes) when the host has none of
 * them, or one that lacks a function. */
bool library_load(const char *const *names, const struct library_row *rows,
                  size_t n, void *functions, char *why);

#endif
