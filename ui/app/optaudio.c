/* optaudio.c - -audiodev and -audio. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/app/options.h"

static const char *const kinds[] = { "sdl", "wav", "none", NULL };

static bool frequency(const char *text, uint32_t *hz)
{
    char *end;
    unsigned long v = strtoul(text, &end, 10);

    *hz = (uint32_t)v;
    return !*end && v >= 8000 && v <= 192000;
}

static bool optaudio_is_kind(const char *text)
{
    for (const char *const *k = kinds; *k; k++)
        if (!strcmp(*k, text))
            return true;
    return false;
}

/* One word of the line; *model is -audio's. */
static bool optaudio_take_word(struct opt_audiodev *d, const char *key,
                               const char *value, const char **model, char *why)
{
    static const char *const known[] = { "id", "path", "driver", "model",
                                         "out.frequency", NULL };

    if (!d->kind && (!value || !strcmp(key, "driver"))) {
        d->kind = value ? value : key;
        return optaudio_is_kind(d->kind) ||
               opt_unknown(why, "no such driver", d->kind, kinds);
    }
    if (!value)
        return opt_unknown(why, "unknown property", key, known);
    if (!strcmp(key, "id"))
        d->id = value;
    else if (!strcmp(key, "path"))
        d->path = value;
    else if (!strcmp(key, "model") && model)
        *model = value;
    else if (strcmp(key, "out.frequency"))
        return opt_unknown(why, "unknown property", key, known);
    else if (!frequency(value, &d->hz))
        return opt_bad(why, "out.frequency=%.20s: 8000 to 192000", value);
    return true;
}

/* All outputs are given the same samples. */
static bool one_rate(const struct options *o, const struct opt_audiodev *d,
                     char *why)
{
    for (int n = 0; n < o->audiodevs; n++)
        if (d->hz && o->audiodev[n].hz && o->audiodev[n].hz != d->hz)
            return opt_bad(why, "out.frequency=%u: another output has %u",
                           d->hz, o->audiodev[n].hz);
    return true;
}

static bool optaudio_take_line(struct options *o, char *arg, const char **model,
                               char *why)
{
    struct opt_audiodev d = { NULL, NULL, NULL, 0 };
    char *key, *value, *p = arg;

    if (o->audiodevs == OPT_AUDIODEVS)
        return opt_bad(why, "there can be only %d", OPT_AUDIODEVS);
    while (opt_prop(&p, &key, &value))
        if (!optaudio_take_word(&d, key, value, model, why))
            return false;
    if (!d.kind)
        return opt_bad(why, "needs a driver: sdl, wav or none");
    if (!strcmp(d.kind, "wav") != !!d.path)
        return opt_bad(why, d.path ? "only wav has a path="
                                   : "wav needs path=FILE");
    if (!one_rate(o, &d, why))
        return false;
    o->audiodev[o->audiodevs++] = d;
    return true;
}

bool opt_audiodev(struct options *o, const struct opt_row *row, char *arg,
                  char *why)
{
    (void)row;
    return optaudio_take_line(o, arg, NULL, why);
}

/* An output, and with model= the card that plays there. */
bool opt_audio(struct options *o, const struct opt_row *row, char *arg,
               char *why)
{
    const char *model = NULL;

    (void)row;
    if (!optaudio_take_line(o, arg, &model, why))
        return false;
    return !model || opt_device(o, row, (char *)model, why);
}
