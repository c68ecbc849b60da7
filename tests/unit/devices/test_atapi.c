/* test_atapi.c - a CD-ROM drive, driven through the ports of its channel. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE                     /* mkdtemp() */
#endif
#include "tests/lib/chip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "devices/disk/ide.h"
#include "machine/core/bytes.h"

enum { DATA, ERROR, COUNT, LOW, MID, HIGH, DEVICE, STATUS, CONTROL };
enum { FRAMES = 100, GAP = 150, SONG = 75 * 10 };

static struct chip_test t;
static struct ide ide;
static struct block *disc;
static char dir[64], sheet[80];
static u8 buf[64 * 1024];
static u8 packet[PACKET_SIZE];
static int irqs;

static void probe(void *ctx, int n, bool level)
{
    (void)ctx, (void)n;
    irqs += level;
}

static u8 in(u16 port) { return (u8)ide_ops.port_in(&ide, port, 1); }
static void out(u16 port, u8 v) { ide_ops.port_out(&ide, port, 1, v); }

/* ---- a disc: raw frames of data, a gap, a song ---- */

static void frame_of(u8 *p, u32 n, bool audio)
{
    memset(p, audio ? (int)(n % 250 + 1) : 0, FRAME);
    if (audio)
        return;
    memset(p + 1, 0xff, 10);
    p[15] = 1;
    for (int i = 0; i < FRAME_DATA; i++)
        p[16 + i] = (u8)(n + (u32)i / 8);
}

static void make_disc(void)
{
    char path[100];
    u8 frame[FRAME];
    FILE *f;

    strcpy(dir, "/tmp/isabox-atapi-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/a.bin", dir);
    f = fopen(path, "wb");
    for (u32 i = 0; i < FRAMES + SONG; i++) {
        frame_of(frame, i, i >= FRAMES);
        fwrite(frame, 1, FRAME, f);
    }
    fclose(f);
    snprintf(sheet, sizeof sheet, "%s/a.cue", dir);
    f = fopen(sheet, "wb");
    fprintf(f, "FILE \"a.bin\" BINARY\r\n  TRACK 01 MODE1/2352\r\n"
            "    INDEX 01 00:00:00\r\n  TRACK 02 AUDIO\r\n"
            "    PREGAP 00:02:00\r\n    INDEX 01 00:01:25\r\n");
    fclose(f);
}

static void setup(void)
{
    struct open_how how = { .readonly = true };
    struct why why = { "" };
    struct dev_env env;

    make_disc();
    ck_assert_msg(!block_open(&disc, sheet, &how, &why), "%s", why.text);
    chip_test_init(&t);
    env = chip_env(&t);
    ide = (struct ide){ .irq = { .set = probe } };
    ide_init(&ide, &env);
    ide_attach_cd(&ide, 0, disc);
    ide_ops.reset(&ide);
    irqs = 0;
}

static void teardown(void)
{
    char line[100];

    block_close(disc);
    snprintf(line, sizeof line, "rm -rf %s", dir);
    ck_assert_int_eq(system(line), 0);
}

/* ---- a packet and its data ---- */

static void settle(void)
{
    for (int i = 0; (in(CONTROL) & 0x80) && i < 100000; i++)
        clk_run(&t.clk, t.clk.now + 10000);
    ck_assert_uint_eq(in(CONTROL) & 0x80, 0);
}

static void send_packet(u16 limit)
{
    out(DEVICE, 0xa0);
    out(ERROR, 0);
    out(MID, (u8)limit);
    out(HIGH, (u8)(limit >> 8));
    out(STATUS, 0xa0);
    settle();
    ck_assert_uint_eq(in(STATUS) & 0x08, 0x08);
    ck_assert_uint_eq(in(COUNT), 1);
    for (int i = 0; i < PACKET_SIZE; i += 2)
        ide_ops.port_out(&ide, DATA, 2, packet[i] | (u32)packet[i + 1] << 8);
    settle();
}

/* Bytes that came; -1 - sense key on an error. */
static int transfer(u16 limit)
{
    int n = 0;

    send_packet(limit);
    while (in(STATUS) & 0x08) {        /* which lets the interrupt go */
        u32 part = in(MID) | (u32)in(HIGH) << 8;

        ck_assert_uint_eq(in(COUNT), 2);
        ck_assert_uint_le(part, limit);
        for (u32 i = 0; i < part; i += 2, n += 2)
            put_le16(buf + n, ide_ops.port_in(&ide, DATA, 2));
        settle();
    }
    ck_assert_uint_eq(in(COUNT), 3);
    return in(STATUS) & 1 ? -1 - (in(ERROR) >> 4) : n;
}

static void command(u8 code)
{
    memset(packet, 0, sizeof packet);
    packet[0] = code;
}

static int sense(void)
{
    command(0x03);
    packet[4] = 18;
    ck_assert_int_eq(transfer(0xfffe), 18);
    return buf[2] << 8 | buf[12];
}

/* ---- tests ---- */

START_TEST(signature)
{
    ck_assert_uint_eq(in(MID), 0x14);
    ck_assert_uint_eq(in(HIGH), 0xeb);
    out(STATUS, 0xec);                  /* IDENTIFY DEVICE is for disks */
    settle();
    ck_assert_uint_eq(in(STATUS) & 1, 1);
    ck_assert_uint_eq(in(MID), 0x14);
    ck_assert_uint_eq(in(HIGH), 0xeb);
    out(STATUS, 0xa1);
    settle();
    ck_assert_uint_eq(in(STATUS) & 8, 8);
    ck_assert_uint_eq(ide_ops.port_in(&ide, DATA, 2), 0x8580);
}
END_TEST

static const u16 limits[] = { 0xfffe, 2048, 512, 2046, 100, 2 };

START_TEST(reads)
{
    u8 frame[FRAME];

    command(0x28);
    put_be32(packet + 2, 7);
    put_be16(packet + 7, 5);
    ck_assert_int_eq(transfer(limits[_i]), 5 * FRAME_DATA);
    for (u32 i = 0; i < 5; i++) {
        frame_of(frame, 7 + i, false);
        ck_assert_mem_eq(buf + i * FRAME_DATA, frame + 16, FRAME_DATA);
    }
    ck_assert_int_gt(irqs, 5);
}
END_TEST

/* ---- by DMA: an adapter that has room for some bytes ---- */

static u32 room, moved;

static bool have_room(void *ctx, int n, bool to_memory)
{
    (void)ctx, (void)n, (void)to_memory;
    return room > 0;
}

static u32 move_some(void *ctx, int n, u8 *p, u32 size, bool to_memory)
{
    u32 k = size < room ? size : room;

    (void)ctx, (void)n;
    if (to_memory)
        memcpy(buf + moved, p, k);
    else
        memcpy(p, buf + moved, k);
    room -= k;
    moved += k;
    return k;
}

static void give_room(u32 bytes)
{
    room = bytes;
    ide_run(&ide, 0, true);
    clk_run(&t.clk, t.clk.now + 100000000);
}

static void send_dma_packet(void)
{
    ide.dma = (struct ata_dma){ have_room, move_some, NULL, 0 };
    moved = 0;
    irqs = 0;
    out(DEVICE, 0xa0);
    out(ERROR, 1);
    out(STATUS, 0xa0);
    settle();
    ck_assert_uint_eq(in(COUNT), 1);
    for (int i = 0; i < PACKET_SIZE; i += 2)
        ide_ops.port_out(&ide, DATA, 2, packet[i] | (u32)packet[i + 1] << 8);
    clk_run(&t.clk, t.clk.now + 100000000);
}

/* All frames come in one go, or in two with a wait; one interrupt is all. */
static const u32 rooms[] = { 5 * FRAME_DATA, 3000, 2 };

START_TEST(reads_by_dma)
{
    u8 frame[FRAME];

    room = rooms[_i];
    command(0x28);
    put_be32(packet + 2, 7);
    put_be16(packet + 7, 5);
    send_dma_packet();
    ck_assert_uint_eq(moved, rooms[_i]);
    if (moved < 5 * FRAME_DATA) {
        ck_assert_int_eq(irqs, 0);
        ck_assert_uint_eq(in(CONTROL) & 0x88, 0x08);
        give_room(100000);
    }
    ck_assert_uint_eq(moved, 5 * FRAME_DATA);
    ck_assert_int_eq(irqs, 1);
    ck_assert_uint_eq(in(STATUS), 0x50);
    ck_assert_uint_eq(in(COUNT), 3);
    for (u32 i = 0; i < 5; i++) {
        frame_of(frame, 7 + i, false);
        ck_assert_mem_eq(buf + i * FRAME_DATA, frame + 16, FRAME_DATA);
    }
}
END_TEST

START_TEST(dma_for_all_commands)
{
    room = 100000;
    command(0x12);
    packet[4] = 36;
    send_dma_packet();
    ck_assert_uint_eq(moved, 36);
    ck_assert_mem_eq(buf + 8, "ISABOX", 6);
    command(0x28);
    put_be32(packet + 2, 100000);
    packet[8] = 1;
    send_dma_packet();
    ck_assert_uint_eq(moved, 0);
    ck_assert_uint_eq(in(STATUS) & 1, 1);
    ck_assert_uint_eq(in(ERROR) >> 4, 5);
    command(0x55);                      /* a mode page, to the drive */
    packet[8] = 24;
    send_dma_packet();
    ck_assert_uint_eq(moved, 24);
    ck_assert_uint_eq(in(STATUS), 0x50);
    ck_assert_int_eq(irqs, 1);
    command(0xbe);                      /* what is 2,352 bytes long, too */
    put_be32(packet + 2, FRAMES + GAP);
    packet[8] = 2;
    packet[9] = 0xf8;
    send_dma_packet();
    ck_assert_uint_eq(moved, 2 * FRAME);
}
END_TEST

START_TEST(no_dma_without_an_adapter)
{
    out(ERROR, 1);
    out(DEVICE, 0xa0);
    out(STATUS, 0xa0);
    settle();
    ck_assert_uint_eq(in(STATUS) & 9, 1);
    ck_assert_uint_eq(in(ERROR), 4);
}
END_TEST

START_TEST(reads_raw)
{
    u8 frame[FRAME];

    command(0xbe);
    put_be32(packet + 2, 3);
    packet[8] = 2;
    packet[9] = 0xf8;
    ck_assert_int_eq(transfer(0xfffe), 2 * FRAME);
    frame_of(frame, 3, false);
    ck_assert_mem_eq(buf, frame, FRAME);
    put_be32(packet + 2, FRAMES + GAP); /* behind the gap */
    ck_assert_int_eq(transfer(0xfffe), 2 * FRAME);
    frame_of(frame, FRAMES, true);
    ck_assert_mem_eq(buf, frame, FRAME);
    put_be32(packet + 2, FRAMES + 5);   /* in it: silence */
    ck_assert_int_eq(transfer(0xfffe), 2 * FRAME);
    ck_assert_uint_eq(buf[100], 0);
}
END_TEST

START_TEST(contents)
{
    command(0x43);
    put_be16(packet + 7, 1000);
    ck_assert_int_eq(transfer(0xfffe), 4 + 3 * 8);
    ck_assert_uint_eq(get_be16(buf), 2 + 3 * 8);
    ck_assert_uint_eq(buf[2], 1);
    ck_assert_uint_eq(buf[3], 2);
    ck_assert_uint_eq(buf[5], 0x14);
    ck_assert_uint_eq(get_be32(buf + 8), 0);
    ck_assert_uint_eq(buf[13], 0x10);
    ck_assert_uint_eq(get_be32(buf + 16), FRAMES + GAP);
    ck_assert_uint_eq(buf[22], 0xaa);
    ck_assert_uint_eq(get_be32(buf + 24), FRAMES + GAP + SONG);
    packet[1] = 2;                      /* minutes, seconds, frames */
    ck_assert_int_eq(transfer(0xfffe), 28);
    ck_assert_uint_eq(get_be32(buf + 8), 0x000200);
    command(0x25);
    ck_assert_int_eq(transfer(0xfffe), 8);
    ck_assert_uint_eq(get_be32(buf), FRAMES + GAP + SONG - 1);
    ck_assert_uint_eq(get_be32(buf + 4), 2048);
}
END_TEST

START_TEST(errors)
{
    command(0xff);
    ck_assert_int_eq(transfer(0xfffe), -1 - 5);
    ck_assert_int_eq(sense(), 0x0520);
    command(0x28);
    put_be32(packet + 2, 100000);
    packet[8] = 1;
    ck_assert_int_eq(transfer(0xfffe), -1 - 5);
    ck_assert_int_eq(sense(), 0x0521);
    put_be32(packet + 2, 0);
    command(0x28);
    put_be32(packet + 2, FRAMES + GAP + 10);    /* audio is no data */
    packet[8] = 1;
    ck_assert_int_eq(transfer(0xfffe), -1 - 5);
    ck_assert_int_eq(sense(), 0x0564);
    ck_assert_int_eq(sense(), 0);
}
END_TEST

START_TEST(changes)
{
    command(0);
    ck_assert_int_eq(transfer(0xfffe), 0);
    command(0x1e);
    packet[4] = 1;
    ck_assert_int_eq(transfer(0xfffe), 0);
    ck_assert(ide.s.packet[0].locked);
    command(0x1b);
    packet[4] = 2;                      /* eject */
    ck_assert_int_eq(transfer(0xfffe), -1 - 5);
    ck_assert_int_eq(sense(), 0x0553);
    atapi_change(&ide, 0, NULL);
    command(0);
    ck_assert_int_eq(transfer(0xfffe), -1 - 2);
    ck_assert_int_eq(sense(), 0x023a);
    atapi_change(&ide, 0, disc);
    command(0);
    ck_assert_int_eq(transfer(0xfffe), -1 - 6);
    ck_assert_int_eq(sense(), 0x0628);
    command(0);
    ck_assert_int_eq(transfer(0xfffe), 0);
}
END_TEST

static u32 position(u8 *status)
{
    command(0x42);
    packet[2] = 0x40;
    packet[3] = 1;
    put_be16(packet + 7, 16);
    ck_assert_int_eq(transfer(0xfffe), 16);
    *status = buf[1];
    return get_be32(buf + 8);
}

START_TEST(plays)
{
    u8 status;
    u32 at;

    command(0x45);
    put_be32(packet + 2, FRAMES + GAP);
    put_be16(packet + 7, SONG);
    ck_assert_int_eq(transfer(0xfffe), 0);
    clk_run(&t.clk, t.clk.now + 2000000000);
    at = position(&status);
    ck_assert_uint_eq(status, 0x11);
    ck_assert_uint_ge(at, FRAMES + GAP + 150);
    ck_assert_uint_le(at, FRAMES + GAP + 152);
    ck_assert_uint_eq(buf[6], 2);
    command(0x4b);                      /* pause */
    ck_assert_int_eq(transfer(0xfffe), 0);
    clk_run(&t.clk, t.clk.now + 2000000000);
    ck_assert_uint_le(position(&status), at + 2);
    ck_assert_uint_eq(status, 0x12);
    command(0x4b);
    packet[8] = 1;                      /* resume */
    ck_assert_int_eq(transfer(0xfffe), 0);
    clk_run(&t.clk, t.clk.now + 20000000000);
    ck_assert_uint_eq(position(&status), FRAMES + GAP + SONG);
    ck_assert_uint_eq(status, 0x13);
    position(&status);
    ck_assert_uint_eq(status, 0x15);
    command(0x45);                      /* data can't be heard */
    put_be16(packet + 7, 10);
    ck_assert_int_eq(transfer(0xfffe), -1 - 5);
}
END_TEST

/* ---- the samples: a mixer that hears one voice ---- */

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
    Suite *s = suite_create("atapi");
    TCase *c = tcase_create("atapi");
    SRunner *r;
    int failed;

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, signature);
    tcase_add_loop_test(c, reads, 0, (int)COUNT_OF(limits));
    tcase_add_loop_test(c, reads_by_dma, 0, COUNT_OF(rooms));
    tcase_add_test(c, dma_for_all_commands);
    tcase_add_test(c, no_dma_without_an_adapter);
    tcase_add_test(c, reads_raw);
    tcase_add_test(c, contents);
    tcase_add_test(c, errors);
    tcase_add_test(c, changes);
    tcase_add_test(c, plays);
    tcase_add_test(c, sounds_like_the_track);
    tcase_add_test(c, pauses_at_frames);
    tcase_add_loop_test(c, sound_goes_on_after_a_load, 0, 2);
    tcase_add_test(c, whoever_listens);
    tcase_add_test(c, volume_page);
    tcase_add_loop_test(c, what_ends_a_song, 0, 4);
    tcase_add_test(c, plays_from_here);
    suite_add_tcase(s, c);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
