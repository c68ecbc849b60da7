/* speaker.h - the PC speaker's edges as sound.
 *
 * The speaker has two levels, so all that matters is when it moves. Each move
 * adds a band-limited step to the output (a windowed sinc, integrated), which
 * keeps out the false tones that plain sampling would make. */
#ifndef SPEAKER_H
#define SPEAKER_H

#include "machine/pc.h"

enum { SPEAKER_HZ = 48000, SPEAKER_TAPS = 32, SPEAKER_PHASES = 64,
       SPEAKER_ROOM = 8192, SPEAKER_FILL = SPEAKER_HZ / 1000 * 20,
       SPEAKER_SLACK = SPEAKER_HZ / 1000 * 6 };

struct speaker {
    float kernel[SPEAKER_PHASES][SPEAKER_TAPS];
    float delta[SPEAKER_ROOM + SPEAKER_TAPS];   /* from sample `made` on */
    int64_t origin;                     /* guest ns of sample 0 */
    int64_t made;                       /* samples given out */
    float level, smooth;
    bool high;
};

/* Starts at guest time ns with the speaker at rest. */
void speaker_init(struct speaker *s, int64_t ns);

/* Takes the moves since the last call and makes the samples up to guest time
 * ns, mono; how many, at most SPEAKER_ROOM / 2. Time that lies further back
 * than fits is skipped. */
int speaker_make(struct speaker *s, struct pc *pc, int64_t ns, int16_t *out);

/* The sound device's clock and the guest's never quite agree. Adds a sample
 * to the n in `out`, which has room for it, or takes one away, so that what
 * waits for the device stays near SPEAKER_FILL; queued samples are waiting
 * already. Returns how many there are now. */
int speaker_fit(int16_t *out, int n, int queued);

/* The same from given edges, for tests. */
void speaker_edge(struct speaker *s, const struct pc_edge *e);
int speaker_samples(struct speaker *s, int64_t ns, int16_t *out);

#endif
