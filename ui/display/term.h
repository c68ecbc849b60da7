/* term.h - the parts of the terminal front end. */
#ifndef TERM_H
#define TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "machine/pc.h"

struct session;

enum term_colors { TERM_16, TERM_256, TERM_RGB };

struct term_cell {
    uint32_t ch;                        /* Unicode; 0: never drawn */
    uint32_t fg, bg;                    /* 0x00RRGGBB */
};

/* A terminal's screen: what it should show and what it shows. */
struct term_screen {
    int columns, rows;
    enum term_colors colors;
    bool utf8;
    struct term_cell *want, *have;      /* columns * rows */
    int cursor_x, cursor_y;             /* -1: hidden */
    int at_x, at_y;                     /* the terminal's, -1 unknown */
    uint32_t fg, bg;                    /* its colours */
    bool colored, cursor_shown;
    int top, left;                      /* first guest cell in view */
    char *out;                          /* bytes for the terminal */
    size_t out_n, out_room;
};

bool term_resize(struct term_screen *t, int columns, int rows);
void term_free(struct term_screen *t);
void term_forget(struct term_screen *t);        /* all is to be drawn anew */

/* termdraw.c: fill `want`. dark: blinking characters are not seen now. */
void term_draw_text(struct term_screen *t, const struct pc_text *text,
                    bool dark);
void term_draw_picture(struct term_screen *t, const struct pc_frame *f);
void term_draw_message(struct term_screen *t, const char *text);

/* Turns the difference into bytes in out. */
void term_update(struct term_screen *t);

/* termkeys.c: bytes of a terminal to keys. */
enum { TERM_SHIFT = 1, TERM_ALT = 2, TERM_CTRL = 4, TERM_PREFIX = 0x1d };

struct term_input {
    char buf[64];
    size_t n;
    int64_t since;                      /* when the last byte came, host ns */
    bool pasting;                       /* what comes now is pasted text */
};

/* Takes one key off the front: its code and modifiers, and the byte itself in
 * *raw when it was a single one. Pasted text has no codes. False when none is
 * complete; `late` says that nothing more will follow. */
bool term_next_key(struct term_input *in, bool late, uint16_t *code, int *mods,
                   int *raw);

#endif
