/* front.h - front ends: ways to show the machine and to take input.
 *
 * A new one is a struct front and a row in front.c. */
#ifndef FRONT_H
#define FRONT_H

#include <stdbool.h>

#include "machine/pc.h"

struct session;

struct front {
    const char *name, *help;
    /* Whether it is worth a try when nobody named a display. */
    bool (*usable)(void);
    /* Fills why and returns false when it can't be had. Others may be NULL. */
    bool (*open)(struct session *s, char *why);
    void (*close)(struct session *s);
    void (*tick)(struct session *s);    /* after each slice of guest time */
    bool draws;                         /* when session_looks() */
    void (*say)(struct session *s, const char *text);   /* a short message */
};

extern const struct front front_sdl, front_term, front_text, front_none;

/* Whether somebody will be watching: a window or a terminal, by name or, for
 * NULL, the one that would be chosen. */
bool front_watched(const char *name);

const char *front_name(int n);          /* NULL past the last */
const char *const *front_names(void);   /* the same as a list */
const char *front_window(void);         /* a usable one that needs no terminal,
                                           "none" when there is none */
void front_list(void);                  /* what -display help prints */
void front_help(void);                  /* hot keys, for --help */

/* Opens the named one, or the best that works. */
bool front_open(struct session *s, const char *name, char *why);
void front_close(struct session *s);
void front_say(struct session *s, const char *format, ...)
#ifdef __GNUC__
    __attribute__((format(printf, 2, 3)))
#endif
    ;

#endif
