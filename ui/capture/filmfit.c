/* filmfit.c - frames of another size in a film, without any loss. */
#include "ui/capture/filmfit.h"

#include <string.h>

static bool whole_times(uint32_t a, uint32_t b)
{
    return a % b == 0 || b % a == 0;
}

static void fit_row(const uint32_t *from, uint32_t n, uint32_t *to, uint32_t w)
{
    if (n == w)
        memcpy(to, from, w * sizeof *to);
    else if (n < w)
        for (uint32_t x = 0, times = w / n; x < w; x++)
            to[x] = from[x / times];
    else
        for (uint32_t x = 0, step = n / w; x < w; x++)
            to[x] = from[x * step];
}

/* Whether the frame's row is what enlarging the film's would give. */
static bool row_is_same(const uint32_t *from, uint32_t n, const uint32_t *to,
                        uint32_t w)
{
    if (n <= w)
        return true;
    for (uint32_t x = 0, step = n / w; x < n; x++)
        if (from[x] != to[x / step])
            return false;
    return true;
}

static bool nothing_lost(const struct pc_frame *f, uint32_t w, uint32_t h,
                         const uint32_t *to)
{
    uint32_t step = f->height > h ? f->height / h : 1;

    if (f->height <= h && f->width <= w)
        return true;
    for (uint32_t y = 0; y < f->height; y++) {
        const uint32_t *from = f->pixels + (size_t)y * f->stride;
        const uint32_t *first = from - (size_t)(y % step) * f->stride;

        if ((from != first && memcmp(from, first, f->width * sizeof *from)) ||
            !row_is_same(from, f->width, to + (size_t)(y / step) * w, w))
            return false;
    }
    return true;
}

bool film_fit(const struct pc_frame *f, uint32_t w, uint32_t h, uint32_t *to)
{
    if (!whole_times(f->width, w) || !whole_times(f->height, h))
        return false;
    for (uint32_t y = 0; y < h; y++) {
        uint32_t from = f->height > h ? y * (f->height / h)
                                      : y / (h / f->height);

        fit_row(f->pixels + (size_t)from * f->stride, f->width,
                to + (size_t)y * w, w);
    }
    return nothing_lost(f, w, h, to);
}
