/* ide_atapi_sound.c - a CD-ROM drive: the sound of audio tracks.
 *
 *   time of PLAY + k / 44100 s  -->  sample k from the first frame on
 *   588 samples a frame, 16 bits, left and right
 *
 * Samples are made late (machine/core/voice.h); how many of those since PLAY
 * were is the only thing that is kept. The disc is read only where somebody
 * listens. */
#include "devices/disk/ide.h"

#include <string.h>

#include "machine/core/bytes.h"

enum { CD_HZ = 44100, FRAME_SAMPLES = FRAME / 4, LOUDEST = 0xff };
enum { LEFT = 1, RIGHT = 2 };           /* channels of the disc */

/* Samples from the first to the last frame; 0: nothing is played. */
static u64 samples_in_all(const struct atapi_state *p)
{
    if (p->audio != AUDIO_PLAYING || p->play_end <= p->play)
        return 0;
    return (u64)(p->play_end - p->play) * FRAME_SAMPLES;
}

static bool cd_silent(const void *dev)
{
    const struct cd_voice *v = dev;
    const struct atapi_state *p = &v->ide->s.packet[v->unit];

    return p->played >= samples_in_all(p);
}

/* The bytes of a frame; zeros for what is no audio or can't be read. */
static const u8 *cd_frame_bytes(struct cd_voice *v, u32 frame)
{
    struct block *b = v->ide->unit[v->unit].media;
    const struct disc_track *t = b && b->disc ? disc_track_at(b->disc, frame)
                                              : NULL;

    if (v->known && v->frame == frame)
        return v->bytes;
    if (!t || t->mode != TRACK_AUDIO || disc_read_raw(b, frame, v->bytes))
        memset(v->bytes, 0, FRAME);
    v->known = true;
    v->frame = frame;
    return v->bytes;
}

/* What an output of the drive, `port`, gives: the channels that are led to it
 * (both: their mean), as loud as it is set. */
static s16 port_sample(const u8 *port, s32 left, s32 right)
{
    s32 s = port[0] & LEFT ? left : 0;

    s += port[0] & RIGHT ? right : 0;
    if ((port[0] & (LEFT | RIGHT)) == (LEFT | RIGHT))
        s /= 2;
    return (s16)(s * port[1] / LOUDEST);
}

static void one_sample(struct cd_voice *v, const struct atapi_state *p,
                       s16 *out)
{
    u32 frame = p->play + (u32)(p->played / FRAME_SAMPLES);
    const u8 *s = cd_frame_bytes(v, frame) +
                  4 * (p->played % FRAME_SAMPLES);
    s16 left = (s16)get_le16(s), right = (s16)get_le16(s + 2);

    out[0] = port_sample(p->port, left, right);
    out[1] = port_sample(p->port + 2, left, right);
}

static void cd_make(void *dev, s16 *out, u32 n)
{
    struct cd_voice *v = dev;
    struct atapi_state *p = atapi_packet(v->ide, v->unit);
    u64 all = samples_in_all(p), left = all > p->played ? all - p->played : 0;

    if (!out) {
        p->played += n < left ? n : left;
        return;
    }
    memset(out, 0, 4 * (size_t)n);
    for (u32 i = 0; i < n && left; i++, left--) {
        one_sample(v, p, out + 2 * i);
        p->played++;
    }
}

/* ---- around a change of what is played ---- */

void atapi_sound_stop(struct ide *d, int n)
{
    voice_rate(&d->sound[n].voice, 0, 1, d->clk->now);
}

void atapi_sound_start(struct ide *d, int n)
{
    atapi_packet(d, n)->since = d->clk->now;
    atapi_packet(d, n)->played = 0;
    voice_rate(&d->sound[n].voice, CD_HZ, 1, d->clk->now);
}

/* Both outputs as they are after power-on. */
void atapi_sound_reset(struct ide *d, int n)
{
    u8 *port = atapi_packet(d, n)->port;

    port[0] = LEFT;
    port[2] = RIGHT;
    port[1] = port[3] = LOUDEST;
}

void atapi_sound_loaded(struct ide *d, int n)
{
    const struct atapi_state *p = atapi_packet(d, n);

    d->sound[n].known = false;
    voice_rate(&d->sound[n].voice, p->audio == AUDIO_PLAYING ? CD_HZ : 0, 1,
               p->since);
}

void atapi_sound_init(struct ide *d, int n)
{
    struct cd_voice *v = &d->sound[n];

    v->ide = d;
    v->unit = n;
    v->voice = (struct voice){ .name = "cd", .den = 1, .make = cd_make,
                               .silent = cd_silent, .dev = v,
                               .left = VOICE_UNITY, .right = VOICE_UNITY };
}
