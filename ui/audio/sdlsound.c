/* sdlsound.c - the host's sound device, by SDL. */
#include <stdlib.h>

#include "ui/app/options.h"
#include "ui/audio/audio.h"
#include "ui/audio/ring.h"
#include "ui/host/sdllib.h"
#include "ui/host/tty.h"

struct sdl_sound {
    SDL_AudioDeviceID id;
    uint32_t hz;
    struct ring ring;                   /* the device's thread takes from it */
};

struct opening { struct sdl_sound *d; bool ok; };

/* In the device's thread. */
static void SDLCALL device_takes(void *ctx, Uint8 *out, int bytes)
{
    struct sdl_sound *d = ctx;

    ring_take(&d->ring, (int16_t *)out, (uint32_t)bytes / 4);
}

static void open_device(void *ctx)
{
    struct opening *o = ctx;
    SDL_AudioSpec want = { .freq = (int)o->d->hz, .format = AUDIO_S16SYS,
                           .channels = 2, .samples = 512,
                           .callback = device_takes, .userdata = o->d };

    if (sdl.InitSubSystem(SDL_INIT_AUDIO))
        return;
    o->d->id = sdl.OpenAudioDevice(NULL, 0, &want, NULL, 0);
    o->ok = o->d->id != 0;
    if (o->ok)
        sdl.PauseAudioDevice(o->d->id, 0);
}

struct sdl_sound *sdl_sound_open(uint32_t hz, char *why)
{
    struct opening o = { NULL, false };
    char words[PC_WHY];

    if (!sdl_library(words))
        return opt_bad(why, "no sound: %.180s", words), NULL;
    if (!(o.d = calloc(1, sizeof *o.d)))
        return opt_bad(why, "out of memory"), NULL;
    o.d->hz = hz;
    if (!tty_guard(open_device, &o))
        return opt_bad(why, "the sound device does not answer"), NULL;
    if (o.ok)
        return o.d;
    opt_bad(why, "no sound device: %.150s", sdl.GetError());
    free(o.d);
    return NULL;
}

/* What would make the delay too long (turbo, a host that caught up, a device
 * that has just begun) is left out. */
void sdl_sound_play(struct sdl_sound *d, int16_t *frames, int n)
{
    const uint32_t fill = d->hz * AUDIO_FILL_MS / 1000;
    uint32_t queued;

    sdl.LockAudioDevice(d->id);
    if (ring_queued(&d->ring) > d->hz * AUDIO_MOST_MS / 1000)
        ring_cut(&d->ring, fill);
    queued = ring_queued(&d->ring);
    n = audio_fit(frames, n, (int)(queued ? queued : fill), d->hz);
    ring_put(&d->ring, frames, (uint32_t)n, fill);
    sdl.UnlockAudioDevice(d->id);
}

void sdl_sound_rest(struct sdl_sound *d)
{
    sdl.LockAudioDevice(d->id);
    ring_rest(&d->ring);
    sdl.UnlockAudioDevice(d->id);
}

void sdl_sound_gaps(struct sdl_sound *d, uint32_t *gaps, uint32_t *cuts)
{
    sdl.LockAudioDevice(d->id);
    *gaps = d->ring.gaps;
    *cuts = d->ring.cuts;
    sdl.UnlockAudioDevice(d->id);
}

static void close_device(void *ctx)
{
    struct sdl_sound *d = ctx;

    sdl.CloseAudioDevice(d->id);
    sdl.QuitSubSystem(SDL_INIT_AUDIO);
}

/* A device that does not answer may still take from the ring. */
void sdl_sound_close(struct sdl_sound *d)
{
    if (d && d->id && !tty_guard(close_device, d))
        return;
    free(d);
}
