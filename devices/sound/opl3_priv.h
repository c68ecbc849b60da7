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

/* opl3_synth.c: no operator sounds, and none will before the next write. The
 * voice's functions. */
bool opl3_is_quiet(const struct opl3 *o);
void opl3_voice_make(void *dev, s16 *out, u32 n);
bool opl3_voice_silent(const void *dev);

/* opl3_quiet.c: what the operators of a quiet chip give at the last of n
 * samples, and the one before; their phases are still those of the first. */
void opl3_quiet_run(struct opl3 *o, u32 n);

/* Works out plan[] and wave[]. */
void opl3_plan_all(struct opl3 *o);
void opl3_make_waves(struct opl3 *o);

#endif
