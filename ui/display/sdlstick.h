/* sdlstick.h - game controllers, or the keypad, as the joysticks of a game
 * port. */
#ifndef SDLSTICK_H
#define SDLSTICK_H

#include "ui/display/sdl.h"

/* Where the machine has a game port, controllers come by events from now on. */
void sdl_stick_open(struct window *w);
void sdl_stick_close(struct window *w);

/* False: the event is of no controller. */
bool sdl_stick_event(struct window *w, const SDL_Event *e);

/* Whether the keypad moves a stick, from now on the other way. */
void sdl_stick_switch(struct window *w);

/* False: the key is the keyboard's. */
bool sdl_stick_key(struct window *w, SDL_Scancode key, bool down);

/* No key is down any more. */
void sdl_stick_let_go(struct window *w);

#endif
