/* prop.c - properties of parts: from text, and back into text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/board.h"
#include "machine/words/near.h"

static void *member(const struct slot *s, const struct prop *p)
{
    return (u8 *)s->dev + p->off;
}

static bool is_bool(const struct prop *p)
{
    return p->type == PROP_BOOL || p->type == PROP_ADDED;
}

static const struct prop *first(const struct slot *s)
{
    static const struct prop none[] = { PROP_END };

    return s->part->props ? s->part->props : none;
}

static enum err prop_unknown(const struct slot *s, const char *name,
                             struct why *why)
{
    struct near n = { name, NULL, 0 };

    for (const struct prop *p = first(s); p->name; p++)
        near_try(&n, p->name);
    return slot_say(s, ERR_RANGE, why, n.best ? "no property '%.40s'; did you "
                    "mean '%s'?" : "no property '%.40s'; -device %s,help "
                    "lists them", name, n.best ? n.best : s->part->name);
}

/* ---- from text ---- */

static enum err prop_set_number(struct slot *s, const struct prop *p,
                                const char *value, struct why *why)
{
    char *end;
    unsigned long long v = strtoull(value, &end, 0);

    if (end == value || *end || *value == '-' || v < p->min || v > p->max)
        return slot_say(s, ERR_RANGE, why, p->type == PROP_HEX
                        ? "%s=%.40s: 0x%x to 0x%x" : "%s=%.40s: %u to %u",
                        p->name, value, p->min, p->max);
    *(u32 *)member(s, p) = (u32)v;
    return ERR_OK;
}

static enum err set_bool(struct slot *s, const struct prop *p,
                         const char *value, struct why *why)
{
    bool on = !strcmp(value, "on") || !strcmp(value, "true") ||
              !strcmp(value, "yes");

    if (!on && strcmp(value, "off") && strcmp(value, "false") &&
        strcmp(value, "no"))
        return slot_say(s, ERR_RANGE, why, "%s=%.40s: on or off", p->name,
                        value);
    *(bool *)member(s, p) = on;
    return ERR_OK;
}

static enum err set_text(struct slot *s, const struct prop *p,
                         const char *value, struct why *why)
{
    char **to = member(s, p);

    free(*to);
    *to = strdup(value);
    return *to ? ERR_OK : slot_say(s, ERR_NOMEM, why, "out of memory");
}

static enum err prop_set_value(struct slot *s, const struct prop *p,
                               const char *value, struct why *why)
{
    return is_bool(p)             ? set_bool(s, p, value, why)
           : p->type == PROP_TEXT ? set_text(s, p, value, why)
                                  : prop_set_number(s, p, value, why);
}

enum err prop_set(struct slot *s, const char *name, const char *value,
                  struct why *why)
{
    const struct prop *p = first(s);

    while (p->name && strcmp(p->name, name))
        p++;
    return p->name ? prop_set_value(s, p, value, why)
                   : prop_unknown(s, name, why);
}

enum err prop_preset(struct slot *s, struct why *why)
{
    enum err e = ERR_OK;

    for (const struct prop *p = first(s); p->name && !e; p++)
        if (p->preset)
            e = prop_set_value(s, p, p->preset, why);
        else if (p->type == PROP_NUMBER || p->type == PROP_HEX)
            *(u32 *)member(s, p) = UNSET;
    return e;
}

/* Copies one "name=value" off *text, doubled commas made single. */
static bool prop_take_pair(const char **text, char *to, size_t room)
{
    const char *p = *text;
    size_t n = 0;

    if (!*p)
        return false;
    for (; *p && (*p != ',' || p[1] == ','); p++) {
        p += *p == ',';
        if (n < room - 1)
            to[n++] = *p;
    }
    to[n] = 0;
    *text = *p ? p + 1 : p;
    return true;
}

enum err prop_set_all(struct slot *s, const char *text, struct why *why)
{
    char pair[512], *value;
    enum err e = ERR_OK;

    while (!e && prop_take_pair(&text, pair, sizeof pair)) {
        value = strchr(pair, '=');
        if (value)
            *value++ = 0;
        if (strcmp(pair, "id") && strcmp(pair, "present"))
            e = prop_set(s, pair, value ? value : "on", why);
    }
    return e;
}

/* ---- into text ---- */

static void put_pair(const struct slot *s, const struct prop *p,
                     struct buf *to)
{
    char text[80];
    u32 v = is_bool(p) ? *(bool *)member(s, p) : *(u32 *)member(s, p);

    snprintf(text, sizeof text,
             is_bool(p)            ? (v ? ",%s=on" : ",%s=off")
             : p->type == PROP_HEX ? ",%s=0x%x"
                                   : ",%s=%u", p->name, v);
    buf_put_bytes(to, text, strlen(text));
}

/* Texts name things of the host, which are no part of the machine. */
static bool is_told(const struct slot *s, const struct prop *p)
{
    switch (p->type) {
    case PROP_TEXT:  return false;
    case PROP_BOOL:  return true;
    case PROP_ADDED: return *(bool *)member(s, p);
    default:         return *(u32 *)member(s, p) != UNSET;
    }
}

void prop_text(const struct slot *s, struct buf *to)
{
    for (const struct prop *p = first(s); p->name; p++)
        if (is_told(s, p))
            put_pair(s, p, to);
}

void prop_free(struct slot *s)
{
    for (const struct prop *p = first(s); p->name; p++)
        if (p->type == PROP_TEXT)
            free(*(char **)member(s, p));
}

/* ---- for people ---- */

static void put_help(struct buf *b, const struct prop *p)
{
    static const char *const kind[] = { "N", "PORT", "on|off", "TEXT",
                                        "on|off" };
    char text[240];

    snprintf(text, sizeof text, "  %s=%s%*s%s", p->name, kind[p->type],
             (int)(18 - strlen(p->name) - strlen(kind[p->type])), "", p->doc);
    buf_put_bytes(b, text, strlen(text));
    if (p->preset) {
        snprintf(text, sizeof text, " [%s]", p->preset);
        buf_put_bytes(b, text, strlen(text));
    }
    buf_put(b, '\n', 1);
}

char *pc_part_environment(const char *line)
{
    size_t n = strcspn(line, ",");
    char name[40], text[120] = "";
    struct why why;
    struct slot s = { .number = 0 };

    snprintf(name, sizeof name, "%.*s", (int)n, line);
    s.part = part_find(name);
    if (!s.part || !s.part->environment || !(s.dev = calloc(1, s.part->size)))
        return NULL;
    if (!prop_preset(&s, &why) &&
        !prop_set_all(&s, line + n + (line[n] == ','), &why))
        s.part->environment(s.dev, text, sizeof text);
    prop_free(&s);
    free(s.dev);
    return *text ? strdup(text) : NULL;
}

char *pc_part_help(const char *name)
{
    const struct part *part = part_find(name);
    struct buf b = { 0 };
    char text[160];

    if (!part)
        return NULL;
    snprintf(text, sizeof text, "%s: %s%s\n", part->name, part->doc,
             part->board ? " (part of the board)" : "");
    buf_put_bytes(&b, text, strlen(text));
    for (const struct prop *p = part->props; p && p->name; p++)
        put_help(&b, p);
    buf_put(&b, 0, 1);
    if (b.failed)
        buf_free(&b);
    return (char *)b.p;
}
