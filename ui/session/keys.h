/* keys.h - the keyboard's keys by name and by character.
 *
 * Names are QEMU's (its qcodes); codes are set-1 make codes as pc_key()
 * takes them. One table serves the script, the terminal and the window. */
#ifndef KEYS_H
#define KEYS_H

#include <stdbool.h>
#include <stdint.h>

enum { KEY_SHIFT = 0x2a, KEY_CTRL = 0x1d, KEY_ALT = 0x38, KEY_ESC = 0x01,
       KEY_F1 = 0x3b, KEY_DELETE = 0xe053, KEY_RET = 0x1c, KEY_TAB = 0x0f,
       KEY_BACKSPACE = 0x0e, KEY_SPACE = 0x39 };

struct key {
    const char *name;
    uint16_t code;
};
extern const struct key keys[];         /* ends with a NULL name */

/* 0 when there is no key of that name; "0x1e" is one by its code. */
uint16_t key_by_name(const char *name);

/* QEMU's numbers are set-1 codes too, with bit 7 for those behind E0. */
uint16_t key_by_number(unsigned long n);

/* Name of the nearest key, or NULL. */
const char *key_nearest(const char *name);

/* NULL when no key has that code. */
const char *key_name(uint16_t code);

/* "ctrl-alt-delete" to codes in the order they go down; the number of them,
 * or 0 with *bad (of 32 bytes) the part that is no key. */
enum { CHORD_KEYS = 8 };
int key_chord(const char *text, uint16_t code[CHORD_KEYS], char bad[32]);

/* The key of a US keyboard that types a character; 0 if none does. */
uint16_t key_of_char(int ch, bool *shift);

#endif
