/* states.c - named states of one machine in one file. */
#define _POSIX_C_SOURCE 200809L
#include "ui/files/states.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ui/session/session.h"

static const char magic[] = "ISABOXN\n\1\0\0\0";
enum { MAGIC = sizeof magic - 1, NUMBERS = 24 };

struct states {
    uint8_t *bytes;
    size_t n;
};

struct state_entry {
    size_t first, size;                 /* all of it, in the file */
    char name[STATE_NAME];
    int64_t date, ns;
    const uint8_t *state;
    size_t state_size;
};

/* ---- reading ---- */

static bool read_file(FILE *f, struct states *to)
{
    size_t room = 1 << 20, got;

    to->bytes = malloc(room);
    while (to->bytes &&
           (got = fread(to->bytes + to->n, 1, room - to->n, f)) > 0) {
        uint8_t *more;

        to->n += got;
        if (to->n >= MAGIC && memcmp(to->bytes, magic, MAGIC))
            return true;                /* another file: no need for it all */
        if (to->n < room)
            continue;
        more = realloc(to->bytes, room *= 2);
        if (!more)
            free(to->bytes);
        to->bytes = more;
    }
    return to->bytes && !ferror(f);
}

/* A file that is not there yet holds none. */
static bool states_read(const struct session *s, struct states *to, char *why)
{
    const char *path = s->o->states;
    FILE *f = fopen(path, "rb");
    bool ok;

    *to = (struct states){ NULL, 0 };
    if (!f && errno == ENOENT)
        return true;
    if (!f)
        return opt_bad(why, "%.150s: %s", path, strerror(errno));
    ok = read_file(f, to);
    fclose(f);
    if (ok && !to->n)
        return true;
    if (ok && to->n >= MAGIC && !memcmp(to->bytes, magic, MAGIC))
        return true;
    free(to->bytes);
    to->bytes = NULL;
    return opt_bad(why, ok ? "%.150s: is no file of named states"
                           : "%.150s: cannot be read", path);
}

static uint64_t number_at(const uint8_t *p)
{
    uint64_t v = 0;

    for (int i = 8; i-- > 0;)
        v = v << 8 | p[i];
    return v;
}

/* Takes the entry at *at; false at the end, and where the file is damaged
 * *at stays before its end. */
static bool next_entry(const struct states *b, size_t *at,
                       struct state_entry *e)
{
    size_t left = b->n - *at, name;
    const uint8_t *p = b->bytes + *at;
    uint64_t size;

    if (*at >= b->n || left < 1 + NUMBERS)
        return false;
    name = p[0];
    if (!name || name >= STATE_NAME || left < 1 + name + NUMBERS)
        return false;
    size = number_at(p + 1 + name + 16);
    if (size > left - 1 - name - NUMBERS)
        return false;
    *e = (struct state_entry){ .first = *at };
    memcpy(e->name, p + 1, name);
    e->date = (int64_t)number_at(p + 1 + name);
    e->ns = (int64_t)number_at(p + 1 + name + 8);
    e->state = p + 1 + name + NUMBERS;
    e->state_size = (size_t)size;
    e->size = 1 + name + NUMBERS + e->state_size;
    *at += e->size;
    return true;
}

static bool find_entry(const struct states *b, const char *name,
                       struct state_entry *e)
{
    size_t at = MAGIC;

    while (b->bytes && next_entry(b, &at, e))
        if (!strcmp(e->name, name))
            return true;
    return false;
}

bool states_is_name(const struct session *s, const char *word)
{
    return s->o->states && word && !strpbrk(word, "./");
}

/* ---- writing ---- */

static void states_put_number(struct pc_file *f, uint64_t v)
{
    uint8_t b[8];

    for (int i = 0; i < 8; i++)
        b[i] = (uint8_t)(v >> 8 * i);
    pc_file_put(f, b, sizeof b);
}

static void put_state(struct session *s, struct pc_file *f, const char *name,
                      const void *bytes, size_t size)
{
    uint8_t n = (uint8_t)strlen(name);

    pc_file_put(f, &n, 1);
    pc_file_put(f, name, n);
    states_put_number(f, (uint64_t)time(NULL));
    states_put_number(f, (uint64_t)pc_now(s->pc));
    states_put_number(f, size);
    pc_file_put(f, bytes, size);
}

/* All but the one of that name, and it anew where there are bytes. */
static bool states_write(struct session *s, const struct states *b,
                         const char *name, const void *bytes, size_t size,
                         char *why)
{
    struct pc_file *f = pc_file_open(s->o->states, why);
    struct state_entry e;
    size_t at = MAGIC;

    if (!f)
        return false;
    pc_file_put(f, magic, MAGIC);
    while (b->bytes && next_entry(b, &at, &e))
        if (strcmp(e.name, name))
            pc_file_put(f, b->bytes + e.first, e.size);
    if (bytes)
        put_state(s, f, name, bytes, size);
    if (!b->bytes || at == b->n)
        return pc_file_close(f, true, why);
    pc_file_close(f, false, why);
    return opt_bad(why, "%.150s: is damaged, and stays as it is",
                   s->o->states);
}

bool states_save(struct session *s, const char *name, char *why)
{
    struct states b;
    size_t size;
    void *bytes;
    bool ok;

    if (!*name || strlen(name) >= STATE_NAME)
        return opt_bad(why, "a name has 1 to %d characters", STATE_NAME - 1);
    if (!states_read(s, &b, why))
        return false;
    bytes = pc_save_bytes(s->pc, &size);
    ok = bytes ? states_write(s, &b, name, bytes, size, why)
               : opt_bad(why, "out of memory");
    free(bytes);
    free(b.bytes);
    return ok;
}

bool states_delete(struct session *s, const char *name, char *why)
{
    struct state_entry e;
    struct states b;
    bool ok;

    if (!s->o->states)
        return opt_bad(why, "there is no file of named states (-states)");
    if (!states_read(s, &b, why))
        return false;
    ok = find_entry(&b, name, &e)
             ? states_write(s, &b, name, NULL, 0, why)
             : opt_bad(why, "there is no state '%.63s'", name);
    free(b.bytes);
    return ok;
}

/* ---- going to one ---- */

bool states_load(struct session *s, const char *name, bool force, char *why)
{
    struct state_entry e;
    struct states b;
    bool ok;

    if (!states_read(s, &b, why))
        return false;
    if (!find_entry(&b, name, &e))
        ok = opt_bad(why, "there is no state '%.63s'", name);
    else if (force)
        ok = pc_load_bytes_forced(s->pc, e.state, e.state_size, why);
    else
        ok = pc_load_bytes(s->pc, e.state, e.state_size, why);
    free(b.bytes);
    return ok;
}

bool states_list(struct session *s, struct strbuf *out, char *why)
{
    struct state_entry e;
    struct states b;
    size_t at = MAGIC;

    if (!s->o->states)
        return opt_bad(why, "there is no file of named states (-states)");
    if (!states_read(s, &b, why))
        return false;
    while (b.bytes && next_entry(&b, &at, &e)) {
        time_t date = (time_t)e.date;
        struct tm tm;
        char when[40] = "?";

        if (gmtime_r(&date, &tm))
            strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S", &tm);
        strbuf_add(out, "%-20s %s  %12.3f s  %8zu KB\n", e.name, when,
                   (double)e.ns / 1e9, e.state_size >> 10);
    }
    if (!out->n)
        strbuf_add(out, "there are none\n");
    free(b.bytes);
    return true;
}
