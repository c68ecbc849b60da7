/* sdl.h - the window: between sdl.c (input) and sdldraw.c (picture). */
#ifndef SDL_FRONT_H
#define SDL_FRONT_H

#include "ui/host/sdllib.h"
#include "ui/session/session.h"

#define MS INT64_C(1000000)
enum { FRAME_MS = 16, KEYS_HELD = 16, STICKS = 2 };

enum scale { SCALE_ASPECT, SCALE_INTEGER, SCALE_FREE, SCALES };

struct window {
    struct session *s;
    struct display *display;
    SDL_Window *window;
    SDL_Renderer *renderer;
    SDL_Texture *picture, *sharp;       /* as drawn; enlarged by whole steps */
    SDL_Texture *note;                  /* a message over the picture */
    int note_w;
    uint32_t width, height;             /* of the picture */
    int steps_x, steps_y;               /* of the texture `sharp` */
    uint64_t shown;                     /* the change that is shown */
    enum scale scale;
    bool nearest, scanlines, captured, full, dirty;
    bool hidden;                        /* minimized: nobody sees a picture */
    int64_t interval, title_due;
    uint16_t held[KEYS_HELD];           /* keys that the guest sees down */
    uint16_t late[2];                   /* Ctrl and Alt, see sdl_keeps() */
    int64_t late_due;                   /* host time at which they go on */
    int winding;                        /* the scan code that winds, or 0 */
    unsigned buttons;
    SDL_GameController *stick[STICKS];
    bool pad_moves;                     /* the keypad is the first stick */
    unsigned pad;                       /* its keys that are down */
    char message[PC_WHY];
    int64_t message_end;
};

/* Draws what has changed, when it is time to look. */
void sdl_draw(struct window *w, int64_t now);

/* Puts a line of text over the picture's lower edge; NULL takes it away. */
void sdl_note(struct window *w, const char *text);

/* Where a picture goes in an area of pixels. */
SDL_Rect sdl_place(const struct window *w, int area_w, int area_h);

/* The dark gap below line n of so many that lie in an area; its height is 0
 * where lines are not at least two pixels apart. */
SDL_Rect sdl_gap(const SDL_Rect *area, int n, int lines);

void sdl_draw_close(struct window *w);

#endif
