/* opl3_pair.h - the FM chips of a sound card: one, or two OPL2 for two sides.
 *
 *   ports 0-3  one chip's four; with two: 0, 1 the left, 2, 3 the right one
 *   ports 8, 9 the first two of a single chip; with two: both at once
 *
 * Reference: Creative Technology, Sound Blaster Series Hardware Programming
 * Guide (1992), "FM Synthesizers". */
#ifndef OPL3_PAIR_H
#define OPL3_PAIR_H

#include "devices/sound/opl3.h"

enum opl_kind { OPL2, DUAL_OPL2, OPL3, OPL_KINDS };

struct opl_pair {
    struct opl3 first, second;          /* second: of DUAL_OPL2 alone */
    enum opl_kind kind;
};

extern const struct dev_ops opl_pair_ops;

/* The kind is set before. Voices are first.voice and second.voice. */
void opl_pair_init(struct opl_pair *p, const struct dev_env *env);

#endif
