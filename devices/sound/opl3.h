/* opl3.h - Yamaha YMF262 (OPL3) FM synthesizer, and the YM3812 (OPL2) in it.
 *
 *   port 0, 2  select a register      +------+
 *   port 1, 3  write it          ---->| OPL3 |----> 49,716 samples/s, stereo
 *   port 0     read the status   <----+------+
 *
 * Four ports, one byte wide: address and data of the first bank of registers,
 * then those of the second. 36 operators, each a phase counter, an envelope
 * and one of eight waveforms, make 18 channels of two operators, some of
 * which join to channels of four; three channels may become five drums.
 *
 * The chip works through its operators one after the other, once a sample.
 * The sum for the left output is taken after operator 14 and that for the
 * right after operator 32, so the operators behind add what they were a
 * sample earlier, and the right side comes out a sample late.
 *
 * Reference: Yamaha YMF262 data sheet and application manual (1994); the
 * widths, tables and rates inside are those that decapped chips have shown.
 * Not modelled: the outputs C and D, the test register, the busy time after
 * a write. */
#ifndef OPL3_H
#define OPL3_H

#include "machine/core/dev.h"
#include "machine/core/voice.h"

enum {
    OPL3_CRYSTAL = 14318180, OPL3_DIVIDER = 288,    /* cycles for a sample */
    OPL3_OPS = 36, OPL3_CHANNELS = 18,
};

struct opl3_op_state {
    u32 phase;                          /* in 1/512 of 1/1024 of a turn */
    u16 level;                          /* of the envelope: 1ffh is silence */
    u16 out, before;                    /* the last two samples, signed */
    u8 stage, key;
    u8 reg20, reg40, reg60, reg80, wave;
    u8 scaled;                          /* attenuation by the pitch */
    u8 source;                          /* what modulates its phase */
    u8 spare;
};

struct opl3_channel_state {
    u16 fnum;
    u8 block, key_code, feedback, parallel, kind;
    u8 left, right;                     /* its outputs are on */
    u8 sum[4];                          /* how often each operator is in its
                                           sum: the partner's two, its own */
    u8 spare;
};

struct opl3_timer_state {
    u64 start;                          /* in its steps since power on */
    bool running, masked, full;
    u8 preset, spare[4];
};

struct opl3_state {
    struct opl3_timer_state timer[2];
    u64 envelope_clock;
    struct opl3_op_state op[OPL3_OPS];
    struct opl3_channel_state channel[OPL3_CHANNELS];
    u32 noise;
    u32 right;                          /* the right side's sum that comes out
                                           next, signed */
    u16 clock;                          /* samples, for tremolo and vibrato */
    u16 selected;                       /* register, 100h-1FFh second bank */
    u16 hat, cymbal;                    /* their phases when last used */
    u8 envelope_odd, envelope_carry, envelope_zeros, envelope_low;
    u8 tremolo_at, vibrato_at, tremolo_shift, vibrato_shift, tremolo;
    u8 extended, note_select, rhythm;
    u8 reg01;
    bool quiet;                         /* no operator sounded at the end of
                                           64 samples, and none was written */
    u8 spare[6];
};

/* What follows from the registers of an operator. */
struct opl3_plan {
    u8 rate[4], steady[4];              /* by stage; steady: it never moves */
    u16 base;                           /* attenuation without the envelope */
    u32 step[8];                        /* of the phase, by vibrato's place */
    u8 left, right;                     /* how often it is in either sum */
};

struct opl3 {
    struct opl3_state s;                /* saved; must come first */

    struct voice voice;
    struct clk *clk;
    struct log *log;
    bool opl2;                          /* behaves as a YM3812 */
    bool stale;                         /* plan[] does not fit the registers */
    struct opl3_plan plan[OPL3_OPS];
    u16 wave[8][1024];                  /* logarithm << 1, and the sign */
};

extern const struct dev_ops opl3_ops;
extern const struct table opl3_table;

/* Register 000h-1FFh takes a value before the next sample is made. */
void opl3_write(struct opl3 *o, u16 reg, u8 v);

/* Makes the chip's next n samples, left and right; out may be NULL. Silent
 * operators still give 0 and -1 in turn, as in the chip; the voice of a chip
 * that is quiet gives zeros. */
void opl3_make(struct opl3 *o, s16 *out, u32 n);

void opl3_init(struct opl3 *o, const struct dev_env *env);

#endif
