/* models.h - machines as lists of parts. */
#ifndef MODELS_H
#define MODELS_H

#include "machine/core/core.h"
#include "machine/pc.h"

/* When a row is in: always; unless -nodefaults leaves it out and there is no
 * medium for either of the two drives from n on (pc_drive); when there is such
 * a medium; when the configuration has channel n (pc_channel), an exit port, a
 * BIOS of its own, a display. */
enum row_when { ROW_BOARD, ROW_DRIVES, ROW_MEDIA, ROW_CHANNEL, ROW_EXIT,
                ROW_BIOS, ROW_DISPLAY };

struct row {
    const char *part, *id, *props;
    enum row_when when;
    int n;
};

/* Rows end with a null part. Those of `first` are plugged in before the
 * others, which may ask for what they offer. */
struct model {
    const char *name, *doc;
    const struct row *first, *rows;
    const char *cpu;                    /* where the user names none */
    u8 model_byte;                      /* at F000:FFFE of our own BIOS */
    u32 ram_kib, min_kib, max_kib;
};

/* Row n of both lists, in the order of plugging, NULL past the last; *number
 * is the row's place for event ids (slot_env()). */
const struct row *model_row(const struct model *m, int n, int *number);

/* By number, NULL past the last; and by name. */
const struct model *model_at(int n);
const struct model *model_find(const char *name);

extern const struct row isapc_rows[];
extern const struct model model_isapc, model_pc, model_xt;

#endif
