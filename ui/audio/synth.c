/* synth.c - a General MIDI instrument of the host's: FluidSynth. */
#define _POSIX_C_SOURCE 200809L
#include "ui/audio/synth.h"

#include "config.h"
#include "ui/app/options.h"
#include "ui/host/library.h"

#if HAVE_FLUIDSYNTH
#include <fluidsynth.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NS_PER_S 1000000000

/* What sounds is over when no voice is left and the output has been silent for
 * so many samples. */
enum { PART = 512, TAIL = 8192 };

#define FUNCTIONS(F) \
    F(new_fluid_settings) F(delete_fluid_settings) F(fluid_settings_setnum) \
    F(fluid_settings_setint) F(new_fluid_synth) \
    F(delete_fluid_synth) F(fluid_synth_sfload) F(fluid_synth_noteon) \
    F(fluid_synth_noteoff) F(fluid_synth_key_pressure) F(fluid_synth_cc) \
    F(fluid_synth_program_change) F(fluid_synth_channel_pressure) \
    F(fluid_synth_pitch_bend) F(fluid_synth_sysex) \
    F(fluid_synth_write_float) F(fluid_synth_get_active_voice_count) \
    F(fluid_set_log_function)

struct fluid {
#define MEMBER(name) __typeof__(name) *name;
    FUNCTIONS(MEMBER)
#undef MEMBER
};

struct synth {
    struct fluid f;
    fluid_settings_t *settings;
    fluid_synth_t *synth;
    uint32_t hz;
    bool sounds;
    uint32_t silent;                    /* samples, without a voice */
    uint64_t at;                        /* the number of the next sample */
    float *ready;                       /* rendered before they are asked for */
    size_t ready_n, ready_room;
};

/* ---- opening ---- */

static const char *const names[] = {
    "libfluidsynth.so.3", "libfluidsynth.so.2", NULL
};

static const struct library_row rows[] = {
#define ROW(name) { #name, offsetof(struct fluid, name) },
    FUNCTIONS(ROW)
#undef ROW
};

static bool load_fluid(struct fluid *f, char *why)
{
    return library_load(names, rows, sizeof rows / sizeof rows[0], f, why);
}

static const char *packaged_font(void)
{
    static const char *const fonts[] = {
        "/usr/share/sounds/sf2/default-GM.sf2",
        "/usr/share/sounds/sf3/default-GM.sf3",
        "/usr/share/soundfonts/default.sf2",
        "/usr/share/soundfonts/FluidR3_GM.sf2",
        "/usr/share/sounds/sf2/FluidR3_GM.sf2",
        "/usr/share/sounds/sf2/TimGM6mb.sf2",
        "/usr/local/share/soundfonts/default.sf2",
    };

    for (size_t n = 0; n < sizeof fonts / sizeof fonts[0]; n++)
        if (access(fonts[n], R_OK) == 0)
            return fonts[n];
    return NULL;
}

static void ignore_words(int level, const char *words, void *data)
{
    (void)level, (void)words, (void)data;
}

static bool make_synth(struct synth *s, const char *font, char *why)
{
    struct fluid *f = &s->f;

    for (int level = 0; level < LAST_LOG_LEVEL; level++)
        f->fluid_set_log_function(level, ignore_words, NULL);
    if (!(s->settings = f->new_fluid_settings()))
        return opt_bad(why, "FluidSynth: out of memory");
    f->fluid_settings_setnum(s->settings, "synth.sample-rate", s->hz);
    f->fluid_settings_setint(s->settings, "synth.cpu-cores", 1);
    f->fluid_settings_setint(s->settings, "synth.lock-memory", 0);
    if (!(s->synth = f->new_fluid_synth(s->settings)))
        return opt_bad(why, "FluidSynth does not play %u samples a second",
                       s->hz);
    return f->fluid_synth_sfload(s->synth, font, 1) >= 0 ||
           opt_bad(why, "soundfont=%.150s: cannot be read as a SoundFont",
                   font);
}

struct synth *synth_open(const char *font, uint32_t hz, char *why)
{
    struct synth *s = calloc(1, sizeof *s);
    bool any = !strcmp(font, "auto");

    if (any)
        font = packaged_font();
    if (!s)
        opt_bad(why, "out of memory");
    else if (!font)
        opt_bad(why, "no SoundFont found on this host");
    else if (access(font, R_OK))
        opt_bad(why, "soundfont=%.150s: cannot be read", font);
    else if (load_fluid(&s->f, why)) {
        s->hz = hz;
        if (make_synth(s, font, why))
            return s;
    }
    synth_close(s);
    return NULL;
}

void synth_close(struct synth *s)
{
    if (!s)
        return;
    if (s->synth)
        s->f.delete_fluid_synth(s->synth);
    if (s->settings)
        s->f.delete_fluid_settings(s->settings);
    free(s->ready);
    free(s);
}

/* ---- samples ---- */

static bool all_silent(const float *p, size_t n)
{
    for (size_t i = 0; i < 2 * n; i++)
        if (fabsf(p[i]) * 65536 >= 1)
            return false;
    return true;
}

/* The next n samples. */
static void render(struct synth *s, float *to, size_t n)
{
    s->at += n;
    if (!s->sounds) {
        memset(to, 0, n * 2 * sizeof *to);
        return;
    }
    s->f.fluid_synth_write_float(s->synth, (int)n, to, 0, 2, to, 1, 2);
    if (s->f.fluid_synth_get_active_voice_count(s->synth) ||
        !all_silent(to, n))
        s->silent = 0;
    else if ((s->silent += (uint32_t)n) >= TAIL)
        s->sounds = false;
}

/* Renders up to sample `to` ahead of its time, for what comes now acts from
 * there on. */
static void render_until(struct synth *s, uint64_t to)
{
    size_t n = to > s->at ? (size_t)(to - s->at) : 0;
    size_t most = s->hz;                /* a second: nobody fetches it */

    if (n > most || s->ready_n + n > most) {
        s->ready_n = 0;
        s->at = to;
        return;
    }
    if (s->ready_n + n > s->ready_room) {
        size_t room = s->ready_n + n + PART;
        float *p = realloc(s->ready, room * 2 * sizeof *p);

        if (!p)
            return;
        s->ready = p;
        s->ready_room = room;
    }
    render(s, s->ready + 2 * s->ready_n, n);
    s->ready_n += n;
}

static int16_t added(int16_t a, float b, unsigned percent)
{
    long v = a + lrintf(b * 32768 * (float)percent / 100);

    return (int16_t)(v < INT16_MIN ? INT16_MIN : v > INT16_MAX ? INT16_MAX
                                                               : v);
}

static void mix_in(int16_t *frames, const float *from, size_t n,
                   unsigned percent)
{
    for (size_t i = 0; i < 2 * n; i++)
        frames[i] = added(frames[i], from[i], percent);
}

/* Those that are ready come first; returns how many. */
static size_t take_ready(struct synth *s, int16_t *frames, size_t n,
                         unsigned percent)
{
    size_t k = n < s->ready_n ? n : s->ready_n;

    mix_in(frames, s->ready, k, percent);
    s->ready_n -= k;
    memmove(s->ready, s->ready + 2 * k, s->ready_n * 2 * sizeof *s->ready);
    return k;
}

void synth_add(struct synth *s, uint64_t at, int16_t *frames, size_t n,
               unsigned percent)
{
    float part[2 * PART];
    size_t done = 0;

    if (at + s->ready_n != s->at) {     /* time has jumped */
        s->ready_n = 0;
        s->at = at;
    }
    if (s->ready_n)
        done = take_ready(s, frames, n, percent);
    while (done < n && s->sounds) {
        size_t k = n - done < PART ? n - done : PART;

        render(s, part, k);
        mix_in(frames + 2 * done, part, k, percent);
        done += k;
    }
    s->at += n - done;
}

/* ---- messages ---- */

static void play_note(struct synth *s, int ch, const uint8_t *m, bool heard)
{
    if ((m[0] & 0xf0) == 0x80 || !m[2])
        s->f.fluid_synth_noteoff(s->synth, ch, m[1]);
    else if (heard) {
        s->f.fluid_synth_noteon(s->synth, ch, m[1], m[2]);
        s->sounds = true;
        s->silent = 0;
    }
}

void synth_message(struct synth *s, int64_t now, bool heard,
                   const uint8_t *m, size_t size)
{
    int ch = m[0] & 15;

    if (heard)
        render_until(s, (uint64_t)((__int128)now * s->hz / NS_PER_S));
    switch (m[0] & 0xf0) {
    case 0x80:
    case 0x90: play_note(s, ch, m, heard); break;
    case 0xa0: s->f.fluid_synth_key_pressure(s->synth, ch, m[1], m[2]); break;
    case 0xb0: s->f.fluid_synth_cc(s->synth, ch, m[1], m[2]); break;
    case 0xc0: s->f.fluid_synth_program_change(s->synth, ch, m[1]); break;
    case 0xd0: s->f.fluid_synth_channel_pressure(s->synth, ch, m[1]); break;
    case 0xe0: s->f.fluid_synth_pitch_bend(s->synth, ch, m[1] | m[2] << 7);
               break;
    default:   if (size > 2)
                   s->f.fluid_synth_sysex(s->synth, (const char *)m + 1,
                                          (int)size - 2, NULL, NULL, NULL, 0);
    }
}

#else

struct synth *synth_open(const char *font, uint32_t hz, char *why)
{
    (void)font, (void)hz;
    opt_bad(why, "soundfont=: this isabox was built without FluidSynth");
    return NULL;
}

void synth_close(struct synth *s)
{
    (void)s;
}

void synth_message(struct synth *s, int64_t now, bool heard,
                   const uint8_t *message, size_t size)
{
    (void)s, (void)now, (void)heard, (void)message, (void)size;
}

void synth_add(struct synth *s, uint64_t at, int16_t *frames, size_t n,
               unsigned percent)
{
    (void)s, (void)at, (void)frames, (void)n, (void)percent;
}
#endif
