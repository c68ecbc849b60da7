/* termkeys.c - what a terminal sends for its keys.
 *
 * Reference: xterm's control sequences; the Linux console's F1 to F5; rxvt's
 * 7~ and 8~. A terminal tells only of presses, and Alt as an ESC before. */
#include <stdlib.h>
#include <string.h>

#include "ui/session/keys.h"
#include "ui/display/term.h"

enum { ESC = 0x1b, MARK = 6 };
#define PASTE_BEGIN "\033[200~"         /* bracketed paste mode */
#define PASTE_END "\033[201~"

static const struct final {             /* CSI ... letter, ESC O letter */
    char letter;
    uint16_t code;
    int mods;
} finals[] = {
    { 'A', 0xe048, 0 }, { 'B', 0xe050, 0 }, { 'C', 0xe04d, 0 },
    { 'D', 0xe04b, 0 }, { 'H', 0xe047, 0 }, { 'F', 0xe04f, 0 },
    { 'E', 0x4c, 0 }, { 'Z', KEY_TAB, TERM_SHIFT },
    { 'P', 0x3b, 0 }, { 'Q', 0x3c, 0 }, { 'R', 0x3d, 0 }, { 'S', 0x3e, 0 },
    { 'M', 0xe01c, 0 }, { 'j', 0x37, 0 }, { 'k', 0x4e, 0 }, { 'm', 0x4a, 0 },
    { 'o', 0xe035, 0 },
};

/* CSI number ~, the code of each number, 0 none. */
static const uint16_t tildes[] = {
    0, 0xe047, 0xe052, 0xe053, 0xe04f, 0xe049, 0xe051, 0xe047, 0xe04f, 0,
    0, 0x3b, 0x3c, 0x3d, 0x3e, 0x3f, 0, 0x40, 0x41, 0x42, 0x43, 0x44, 0,
    0x57, 0x58,
};

static uint16_t by_letter(char letter, int *mods)
{
    for (size_t i = 0; i < sizeof finals / sizeof finals[0]; i++)
        if (finals[i].letter == letter) {
            *mods |= finals[i].mods;
            return finals[i].code;
        }
    return 0;
}

static uint16_t by_char(int ch, int *mods)
{
    bool shift;
    uint16_t code = key_of_char(ch, &shift);

    *mods |= shift ? TERM_SHIFT : 0;
    return code;
}

/* xterm's parameter: 1 + shift 1, alt 2, control 4. */
static int termkeys_modifiers(int param)
{
    return param > 1 && param <= 8 ? param - 1 : 0;
}

static uint16_t by_number(const int *p, int n, int *mods)
{
    if (p[0] == 27 && n >= 3) {         /* modifyOtherKeys */
        *mods = termkeys_modifiers(p[1]);
        return by_char(p[2], mods);
    }
    *mods = termkeys_modifiers(n > 1 ? p[1] : 0);
    return p[0] >= 0 && p[0] < (int)(sizeof tildes / sizeof tildes[0])
               ? tildes[p[0]] : 0;
}

/* Length of a CSI sequence, 0 when it is not complete. */
static size_t csi_length(const char *s, size_t n)
{
    if (n > 2 && s[2] == '[')           /* the Linux console */
        return n > 3 ? 4 : 0;
    for (size_t i = 2; i < n; i++)
        if (s[i] >= 0x40 && s[i] <= 0x7e)
            return i + 1;
    return 0;
}

static uint16_t csi(const char *s, size_t len, int *mods)
{
    int p[4] = { 0 }, n = 1;

    if (s[2] == '[')
        return s[3] >= 'A' && s[3] <= 'E' ? (uint16_t)(0x3b + s[3] - 'A') : 0;
    for (size_t i = 2; i + 1 < len; i++)
        if (s[i] >= '0' && s[i] <= '9')
            p[n - 1] = p[n - 1] % 10000 * 10 + s[i] - '0';
        else if (s[i] == ';' && n < 4)
            n++;
        else if (s[i] != ';')
            return 0;                   /* an answer, a mouse, ... */
    if (s[len - 1] == '~')
        return by_number(p, n, mods);
    *mods = termkeys_modifiers(n > 1 ? p[1] : 0);
    return s[len - 1] == 'u' ? by_char(p[0], mods)
                             : by_letter(s[len - 1], mods);
}

static uint16_t plain(int ch, int *mods)
{
    switch (ch) {
    case '\r': return KEY_RET;
    case '\t': return KEY_TAB;
    case 0x7f: case '\b': return KEY_BACKSPACE;
    case ESC: return KEY_ESC;
    case 0: *mods |= TERM_CTRL; return KEY_SPACE;
    }
    if (ch >= ' ')
        return by_char(ch, mods);
    *mods |= TERM_CTRL;
    if (ch <= 26)                       /* ^J too: Ctrl-J, not Enter */
        return by_char('a' + ch - 1, mods);
    return by_char("\\]6-"[ch - 0x1c], mods);
}

static void termkeys_drop(struct term_input *in, size_t n)
{
    memmove(in->buf, in->buf + n, in->n - n);
    in->n -= n;
}

/* A character of several bytes is one that no US key types. */
static size_t char_length(const struct term_input *in)
{
    size_t n = 1;

    while (n < in->n && (in->buf[n] & 0xc0) == 0x80)
        n++;
    return (in->buf[0] & 0x80) ? n : 1;
}

static size_t termkeys_escape(const struct term_input *in, bool late,
                              uint16_t *code, int *mods)
{
    const char *s = in->buf;
    size_t len;

    if (in->n == 1 || (late && in->n == 2 && s[1] == ESC)) {
        *code = KEY_ESC;
        return late ? 1 : 0;
    }
    if (s[1] == '[' && (len = csi_length(s, in->n))) {
        *code = csi(s, len, mods);
        return len;
    }
    if (s[1] == 'O' && in->n > 2) {
        *code = by_letter(s[2], mods);
        return 3;
    }
    if ((s[1] == '[' || s[1] == 'O') && !late)
        return 0;
    if (s[1] == ESC)                    /* ESC, and then something with it */
        return *code = KEY_ESC, 1;
    *code = plain((unsigned char)s[1], mods);
    *mods |= TERM_ALT;
    return 2;
}

/* Until its end mark a paste is text; a part of one is waited for. */
static size_t pasted(struct term_input *in, int *raw)
{
    size_t n = in->n < MARK ? in->n : MARK;

    if (!memcmp(in->buf, PASTE_END, n)) {
        in->pasting = n < MARK;
        return n < MARK ? 0 : MARK;
    }
    if ((n = char_length(in)) == 1)
        *raw = (unsigned char)in->buf[0];
    return n;
}

bool term_next_key(struct term_input *in, bool late, uint16_t *code, int *mods,
                   int *raw)
{
    size_t n;

    *code = 0;
    *mods = 0;
    *raw = -1;
    if (!in->n)
        return false;
    late |= in->n == sizeof in->buf;
    if (in->pasting)
        n = pasted(in, raw);
    else if (in->n >= MARK && !memcmp(in->buf, PASTE_BEGIN, MARK)) {
        in->pasting = true;
        n = MARK;
    } else if (in->buf[0] == ESC)
        n = termkeys_escape(in, late, code, mods);
    else if ((n = char_length(in)) == 1) {
        *raw = (unsigned char)in->buf[0];
        *code = plain(*raw, mods);
    }
    termkeys_drop(in, n);
    return n > 0;
}
