/* test_discs.c - discs: descriptions of Alcohol 120% and CloneCD, and what cue
 * sheets have besides tracks. */
#include "tests/lib/discbed.h"
#include "tests/lib/imagebed.h"

#include <stdio.h>

#include "machine/block/cd/disc.h"
#include "machine/iso/isodisc.h"

/* A frame in which each byte is its number, behind the head of mode 1. */
static void put_frames(FILE *f, u32 first, u32 n, u32 behind, bool data)
{
    u8 frame[FRAME + 96];

    for (u32 i = 0; i < n; i++) {
        memset(frame, (int)(first + i), sizeof frame);
        memset(frame + FRAME, 0xee, 96);
        frame[15] = data ? 1 : frame[15];
        fwrite(frame, FRAME + behind, 1, f);
    }
}

static u8 first_byte(struct block *b, u32 frame)
{
    u8 raw[FRAME];

    ck_assert_int_eq(disc_read_raw(b, frame, raw), ERR_OK);
    return raw[20];
}

/* ---- MDS ---- */

enum { SESSION_AT = 0x58, BLOCKS_AT = SESSION_AT + 24, TRACKS = 3,
       EXTRA_AT = BLOCKS_AT + (TRACKS + 3) * 80, FOOT_AT = EXTRA_AT + 100,
       NAME_AT = FOOT_AT + 16 };

static void mds_block(u32 at, u8 mode, u8 point, u32 size, u32 start, u64 byte,
                      u32 length)
{
    u8 *p = image.p + at;
    u32 extra = EXTRA_AT + 8u * point;

    p[0] = mode;
    p[1] = size > FRAME ? 8 : 0;
    p[4] = point;
    put_le32(p + 0x0c, point > 99 ? 0 : extra);
    put_le16(p + 0x10, size);
    put_le32(p + 0x24, start);
    put_le64(p + 0x28, byte);
    put_le32(p + 0x30, 1);
    put_le32(p + 0x34, point > 99 ? 0 : FOOT_AT);
    if (point <= 99)
        put_le32(image.p + extra + 4, length);
}

/* 100 frames of data; behind a gap that is not in the file 50 of audio; behind
 * one that is, 60. Each has its subchannels behind it. */
static void made_mds(void)
{
    const u32 step = FRAME + 96;
    FILE *f = fopen("a.mdf", "wb");

    buf_free(&image);
    put_zeros(NAME_AT + 16);
    memcpy(image.p, "MEDIA DESCRIPTOR\1\5", 18);
    put_le16(image.p + 0x14, 1);
    put_le32(image.p + 0x50, SESSION_AT);
    image.p[SESSION_AT + 0x0a] = TRACKS + 3;
    put_le32(image.p + SESSION_AT + 0x14, BLOCKS_AT);
    for (u32 i = 0; i < 3; i++)
        mds_block(BLOCKS_AT + i * 80, 0, (u8)(0xa0 + i), 0, 0, 0, 0);
    mds_block(BLOCKS_AT + 240, 0xaa, 1, step, 0, 0, 100);
    mds_block(BLOCKS_AT + 320, 0xa9, 2, step, 250, (u64)100 * step, 50);
    mds_block(BLOCKS_AT + 400, 0xa9, 3, step, 320, (u64)170 * step, 60);
    put_le32(image.p + FOOT_AT, NAME_AT);
    memcpy(image.p + NAME_AT, "*.mdf", 6);
    put_frames(f, 0, 100, 96, true);
    put_frames(f, 100, 130, 96, false);
    fclose(f);
}

START_TEST(mds)
{
    struct block *b;

    made_mds();
    ck_assert_msg(image_open(&b) == ERR_OK, "%s", why.text);
    ck_assert_str_eq(b->format->name, "mds");
    ck_assert_int_eq(b->disc->tracks, 3);
    ck_assert_uint_eq(b->disc->frames, 380);
    ck_assert_uint_eq(b->disc->track[1].mode, TRACK_AUDIO);
    ck_assert_uint_eq(b->disc->track[1].start, 250);
    ck_assert_uint_eq(first_byte(b, 99), 99);
    ck_assert_uint_eq(first_byte(b, 249), 0);   /* silence */
    ck_assert_uint_eq(first_byte(b, 250), 100);
    ck_assert_uint_eq(first_byte(b, 300), 150); /* the gap in the file */
    ck_assert_uint_eq(first_byte(b, 379), 229);
    done(b);
}
END_TEST

START_TEST(mds_names)
{
    static const char wide[] = "a\0.\0m\0d\0f\0\0";
    struct block *b;

    made_mds();
    memcpy(image.p + NAME_AT, wide, sizeof wide);
    put_le32(image.p + FOOT_AT + 4, 1);
    ck_assert_msg(image_open(&b) == ERR_OK, "%s", why.text);
    block_close(b);
    memcpy(image.p + NAME_AT, "n.mdf\0", 6);
    put_le32(image.p + FOOT_AT + 4, 0);
    ck_assert_int_eq(image_open(&b), ERR_MISSING);
    ck_assert_msg(strstr(why.text, "n.mdf") != NULL, "%s", why.text);
    buf_free(&image);
}
END_TEST

START_TEST(mds_refusals)
{
    static const struct { u32 at; u8 v; const char *words; } bad[] = {
        { 0x10, 2, "version 1" }, { 0x14, 2, "several sessions" },
        { 0x14, 0, "several sessions" }, { 0x52, 9, "cut off" },
        { SESSION_AT + 0x0a, 3, "no tracks" },
        { BLOCKS_AT + 240, 0xa8, "mode a8" },
        { BLOCKS_AT + 240 + 0x10, 0, "track 1: mode aa" },
        { BLOCKS_AT + 240 + 0x30, 2, "several files" },
        { BLOCKS_AT + 320 + 0x24, 20, "track 2 is not in the file" },
        { BLOCKS_AT + 400 + 0x29, 99, "track 3 is not in the file" },
        { EXTRA_AT + 24 + 5, 1, "track 3 is not in the file" },
    };

    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        made_mds();
        image.p[bad[i].at] = bad[i].v;
        refuses(bad[i].words);
    }
    buf_free(&image);
}
END_TEST

START_TEST(damaged_mds)
{
    damage_often(made_mds, 17);
}
END_TEST

/* ---- ISO 9660 ---- */

static enum err keep_bytes(void *ctx, void *bytes, u32 n, struct why *words)
{
    (void)words;
    buf_put_bytes(ctx, bytes, n);
    return ERR_OK;
}

/* A folder's disc as an image. */
static void made_iso(void)
{
    struct block *b;

    ck_assert_int_eq(system("mkdir -p d/one/two d/three && echo hi > d/a.txt &&"
                            " seq 900 > 'd/one/A long name.of a file' &&"
                            " seq 9 > d/one/two/deep.txt"), 0);
    ck_assert_int_eq(isodisc_open(&b, "d", NULL, &why), ERR_OK);
    buf_free(&image);
    put_zeros((u32)b->sectors * SECTOR);
    ck_assert_int_eq(block_read(b, 0, image.p, (u32)b->sectors), ERR_OK);
    block_close(b);
}

START_TEST(iso)
{
    struct iso_volume v;
    struct fat_entry e;
    struct buf got = { 0 };
    struct fat_stream to = { keep_bytes, &got };
    struct block *b;

    made_iso();
    for (int joliet = 1; joliet >= 0; joliet--) {
        ck_assert_int_eq(image_open(&b), ERR_OK);
        ck_assert_int_eq(isoread_open(&v, b, &why), ERR_OK);
        ck_assert_int_eq(v.joliet, joliet);
        ck_assert_int_eq(isoread_find(&v, joliet ? "/one/a LONG name.of a file"
                                                 : "one/A_LONG_N.OF_", &e,
                                      &why), ERR_OK);
        got.len = 0;
        ck_assert_int_eq(isoread_file(&v, &e, &to, &why), ERR_OK);
        ck_assert_uint_eq(got.len, e.size);
        ck_assert_int_eq(memcmp(got.p, "1\n2\n3\n", 6), 0);
        ck_assert_int_eq(isoread_find(&v, "/one/none", &e, &why), ERR_MISSING);
        ck_assert_int_eq(isoread_find(&v, "a.txt/x", &e, &why), ERR_MISSING);
        block_close(b);
        image.p[17 * FRAME_DATA + 88] = 0;      /* it is Joliet no more */
    }
    buf_free(&got);
    buf_free(&image);
}
END_TEST

/* Of a folder in itself there is an end. */
START_TEST(endless)
{
    struct iso_volume v;
    struct fat_entry e;
    struct meeting m = { &v, 0, 0 };
    struct block *b;
    u8 *r;

    made_iso();
    image.p[17 * FRAME_DATA + 88] = 0;
    ck_assert_int_eq(image_open(&b), ERR_OK);
    ck_assert_int_eq(isoread_open(&v, b, &why), ERR_OK);
    ck_assert_int_eq(isoread_find(&v, "ONE", &e, &why), ERR_OK);
    block_close(b);
    r = image.p + (size_t)e.cluster * FRAME_DATA + 68;
    while (memcmp(r + 33, "TWO", 3))
        r += r[0];
    put_le32(r + 2, e.cluster);
    ck_assert_int_eq(image_open(&b), ERR_OK);
    ck_assert_int_eq(isoread_open(&v, b, &why), ERR_OK);
    ck_assert_int_eq(isoread_list(&v, v.root, meet_file, &m, &why), ERR_OK);
    v.met = (1 << 20) - 2;
    ck_assert_int_eq(isoread_list(&v, v.root, meet_file, &m, &why),
                     ERR_FORMAT);
    ck_assert_msg(strstr(why.text, "without end") != NULL, "%s", why.text);
    done(b);
}
END_TEST

START_TEST(damaged_iso)
{
    damage_from = 16 * FRAME_DATA;
    damage_often(made_iso, 23);
    damage_from = 0;
}
END_TEST

/* ---- cue sheets ---- */

static struct block *sheet(const char *text)
{
    struct block *b;

    buf_free(&image);
    buf_put_bytes(&image, text, strlen(text));
    ck_assert_msg(image_open(&b) == ERR_OK, "%s", why.text);
    return b;
}

START_TEST(gaps)
{
    FILE *f = fopen("a.bin", "wb");
    struct block *b;

    put_frames(f, 0, 20, 0, true);
    put_frames(f, 20, 30, 0, false);
    fclose(f);
    b = sheet("FILE \"a.bin\" BINARY\n TRACK 01 MODE1/2352\n"
              "  INDEX 01 00:00:00\n  POSTGAP 00:00:10\n TRACK 02 AUDIO\n"
              "  PREGAP 00:00:05\n  INDEX 01 00:00:20\n"
              " TRACK 03 AUDIO\n  INDEX 01 00:00:30\n  POSTGAP 00:00:07\n");
    ck_assert_uint_eq(b->disc->track[1].start, 35);
    ck_assert_uint_eq(first_byte(b, 34), 0);
    ck_assert_uint_eq(first_byte(b, 35), 20);
    ck_assert_uint_eq(b->disc->track[2].start, 45);
    ck_assert_uint_eq(first_byte(b, 64), 49);
    ck_assert_uint_eq(first_byte(b, 65), 0);
    ck_assert_uint_eq(b->disc->frames, 72);
    done(b);
}
END_TEST

START_TEST(subchannels)
{
    FILE *f = fopen("a.bin", "wb");
    struct block *b;

    put_frames(f, 0, 20, 96, false);
    fclose(f);
    b = sheet("FILE a.bin BINARY\nTRACK 01 CDG\nINDEX 01 00:00:00\n"
              "TRACK 02 CDG\nINDEX 01 00:00:08\n");
    ck_assert_uint_eq(b->disc->frames, 20);
    ck_assert_uint_eq(first_byte(b, 7), 7);
    ck_assert_uint_eq(first_byte(b, 19), 19);
    done(b);
}
END_TEST

static void put_wave(u32 rate, u32 frames)
{
    FILE *f = fopen("a.wav", "wb");
    u8 head[54] = "RIFF....WAVELIST\2\0\0\0..fmt \20\0\0\0\1\0\2\0";

    put_le32(head + 34, rate);
    put_le32(head + 38, rate * 4);
    put_le16(head + 42, 4);
    put_le16(head + 44, 16);
    memcpy(head + 46, "data", 4);
    put_le32(head + 50, frames * FRAME);
    fwrite(head, sizeof head, 1, f);
    put_frames(f, 0, frames, 0, false);
    for (int i = 0; i < 400; i++)       /* more than a frame of other things */
        fwrite("LIST\0\0\0\0", 8, 1, f);
    fclose(f);
}

START_TEST(waves)
{
    static const char text[] = "FILE \"a.wav\" WAVE\n TRACK 01 AUDIO\n"
                               "  INDEX 01 00:00:00\n";
    struct block *b;

    put_wave(44100, 10);
    b = sheet(text);
    ck_assert_uint_eq(b->disc->frames, 10);
    ck_assert_uint_eq(first_byte(b, 9), 9);
    block_close(b);
    put_wave(48000, 10);
    refuses("44100 Hz");
    buf_free(&image);
}
END_TEST

/* ---- CloneCD ---- */

START_TEST(ccd)
{
    FILE *f = fopen("a.img", "wb");
    struct block *b;

    put_frames(f, 0, 20, 0, true);
    put_frames(f, 20, 30, 0, false);
    fclose(f);
    b = sheet("[CloneCD]\r\nVersion=3\r\n[Disc]\r\nTocEntries=3\r\n"
              "[Entry 0]\r\nSession=1\r\nPoint=0xa2\r\nControl=0x00\r\n"
              "PLBA=50\r\n"
              "[Entry 1]\r\nSession=1\r\nPoint=0x01\r\nControl=0x04\r\n"
              "PLBA=0\r\n"
              "[Entry 2]\r\nSession=1\r\nPoint=0x02\r\nControl=0x00\r\n"
              "PLBA=30\r\n"
              "[TRACK 1]\r\nMODE=2\r\nINDEX 1=0\r\n"
              "[TRACK 2]\r\nMODE=0\r\nINDEX 0=20\r\nINDEX 1=30\r\n");
    ck_assert_int_eq(b->disc->tracks, 2);
    ck_assert_uint_eq(b->disc->frames, 50);
    ck_assert_uint_eq(b->disc->track[0].mode, TRACK_MODE2);
    ck_assert_uint_eq(b->disc->track[0].end, 20);
    ck_assert_uint_eq(b->disc->track[1].first, 20);
    ck_assert_uint_eq(b->disc->track[1].start, 30);
    ck_assert_uint_eq(first_byte(b, 19), 19);
    ck_assert_uint_eq(first_byte(b, 30), 30);
    done(b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("discs");
    TCase *c = tcase_create("discs");
    SRunner *r;
    int failed;

    only_read = true;
    tcase_add_checked_fixture(c, disc_enter, disc_leave);
    tcase_add_test(c, mds);
    tcase_add_test(c, mds_names);
    tcase_add_test(c, mds_refusals);
    tcase_add_test(c, damaged_mds);
    tcase_add_test(c, iso);
    tcase_add_test(c, endless);
    tcase_add_test(c, damaged_iso);
    tcase_add_test(c, gaps);
    tcase_add_test(c, subchannels);
    tcase_add_test(c, waves);
    tcase_add_test(c, ccd);
    suite_add_tcase(s, c);
    r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
