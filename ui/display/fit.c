/* fit.c - a picture made smaller or larger: the mean of what lies under a
 * pixel. Distances are in 1/64 of a pixel of the source, so sums of a pixel
 * that is up to 40 times as wide and high as one of those fit into 32 bits. */
#include "ui/display/fit.h"

enum { ONE = 64 };

struct reach { uint32_t from, to; };    /* of one pixel, in the source */

static struct reach fit_reach(int n, int of, uint32_t source)
{
    uint64_t all = (uint64_t)source * ONE;
    struct reach r = { (uint32_t)(all * (uint64_t)n / (uint64_t)of),
                       (uint32_t)(all * (uint64_t)(n + 1) / (uint64_t)of) };

    r.to += r.to == r.from;
    return r;
}

/* How much of source pixel n is within reach. */
static uint32_t share(struct reach r, uint32_t n)
{
    uint32_t from = n * ONE > r.from ? n * ONE : r.from;
    uint32_t to = (n + 1) * ONE < r.to ? (n + 1) * ONE : r.to;

    return to - from;
}

static uint32_t fit_pixel(const struct pc_frame *f, struct reach x,
                          struct reach y)
{
    uint32_t r = 0, g = 0, b = 0;
    uint32_t area = (x.to - x.from) * (y.to - y.from);

    for (uint32_t v = y.from / ONE; v * ONE < y.to; v++)
        for (uint32_t u = x.from / ONE; u * ONE < x.to; u++) {
            uint32_t p = f->pixels[(size_t)v * f->stride + u];
            uint32_t part = share(x, u) * share(y, v);

            r += part * (p >> 16 & 0xff);
            g += part * (p >> 8 & 0xff);
            b += part * (p & 0xff);
        }
    return (r / area) << 16 | (g / area) << 8 | b / area;
}

void fit_picture(const struct pc_frame *f, uint32_t *to, int width, int height,
                 int stride)
{
    struct reach across[FIT_MOST];

    for (int x = 0; x < width; x++)
        across[x] = fit_reach(x, width, f->width);
    for (int y = 0; y < height; y++) {
        struct reach down = fit_reach(y, height, f->height);

        for (int x = 0; x < width; x++)
            to[y * stride + x] = fit_pixel(f, across[x], down);
    }
}
