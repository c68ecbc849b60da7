/* ide_atapi_audio.c - a CD-ROM drive: which audio is played, and where. */
#include "devices/disk/ide.h"

#include <string.h>

#include "machine/core/bytes.h"

enum { KEY_ILLEGAL = 5, ASC_BAD_FIELD = 0x24, ASC_WRONG_MODE = 0x64,
       FRAMES_PER_S = 75, HERE = 0xffffffff };

/* A function of time alone. */
u32 atapi_position(const struct ide *d, int n)
{
    const struct atapi_state *p = &d->s.packet[n];
    u64 played = ticks_at(d->clk->now - p->since, FRAMES_PER_S);

    if (p->audio != AUDIO_PLAYING)
        return p->play;
    return played > p->play_end - p->play ? p->play_end
                                          : p->play + (u32)played;
}

void atapi_stop_audio(struct ide *d, int n)
{
    struct atapi_state *p = atapi_packet(d, n);

    atapi_sound_stop(d, n);
    p->play = atapi_position(d, n);
    p->audio = AUDIO_NONE;
}

static void atapi_audio_play(struct ide *d, int n, u32 first, u32 end)
{
    struct atapi_state *p = atapi_packet(d, n);
    const struct disc *disc = d->unit[n].media->disc;
    const struct disc_track *t;

    if (end > disc->frames)
        end = disc->frames;
    t = disc_track_at(disc, first);
    if (!t || t->mode != TRACK_AUDIO || end < first) {
        atapi_fail(d, n, KEY_ILLEGAL, t ? ASC_WRONG_MODE : ASC_BAD_FIELD);
        return;
    }
    atapi_sound_stop(d, n);
    p->play = first;
    p->play_end = end;
    p->audio = end > first ? AUDIO_PLAYING : AUDIO_NONE;
    if (end > first)
        atapi_sound_start(d, n);
    atapi_done(d, n);
}

/* The number that means "from here on" is that of the frame played now. */
static u32 begin_at(const struct ide *d, int n, u32 frame)
{
    return frame == HERE ? atapi_position(d, n) : frame;
}

static u32 msf_frame(const u8 *msf)
{
    u32 f = ((u32)msf[0] * 60 + msf[1]) * 75 + msf[2];

    if (msf[0] == 0xff && msf[1] == 0xff && msf[2] == 0xff)
        return HERE;
    return f < LEAD_IN ? 0 : f - LEAD_IN;
}

static void play_tracks(struct ide *d, int n, u8 first, u8 last)
{
    const struct disc *disc = d->unit[n].media->disc;
    u32 start = 0, end = 0;

    for (int i = 0; i < disc->tracks; i++) {
        if (disc->track[i].number == first)
            start = disc->track[i].start;
        if (disc->track[i].number <= last)
            end = disc->track[i].end;
    }
    atapi_audio_play(d, n, start, end);
}

static void atapi_audio_pause(struct ide *d, int n, bool on)
{
    struct atapi_state *p = atapi_packet(d, n);

    if (on && p->audio == AUDIO_PLAYING) {
        atapi_sound_stop(d, n);
        p->play = atapi_position(d, n);
        p->audio = AUDIO_PAUSED;
    } else if (!on && p->audio == AUDIO_PAUSED) {
        p->audio = AUDIO_PLAYING;
        atapi_sound_start(d, n);
    } else if (p->audio == AUDIO_NONE) {
        atapi_fail(d, n, KEY_ILLEGAL, ASC_BAD_FIELD);
        return;
    }
    atapi_done(d, n);
}

void atapi_audio(struct ide *d, int n)
{
    const u8 *c = atapi_packet(d, n)->packet;
    u32 first;

    if (!atapi_ready(d, n))
        return;
    first = begin_at(d, n, get_be32(c + 2));
    switch (c[0]) {
    case 0x45:
        atapi_audio_play(d, n, first, first + get_be16(c + 7));
        break;
    case 0xa5:
        atapi_audio_play(d, n, first, first + get_be32(c + 6));
        break;
    case 0x47:
        atapi_audio_play(d, n, begin_at(d, n, msf_frame(c + 3)),
                         msf_frame(c + 6));
        break;
    case 0x48: play_tracks(d, n, c[4], c[7]); break;
    case 0x4b: atapi_audio_pause(d, n, !(c[8] & 1)); break;
    default:
        atapi_stop_audio(d, n);
        atapi_done(d, n);
        break;
    }
}

/* As READ SUB-CHANNEL has it. What is over is said once. */
static u8 take_status(struct ide *d, int n)
{
    struct atapi_state *p = atapi_packet(d, n);

    if (p->audio == AUDIO_PLAYING && atapi_position(d, n) >= p->play_end) {
        atapi_sound_stop(d, n);
        p->play = p->play_end;
        p->audio = AUDIO_DONE;
    }
    switch (p->audio) {
    case AUDIO_PLAYING: return 0x11;
    case AUDIO_PAUSED:  return 0x12;
    case AUDIO_DONE:    p->audio = AUDIO_NONE; return 0x13;
    default:            return 0x15;
    }
}

static void atapi_audio_put_address(u8 *p, u32 frame, bool msf, bool from_disc)
{
    struct msf t = msf_of(from_disc ? frame : frame - LEAD_IN);

    if (!msf)
        put_be32(p, frame);
    p[0] = msf ? 0 : p[0];
    p[1] = msf ? t.m : p[1];
    p[2] = msf ? t.s : p[2];
    p[3] = msf ? t.f : p[3];
}

/* Frames from index 1 on; in the gap before it they count down. */
static u32 from_start(const struct disc_track *t, u32 at)
{
    if (!t)
        return 0;
    return at < t->start ? t->start - at : at - t->start;
}

void atapi_subchannel(struct ide *d, int n)
{
    const u8 *c = atapi_packet(d, n)->packet;
    u8 *p = d->s.drive[n].data, status;
    const struct disc_track *t;
    u32 at;

    if (!atapi_ready(d, n))
        return;
    memset(p, 0, 24);
    status = take_status(d, n);
    at = atapi_position(d, n);
    t = disc_track_at(d->unit[n].media->disc, at);
    p[1] = status;
    if (!(c[2] & 0x40) || c[3] != 1) {  /* no Q, or not the position */
        atapi_reply(d, n, c[2] & 0x40 ? 24 : 4, get_be16(c + 7));
        return;
    }
    put_be16(p + 2, 12);
    p[4] = 1;
    p[5] = t && t->mode != TRACK_AUDIO ? 0x14 : 0x10;
    p[6] = t ? t->number : 0;
    p[7] = t && at < t->start ? 0 : 1;
    atapi_audio_put_address(p + 8, at, c[1] & 2, true);
    atapi_audio_put_address(p + 12, from_start(t, at), c[1] & 2, false);
    atapi_reply(d, n, 16, get_be16(c + 7));
}
