/* test_ui_screen.c - what a terminal sends and is sent, and pictures in files. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include "ui/session/keys.h"
#include "ui/display/png.h"
#include "ui/display/term.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof(a)[0]))

/* ---- the terminal ---- */

static const struct {
    const char *bytes;
    uint16_t code;
    int mods;
} sequences[] = {
    { "a", 0x1e, 0 }, { "A", 0x1e, TERM_SHIFT }, { "\r", 0x1c, 0 },
    { "\x7f", 0x0e, 0 }, { "\t", 0x0f, 0 }, { "\x03", 0x2e, TERM_CTRL },
    { "\033[A", 0xe048, 0 }, { "\033OA", 0xe048, 0 },
    { "\033[1;5C", 0xe04d, TERM_CTRL }, { "\033OP", 0x3b, 0 },
    { "\033[15~", 0x3f, 0 }, { "\033[24~", 0x58, 0 },
    { "\033[3;5~", 0xe053, TERM_CTRL }, { "\033[[B", 0x3c, 0 },
    { "\033x", 0x2d, TERM_ALT }, { "\033X", 0x2d, TERM_ALT | TERM_SHIFT },
    { "\033\r", 0x1c, TERM_ALT }, { "\033[Z", 0x0f, TERM_SHIFT },
    { "\033[1;3P", 0x3b, TERM_ALT }, { "\033[27;5;9~", 0x0f, TERM_CTRL },
    { "\033[13;2u", 0x1c, TERM_SHIFT }, { "\xc3\xa4", 0, 0 },
    { "\033[?1;2c", 0, 0 },
};

START_TEST(sequences_are_keys)
{
    struct term_input in = { .n = strlen(sequences[_i].bytes) };
    uint16_t code;
    int mods, raw;

    memcpy(in.buf, sequences[_i].bytes, in.n);
    ck_assert(term_next_key(&in, false, &code, &mods, &raw));
    ck_assert_uint_eq(code, sequences[_i].code);
    if (code)
        ck_assert_int_eq(mods, sequences[_i].mods);
    ck_assert_uint_eq(in.n, 0);
}
END_TEST

START_TEST(a_lone_escape_waits)
{
    struct term_input in = { .buf = "\033", .n = 1 };
    uint16_t code;
    int mods, raw;

    ck_assert(!term_next_key(&in, false, &code, &mods, &raw));
    ck_assert(term_next_key(&in, true, &code, &mods, &raw));
    ck_assert_uint_eq(code, KEY_ESC);
    in = (struct term_input){ .buf = "\033[1;", .n = 4 };
    ck_assert(!term_next_key(&in, false, &code, &mods, &raw));
    ck_assert_uint_eq(in.n, 4);
}
END_TEST

/* Text between the marks has no keys, whatever it holds. */
START_TEST(pastes_are_text)
{
    static const char bytes[] = "a\033[200~b\x1d\033[A\033[201~c";
    char got[40] = "";
    struct term_input in = { .n = 0 };
    uint16_t code;
    int mods, raw;

    for (size_t i = 0; i < sizeof bytes - 1; i++) {     /* one by one */
        in.buf[in.n++] = bytes[i];
        while (term_next_key(&in, false, &code, &mods, &raw))
            if (raw >= 0)
                snprintf(got + strlen(got), 4, "%c%c", raw,
                         in.pasting ? '.' : ' ');
    }
    ck_assert_str_eq(got, "a b.\x1d.\033.[.A.c ");
    ck_assert(!in.pasting);
}
END_TEST

START_TEST(any_bytes_are_taken)
{
    unsigned v = 1;

    for (int round = 0; round < 2000; round++) {
        struct term_input in = { .n = 64 };
        uint16_t code;
        int mods, raw, steps = 0;

        for (int i = 0; i < 64; i++) {
            v = v * 1103515245 + 12345;
            in.buf[i] = (char)(v >> 16 & 3 ? "\033[O;1~\x9b"[v >> 20 & 7]
                                           : (char)(v >> 24));
        }
        while (term_next_key(&in, true, &code, &mods, &raw))
            ck_assert_int_lt(++steps, 65);
        ck_assert_uint_eq(in.n, 0);
    }
}
END_TEST

static struct pc_text *screen_with(const char *word, uint8_t attr)
{
    struct pc_text *t = calloc(1, sizeof *t);

    ck_assert_ptr_nonnull(t);
    t->columns = 80;
    t->rows = 25;
    t->cursor_x = 3;
    t->cursor_y = 24;
    for (int n = 0; n < 16; n++)
        t->palette[n] = 0x111111u * (uint32_t)n;
    for (int i = 0; word[i]; i++)
        t->cell[24][i] = (struct pc_cell){ (uint8_t)word[i], attr };
    return t;
}

START_TEST(only_changes_are_sent)
{
    struct term_screen s = { .colors = TERM_RGB, .utf8 = true };
    struct pc_text *t = screen_with("A\xda", 0x17);

    ck_assert(term_resize(&s, 80, 24));
    term_draw_text(&s, t, false);
    term_update(&s);
    s.out[s.out_n] = 0;
    ck_assert_ptr_nonnull(strstr(s.out, "\033[38;2;119;119;119mA"));
    ck_assert_ptr_nonnull(strstr(s.out, "\u250c"));
    ck_assert_int_eq(s.top, 1);         /* the cursor's row is in view */
    s.out_n = 0;
    term_update(&s);
    ck_assert_uint_eq(s.out_n, 0);
    t->cell[24][0].ch = 'B';
    term_draw_text(&s, t, false);
    term_update(&s);
    s.out[s.out_n] = 0;
    ck_assert_str_eq(s.out, "\033[?25l\033[24;1H\033[48;2;17;17;17mB"
                     "\033[24;4H\033[?25h");
    term_free(&s);
    free(t);
}
END_TEST

START_TEST(pictures_fill_half_cells)
{
    uint32_t px[64 * 48];
    struct pc_frame f = { .pixels = px, .width = 64, .height = 48,
                          .stride = 64, .aspect_w = 4, .aspect_h = 3 };
    struct term_screen s = { .colors = TERM_256, .utf8 = true };

    for (int i = 0; i < 64 * 48; i++)
        px[i] = i < 64 * 24 ? 0xff0000 : 0x0000ff;
    ck_assert(term_resize(&s, 40, 12));
    term_draw_picture(&s, &f);
    ck_assert_uint_eq(s.want[4].fg, 0xff0000);
    ck_assert_uint_eq(s.want[4].ch, 0x2580);
    ck_assert_uint_eq(s.want[11 * 40 + 20].bg, 0x0000ff);
    ck_assert_uint_eq(s.want[0].bg, 0);
    term_update(&s);
    ck_assert_uint_le(s.out_n, s.out_room);
    term_free(&s);
}
END_TEST

/* ---- pictures ---- */

START_TEST(a_picture_is_a_png)
{
    char path[] = "/tmp/isabox-test-XXXXXX";
    uint32_t px[6] = { 0xff0000, 0x00ff00, 0x0000ff, 1, 2, 3 };
    struct pc_frame pic = { .pixels = px, .width = 2, .height = 2,
                            .stride = 3 };
    char why[PC_WHY] = "";
    uint8_t file[200], raw[64];
    uLongf n = sizeof raw;
    int fd = mkstemp(path);
    FILE *f;

    close(fd);
    ck_assert(png_write(path, &pic, why));
    f = fopen(path, "rb");
    ck_assert_uint_gt(fread(file, 1, sizeof file, f), 60);
    fclose(f);
    unlink(path);
    ck_assert_mem_eq(file, "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\2\0\0\0\2", 24);
    ck_assert_int_eq(uncompress(raw, &n, file + 68, file[63]), Z_OK);
    ck_assert_uint_eq(n, 14);
    ck_assert_mem_eq(raw, "\0\xff\0\0\0\xff\0\0\0\0\1\0\0\2", 14);
    ck_assert(!png_write("/nonexistent/x.png", &pic, why));
    ck_assert_ptr_nonnull(strstr(why, "/nonexistent/x.png: No such file"));
}
END_TEST

#define LOOP(tc, name, table) \
    tcase_add_loop_test(tc, name, 0, COUNT(table))

int main(void)
{
    Suite *s = suite_create("screen");
    TCase *tc = tcase_create("screen");
    SRunner *sr = srunner_create(s);
    int failed;

    LOOP(tc, sequences_are_keys, sequences);
    tcase_add_test(tc, a_lone_escape_waits);
    tcase_add_test(tc, pastes_are_text);
    tcase_add_test(tc, any_bytes_are_taken);
    tcase_add_test(tc, only_changes_are_sent);
    tcase_add_test(tc, pictures_fill_half_cells);
    tcase_add_test(tc, a_picture_is_a_png);
    suite_add_tcase(s, tc);
    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
