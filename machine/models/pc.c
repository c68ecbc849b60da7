/* pc.c - model pc, and the list of models. */
#include <stddef.h>
#include <string.h>

#include "machine/models/models.h"



/* The same until there are cards for PCI. */
const struct model model_pc = { "pc", "PC/AT, the default", isapc_rows };

static const struct model *const models[] = { &model_pc, &model_isapc };
enum { MODELS = sizeof models / sizeof models[0] };

const struct model *model_at(int n)
{
    return n >= 0 && n < MODELS ? models[n] : NULL;
}

const struct model *model_find(const char *name)
{
    for (int n = 0; n < MODELS; n++)
        if (!strcmp(models[n]->name, name))
            return models[n];
    return NULL;
}
