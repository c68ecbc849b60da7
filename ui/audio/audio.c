/* audio.c - where a session's sound goes. */
#include "ui/audio/audio.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config.h"
#include "machine/words/near.h"
#include "ui/audio/wav.h"
#include "ui/capture/movie.h"
#include "ui/session/session.h"

enum { FRAMES = 4096, MOST_VOLUME = 400 };

/* ---- opening ---- */

#if !HAVE_SDL
struct sdl_sound *sdl_sound_open(uint32_t hz, char *why)
{
    (void)hz;
    opt_bad(why, "this isabox was built without SDL");
    return NULL;
}

void sdl_sound_play(struct sdl_sound *d, int16_t *frames, int n)
{
    (void)d, (void)frames, (void)n;
}

void sdl_sound_close(struct sdl_sound *d)
{
    (void)d;
}

void sdl_sound_rest(struct sdl_sound *d)
{
    (void)d;
}

void sdl_sound_gaps(struct sdl_sound *d, uint32_t *gaps, uint32_t *cuts)
{
    (void)d;
    *gaps = *cuts = 0;
}
#endif

static bool audio_open_one(struct session *s, const struct opt_audiodev *d,
                           char *why)
{
    struct audio *a = &s->audio;

    if (!strcmp(d->kind, "none"))
        return true;
    if (!strcmp(d->kind, "wav"))
        return (a->wav[a->wavs] = wav_open(d->path, a->hz, why)) && ++a->wavs;
    if (!a->sdl)
        a->sdl = sdl_sound_open(a->hz, why);
    return a->sdl != NULL;
}

static bool display_sounds(const struct session *s)
{
    for (int n = 0; n < s->displays; n++)
        if (s->display[n].front->sounds)
            return true;
    return false;
}

/* A recording, perhaps a stranger's, has no say in what it is connected to. */
static bool open_instrument(struct session *s, int n, const char *font,
                            char *why)
{
    struct audio *a = &s->audio;

    if (alsaseq_means(font))
        return s->o->replaying.head ||
               (a->alsa[n] = alsaseq_open(font, why)) != NULL;
    return (a->synth[n] = synth_open(font, a->hz, why)) != NULL;
}

/* The instruments of MIDI ports. Where the user named none there need be none,
 * nor for a recording, which may have come from another host. */
static bool open_instruments(struct session *s, char *why)
{
    const char *font;
    char words[PC_WHY];

    for (int n = 0; n < SYNTHS && (font = pc_midi_font(s->pc, n)); n++)
        if (!open_instrument(s, n, font, words) &&
            strcmp(font, "auto") && !s->o->replaying.head)
            return opt_bad(why, "%s", words);
    pc_midi_again(s->pc);
    return true;
}

bool audio_open(struct session *s, char *why)
{
    const struct options *o = s->o;
    char words[PC_WHY];

    s->audio = (struct audio){ .hz = AUDIO_HZ, .quiet = true };
    for (int n = 0; n < o->audiodevs; n++)
        if (o->audiodev[n].hz)
            s->audio.hz = o->audiodev[n].hz;
    pc_audio_rate(s->pc, s->audio.hz);
    for (int n = 0; n < o->audiodevs; n++)
        if (!audio_open_one(s, &o->audiodev[n], why))
            return false;
    if (!o->audiodevs && display_sounds(s))
        s->audio.sdl = sdl_sound_open(s->audio.hz, words);
    return open_instruments(s, why);
}

static bool end_capture(struct audio *a, char *why)
{
    bool ok = a->capture ? wav_close(a->capture, why)
                         : movie_close(a->movie, why);

    a->capture = NULL;
    a->movie = NULL;
    return ok;
}

bool audio_close(struct session *s, char *why)
{
    struct audio *a = &s->audio;
    bool ok = true;

    if (s->pc)
        audio_serve(s);
    for (int n = 0; n < a->wavs; n++)
        ok &= wav_close(a->wav[n], why);
    if (a->torn)
        ok = opt_bad(why, "not all could be captured");
    if (a->capture || a->movie)
        ok &= end_capture(a, why);
    sdl_sound_close(a->sdl);
    for (int n = 0; n < SYNTHS; n++)
        synth_close(a->synth[n]), alsaseq_close(a->alsa[n]);
    *a = (struct audio){ .hz = a->hz };
    return ok;
}

/* ---- running ---- */

static void pass_on(struct audio *a, uint64_t at, int16_t *frames, int n)
{
    a->quiet = !frames[0] && !frames[2 * n - 1];
    for (int i = 0; i < a->wavs; i++)
        wav_put(a->wav[i], frames, (size_t)n);
    if (a->capture)
        wav_put(a->capture, frames, (size_t)n);
    if (a->movie)
        movie_sound(a->movie, at, frames, (size_t)n);
    if (a->sdl)
        sdl_sound_play(a->sdl, frames, n);
}

static void add_synths(struct session *s, uint64_t at, int16_t *frames,
                       size_t n)
{
    struct pc_voice all;

    pc_voice(s->pc, 0, &all);
    for (int i = 0; i < SYNTHS; i++)
        if (s->audio.synth[i])
            synth_add(s->audio.synth[i], at, frames, n,
                      all.muted ? 0 : all.volume);
}

void audio_midi(void *ctx, int n, const uint8_t *message, size_t size)
{
    struct session *s = ctx;
    struct synth *to = n < SYNTHS ? s->audio.synth[n] : NULL;

    if (to)
        synth_message(to, pc_now(s->pc), s->audio.listening, message, size);
    else if (n < SYNTHS && s->audio.alsa[n])
        alsaseq_message(s->audio.alsa[n], message, size);
}

void audio_serve(struct session *s)
{
    int16_t frames[2 * (FRAMES + 1)];
    struct audio *a = &s->audio;
    bool any = a->wavs || a->capture || a->movie || a->sdl;
    uint64_t at = pc_audio_next(s->pc);
    size_t n;

    if (!any && a->listening)
        pc_audio(s->pc, 0, NULL, 0);
    a->listening = any;
    while (any && (n = pc_audio(s->pc, a->hz, frames, FRAMES)) > 0) {
        add_synths(s, at, frames, n);
        pass_on(a, at, frames, (int)n);
        at += n;
    }
    if (a->sdl && s->paused)
        sdl_sound_rest(a->sdl);
}

bool audio_is_heard(const struct session *s)
{
    return s->audio.sdl && !s->audio.quiet;
}

void audio_forget(struct session *s)
{
    pc_audio(s->pc, 0, NULL, 0);
    s->audio.listening = false;
    if (s->audio.sdl)
        sdl_sound_rest(s->audio.sdl);
}

/* ---- captures ---- */

static bool is_film(const char *path)
{
    const char *dot = strrchr(path, '.');

    return dot && !strcasecmp(dot, ".avi");
}

static bool begin_capture(struct session *s, const char *path, bool bound,
                          char *why)
{
    struct audio *a = &s->audio;

    if (is_film(path))
        a->movie = movie_open(s, path, a->hz, bound, why);
    else
        a->capture = wav_open(path, a->hz, why);
    audio_serve(s);                     /* it begins now */
    return a->movie || a->capture;
}

bool audio_captures(const struct session *s)
{
    return s->audio.capture || s->audio.movie;
}

bool audio_capture(struct session *s, const char *path, bool bound, char *why)
{
    struct audio *a = &s->audio;
    bool on = audio_captures(s), ok;

    audio_serve(s);
    if (path)
        return on ? opt_bad(why, "a capture is on already")
                  : begin_capture(s, path, bound, why);
    if (!on)
        return opt_bad(why, "nothing is being captured");
    ok = end_capture(a, why);
    audio_serve(s);
    return ok;
}

void audio_frame(struct session *s)
{
    struct audio *a = &s->audio;
    char why[PC_WHY], more[PC_WHY];

    if (!a->movie || movie_frame(a->movie, why))
        return;
    movie_close(a->movie, more);
    a->movie = NULL;
    a->torn = true;
    front_say(s, "%s", why);
}

/* ---- the mixer ---- */

/* "80", or "+10" and "-10", which stop at the ends. */
static bool new_volume(const char *text, unsigned *volume)
{
    char *end;
    long v = strtol(text, &end, 10);

    if (end == text || *end || v > MOST_VOLUME || v < -MOST_VOLUME)
        return false;
    if (*text == '+' || *text == '-')
        v += (long)*volume;
    *volume = v < 0 ? 0 : v > MOST_VOLUME ? MOST_VOLUME : (unsigned)v;
    return true;
}

static bool change_voice(struct session *s, int n, struct pc_voice v,
                         const char *what, char *why)
{
    if (!strcmp(what, "mute"))
        v.muted = !v.muted;
    else if (!strcmp(what, "solo") && n)
        v.solo = !v.solo;
    else if (!new_volume(what, &v.volume))
        return opt_bad(why, "'%.40s': a volume of 0 to 400 percent, +10, -10, "
                       "mute%s", what, n ? ", solo" : "");
    return pc_set_voice(s->pc, n, &v);
}

bool audio_set(struct session *s, const char *name, const char *what,
               char *why)
{
    struct near near = { name, NULL, 0 };
    struct pc_voice v;

    for (int n = 0; pc_voice(s->pc, n, &v); n++) {
        if (!strcmp(v.name, name))
            return change_voice(s, n, v, what, why);
        near_try(&near, v.name);
    }
    return opt_bad(why, near.best ? "there is no voice '%.40s'; did you mean "
                   "'%s'?" : "there is no voice '%.40s'; see info mixer",
                   name, near.best);
}
