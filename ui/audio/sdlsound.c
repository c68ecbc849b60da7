/* sdlsound.c - the host's sound device, by SDL. */
#include <stdlib.h>

#include "ui/app/options.h"
#include "ui/audio/audio.h"
#include "ui/host/sdllib.h"
#include "ui/host/tty.h"

struct sdl_sound {
    SDL_AudioDeviceID id;
    uint32_t hz;
    int16_t *frames;                    /* of a call under way */
    int n;
};

struct opening { struct sdl_sound *d; bool ok; };

static void open_device(void *ctx)
{
    struct opening *o = ctx;
    SDL_AudioSpec want = { .freq = (int)o->d->hz, .format = AUDIO_S16SYS,
                           .channels = 2, .samples = 512 };

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

/* After a gap some silence goes first, so that the next frames need not come
 * in time to the dot. What would make the delay too long (turbo, a host that
 * caught up) is left out. */
static void sdlsound_queue(void *ctx)
{
    struct sdl_sound *d = ctx;
    int fill = (int)d->hz * AUDIO_FILL_MS / 1000;
    int queued = (int)(sdl.GetQueuedAudioSize(d->id) / (2 * sizeof(int16_t)));
    int16_t *silence;

    if (queued > (int)d->hz * AUDIO_MOST_MS / 1000)
        return;
    if (queued == 0 && (silence = calloc((size_t)fill, 4))) {
        sdl.QueueAudio(d->id, silence, (uint32_t)fill * 4);
        free(silence);
    }
    d->n = audio_fit(d->frames, d->n, queued ? queued : fill, d->hz);
    sdl.QueueAudio(d->id, d->frames, (uint32_t)d->n * 4);
}

void sdl_sound_play(struct sdl_sound *d, int16_t *frames, int n)
{
    d->frames = frames;
    d->n = n;
    if (d->id && !tty_guard(sdlsound_queue, d))
        d->id = 0;                      /* it does not answer */
}

static void close_device(void *ctx)
{
    struct sdl_sound *d = ctx;

    sdl.CloseAudioDevice(d->id);
    sdl.QuitSubSystem(SDL_INIT_AUDIO);
}

void sdl_sound_close(struct sdl_sound *d)
{
    if (d && d->id)
        tty_guard(close_device, d);
    free(d);
}
