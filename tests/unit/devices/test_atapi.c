/* test_atapi.c - a CD-ROM drive, driven through the ports of its channel. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE                     /* mkdtemp() */
#endif
#include "tests/lib/cdrom_bed.h"

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
    suite_add_tcase(s, c);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
