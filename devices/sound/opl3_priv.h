/* opl3_priv.h - what the files of the YMF262 share. */
#ifndef OPL3_PRIV_H
#define OPL3_PRIV_H

#include "devices/sound/opl3.h"

enum { SILENCE = 0x1ff };
enum opl3_stage { ATTACK, DECAY, SUSTAIN, RELEASE };
enum opl3_key { KEY_NOTE = 1, KEY_DRUM = 2 };
enum opl3_source { SOURCE_NONE, SOURCE_SELF, SOURCE_ABOVE };
enum opl3_kind { TWO_OPS, FOUR_FIRST, FOUR_SECOND, DRUMS };
enum { RHYTHM_ON = 0x20 };
enum { R20_MULT = 0x0f, R20_KSR = 0x10, R20_SUSTAINED = 0x20,
       R20_VIBRATO = 0x40, R20_TREMOLO = 0x80 };

extern const u16 opl3_log_sine[256];
extern const u16 opl3_power[256];

/* Operators 0-17 are those of the first bank. A channel's first operator; its
 * second is three further on. */
int opl3_first_op(int channel);
int opl3_channel_of(int op);

/* Attenuation that grows with the pitch, before the register's shift. */
u8 opl3_key_scale(u16 fnum, u8 block);

/* Works out plan[] and wave[]. */
void opl3_plan_all(struct opl3 *o);
void opl3_make_waves(struct opl3 *o);

#endif
