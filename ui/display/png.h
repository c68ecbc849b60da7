/* png.h - pictures as PNG files. */
#ifndef PNG_H
#define PNG_H

#include "machine/pc.h"

/* Writes a picture; false, with the reason in why, when that fails and an
 * older file of that name is left as it was. */
bool png_write(const char *path, const struct pc_frame *frame, char *why);

#endif
