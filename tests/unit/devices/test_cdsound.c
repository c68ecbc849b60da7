/* test_cdsound.c - audio tracks of a CD-ROM drive, sample by sample, heard by a
 * mixer that has one voice. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE                     /* mkdtemp() */
#endif
#include "tests/lib/cdrom_bed.h"

enum { MOST_SAMPLES = 12 * 44100, SONG_AT = FRAMES + GAP };

static s16 heard[2 * MOST_SAMPLES];
static u64 made, kept;
static struct voice was;                /* its rate when last looked at */
static bool deaf;

static void take_samples(void *ctx, int n)
{
    struct voice *v = &ide.sound[0].voice;
    static s16 part[2 * 64];

    (void)ctx, (void)n;
    if (v->num != was.num || v->since != was.since) {
        was = *v;
        made = v->num ? voice_count(v, t.clk.now) : 0;
    }
    while (v->num && made < voice_count(v, t.clk.now)) {
        u64 k = voice_count(v, t.clk.now) - made;

        k = k < 64 ? k : 64;
        v->make(v->dev, deaf ? NULL : part, (u32)k);
        ck_assert_uint_le(kept + k, MOST_SAMPLES);
        memcpy(heard + 2 * kept, part, 4 * k);
        made += k;
        kept += k;
    }
}

static void listen_to(bool yes)
{
    made = kept = 0;
    deaf = !yes;
    was = (struct voice){ 0 };
    ide.sound[0].voice.settle = take_samples;
}

static void hear(ns_t time)
{
    clk_run(&t.clk, t.clk.now + time);
    take_samples(NULL, 0);
}

/* A song that rises on the left and falls on the right, as 16 bits count. */
static void make_song(void)
{
    char path[100];
    u8 frame[FRAME];
    FILE *f;

    snprintf(path, sizeof path, "%s/a.bin", dir);
    f = fopen(path, "r+b");
    fseek(f, (long)FRAMES * FRAME, SEEK_SET);
    for (u32 k = 0; k < SONG * 588; k++) {
        put_le16(frame + k % 588 * 4, k * 3);
        put_le16(frame + k % 588 * 4 + 2, 40000 - k);
        if (k % 588 == 587)
            fwrite(frame, 1, FRAME, f);
    }
    fclose(f);
}

static void expect_song(u64 from, u64 song, u64 n)
{
    for (u64 k = 0; k < n; k++) {
        ck_assert_int_eq(heard[2 * (from + k)], (s16)((song + k) * 3));
        ck_assert_int_eq(heard[2 * (from + k) + 1], (s16)(40000 - song - k));
    }
}

static void play_frames(u32 first, u32 frames)
{
    command(0x45);
    put_be32(packet + 2, first);
    put_be16(packet + 7, frames);
    ck_assert_int_eq(transfer(0xfffe), 0);
}

static void pause_song(u8 resume)
{
    command(0x4b);
    packet[8] = resume;
    ck_assert_int_eq(transfer(0xfffe), 0);
}

/* The samples of the track from its first on, then silence. */
START_TEST(sounds_like_the_track)
{
    make_song();
    listen_to(true);
    play_frames(SONG_AT, 150);
    hear(3 * (ns_t)NS_PER_S);
    ck_assert_uint_ge(kept, 3 * 44100);
    expect_song(0, 0, 150 * 588);
    for (u64 k = 150 * 588; k < kept; k++)
        ck_assert_int_eq(heard[2 * k] | heard[2 * k + 1], 0);
}
END_TEST

/* A pause ends at a frame's begin, where the music goes on. */
START_TEST(pauses_at_frames)
{
    u64 before;
    u32 at;
    u8 status;

    make_song();
    listen_to(true);
    play_frames(SONG_AT + 3, 600);
    hear(777777777);
    pause_song(0);
    before = kept;
    at = position(&status);
    ck_assert_uint_eq(status, 0x12);
    ck_assert_uint_eq(at, SONG_AT + 3 + before / 588);
    hear(NS_PER_S);
    ck_assert_uint_eq(kept, before);    /* no samples at all */
    ck_assert_uint_eq(position(&status), at);
    expect_song(0, 3 * 588, before);
    pause_song(1);
    hear(NS_PER_S);
    expect_song(before, (at - SONG_AT) * 588, kept - before);
    ck_assert_uint_eq(position(&status), at + (kept - before) / 588);
}
END_TEST

/* What happens while nobody listens is the same, and so is what comes after a
 * load, with the very next sample. */
START_TEST(sound_goes_on_after_a_load)
{
    struct buf state = { 0 }, later = { 0 }, again = { 0 }, in;
    static s16 want[2 * 44100];
    struct why why;
    u64 n, later_samples;

    make_song();
    listen_to(_i);
    play_frames(SONG_AT, 700);
    hear(1234567);
    state_save(ide_ops.state, &ide, &state);
    n = kept;
    listen_to(true);
    was = ide.sound[0].voice;
    made = n;
    hear(NS_PER_S / 2 + 15000);
    memcpy(want, heard, 4 * kept);
    later_samples = kept;
    expect_song(0, n, kept);
    state_save(ide_ops.state, &ide, &later);
    t.clk.now -= NS_PER_S / 2 + 15000;
    in = (struct buf){ state.p, 0, state.len, false };
    ck_assert_int_eq(state_load(ide_ops.state, &ide, &in, &why), ERR_OK);
    ide.sound[0].voice.settle = NULL;
    chip_loaded(&t, &ide_ops, &ide);
    listen_to(true);
    was = ide.sound[0].voice;
    made = voice_count(&ide.sound[0].voice, t.clk.now);
    hear(NS_PER_S / 2 + 15000);
    ck_assert_uint_eq(kept, later_samples);
    ck_assert_mem_eq(heard, want, 4 * kept);
    state_save(ide_ops.state, &ide, &again);
    ck_assert_uint_eq(later.len, again.len);
    ck_assert_mem_eq(later.p, again.p, later.len);
    buf_free(&state);
    buf_free(&later);
    buf_free(&again);
}
END_TEST

/* Also at the end of what is played. */
START_TEST(whoever_listens)
{
    u64 played[2];

    make_song();
    for (int yes = 0; yes < 2; yes++) {
        ide_ops.reset(&ide);
        listen_to(yes);
        play_frames(SONG_AT, 20);
        hear(NS_PER_S);
        played[yes] = ide.s.packet[0].played;
    }
    ck_assert_uint_eq(played[0], 20 * 588);
    ck_assert_uint_eq(played[1], 20 * 588);
}
END_TEST

/* Page 0Eh: sides changed, one of them softer, the other gone. */
START_TEST(volume_page)
{
    static const u8 list[] = { 0, 0, 0, 0, 0, 0, 0, 0, 0x0e, 14, 4, 0, 0, 0, 0,
                               0, 2, 127, 3, 0, 0, 0, 0, 0 };

    make_song();
    command(0x5a);
    packet[2] = 0x0e;
    packet[8] = 24;
    ck_assert_int_eq(transfer(0xfffe), 24);
    ck_assert_mem_eq(buf + 16, "\1\377\2\377", 4);
    packet[2] = 0x4e;                   /* what can be changed */
    ck_assert_int_eq(transfer(0xfffe), 24);
    ck_assert_mem_eq(buf + 16, "\17\377\17\377", 4);
    command(0x55);
    packet[8] = sizeof list;
    send_packet(0xfffe);
    for (u32 i = 0; i < sizeof list; i += 2)
        ide_ops.port_out(&ide, DATA, 2, list[i] | (u32)list[i + 1] << 8);
    settle();
    command(0x5a);
    packet[2] = 0x0e;
    packet[8] = 24;
    ck_assert_int_eq(transfer(0xfffe), 24);
    ck_assert_mem_eq(buf + 16, list + 16, 4);
    listen_to(true);
    play_frames(SONG_AT, 100);
    hear(NS_PER_S);
    for (u64 k = 0; k < 44100; k++) {
        ck_assert_int_eq(heard[2 * k], (s16)(40000 - k) * 127 / 255);
        ck_assert_int_eq(heard[2 * k + 1], 0);
    }
}
END_TEST

/* A track that is taken out, a read, a reset: it ends there. */
START_TEST(what_ends_a_song)
{
    u64 n;

    make_song();
    listen_to(true);
    play_frames(SONG_AT, 700);
    hear(NS_PER_S / 10);
    if (_i == 0) {
        atapi_change(&ide, 0, NULL);
    } else if (_i == 1) {
        command(0x28);
        packet[8] = 1;
        ck_assert_int_eq(transfer(0xfffe), FRAME_DATA);
    } else if (_i == 2) {
        ide_ops.reset(&ide);
    } else {
        command(0x4e);
        ck_assert_int_eq(transfer(0xfffe), 0);
    }
    n = kept;
    hear(NS_PER_S);
    ck_assert_uint_eq(kept, n);
    expect_song(0, 0, n);
}
END_TEST

/* The same frame of another disc, of which nothing that was read before may be
 * kept: when it is put in, and when a state is loaded with it in the drive. */
START_TEST(another_disc_sounds_otherwise)
{
    struct open_how how = { .readonly = true };
    struct block *first = disc;
    struct why why;

    listen_to(true);
    play_frames(SONG_AT, 1);
    hear(NS_PER_S / 10);
    for (u32 k = 0; k < 2 * 588; k++)
        ck_assert_int_eq(heard[k], (FRAMES % 250 + 1) * 0x101);
    make_song();
    ck_assert_int_eq(block_open(&disc, sheet, &how, &why), ERR_OK);
    if (_i == 0) {
        atapi_change(&ide, 0, disc);
        command(0);
        ck_assert_int_eq(transfer(0xfffe), -1 - 6);     /* it has changed */
    } else {
        ide_attach_cd(&ide, 0, disc);
        chip_loaded(&t, &ide_ops, &ide);
    }
    listen_to(true);
    play_frames(SONG_AT, 1);
    hear(NS_PER_S / 10);
    expect_song(0, 0, 588);
    block_close(first);
}
END_TEST

/* From here on, in minutes or by frame: no sample twice, none left out but
 * what is left of the frame. */
START_TEST(plays_from_here)
{
    u8 status;
    u32 at;
    u64 n;

    make_song();
    listen_to(true);
    play_frames(SONG_AT, 700);
    hear(NS_PER_S / 10);
    at = position(&status);
    n = kept;
    play_frames(0xffffffff, 75);
    ck_assert_uint_le(ide.s.packet[0].play, at + 1);
    at = ide.s.packet[0].play;
    ck_assert_uint_eq(ide.s.packet[0].play_end, at + 75);
    n = kept;
    hear(2 * (ns_t)NS_PER_S);
    expect_song(n, (at - SONG_AT) * 588, 75 * 588);
    ck_assert_int_eq(heard[2 * (n + 75 * 588)], 0);
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("cd sound");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, sounds_like_the_track);
    tcase_add_test(c, pauses_at_frames);
    tcase_add_loop_test(c, sound_goes_on_after_a_load, 0, 2);
    tcase_add_test(c, whoever_listens);
    tcase_add_test(c, volume_page);
    tcase_add_loop_test(c, what_ends_a_song, 0, 4);
    tcase_add_loop_test(c, another_disc_sounds_otherwise, 0, 2);
    tcase_add_test(c, plays_from_here);
    return chip_run_case("cdsound", c);
}
