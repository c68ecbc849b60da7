/* cp437.h - the PC's character set (code page 437) as Unicode; writes UTF-8. */
#ifndef CP437_H
#define CP437_H

#include <stddef.h>
#include <stdint.h>

/* As a character generator draws them, so 0 to 31 are pictures, not controls;
 * 0, 32 and 255 are blank. */
extern const uint16_t cp437_unicode[256];

/* Bytes written to out (at most 4, no 0 at the end). */
size_t utf8_put(char *out, uint32_t u);

#endif
