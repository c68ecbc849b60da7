/* optval.c - values of options: sizes, dates, times, lists. */
#define _POSIX_C_SOURCE 200809L
#include "ui/app/options.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "machine/words/near.h"

bool opt_bad(char *why, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vsnprintf(why, PC_WHY, format, ap);
    va_end(ap);
    return false;
}

static void optval_append(char *why, const char *text)
{
    size_t n = strlen(why);

    snprintf(why + n, PC_WHY - n, "%s", text);
}

/* Names the nearest one; where none is near, all of a short list. */
bool opt_unknown(char *why, const char *what, const char *value,
                 const char *const *values)
{
    struct near n = { value, NULL, 0 };

    for (const char *const *v = values; v && *v; v++)
        near_try(&n, *v);
    snprintf(why, PC_WHY, "%s '%.60s'", what, value);
    if (n.best) {
        optval_append(why, "; did you mean '");
        optval_append(why, n.best);
        optval_append(why, "'?");
        return false;
    }
    for (const char *const *v = values; v && *v; v++) {
        optval_append(why, v == values ? "; known: " : ", ");
        optval_append(why, *v);
    }
    return false;
}

/* Ends the text at its first single comma; returns what follows, or NULL. */
static char *optval_cut(char *p)
{
    char *to = p;

    for (; *p; p++) {
        if (*p == ',' && p[1] != ',')
            break;
        p += *p == ',';
        *to++ = *p;
    }
    if (!*p) {
        *to = 0;
        return NULL;
    }
    *to = 0;
    return p + 1;
}

bool opt_prop(char **p, char **key, char **value)
{
    if (!*p || !**p)
        return false;
    *key = *p;
    *p = optval_cut(*p);
    *value = strchr(*key, '=');
    if (*value)
        *(*value)++ = 0;
    return true;
}

bool opt_bool(const char *value, bool *b)
{
    bool on = !value || !strcmp(value, "on") || !strcmp(value, "yes");

    *b = on;
    return on || !strcmp(value, "off") || !strcmp(value, "no");
}

bool opt_size(const char *text, int shift, uint32_t *kib)
{
    char *end;
    unsigned long long n = strtoull(text, &end, 10);

    if (end == text || *text == '-' || n > 0xffffffffu)
        return false;
    switch (*end) {
    case 'k': case 'K': shift = 0; end++; break;
    case 'm': case 'M': shift = 10; end++; break;
    case 'g': case 'G': shift = 20; end++; break;
    }
    if (*end == 'B' || *end == 'b')
        end++;
    n <<= shift;
    *kib = (uint32_t)n;
    return !*end && n <= 0xffffffffu;
}

/* Days since 1970-01-01 in the Gregorian calendar. */
static int64_t days(int64_t y, int64_t m, int64_t d)
{
    y -= m <= 2;
    return 365 * y + y / 4 - y / 100 + y / 400 +
           (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 719469;
}

static bool is_date(int y, int m, int d, int h, int min, int s)
{
    static const char length[12] = { 31, 28, 31, 30, 31, 30,
                                     31, 31, 30, 31, 30, 31 };
    bool leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);

    return y >= 1970 && y < 2200 && m >= 1 && m <= 12 && d >= 1 &&
           d <= length[m - 1] + (m == 2 && leap) && h >= 0 && h < 24 &&
           min >= 0 && min < 60 && s >= 0 && s < 60;
}

bool opt_date(const char *text, int64_t *seconds)
{
    int y, m, d, h = 0, min = 0, s = 0, a = 0, b = 0;

    if (sscanf(text, "%4d-%2d-%2d%n", &y, &m, &d, &a) < 3)
        return false;
    if (text[a] && (sscanf(text + a, "T%2d:%2d:%2d%n", &h, &min, &s, &b) < 3 ||
                    text[a + b]))
        return false;
    *seconds = days(y, m, d) * 86400 + h * 3600 + min * 60 + s;
    return is_date(y, m, d, h, min, s);
}

bool opt_time(const char *text, int64_t *ns)
{
    static const struct { const char *name; double ns; } unit[] = {
        { "", 1e9 }, { "s", 1e9 }, { "ms", 1e6 }, { "us", 1e3 },
        { "ns", 1 }, { "m", 60e9 }, { "min", 60e9 },
    };
    char *end;
    double v = strtod(text, &end);

    if (end == text || *text < '0' || *text > '9' || strchr(text, 'x'))
        return false;
    for (size_t i = 0; i < sizeof unit / sizeof unit[0]; i++)
        if (!strcmp(end, unit[i].name) && v * unit[i].ns < 1e18) {
            *ns = (int64_t)(v * unit[i].ns);
            return true;
        }
    return false;
}

int64_t opt_clock(enum rtc_mode mode)
{
    time_t now = time(NULL);
    struct tm tm;

    if (mode != RTC_LOCAL || !localtime_r(&now, &tm))
        return (int64_t)now;
    return days(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday) * 86400 +
           tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec;
}
