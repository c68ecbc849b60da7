/* pc.c - model pc, and the list of models.
 *
 *   CPU -- 440FX -- RAM           isapc's rows: chips and cards of a PC/AT
 *            |
 *   PCI bus ===+======+===        PIRQA..D --> PIIX3 --> IRQ lines
 *              |      |
 *            PIIX3   VGA and cards
 *              |
 *   ISA bus ===+===               all that isapc has
 *
 * Reference: Intel 440FX PCIset data sheets 290549 and 290550. */
#include <stddef.h>
#include <string.h>

#include "machine/models/models.h"

static const struct row pc_rows[] = {
    { "i440fx", "pci", "", ROW_BOARD, 0 },
    { "piix3", "piix3", "", ROW_BOARD, 0 },
    { 0 }
};

const struct model model_pc = {
    .name = "pc", .doc = "PC/AT with a PCI bus", .first = pc_rows,
    .rows = isapc_rows, .cpu = "486", .model_byte = 0xfc,
    .ram_kib = 16 << 10, .min_kib = 640, .max_kib = 512 << 10,
};

static const struct model *const models[] = {
    &model_isapc, &model_pc, &model_xt
};
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

enum { FIRST_NUMBER = 128 };            /* behind those of all other slots */

/* Rows of isapc keep their numbers in each model, for what is saved. */
const struct row *model_row(const struct model *m, int n, int *number)
{
    int before = 0;

    while (m->first && m->first[before].part)
        before++;
    *number = n < before ? FIRST_NUMBER + n : n - before;
    if (n < before)
        return &m->first[n];
    for (int i = 0; i < n - before; i++)
        if (!m->rows[i].part)
            return NULL;
    return m->rows[n - before].part ? &m->rows[n - before] : NULL;
}
