/* sdllib.c - SDL2's library, loaded when it is wanted. */
#include "ui/host/sdllib.h"

#include "ui/host/library.h"

static const char *const names[] = {
#ifdef __APPLE__
    "libSDL2-2.0.0.dylib",
#else
    "libSDL2-2.0.so.0",
#endif
    NULL
};

struct sdllib sdl;

static const struct library_row rows[] = {
#define ROW(name) { "SDL_" #name, offsetof(struct sdllib, name) },
    SDL_FUNCTIONS(ROW)
#undef ROW
};

bool sdl_library(char *why)
{
    return library_load(names, rows, sizeof rows / sizeof rows[0], &sdl, why);
}
