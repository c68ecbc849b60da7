/* fit.h - a picture made smaller or larger. */
#ifndef FIT_H
#define FIT_H

#include "machine/pc.h"

enum { FIT_MOST = 1024 };

/* Draws all of a picture into an area of width (at most FIT_MOST) by height
 * pixels. Each pixel is the mean of what lies under it, so lines one pixel wide
 * do not vanish. */
void fit_picture(const struct pc_frame *f, uint32_t *to, int width, int height,
                 int stride);

#endif
