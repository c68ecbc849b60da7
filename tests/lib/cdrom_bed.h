/* cdrom_bed.h - what the tests of a CD-ROM drive share: a disc of raw frames
 * of data, a gap, a song, in a folder of its own, and a channel whose ports are
 * there to send packets through. */
#ifndef CDROM_BED_H
#define CDROM_BED_H

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

#endif
