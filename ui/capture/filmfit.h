/* filmfit.h - frames of another size in a film, without any loss.
 *
 * The same mode gives frames of several sizes: 320 by 200 where each pixel is
 * two lines high, 640 by 400 where a program changed a colour in mid-frame. In
 * a film of 640 by 400 the first is enlarged by whole numbers; in one of 320 by
 * 200 the second fits where its pixels are equal in twos. */
#ifndef FILMFIT_H
#define FILMFIT_H

#include <stdbool.h>
#include <stdint.h>

#include "machine/pc.h"

/* The frame as w * h pixels; false: some of it would be lost. */
bool film_fit(const struct pc_frame *f, uint32_t w, uint32_t h, uint32_t *to);

#endif
