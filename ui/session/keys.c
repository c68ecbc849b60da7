/* keys.c - key names (QEMU's qcodes) and set-1 codes. */
#include "ui/session/keys.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "machine/words/near.h"

const struct key keys[] = {
    { "esc", 0x01 }, { "1", 0x02 }, { "2", 0x03 }, { "3", 0x04 },
    { "4", 0x05 }, { "5", 0x06 }, { "6", 0x07 }, { "7", 0x08 },
    { "8", 0x09 }, { "9", 0x0a }, { "0", 0x0b }, { "minus", 0x0c },
    { "equal", 0x0d }, { "backspace", 0x0e }, { "tab", 0x0f }, { "q", 0x10 },
    { "w", 0x11 }, { "e", 0x12 }, { "r", 0x13 }, { "t", 0x14 },
    { "y", 0x15 }, { "u", 0x16 }, { "i", 0x17 }, { "o", 0x18 },
    { "p", 0x19 }, { "bracket_left", 0x1a }, { "bracket_right", 0x1b },
    { "ret", 0x1c }, { "ctrl", 0x1d }, { "a", 0x1e }, { "s", 0x1f },
    { "d", 0x20 }, { "f", 0x21 }, { "g", 0x22 }, { "h", 0x23 },
    { "j", 0x24 }, { "k", 0x25 }, { "l", 0x26 }, { "semicolon", 0x27 },
    { "apostrophe", 0x28 }, { "grave_accent", 0x29 }, { "shift", 0x2a },
    { "backslash", 0x2b }, { "z", 0x2c }, { "x", 0x2d }, { "c", 0x2e },
    { "v", 0x2f }, { "b", 0x30 }, { "n", 0x31 }, { "m", 0x32 },
    { "comma", 0x33 }, { "dot", 0x34 }, { "slash", 0x35 },
    { "shift_r", 0x36 }, { "kp_multiply", 0x37 }, { "asterisk", 0x37 },
    { "alt", 0x38 }, { "spc", 0x39 }, { "caps_lock", 0x3a }, { "f1", 0x3b },
    { "f2", 0x3c }, { "f3", 0x3d }, { "f4", 0x3e }, { "f5", 0x3f },
    { "f6", 0x40 }, { "f7", 0x41 }, { "f8", 0x42 }, { "f9", 0x43 },
    { "f10", 0x44 }, { "num_lock", 0x45 }, { "scroll_lock", 0x46 },
    { "kp_7", 0x47 }, { "kp_8", 0x48 }, { "kp_9", 0x49 },
    { "kp_subtract", 0x4a }, { "kp_4", 0x4b }, { "kp_5", 0x4c },
    { "kp_6", 0x4d }, { "kp_add", 0x4e }, { "kp_1", 0x4f }, { "kp_2", 0x50 },
    { "kp_3", 0x51 }, { "kp_0", 0x52 }, { "kp_decimal", 0x53 },
    { "sysrq", 0x54 }, { "less", 0x56 }, { "f11", 0x57 }, { "f12", 0x58 },
    { "hiragana", 0x70 }, { "ro", 0x73 }, { "henkan", 0x79 },
    { "muhenkan", 0x7b }, { "yen", 0x7d }, { "kp_comma", 0x7e },
    { "kp_enter", 0xe01c }, { "ctrl_r", 0xe01d }, { "kp_divide", 0xe035 },
    { "print", 0xe037 }, { "alt_r", 0xe038 }, { "home", 0xe047 },
    { "up", 0xe048 }, { "pgup", 0xe049 }, { "left", 0xe04b },
    { "right", 0xe04d }, { "end", 0xe04f }, { "down", 0xe050 },
    { "pgdn", 0xe051 }, { "insert", 0xe052 }, { "delete", 0xe053 },
    { "meta_l", 0xe05b }, { "meta_r", 0xe05c }, { "compose", 0xe05d },
    { "menu", 0xe05d }, { "power", 0xe05e }, { "sleep", 0xe05f },
    { "wake", 0xe063 }, { "pause", 0xe11d },
    { NULL, 0 }
};

uint16_t key_by_number(unsigned long n)
{
    if (n > 0xffff)
        return 0;
    return (uint16_t)(n >= 0x80 && n <= 0xff ? 0xe000 | (n & 0x7f) : n);
}

uint16_t key_by_name(const char *name)
{
    char *end;
    unsigned long n;

    for (const struct key *k = keys; k->name; k++)
        if (!strcmp(k->name, name))
            return k->code;
    n = strncmp(name, "0x", 2) ? 0 : strtoul(name, &end, 16);
    return n && !*end ? key_by_number(n) : 0;
}

const char *key_nearest(const char *name)
{
    struct near n = { name, NULL, 0 };

    for (const struct key *k = keys; k->name; k++)
        near_try(&n, k->name);
    return n.best;
}

const char *key_name(uint16_t code)
{
    for (const struct key *k = keys; k->name; k++)
        if (k->code == code)
            return k->name;
    return NULL;
}

int key_chord(const char *text, uint16_t code[CHORD_KEYS], char bad[32])
{
    int n = 0;

    for (;;) {
        size_t len = strcspn(text, "-");

        if (len > 31)
            len = 31;
        memcpy(bad, text, len);
        bad[len] = 0;
        code[n] = key_by_name(bad);
        if (!code[n++])
            return 0;
        if (!text[len])
            return n;
        if (text[len] != '-' || n == CHORD_KEYS) {
            strcpy(bad, "too long");
            return 0;
        }
        text += len + 1;
    }
}

/* Rows of a US keyboard from set-1 code 2, 10h, 1Eh, 2Bh on. */
static const struct row {
    uint16_t code;
    const char *plain, *shifted;
} rows[] = {
    { 0x02, "1234567890-=", "!@#$%^&*()_+" },
    { 0x10, "qwertyuiop[]", "QWERTYUIOP{}" },
    { 0x1e, "asdfghjkl;'`", "ASDFGHJKL:\"~" },
    { 0x2b, "\\zxcvbnm,./", "|ZXCVBNM<>?" },
};

uint16_t key_of_char(int ch, bool *shift)
{
    *shift = false;
    switch (ch) {
    case '\n': case '\r': return KEY_RET;
    case '\t': return KEY_TAB;
    case '\b': return KEY_BACKSPACE;
    case 0x1b: return KEY_ESC;
    case ' ':  return 0x39;
    }
    if (ch < ' ' || ch > '~')
        return 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *p = strchr(rows[i].plain, ch);
        const char *q = strchr(rows[i].shifted, ch);

        *shift = !p;
        if (p || q)
            return (uint16_t)(rows[i].code +
                              (p ? p - rows[i].plain : q - rows[i].shifted));
    }
    return 0;
}
