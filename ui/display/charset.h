/* charset.h - the PC's character set (code page 437) and Unicode. */
#ifndef CHARSET_H
#define CHARSET_H

#include <stddef.h>
#include <stdint.h>

#include "machine/words/cp437.h"

/* -1 when the code page has no such character. */
int charset_from_unicode(uint32_t u);

/* A plain ASCII character that looks like it. */
char charset_ascii(uint8_t ch);

/* Reads one character, moves *p past it; 0xfffd for a damaged one. */
uint32_t utf8_get(const char **p);

#endif
