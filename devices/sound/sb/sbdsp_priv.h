/* sbdsp_priv.h - what the files of the DSP share. */
#ifndef SBDSP_PRIV_H
#define SBDSP_PRIV_H

#include "devices/sound/sb/sbdsp.h"

enum sbdsp_kind { IDLE, PCM, ADPCM4, ADPCM26, ADPCM2, SILENCE };

struct sbdsp_format { bool wide, sign, stereo, input, again; };

/* sbdsp_play.c. A block of n units: bytes, 16-bit words of a wide format, or
 * frames of silence; reference: of ADPCM, a byte with the level comes first. */
void sbdsp_begin(struct sbdsp *d, enum sbdsp_kind kind, u32 n,
                 struct sbdsp_format f, bool reference);
void sbdsp_stop(struct sbdsp *d);
void sbdsp_pause(struct sbdsp *d, bool on);
void sbdsp_rate_changed(struct sbdsp *d);

/* Is `now` within the first ns of a frame, or the first half of a short one? */
bool sbdsp_at_frame(const struct sbdsp_state *s, ns_t now, ns_t ns);
void sbdsp_play_init(struct sbdsp *d, const struct dev_env *env);
void sbdsp_play_loaded(struct sbdsp *d);

/* sbdsp_adpcm.c: the samples in one byte; how many, at most four. */
int sbdsp_adpcm(struct sbdsp_state *s, u8 byte, s16 out[4]);

/* sbdsp.c */
void sbdsp_interrupt(struct sbdsp *d, bool wide);

#endif
