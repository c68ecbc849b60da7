/* cmdsound.c - commands about what is heard. */
#include <string.h>

#include "ui/control/commands.h"

static void capture_to(struct call *c, const char *path)
{
    char why[PC_WHY];

    if (!audio_capture(c->s, path, c->bound, why))
        call_fail(c, NULL, "%s", why);
}

/* What a hot key does: a film begins, or what is on ends. */
static void capture_toggle(struct call *c)
{
    bool on = audio_captures(c->s);
    char name[40] = "";

    if (!on && !call_may_name(c))
        return;
    capture_to(c, on ? NULL : session_shot_name(c->s, "avi", name,
                                                sizeof name));
    if (!c->bad)
        call_print(c, on ? "the capture is over\n" : "a film goes into %s\n",
                   name);
}

void cmd_capture(struct call *c)
{
    const char *what = call_text(c, "what"), *path = call_text(c, "filename");

    if (!strcmp(what, "start") && path)
        capture_to(c, path);
    else if (!strcmp(what, "stop") && !path)
        capture_to(c, NULL);
    else if (!strcmp(what, "toggle") && !path)
        capture_toggle(c);
    else
        call_fail(c, "what", "start with a file's name, stop, or toggle");
}

void cmd_mixer(struct call *c)
{
    const char *voice = call_text(c, "voice");
    struct pc_voice v;
    char why[PC_WHY];

    if (!audio_set(c->s, voice, call_text(c, "what"), why))
        call_fail(c, NULL, "%s", why);
    for (int n = 0; c->way == BY_KEY && pc_voice(c->s->pc, n, &v); n++)
        if (!strcmp(v.name, voice))
            call_print(c, "%s: %u %%%s\n", voice, v.volume,
                       v.muted ? ", muted" : "");
}

/* What is heard of each output; the device's are told since it was opened. */
void cmd_audio(struct call *c)
{
    const struct audio *a = &c->s->audio;
    uint32_t gaps, cuts;

    call_print(c, "%u Hz%s\n", a->hz,
               a->listening ? "" : ", but nobody listens");
    if (a->sdl) {
        sdl_sound_gaps(a->sdl, &gaps, &cuts);
        call_print(c, "sound device: %u gaps, %u cuts\n", gaps, cuts);
        reply_number(c, "gaps", gaps);
        reply_number(c, "cuts", cuts);
    }
    if (a->wavs)
        call_print(c, "WAV files: %d\n", a->wavs);
    if (audio_captures(c->s))
        call_print(c, "a capture is on\n");
    reply_number(c, "hz", a->hz);
}
