/* charset.c - characters from Unicode and as ASCII; reads UTF-8. */
#include "ui/display/charset.h"

int charset_from_unicode(uint32_t u)
{
    if (u >= 0x20 && u < 0x7f)
        return (int)u;
    if (u == 0xa0)
        return 255;
    for (int i = 1; i < 255; i++)
        if (cp437_unicode[i] == u)
            return i;
    return -1;
}

/* What stands for 0 to 31 and 127 to 255 where there is only ASCII. */
static const char low[33] = " oov*+^.#oOmfdd*><|!PS_|^v><L-^v";
static const char high[130] =
    "^CueaaaaceeeiiiA" "AEaAooouuyOUcLYP" "faiounNao?--hq!<"
    ">###|++++++|++++" "+++++-++++++++=+" "++++++++++++#_||"
    "^aBGpSsutFTOdofe" "n=+><()-~o..Vn2# ";

char charset_ascii(uint8_t ch)
{
    if (ch < 32)
        return low[ch];
    return ch < 127 ? (char)ch : high[ch - 127];
}

uint32_t utf8_get(const char **p)
{
    const uint8_t *s = (const uint8_t *)*p;
    int n = *s < 0x80 ? 0 : *s >= 0xf0 ? 3 : *s >= 0xe0 ? 2 : *s >= 0xc0 ? 1
                                                                         : -1;
    uint32_t u = n <= 0 ? *s : *s & (0x3fu >> n);

    *p += 1;
    for (int i = 1; i <= n; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0xfffd;
        u = u << 6 | (s[i] & 0x3f);
        *p += 1;
    }
    return n < 0 ? 0xfffd : u;
}
