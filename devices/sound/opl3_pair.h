/* opl3_pair.h - the FM chips of a sound card: one, or two OPL2 for two sides.
 *
 *   ports 0-3  one chip's four; with two: 0, 1 the left, 2, 3 the right one
 *   ports 8, 9 the first two of a single chip; with two: both at once
 *
 * A card's FM is louder than its converter: full scale of the one is 1.5 times,
 * 3.5 dB, that of the other. The chips' data sheets end at the converters
 * (YM3014, YAC512: half of the supply from peak to peak), and Creative's guide
 * has no levels of what comes behind them, so this is what people have measured
 * at cards; it differs a little from card to card.
 *
 * Reference: Creative Technology, Sound Blaster Series Hardware Programming
 * Guide (1992), "FM Synthesizers"; for the level, the notes on the FM channel's
 * scale of DOSBox Staging. */
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

/* The gains of what a card has behind them; VOICE_UNITY is 1, as at first. */
void opl_pair_gain(struct opl_pair *p, u32 left, u32 right);

#endif
