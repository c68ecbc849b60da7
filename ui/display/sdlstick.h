/* sdlstick.h - game controllers as the joysticks of a game port. */
#ifndef SDLSTICK_H
#define SDLSTICK_H

#include "ui/display/sdl.h"

/* Where the machine has a game port, controllers come by events from now on. */
void sdl_stick_open(struct window *w);
void sdl_stick_close(struct window *w);

/* False: the event is of no controller. */
bool sdl_stick_event(struct window *w, const SDL_Event *e);

#endif
