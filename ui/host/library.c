/* library.c - a library of the host's, loaded when it is wanted. */
#include "ui/host/library.h"

#include <dlfcn.h>
#include <string.h>

#include "ui/app/options.h"

/* The words are about the first name. */
static void *open_one_of(const char *const *names, char *why)
{
    void *library = dlopen(*names, RTLD_NOW | RTLD_LOCAL);

    if (!library)
        opt_bad(why, "%.200s", dlerror());
    while (!library && *++names)
        library = dlopen(*names, RTLD_NOW | RTLD_LOCAL);
    return library;
}

bool library_load(const char *const *names, const struct library_row *rows,
                  size_t n, void *functions, char *why)
{
    void *library = open_one_of(names, why), *found;

    if (!library)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!(found = dlsym(library, rows[i].name)))
            return opt_bad(why, "%.40s has no %.80s()", *names, rows[i].name);
        memcpy((char *)functions + rows[i].at, &found, sizeof found);
    }
    return true;
}
