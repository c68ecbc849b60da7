/* cpuspec.c - "MODEL,+feature,-feature": a processor as -cpu names it. */
#include <stdio.h>
#include <string.h>

#include "machine/board.h"

const char *pc_cpu_name(int n)
{
    return cpu_models[n].name;
}

const char *pc_cpu_doc(int n)
{
    return cpu_models[n].doc;
}

const char *pc_cpu_feature(int n)
{
    return cpu_features[n].name;
}

const char *pc_cpu_feature_doc(int n)
{
    return cpu_features[n].doc;
}

static void cpuspec_list(char *to, size_t room, const char *const *name,
                         size_t step)
{
    size_t n = 0;

    for (*to = 0; *name && n < room; n = strlen(to)) {
        snprintf(to + n, room - n, " %s", *name);
        name = (const char *const *)(const void *)
               ((const char *)(const void *)name + step);
    }
}

static enum err no_model(const char *text, size_t len, struct why *why)
{
    char known[120];

    cpuspec_list(known, sizeof known, &cpu_models[0].name, sizeof *cpu_models);
    return err_say(why, ERR_RANGE, "no such CPU model: %.*s; known:%s",
                   (int)(len < 40 ? len : 40), text, known);
}

static enum err no_feature(const char *text, size_t len, struct why *why)
{
    char known[120];

    cpuspec_list(known, sizeof known, &cpu_features[0].name,
                 sizeof *cpu_features);
    return err_say(why, ERR_RANGE, "no such CPU feature: %.*s; known:%s",
                   (int)(len < 40 ? len : 40), text, known);
}

/* The first model of the family. */
static const char *family_name(enum family f)
{
    const struct cpu_model *m = cpu_models;

    while (m->family < f && m[1].name)
        m++;
    return m->name;
}

/* Splits "+name", "-name", "name", "name=on" and "name=off". */
static bool read_switch(const char *p, size_t *len, const char **name)
{
    const char *eq = memchr(p, '=', *len);
    bool on = *p != '-', sign = *p == '-' || *p == '+';
    size_t value = eq ? *len - (size_t)(eq + 1 - p) : 0;

    if (value == 3 && !strncmp(eq + 1, "off", 3))
        on = false;
    if ((value == 3 && !on) || (value == 2 && !strncmp(eq + 1, "on", 2)))
        *len = (size_t)(eq - p);
    *name = p + sign;
    *len -= sign;
    return on;
}

static enum err take_feature(struct cpu_model *m, const char *p, size_t len,
                             struct why *why)
{
    const struct cpu_feature *f;
    const char *name;
    bool on = read_switch(p, &len, &name);

    f = cpu_feature_find(name, len);
    if (!f)
        return no_feature(name, len, why);
    if (cpu_model_set(m, f, on))
        return ERR_OK;
    return err_say(why, ERR_RANGE, "a %s has no %s; it came with the %s",
                   m->name, f->name, family_name(f->since));
}

enum err cpu_spec(const char *text, struct cpu_model *m, struct why *why)
{
    size_t len = strcspn(text, ",");
    const struct cpu_model *found = NULL;
    enum err e = ERR_OK;
    char name[16];

    if (len < sizeof name) {
        memcpy(name, text, len);
        name[len] = 0;
        found = cpu_model_find(name);
    }
    if (!found)
        return no_model(text, len, why);
    *m = *found;
    while (!e && text[len]) {
        text += len + 1;
        len = strcspn(text, ",");
        e = take_feature(m, text, len, why);
    }
    return e;
}

void cpu_spec_text(const struct cpu_model *m, char *to, size_t room)
{
    const struct cpu_model *base = cpu_model_find(m->name);
    size_t n;

    snprintf(to, room, "%s", m->name);
    for (const struct cpu_feature *f = cpu_features; f->name; f++) {
        bool has = cpu_model_has(m, f);

        n = strlen(to);
        if (has != cpu_model_has(base, f))
            snprintf(to + n, room - n, ",%c%s", has ? '+' : '-', f->name);
    }
}

bool pc_cpu_check(const char *text, char *words)
{
    struct cpu_model m;
    struct why why = { "" };
    bool ok = cpu_spec(text, &m, &why) == ERR_OK;

    if (words)
        memcpy(words, why.text, sizeof why.text);
    return ok;
}
