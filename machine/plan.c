/* plan.c - which parts the configured machine has: those of its model's rows,
 * changed by the device lines of -device and machine files, and then those that
 * other device lines add.
 *
 *   model's rows           devices                     slots
 *   isa-serial uart1   +   uart1,irq=5             =   uart1: irq=5
 *   isa-fdc    fdc     +   fdc,present=off         =   (none)
 *                      +   isa-serial,index=4,..   =   uart2: index=4,..
 *
 * A device line begins with the name of a part, or with the id of a row whose
 * properties it changes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/board.h"
#include "machine/words/near.h"
#include "machine/models/models.h"

/* The number of the first added slot, above those of all rows: a slot's number
 * gives its timers their ids, which a state file has. */
enum { MORE_NUMBER = 32 };

/* The value of key in "name,key=value,..." as text in `to`. False: the line
 * does not have that key. */
static bool value_of(const char *line, const char *key, char *to, size_t room)
{
    size_t n = strlen(key);

    for (const char *p = strchr(line, ','); p; p = strchr(p + 1, ','))
        if (!strncmp(p + 1, key, n) && p[1 + n] == '=') {
            snprintf(to, room, "%.*s", (int)strcspn(p + 2 + n, ","),
                     p + 2 + n);
            return true;
        }
    return false;
}

/* The "key=value,..." behind the line's first word; may be "". */
static const char *plan_props_of(const char *line)
{
    const char *p = strchr(line, ',');

    return p ? p + 1 : "";
}

/* Whether the line's first word is id. */
static bool plan_names(const char *line, const char *id)
{
    size_t n = strcspn(line, ",");

    return strlen(id) == n && !memcmp(line, id, n);
}

/* Whether a line changes that row: it begins with the row's id, or it begins
 * with the row's part and has the row's id as id=. */
static bool plan_means(const char *line, const struct row *r)
{
    char id[SLOT_ID];

    return plan_names(line, r->id) ||
           (plan_names(line, r->part) && value_of(line, "id", id, sizeof id) &&
            !strcmp(id, r->id));
}

/* ---- the model's rows ---- */

static bool has_drives(const struct pc_config *c, int n)
{
    return c->drive[n].path || c->drive[n + 1].path ||
           (n == PC_FDA && c->builtin_disk);
}

/* Whether the row's part is in before the device lines have their say. */
static bool wanted(const struct pc_config *c, const struct row *r)
{
    switch (r->when) {
    case ROW_DRIVES:  return !c->nodefaults || has_drives(c, r->n);
    case ROW_MEDIA:   return has_drives(c, r->n);
    case ROW_CHANNEL: return c->channels >> r->n & 1;
    case ROW_EXIT:    return c->exit_port != 0;
    case ROW_BIOS:    return c->bios != NULL;
    case ROW_DISPLAY: return !c->no_display;
    default:          return true;
    }
}

/* Sets properties that follow from the configuration, not from a device
 * line: the exit port's, and of the floppy controller with a foreign BIOS. */
static enum err configured(struct slot *s, const struct row *r,
                           struct why *why)
{
    const struct pc_config *c = &s->pc->config;
    char text[40];

    if (r->when == ROW_EXIT) {
        snprintf(text, sizeof text, "iobase=%u,iosize=%u", c->exit_port,
                 c->exit_size);
        return prop_set_all(s, text, why);
    }
    /* The Bochs BIOS sets no data rate and does not seek. */
    if (!strcmp(r->part, "isa-fdc") && c->bios)
        return prop_set_all(s, "lenient=on", why);
    return ERR_OK;
}

/* Makes a slot of a row, unless it is not wanted. Later device lines win. */
static enum err plan_add_row(struct pc *pc, const struct row *r, int number,
                             struct why *why)
{
    bool present = wanted(&pc->config, r);
    char text[8];
    struct slot *s;
    enum err e;

    for (int i = 0; i < pc->config.devices; i++)
        if (plan_means(pc->config.device[i], r))
            present = !value_of(pc->config.device[i], "present", text,
                                sizeof text) || strcmp(text, "off");
    if (!present)
        return ERR_OK;
    e = slot_add(&s, pc, part_find(r->part), r->id,
                 (u16)(EVENTS_OF_A_SLOT * (number + 1)), why);
    e = e ? e : prop_set_all(s, r->props, why);
    e = e ? e : configured(s, r, why);
    for (int i = 0; i < pc->config.devices && !e; i++)
        if (plan_means(pc->config.device[i], r))
            e = prop_set_all(s, plan_props_of(pc->config.device[i]), why);
    return e;
}

/* ---- what is added to them ---- */

/* The first free id of the chip's name and a number from 1 on, as "uart3". */
static void find_id(struct pc *pc, const struct part *part, char id[SLOT_ID])
{
    const char *stem = part->ops ? part->ops->name : "part";

    for (u8 n = 1; n <= SLOTS; n++) {
        snprintf(id, SLOT_ID, "%.8s%d", stem, n);
        if (!slot_find(pc, id))
            return;
    }
}

/* Whether another chunk of a state file has that name: a slot's id is the name
 * of its own. */
static bool is_reserved(const struct pc *pc, const char *id)
{
    static const char *const names[] = { "pc", "cpu", "parts", "end",
                                         "picture", "vram" };

    for (size_t n = 0; n < COUNT_OF(names); n++)
        if (!strcmp(id, names[n]))
            return true;
    for (int n = 0; n < pc->spans; n++)
        if (!strcmp(id, pc->span[n].name))
            return true;
    return !strncmp(id, "disk", 4) || !strncmp(id, "medium", 6);
}

/* ERR_RANGE, with the nearest known name in `why`. */
static enum err plan_unknown(const struct model *m, const char *line,
                             struct why *why)
{
    char word[40];
    struct near n = { word, NULL, 0 };
    const struct row *r;
    int number;

    snprintf(word, sizeof word, "%.*s", (int)strcspn(line, ","), line);
    for (int i = 0; part_at(i); i++)
        near_try(&n, part_at(i)->name);
    for (int i = 0; (r = model_row(m, i, &number)); i++)
        near_try(&n, r->id);
    return err_say(why, ERR_RANGE, n.best ? "no such device '%s'; did you mean "
                   "'%s'?" : "no such device '%s'; -device help lists them",
                   word, n.best);
}

static enum err add_device(struct pc *pc, const struct model *m,
                           const char *line, u16 number, struct why *why)
{
    char name[40], text[80], id[SLOT_ID];
    const struct part *part;
    struct slot *s;
    enum err e;

    snprintf(name, sizeof name, "%.*s", (int)strcspn(line, ","), line);
    part = part_find(name);
    if (!part)
        return plan_unknown(m, line, why);
    if (part->board)
        return err_say(why, ERR_RANGE, "%s is part of the board; there is no "
                       "second one", name);
    if (!value_of(line, "id", text, sizeof text))
        find_id(pc, part, text);
    if (strlen(text) >= SLOT_ID)
        return err_say(why, ERR_RANGE, "%s: id '%.40s' is longer than %d "
                       "letters", name, text, SLOT_ID - 1);
    snprintf(id, sizeof id, "%.*s", SLOT_ID - 1, text);
    if (is_reserved(pc, id))
        return err_say(why, ERR_RANGE, "%s: id '%s' means something else in a "
                       "state file", name, id);
    if (slot_find(pc, id))
        return err_say(why, ERR_RANGE, "%s: id '%s' is given twice", name, id);
    e = slot_add(&s, pc, part, id, number, why);
    return e ? e : prop_set_all(s, plan_props_of(line), why);
}

static bool changes_a_row(const struct model *m, const char *line)
{
    const struct row *r;
    int number;

    for (int n = 0; (r = model_row(m, n, &number)); n++)
        if (plan_means(line, r))
            return true;
    return false;
}

enum err plan_slots(struct pc *pc, struct why *why)
{
    const struct model *m = board_model(pc);
    u16 number = EVENTS_OF_A_SLOT * MORE_NUMBER;
    const struct row *r;
    enum err e = ERR_OK;
    int row_number;

    for (int n = 0; !e && (r = model_row(m, n, &row_number)); n++)
        e = plan_add_row(pc, r, row_number, why);
    for (int i = 0; i < pc->config.devices && !e; i++) {
        const char *line = pc->config.device[i];

        if (changes_a_row(m, line))
            continue;
        e = add_device(pc, m, line, number, why);
        number = (u16)(number + EVENTS_OF_A_SLOT);
    }
    return e;
}

/* ---- whether a line may be given ---- */

/* The part that the line's first word names, be it itself or by the id of a
 * row of any model; NULL: there is none. */
static const struct part *part_of(const char *line)
{
    const struct row *r;
    char name[40];
    int number;

    snprintf(name, sizeof name, "%.*s", (int)strcspn(line, ","), line);
    for (int n = 0; model_at(n); n++)
        for (int i = 0; (r = model_row(model_at(n), i, &number)); i++)
            if (plan_names(line, r->id))
                return part_find(r->part);
    return part_find(name);
}

bool pc_device_check(const char *line, char *words)
{
    struct slot s = { .part = part_of(line), .id = "-" };
    struct why why = { "out of memory" };
    bool ok = false;

    if (!s.part) {
        plan_unknown(model_at(0), line, &why);
    } else if ((s.dev = calloc(1, s.part->size))) {
        ok = prop_set_all(&s, plan_props_of(line), &why) == ERR_OK;
        prop_free(&s);
        free(s.dev);
    }
    if (!ok && words)
        memcpy(words, why.text, sizeof why.text);
    return ok;
}
