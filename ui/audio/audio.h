/* audio.h - where a session's sound goes: the host's loudspeaker, WAV files.
 *
 *   synth.c ---->+   an instrument of the host's, where the guest has one
 *                v
 *   pc_audio() --+--> sdlsound.c     by the sound device's clock (ring.c)
 *                +--> wav.c          by guest time, each sample
 *                +--> a capture, while one is on: wav.c, or ui/capture/movie.c,
 *                     which takes the pictures as well
 *
 * All get the same samples. Without an output nobody asks the machine. */
#ifndef AUDIO_H
#define AUDIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/audio/alsaseq.h"
#include "ui/audio/synth.h"

enum { AUDIO_HZ = 48000, AUDIO_OUTPUTS = 4 };

struct session;
struct wav;
struct movie;
struct sdl_sound;

struct audio {
    uint32_t hz;
    struct wav *wav[AUDIO_OUTPUTS];
    int wavs;
    struct wav *capture;                /* what commands began: one of both */
    struct movie *movie;
    bool torn;                          /* a movie had to end early */
    struct sdl_sound *sdl;
    struct synth *synth[SYNTHS];        /* of MIDI ports; NULL: none */
    struct alsaseq *alsa[SYNTHS];       /* or these */
    bool listening;
    bool quiet;                         /* no sound lately, or nobody asked */
};

/* Opens what the options name, or for a window the host's sound device, whose
 * lack is no error then. audio_close() is false, with words, when a file could
 * not be written. */
bool audio_open(struct session *s, char *why);
bool audio_close(struct session *s, char *why);

/* pc_config.midi(); ctx is the session. */
void audio_midi(void *ctx, int n, const uint8_t *message, size_t size);

/* Passes on what the guest has played since the last call. */
void audio_serve(struct session *s);

/* Something sounds, and the host's loudspeaker waits for it. */
bool audio_is_heard(const struct session *s);

/* Drops what it has played since then: it was on its way through its past. */
void audio_forget(struct session *s);

/* Into a WAV file from now on, or with the pictures into one whose name ends in
 * .avi; path NULL: no longer. bound: as movie_open() has it. */
bool audio_capture(struct session *s, const char *path, bool bound, char *why);

bool audio_captures(const struct session *s);    /* one is on */

/* The guest has just ended a frame; for a capture. */
void audio_frame(struct session *s);

/* "name volume", "name mute", "name solo", as commands have it. */
bool audio_set(struct session *s, const char *name, const char *what,
               char *why);

/* sdlsound.c; NULL with words when there is no such device, or no SDL. */
struct sdl_sound *sdl_sound_open(uint32_t hz, char *why);
void sdl_sound_play(struct sdl_sound *d, int16_t *frames, int n);
void sdl_sound_close(struct sdl_sound *d);

/* The machine stands still: the device may run dry. */
void sdl_sound_rest(struct sdl_sound *d);

/* How often the device has run dry while something sounded, and how often so
 * much was waiting for it that some was left out. */
void sdl_sound_gaps(struct sdl_sound *d, uint32_t *gaps, uint32_t *cuts);

#endif
