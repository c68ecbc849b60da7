/* fatname.c - FAT file systems: short names, long names, their letters. */
#include <stdio.h>
#include <string.h>

#include "machine/core/bytes.h"
#include "machine/words/cp437.h"
#include "machine/fat/fat.h"

/* ---- UTF-8 ---- */

static size_t put_letter(char *to, size_t room, u32 c)
{
    return room > 4 ? utf8_put(to, c) : 0;
}

/* The next character; what is no UTF-8 stands for itself, as Latin-1. */
static u32 take_utf8(const char **p)
{
    const u8 *s = (const u8 *)*p;
    int more = s[0] >= 0xf0 ? 3 : s[0] >= 0xe0 ? 2 : s[0] >= 0xc2 ? 1 : 0;
    u32 c = more ? s[0] & (0x3fu >> more) : s[0];

    for (int i = 1; i <= more; i++) {
        if ((s[i] & 0xc0) != 0x80) {
            more = 0;
            c = s[0];
            break;
        }
        c = c << 6 | (s[i] & 0x3fu);
    }
    *p += more + 1;
    return c;
}

size_t fat_from_utf16(const u16 *from, size_t n, char *to, size_t room)
{
    size_t len = 0;

    for (size_t i = 0; i < n && from[i] && from[i] != 0xffff; i++) {
        u32 c = from[i];

        if (c >= 0xd800 && c < 0xdc00 && i + 1 < n &&
            (from[i + 1] & 0xfc00) == 0xdc00)
            c = 0x10000 + ((c & 0x3ff) << 10) + (from[++i] & 0x3ff);
        if (c == '/' || c < 0x20 || (c >= 0xd800 && c < 0xe000))
            c = '_';                    /* no host file is called so */
        len += put_letter(to + len, room - len, c);
    }
    to[len] = 0;
    return len;
}

size_t fat_to_utf16(const char *from, u16 *to, size_t room)
{
    size_t n = 0;

    while (*from && n + 2 < room) {
        u32 c = take_utf8(&from);

        if (c >= 0x10000) {
            to[n++] = (u16)(0xd800 + ((c - 0x10000) >> 10));
            c = 0xdc00 + (c & 0x3ff);
        }
        to[n++] = (u16)c;
    }
    return *from ? 0 : n;
}

/* ---- short names ---- */

enum { NO_BREAK_SPACE = 0xa0 };         /* FFh, which a screen shows blank */

static u32 unicode_of(u8 c)
{
    if (c < 0x20 || c == '/')
        return '_';
    return c < 0x80 ? c : c == 0xff ? NO_BREAK_SPACE : cp437_unicode[c];
}

static size_t put_part(char *to, size_t room, const u8 *raw, int n)
{
    size_t len = 0;

    while (n > 0 && raw[n - 1] == ' ')
        n--;
    for (int i = 0; i < n; i++)
        len += put_letter(to + len, room - len,
                        unicode_of(i == 0 && raw[0] == 5 ? 0xe5 : raw[i]));
    return len;
}

void fat_short_text(const u8 *raw, char text[FAT_SHORT])
{
    size_t n = put_part(text, FAT_SHORT, raw, 8);

    if (raw[8] != ' ') {
        text[n++] = '.';
        n += put_part(text + n, FAT_SHORT - n, raw + 8, 3);
    }
    text[n] = 0;
}

static bool is_short_letter(u32 c)
{
    return c > 0x20 && c < 0x7f && !strchr("\"*+,./:;<=>?[\\]|", (int)c);
}

/* The byte of code page 437; 0: none that may be in a short name. */
static u8 short_letter(u32 c)
{
    if (c < 0x80)
        return is_short_letter(c)
                   ? (u8)(c >= 'a' && c <= 'z' ? c - 32 : c) : 0;
    for (int i = 0x80; i < 0x100; i++)
        if (unicode_of((u8)i) == c)
            return (u8)i;
    return 0;
}

struct case_of { bool lower, upper; };

/* Fills n places from one part of a name; false: something did not fit. */
static bool fatname_take_part(const char *from, const char *end, u8 *to, int n,
                              struct case_of *c)
{
    bool fits = true;
    int k = 0;

    while (from < end) {
        u32 letter = take_utf8(&from);
        u8 byte = short_letter(letter);

        c->lower |= letter >= 'a' && letter <= 'z';
        c->upper |= letter >= 'A' && letter <= 'Z';
        if (!byte || k == n)
            fits = false;
        if (k < n && letter != ' ' && letter != '.')
            to[k++] = byte ? byte : '_';
    }
    return fits;
}

void fat_short_make(const char *name, u8 raw[11], u8 *cases, bool *exact)
{
    const char *dot = strrchr(name, '.'), *end = name + strlen(name);
    struct case_of base = { 0 }, ext = { 0 };

    memset(raw, ' ', 11);
    if (dot == name)
        dot = NULL;
    *exact = fatname_take_part(name, dot ? dot : end, raw, 8, &base);
    if (dot)
        *exact &=
            fatname_take_part(dot + 1, end, raw + 8, 3, &ext) && dot + 1 < end;
    *exact &= !(base.lower && base.upper) && !(ext.lower && ext.upper);
    *cases = (u8)((base.lower ? 0x08 : 0) | (ext.lower ? 0x10 : 0));
    if (raw[0] == ' ')
        raw[0] = '_';
    if (raw[0] == 0xe5)
        raw[0] = 5;
}

void fat_short_number(const u8 raw[11], u32 n, u8 to[11])
{
    char tail[12];
    int len = snprintf(tail, sizeof tail, "~%u", n), k = 0;

    memcpy(to, raw, 11);
    while (k < 8 - len && to[k] != ' ')
        k++;
    memset(to + k, ' ', (size_t)(8 - k));
    memcpy(to + k, tail, (size_t)len);
}

u8 fat_short_sum(const u8 *raw)
{
    u8 sum = 0;

    for (int i = 0; i < 11; i++)
        sum = (u8)((sum >> 1 | sum << 7) + raw[i]);
    return sum;
}

/* ---- comparing ---- */

u32 fat_letter_fold(u32 c)
{
    return (c >= 'a' && c <= 'z') || (c >= 0xe0 && c <= 0xfe && c != 0xf7)
               ? c - 32 : c;
}

/* Without recursion: the last * may take one more each time. */
bool fat_name_matches(const char *pattern, const char *name, bool wild)
{
    const char *star = NULL, *again = NULL;

    while (*name) {
        const char *p = pattern, *n = name;

        if (wild && *pattern == '*') {
            star = ++pattern;
            again = name;
        } else if (*pattern && ((wild && *pattern == '?') ||
                                fat_letter_fold(take_utf8(&p)) ==
                                    fat_letter_fold(take_utf8(&n)))) {
            if (wild && *pattern == '?')
                take_utf8(&p), take_utf8(&n);
            pattern = p;
            name = n;
        } else if (star) {
            take_utf8(&again);
            pattern = star;
            name = again;
        } else {
            return false;
        }
    }
    while (wild && *pattern == '*')
        pattern++;
    return !*pattern;
}

size_t fat_name_fold(const char *name, char to[FAT_NAME])
{
    size_t n = 0;

    while (*name && n < FAT_NAME - 5)
        n += put_letter(to + n, FAT_NAME - n,
                        fat_letter_fold(take_utf8(&name)));
    to[n] = 0;
    return n;
}

bool fat_is_device(const char *name)
{
    static const char *const devices[] = { "CON", "PRN", "AUX", "NUL",
                                           "CLOCK$", "COM?", "LPT?" };
    char base[16];

    snprintf(base, sizeof base, "%.*s", (int)strcspn(name, "."), name);
    for (size_t i = strlen(base); i > 0 && base[i - 1] == ' ';)
        base[--i] = 0;
    for (size_t i = 0; i < COUNT_OF(devices); i++)
        if (fat_name_matches(devices[i], base, true) &&
            (i < 5 || (base[3] >= '1' && base[3] <= '9')))
            return true;
    return false;
}

bool fat_is_dots(const char *name)
{
    return !strcmp(name, ".") || !strcmp(name, "..");
}

bool fat_name_ok(const char *name)
{
    u16 wide[260];
    size_t n = strlen(name);

    if (n == 0 || name[n - 1] == ' ' || name[n - 1] == '.' ||
        strpbrk(name, "\"*/:<>?\\|"))
        return false;
    for (const char *p = name; *p; p++)
        if ((u8)*p < 0x20 || *p == 0x7f)
            return false;
    n = fat_to_utf16(name, wide, 258);
    return n > 0 && n <= 255;
}
