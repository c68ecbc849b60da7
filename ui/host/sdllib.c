/* sdllib.c - SDL2's library, loaded when it is wanted. */
#include "ui/host/sdllib.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#include "ui/app/options.h"

#ifdef __APPLE__
#define LIBRARY "libSDL2-2.0.0.dylib"
#else
#define LIBRARY "libSDL2-2.0.so.0"
#endif

struct sdllib sdl;

static const struct { const char *name; size_t at; } functions[] = {
#define ROW(name) { "SDL_" #name, offsetof(struct sdllib, name) },
    SDL_FUNCTIONS(ROW)
#undef ROW
};

bool sdl_library(char *why)
{
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL), *found;

    if (!library)
        return opt_bad(why, "%.200s", dlerror());
    for (size_t n = 0; n < sizeof functions / sizeof functions[0]; n++) {
        if (!(found = dlsym(library, functions[n].name)))
            return opt_bad(why, LIBRARY " has no %s()", functions[n].name);
        memcpy((char *)&sdl + functions[n].at, &found, sizeof found);
    }
    return true;
}
