/* front.h - kinds of displays, and those of a session.
 *
 * A new kind is a struct front and a row in front.c. A session may have
 * several displays at once, each with its own state. */
#ifndef FRONT_H
#define FRONT_H

#include <stdbool.h>
#include <stdint.h>

#include "machine/pc.h"

struct session;
struct options;
struct display;

struct front {
    const char *name, *help;
    const char *const *props;           /* words behind the name; ends with a
                                           NULL; NULL: none */
    /* Whether it is worth a try when nobody named a display. */
    bool (*usable)(void);
    /* Fills why and returns false when it can't be had. Others may be NULL. */
    bool (*open)(struct display *d, char *why);
    void (*close)(struct display *d);
    void (*tick)(struct display *d);    /* after each slice of guest time */
    void (*say)(struct display *d, const char *text);   /* a short message */
    bool draws;                         /* it draws pictures in tick(), when
                                           display_looks() says so */
    bool sounds;                        /* it uses the host's sound device */
    bool watched;                       /* a person sees it and can act */
    bool takes_stdio;                   /* it has the process's stdin, stdout */
    bool hides_log;                     /* log lines would spoil its picture */
    bool libraries;                     /* it loads drivers of the host */
};

struct display {                        /* one that is open */
    const struct front *front;
    struct session *s;
    const char *props;                  /* as given, "" for none */
    void *data;                         /* the kind's own */
    int64_t look_due;                   /* host time of its next picture */
    bool unwatched;                     /* nobody sees or hears it now */
};

enum { DISPLAYS = 4 };

extern const struct front front_sdl, front_term, front_text, front_none;

/* The kind that a -display argument begins with; NULL: there is none. */
const struct front *front_by_name(const char *arg);
const struct front *front_at(int n);    /* NULL past the last */

/* Whether the words behind the kind's name are some that it knows. */
bool front_check(const char *arg, char *why);

/* Whether the display was given NAME=on or =off; `preset` when neither. */
bool display_is_on(const struct display *d, const char *name, bool preset);

/* Whether somebody will be watching what the options ask for, or what would
 * be chosen. */
bool front_watched(const struct options *o);

const char *front_window(void);         /* a usable one that needs no terminal,
                                           "none" when there is none */
void front_list(void);                  /* what -display help prints */
void front_help(void);                  /* hot keys, for --help */

/* Opens those that were named, or the best that works. */
bool front_open(struct session *s, char *why);
void front_close(struct session *s);
void front_tick(struct session *s);
bool front_any(const struct session *s, bool (*is)(const struct display *d));
void front_say(struct session *s, const char *format, ...)
#ifdef __GNUC__
    __attribute__((format(printf, 2, 3)))
#endif
    ;

/* Whether a display draws now: it wants a picture from host time d->look_due
 * on, and gets it when a frame has ended, so that it shows the memory of the
 * same moment as the registers; without one when frames are rare. */
bool display_looks(const struct display *d, int64_t now);
void display_looked(struct display *d, int64_t now, int64_t interval);
void display_look_soon(struct display *d);

/* Whether the next picture of a display is due so soon that the machine should
 * run to the end of a frame for it. */
bool front_wants_frame(const struct session *s, int64_t now);

#endif
