/* speaker.c - the PC speaker's edges as sound. */
#include "ui/audio/speaker.h"

#include <math.h>
#include <string.h>

#define PI 3.14159265358979323846
#define VOLUME 9000.0f
#define CUTOFF 0.45                     /* of the sample rate */
enum { EDGES_AT_ONCE = 256 };

/* A sinc under a Blackman window; each phase sums up to 1, so that the steps
 * end where they should. */
static void make_kernel(struct speaker *s)
{
    for (int p = 0; p < SPEAKER_PHASES; p++) {
        double sum = 0, v[SPEAKER_TAPS];

        for (int i = 0; i < SPEAKER_TAPS; i++) {
            double x = i - SPEAKER_TAPS / 2.0 - (double)p / SPEAKER_PHASES;
            double w = x / (SPEAKER_TAPS / 2.0 + 1);
            double window = 0.42 + 0.5 * cos(PI * w) + 0.08 * cos(2 * PI * w);

            v[i] = x == 0 ? 1 : sin(2 * PI * CUTOFF * x) / (2 * PI * CUTOFF * x);
            v[i] *= window;
            sum += v[i];
        }
        for (int i = 0; i < SPEAKER_TAPS; i++)
            s->kernel[p][i] = (float)(v[i] / sum);
    }
}

void speaker_init(struct speaker *s, int64_t ns)
{
    memset(s, 0, sizeof *s);
    s->origin = ns;
    make_kernel(s);
}

static double position(const struct speaker *s, int64_t ns)
{
    return (double)(ns - s->origin) * SPEAKER_HZ / 1e9 - (double)s->made;
}

void speaker_edge(struct speaker *s, const struct pc_edge *e)
{
    double at = position(s, e->ns);
    float step = (float)e->level - (float)s->high;
    int i, phase;

    s->high = e->level;
    if (at < 0)
        at = 0;
    if (at >= SPEAKER_ROOM)
        at = SPEAKER_ROOM - 1;
    i = (int)at;
    phase = (int)((at - i) * SPEAKER_PHASES);
    for (int n = 0; n < SPEAKER_TAPS; n++)
        s->delta[i + n] += step * s->kernel[phase][n];
}

/* A capacitor in the line: a constant level dies away. */
static int16_t output(struct speaker *s, float delta)
{
    s->level += delta;
    s->smooth += (s->level - s->smooth) * 0.001f;
    return (int16_t)((s->level - s->smooth) * VOLUME);
}

int speaker_samples(struct speaker *s, int64_t ns, int16_t *out)
{
    double room = position(s, ns);
    int n = room < 0 ? 0 : room > SPEAKER_ROOM / 2 ? SPEAKER_ROOM / 2
                                                  : (int)room;

    for (int i = 0; i < n; i++)
        out[i] = output(s, s->delta[i]);
    memmove(s->delta, s->delta + n, sizeof s->delta - (size_t)n * sizeof(float));
    memset(s->delta + SPEAKER_ROOM + SPEAKER_TAPS - n, 0,
           (size_t)n * sizeof(float));
    s->made += n;
    if (room > SPEAKER_ROOM)            /* after a pause or a load */
        s->made += (int64_t)room - n;
    return n;
}

int speaker_make(struct speaker *s, struct pc *pc, int64_t ns, int16_t *out)
{
    struct pc_edge e[EDGES_AT_ONCE];
    size_t n;

    if (ns < s->origin || position(s, ns) < 0)  /* an older state was loaded */
        speaker_init(s, ns);
    while ((n = pc_speaker(pc, e, EDGES_AT_ONCE)) > 0)
        for (size_t i = 0; i < n; i++)
            speaker_edge(s, &e[i]);
    return speaker_samples(s, ns, out);
}

int speaker_fit(int16_t *out, int n, int queued)
{
    if (n > 1 && queued > SPEAKER_FILL + SPEAKER_SLACK)
        return n - 1;
    if (n < 1 || queued >= SPEAKER_FILL - SPEAKER_SLACK)
        return n;
    out[n] = out[n - 1];
    return n + 1;
}
