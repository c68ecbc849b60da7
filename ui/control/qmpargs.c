/* qmpargs.c - a message's arguments into a call, by the table of commands. */
#include "ui/control/qmp.h"

#if HAVE_CJSON
#include <stdio.h>
#include <string.h>

#include "ui/session/keys.h"

/* ---- types ---- */

static bool is_whole(const cJSON *v)
{
    return cJSON_IsNumber(v) && v->valuedouble >= -9e15 &&
           v->valuedouble <= 9e15 &&
           v->valuedouble == (double)(int64_t)v->valuedouble;
}

static bool has_type(const cJSON *v, const char *type)
{
    switch (*type) {
    case 's': return cJSON_IsString(v);
    case 'i': return is_whole(v);
    case 'b': return cJSON_IsBool(v);
    default:  return cJSON_IsArray(v);
    }
}

/* ---- keys ---- */

/* { "type": "qcode" or "number", "data": ... }; 0 after an error. */
uint16_t qmp_key(struct call *c, const cJSON *v)
{
    const char *type = cJSON_GetStringValue(qmp_member(v, "type"));
    const cJSON *data = qmp_member(v, "data");
    uint16_t code = 0;

    if (!type || !data)
        call_fail(c, NULL, "Parameter 'key' needs 'type' and 'data'");
    else if (!strcmp(type, "qcode") && cJSON_IsString(data))
        code = key_by_name(data->valuestring);
    else if (!strcmp(type, "number") && cJSON_IsNumber(data))
        code = data->valuedouble >= 1 && data->valuedouble <= 0xff
                   ? key_by_number((unsigned long)data->valuedouble) : 0;
    if (!code && cJSON_IsString(data))
        call_fail(c, NULL, "Parameter 'data' does not accept value '%.80s'",
                  data->valuestring);
    if (!code)
        call_fail(c, NULL, "Parameter 'key' is no qcode and no number");
    return code;
}

/* A list of keys as a line of the monitor has it: "ctrl-alt-delete". */
static const char *join_keys(struct call *c, const cJSON *list)
{
    const cJSON *v;
    size_t n = 0;
    int count = 0;

    *c->keys = 0;
    cJSON_ArrayForEach(v, list) {
        uint16_t code = qmp_key(c, v);

        if (++count > CHORD_KEYS)
            call_fail(c, NULL, "Parameter 'keys' holds too many");
        if (c->bad)
            break;
        n += (size_t)snprintf(c->keys + n, sizeof c->keys - n, "%s0x%x",
                              n ? "-" : "", code);
    }
    return c->keys;
}

/* ---- arguments ---- */

const cJSON *qmp_member(const cJSON *o, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(o, name);
}

/* The first of a parameter's names that was given; *name: the one that it is
 * called when none was. */
static const cJSON *find_given(const struct call *c, const struct param *p,
                               char name[24])
{
    const cJSON *v = NULL;

    for (const char *m = p->member; *m && !v; m += *m == '|') {
        size_t n = strcspn(m, "|");

        snprintf(name, 24, "%.*s", (int)n, m);
        v = qmp_member(c->json, name);
        m += n;
    }
    if (!v)
        snprintf(name, 24, "%.*s", (int)strcspn(p->member, "|"), p->member);
    return v;
}

static void qmpargs_take_value(struct call *c, const struct param *p,
                               struct call_arg *a, const cJSON *v)
{
    a->given = true;
    if (cJSON_IsNumber(v))
        a->n = (int64_t)v->valuedouble;
    else if (cJSON_IsBool(v))
        a->n = cJSON_IsTrue(v);
    else if (cJSON_IsString(v))
        call_value(c, p, a, v->valuestring);
    else if (p->type == P_KEYS && *join_keys(c, v))
        call_value(c, p, a, c->keys);
}

static bool qmpargs_is_named(const struct call *c, const char *name)
{
    const char *args = c->row->args;
    struct param p;

    while (param_next(&args, &p))
        for (const char *m = p.member; *m; m += *m == '|') {
            size_t n = strcspn(m, "|");

            if (strlen(name) == n && !memcmp(m, name, n))
                return true;
            m += n;
        }
    return false;
}

void qmp_args(struct call *c)
{
    const char *args = c->row->args;
    const cJSON *v;
    struct param p;
    char name[24];

    for (int n = 0; !c->bad && param_next(&args, &p); n += p.type != P_FORMAT) {
        const char *type = param_json_type(p.type);

        if (p.type == P_FORMAT)
            continue;
        v = find_given(c, &p, name);
        if (!v && !p.optional)
            call_fail(c, NULL, "Parameter '%s' is missing", name);
        else if (v && !has_type(v, type))
            call_fail(c, NULL, "Invalid parameter type for '%s', expected: %s",
                      name, type);
        else if (v)
            qmpargs_take_value(c, &p, &c->arg[n], v);
    }
    cJSON_ArrayForEach(v, (const cJSON *)c->json)
        if (!qmpargs_is_named(c, v->string))
            call_fail(c, NULL, "Parameter '%.80s' is unexpected", v->string);
}

#endif
