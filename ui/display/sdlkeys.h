/* sdlkeys.h - SDL's scan codes as set-1 make codes. */
#ifndef SDLKEYS_H
#define SDLKEYS_H

#include <SDL.h>

/* The code that pc_key() takes; 0 when a PC has no such key. */
uint16_t sdl_key(SDL_Scancode sc);

#endif
