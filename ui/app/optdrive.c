/* optdrive.c - -drive, and -device for the drives that have if=none.
 *
 * Reference: QEMU's documentation, "Block device options"; cyls, heads, secs
 * and trans as -drive had them in QEMU 2, and as -device has them since. */
#include "ui/app/optdrive.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct words {
    const char *file, *bus, *media, *format, *cache, *id, *trans, *werror,
        *rerror;
    const char *drive, *on;             /* of -device: its id, its bus */
    unsigned long index, unit, cyls, heads, secs;   /* ULONG_MAX: not given */
    bool snapshot, readonly;
};
#define NOT_GIVEN (~0ul)

enum kind { TEXT, FLAG, NUMBER, IGNORED };

struct prop {
    const char *name;
    enum kind kind;
    size_t at;                          /* of its member in struct words */
    unsigned long least, most;
};
#define W(m) offsetof(struct words, m)

#define GEOMETRY                                                       \
    { "cyls", NUMBER, W(cyls), 1, 16383 },                             \
    { "heads", NUMBER, W(heads), 1, 255 },                             \
    { "secs", NUMBER, W(secs), 1, 63 }

static const struct prop drive_props[] = {
    { "file", TEXT, W(file), 0, 0 }, { "if", TEXT, W(bus), 0, 0 },
    { "index", NUMBER, W(index), 0, 3 }, { "media", TEXT, W(media), 0, 0 },
    { "format", TEXT, W(format), 0, 0 },
    { "snapshot", FLAG, W(snapshot), 0, 0 },
    { "readonly", FLAG, W(readonly), 0, 0 },
    { "read-only", FLAG, W(readonly), 0, 0 },
    { "id", TEXT, W(id), 0, 0 }, GEOMETRY,
    { "trans", TEXT, W(trans), 0, 0 },
    { "bios-chs-trans", TEXT, W(trans), 0, 0 },
    { "werror", TEXT, W(werror), 0, 0 }, { "rerror", TEXT, W(rerror), 0, 0 },
    { "cache", TEXT, W(cache), 0, 0 }, { NULL, TEXT, 0, 0, 0 }
};
static const struct prop device_props[] = {
    { "drive", TEXT, W(drive), 0, 0 }, { "bus", TEXT, W(on), 0, 0 },
    { "unit", NUMBER, W(unit), 0, 1 }, { "id", IGNORED, 0, 0, 0 }, GEOMETRY,
    { "bios-chs-trans", TEXT, W(trans), 0, 0 },
    { "werror", TEXT, W(werror), 0, 0 }, { "rerror", TEXT, W(rerror), 0, 0 },
    { NULL, TEXT, 0, 0, 0 }
};

static bool unknown_prop(const struct prop *props, const char *key, char *why)
{
    const char *names[24] = { NULL };

    for (int i = 0; props[i].name; i++)
        names[i] = props[i].name;
    return opt_unknown(why, "unknown property", key, names);
}

static bool optdrive_store(struct words *w, const struct prop *p,
                           const char *value)
{
    void *to = (char *)w + p->at;
    unsigned long v;
    char *end;

    switch (p->kind) {
    case TEXT:
        *(const char **)to = value;
        return value != NULL;
    case FLAG:
        return opt_bool(value, to);
    case NUMBER:
        v = value ? strtoul(value, &end, 0) : 0;
        *(unsigned long *)to = v;
        return value && *value >= '0' && *value <= '9' && !*end &&
               v >= p->least && v <= p->most;
    default:
        return true;
    }
}

static bool read_words(struct words *w, const struct prop *props, char *arg,
                       char *why)
{
    char *key, *value;

    while (opt_prop(&arg, &key, &value)) {
        const struct prop *p = props;

        while (p->name && strcmp(p->name, key))
            p++;
        if (!p->name)
            return unknown_prop(props, key, why);
        if (!optdrive_store(w, p, value))
            return opt_bad(why, "%s=%.40s: no such value", key,
                           value ? value : "");
    }
    return true;
}

static bool one_of(const char *what, const char *value,
                   const char *const *values, char *why)
{
    char text[40];

    for (const char *const *v = values; value && *v; v++)
        if (!strcmp(value, *v))
            return true;
    snprintf(text, sizeof text, "%s: unknown", what);
    return !value || opt_unknown(why, text, value, values);
}

static const char *const translations[] = { "auto", "none", "lba", "large",
                                            "rechs", NULL };

/* By PC_ERROR_. */
static const char *const actions[] = { "auto", "report", "ignore", "stop",
                                       "enospc", NULL };

/* By PC_CACHE_; QEMU's others go around the host's cache. */
static const char *const caches[] = { "writeback", "writethrough", "unsafe",
                                      NULL };

static bool known_format(const char *name, char *why)
{
    const char *names[32] = { NULL };

    for (int i = 0; i < 31 && (names[i] = pc_format_name(i)); i++)
        if (name && !strcmp(name, names[i]))
            return true;
    return !name || !strcmp(name, "vhd") ||
           opt_unknown(why, "format: unknown", name, names);
}

static bool check_cache(const char *cache, char *why)
{
    if (cache && (!strcmp(cache, "none") || !strcmp(cache, "directsync")))
        return opt_bad(why, "cache=%s: isabox always uses the host's cache; "
                       "writethrough is as safe", cache);
    return one_of("cache", cache, caches, why);
}

static bool optdrive_check(const struct words *w, char *why)
{
    static const char *const buses[] = { "ide", "floppy", "none", NULL };
    static const char *const medias[] = { "disk", "cdrom", NULL };

    return one_of("if", w->bus, buses, why) &&
           one_of("media", w->media, medias, why) &&
           known_format(w->format, why) && check_cache(w->cache, why) &&
           one_of("trans", w->trans, translations, why) &&
           one_of("werror", w->werror, actions, why) &&
           one_of("rerror", w->rerror, actions, why);
}

/* Which of them it is; -1: not given. */
static int number_of(const char *word, const char *const *words)
{
    for (int i = 0; word && words[i]; i++)
        if (!strcmp(word, words[i]))
            return i;
    return -1;
}

static void set_errors(struct pc_medium *m, const struct words *w)
{
    if (w->werror)
        m->on_write_error = (uint8_t)number_of(w->werror, actions);
    if (w->rerror)
        m->on_read_error = (uint8_t)number_of(w->rerror, actions);
}

static void set_geometry(struct pc_medium *m, const struct words *w)
{
    if (w->cyls != NOT_GIVEN)
        m->cylinders = (uint16_t)w->cyls;
    if (w->heads != NOT_GIVEN)
        m->heads = (uint8_t)w->heads;
    if (w->secs != NOT_GIVEN)
        m->sectors = (uint8_t)w->secs;
    if (w->trans)
        m->translation = (uint8_t)number_of(w->trans, translations);
}

/* Drives A: and B: or the four disks: the one asked for, or the next free. */
static bool optdrive_place(struct options *o, const struct pc_medium *m,
                           bool floppy, unsigned long index, char *why)
{
    struct pc_medium *to = &o->config.drive[floppy ? PC_FDA : PC_HDA];
    unsigned long most = floppy ? 2 : 4;

    if (index == NOT_GIVEN && m->cdrom && !to[CD_PLACE - PC_HDA].path)
        index = CD_PLACE - PC_HDA;
    for (unsigned long n = 0; index == NOT_GIVEN && n < most; n++)
        if (!to[n].path)
            index = n;
    if (index >= most || to[index].path)
        return opt_bad(why, "there is no such drive, or it is given twice");
    to[index] = *m;
    return true;
}

/* if=none: it waits for a -device that names it. */
static bool put_aside(struct options *o, const struct pc_medium *m,
                      const char *id, char *why)
{
    if (!id)
        return opt_bad(why, "if=none needs id=, for -device to name it");
    if (o->loose_drives == OPT_LOOSE)
        return opt_bad(why, "there can be only %d of if=none", OPT_LOOSE);
    o->loose[o->loose_drives].id = id;
    o->loose[o->loose_drives++].medium = *m;
    return true;
}

static const struct words no_words = {
    .bus = "ide", .media = "disk", .index = NOT_GIVEN, .unit = NOT_GIVEN,
    .cyls = NOT_GIVEN, .heads = NOT_GIVEN, .secs = NOT_GIVEN,
};

bool opt_drive(struct options *o, char *arg, char *why)
{
    struct words w = no_words;
    struct pc_medium m = { .path = NULL };

    if (!read_words(&w, drive_props, arg, why) || !optdrive_check(&w, why))
        return false;
    if (!w.file && *w.media != 'c')
        return opt_bad(why, "needs file=");
    m.path = w.file ? w.file : "";
    m.format = w.format;
    m.cdrom = *w.media == 'c';
    m.readonly = w.readonly;
    m.snapshot = w.snapshot;
    if (w.cache)
        m.cache = (uint8_t)number_of(w.cache, caches);
    set_geometry(&m, &w);
    set_errors(&m, &w);
    return *w.bus == 'n' ? put_aside(o, &m, w.id, why)
                         : optdrive_place(o, &m, *w.bus == 'f', w.index, why);
}

/* bus=ide.0,unit=1 is the second disk; floppies have unit alone. */
static bool optdrive_place_of(const struct words *w, bool floppy,
                              unsigned long *index, char *why)
{
    static const char *const buses[] = { "ide.0", "ide.1", NULL };

    *index = floppy ? w->unit : NOT_GIVEN;
    if (floppy || !w->on)
        return floppy || w->unit == NOT_GIVEN ||
               opt_bad(why, "unit= needs bus=ide.0 or bus=ide.1");
    if (!one_of("bus", w->on, buses, why))
        return false;
    *index = (unsigned long)(w->on[4] - '0') * 2 +
             (w->unit == NOT_GIVEN ? 0 : w->unit);
    return true;
}

bool opt_drive_device(struct options *o, bool floppy, bool cdrom, char *arg,
                      char *why)
{
    struct words w = no_words;
    unsigned long index;

    if (!read_words(&w, device_props, arg, why) || !optdrive_check(&w, why) ||
        !optdrive_place_of(&w, floppy, &index, why))
        return false;
    if (!w.drive)
        return opt_bad(why, "needs drive=, the id of a -drive with if=none");
    for (int n = 0; n < o->loose_drives; n++)
        if (!strcmp(o->loose[n].id, w.drive)) {
            struct pc_medium m = o->loose[n].medium;

            m.cdrom |= cdrom;
            set_geometry(&m, &w);
            set_errors(&m, &w);
            o->loose[n] = o->loose[--o->loose_drives];
            return optdrive_place(o, &m, floppy, index, why);
        }
    return opt_bad(why, "drive=%.60s: no -drive with if=none before it has "
                   "that id", w.drive);
}

bool opt_drives_used(const struct options *o, char *why)
{
    return !o->loose_drives ||
           opt_bad(why, "-drive id=%.60s: no -device takes it",
                   o->loose[0].id);
}
