/* sdlsound.c - the host's sound device, by SDL. */
#include <stdlib.h>
#include <string.h>

#include "ui/app/options.h"
#include "ui/audio/audio.h"
#include "ui/audio/ring.h"
#include "ui/host/sdllib.h"
#include "ui/host/tty.h"

/* Frames that SDL asks for at once. It has two parts on their way to a device
 * of ALSA or the like; of PulseAudio it wants no more than one ahead, and a
 * host with other work is later than that. So parts are small there, and the
 * library is told how much is to be ahead: those who set its variable
 * themselves know better. */
enum { PART = 512, PART_OF_PULSE = 256 };
#define PULSE_AHEAD_MS "30"

struct sdl_sound {
    SDL_AudioDeviceID id;
    struct ring ring;                   /* the device's thread takes from it */
};

struct opening { struct sdl_sound *d; bool ok; };

/* In the device's thread. */
static void SDLCALL device_takes(void *ctx, Uint8 *out, int bytes)
{
    struct sdl_sound *d = ctx;

    ring_take(&d->ring, (int16_t *)out, (uint32_t)bytes / 4);
}

static bool is_pulse(void)
{
    const char *driver = sdl.GetCurrentAudioDriver();

    return driver && !strcmp(driver, "pulseaudio");
}

static void open_device(void *ctx)
{
    struct opening *o = ctx;
    SDL_AudioSpec want = { .freq = (int)o->d->ring.hz, .format = AUDIO_S16SYS,
                           .channels = 2, .callback = device_takes,
                           .userdata = o->d };

    setenv("PULSE_LATENCY_MSEC", PULSE_AHEAD_MS, 0);
    if (sdl.InitSubSystem(SDL_INIT_AUDIO))
        return;
    want.samples = is_pulse() ? PART_OF_PULSE : PART;
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
    ring_init(&o.d->ring, hz);
    if (!tty_guard(open_device, &o))
        return opt_bad(why, "the sound device does not answer"), NULL;
    if (o.ok)
        return o.d;
    opt_bad(why, "no sound device: %.150s", sdl.GetError());
    free(o.d);
    return NULL;
}

void sdl_sound_play(struct sdl_sound *d, int16_t *frames, int n)
{
    sdl.LockAudioDevice(d->id);
    ring_put(&d->ring, frames, (uint32_t)n);
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
