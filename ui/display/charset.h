/* charset.h - the PC's character set (code page 437) and Unicode. */
#ifndef CHARSET_H
#define CHARSET_H

#include <stddef.h>
#include <stdint.h>

/* As a character generator draws them, so 0 to 31 are pictures, not controls;
 * 0, 32 and 255 are blank. */
extern const uint16_t charset_unicode[256];

/* -1 when the code page has no such character. */
int charset_from_unicode(uint32_t u);

/* A plain ASCII character that looks like it. */
char charset_ascii(uint8_t ch);

/* Bytes written to out (at most 4, no 0 at the end). */
size_t utf8_put(char *out, uint32_t u);

/* Reads one character, moves *p past it; 0xfffd for a damaged one. */
uint32_t utf8_get(const char **p);

#endif
