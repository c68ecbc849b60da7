/* mixer.h - the voices of all parts, brought to one rate and added up.
 *
 *   chip -- voice: samples at its own rate --+
 *   chip -- voice: levels at any time -------+--> resample --> pc_audio()
 *                        volume, mute, solo -+
 *
 * None of this belongs to the machine's state. The voices are mixed whether
 * anybody listens or not, so that who begins to listen hears what he would have
 * heard had he always listened. */
#ifndef MIXER_H
#define MIXER_H

#include "machine/core/resample.h"
#include "machine/core/voice.h"

enum { VOICES = 24, VOICE_NAME = 24, VOLUME_ONE = 256 };

struct pc;

struct mixed {
    char name[VOICE_NAME];
    struct voice *voice;
    u32 num, den;                       /* its rate when it was last settled */
    ns_t since;                         /* virtual time of its sample 0 */
    u64 made;                           /* samples since then */
    struct feed *feed;                  /* a sampled voice that has sounded */
    s32 given[2];                       /* of a stepped voice: its level in
                                           the output */
    u32 volume;
    bool muted, solo, sounds;
};

struct mixer {
    struct mixed voice[VOICES];
    int voices;
    u32 volume;
    bool muted;
    bool held;                          /* a state is being loaded */
    ns_t settled;                       /* when all voices last were, or until
                                           when they are being so */
    ns_t quiet;                         /* without an output: until then there
                                           was no sound */
    u32 rate;                           /* of the output */
    struct resample *out;               /* NULL: nothing has sounded */
    bool listened;                      /* somebody takes what is mixed */
    u64 from;                           /* from this output on */
};

void mixer_init(struct pc *pc);
void mixer_free(struct pc *pc);

/* False: there are VOICES already. */
bool mixer_join(struct pc *pc, const char *id, struct voice *v);

/* Brings all voices up to the present, as before a save; mixer_ran() does so
 * when it is worth it. */
void mixer_settle(struct pc *pc);
void mixer_ran(struct pc *pc);

/* To be called before and after a state is loaded. If the load does not change
 * the time the sound goes on, else it begins anew. */
void mixer_hold(struct pc *pc);
void mixer_loaded(struct pc *pc);

#endif
