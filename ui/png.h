/* png.h - pictures as PNG files. */
#ifndef PNG_H
#define PNG_H

#include <stdbool.h>
#include <stdint.h>

/* Writes 0x00RRGGBB pixels; false when the file can't be written. An older
 * file of that name is replaced. */
bool png_write(const char *path, const uint32_t *pixels, uint32_t width,
               uint32_t height, uint32_t stride);

#endif
