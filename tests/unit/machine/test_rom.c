/* test_rom.c - what programs read in the ROMs themselves: entry points, tables
 * and words at the places of the IBM AT's BIOS (IBM PC AT Technical Reference,
 * BIOS listing, "ORGS") and of the EGA's and VGA's. */
#include "tests/lib/chip.h"

#include <ctype.h>
#include <stdlib.h>

#include "roms/roms.h"

/* Where programs of the time jump without asking the vector. */
static const unsigned entries[] = {
    0xe05b, 0xe2c3, 0xe3fe, 0xe6f2, 0xe739, 0xe82e, 0xe987, 0xec59, 0xef57,
    0xefd2, 0xf065, 0xf841, 0xf84d, 0xf859, 0xfe6e, 0xfea5, 0xff23, 0xff54,
    0x6000
};

/* Bytes that are the same in every BIOS; -1: any. */
static const struct { unsigned at; int bytes[17]; } tables[] = {
    { 0xe401, { 0x32, 0x01, 4, 0, 0, 0x80, 0, 0, 0, 0, 0, 0,
                0x31, 0x01, 17, 0, -2 } },
    { 0xe481, { 0x84, 0x03, 15, 0, 0, 0xff, 0xff, 0, 8, 0, 0, 0,
                0x85, 0x03, 17, 0, -2 } },
    { 0xe4e1, { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -2 } },
    { 0xe561, { 0x32, 0x01, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                0x50, 0x01, 17, 0, -2 } },
    { 0xe6e1, { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -2 } },
    { 0xe6f5, { 8, 0, 0xfc, -1, -1, -1, -1, 0, 0, 0, -2 } },
    { 0xe729, { 0x17, 0x04, 0x00, 0x03, 0x80, 0x01, 0xc0, 0x00, 0x60, 0x00,
                0x30, 0x00, 0x18, 0x00, 0x0c, 0x00, -2 } },
    { 0xefc7, { -1, 0x02, 0x25, 2, -1, -1, 0xff, -1, 0xf6, 0x0f, 8, -2 } },
    { 0xf0a4, { 0x38, 0x28, 0x2d, 0x0a, 0x1f, 6, 0x19, 0x1c,
                2, 7, 6, 7, 0, 0, 0, 0, -2 } },
    { 0xf0b4, { 0x71, 0x50, 0x5a, 0x0a, 0x1f, 6, 0x19, 0x1c,
                2, 7, 6, 7, 0, 0, 0, 0, -2 } },
    { 0xf0c4, { 0x38, 0x28, 0x2d, 0x0a, 0x7f, 6, 0x64, 0x70,
                2, 1, 6, 7, 0, 0, 0, 0, -2 } },
    { 0xf0d4, { 0x61, 0x50, 0x52, 0x0f, 0x19, 6, 0x19, 0x19,
                2, 0x0d, 0x0b, 0x0c, 0, 0, 0, 0, -2 } },
    { 0xf0e4, { 0x00, 0x08, 0x00, 0x10, 0x00, 0x40, 0x00, 0x40, -2 } },
    { 0xf0ec, { 40, 40, 80, 80, 40, 40, 80, 80, -2 } },
    { 0xf0f4, { 0x2c, 0x28, 0x2d, 0x29, 0x2a, 0x2e, 0x1e, 0x29, -2 } },
    { 0xff53, { 0xcf, -2 } },
    { 0xfff0, { 0xea, 0x5b, 0xe0, 0x00, 0xf0, -2 } },
    { 0xfffe, { 0xfc, -2 } },
};

/* Vectors 08h to 1Eh as the AT's table has them; 0: any place. */
static const unsigned vectors[] = {
    0xfea5, 0xe987, 0xff23, 0xff23, 0xff23, 0xff23, 0xef57, 0xff23, 0xf065,
    0xf84d, 0xf841, 0xe3fe, 0xe739, 0xf859, 0xe82e, 0xefd2, 0, 0xe6f2, 0xfe6e,
    0xff53, 0xff53, 0xf0a4, 0xefc7
};

static bool holds(unsigned from, unsigned to, const char *word)
{
    for (unsigned at = from; at + strlen(word) <= to; at++)
        if (!memcmp(rom_bios + at, word, strlen(word)))
            return true;
    return false;
}

/* Each leads elsewhere: none runs on into what follows. */
START_TEST(entry_points)
{
    unsigned at = entries[_i], op = rom_bios[at];

    ck_assert_msg(op == 0xe9 || op == 0xea || op == 0xeb || op == 0xcf,
                  "F000:%04X: %02X is no jump", at, op);
}
END_TEST

START_TEST(fixed_tables)
{
    unsigned at = tables[_i].at;

    for (int i = 0; tables[_i].bytes[i] != -2; i++)
        if (tables[_i].bytes[i] != -1)
            ck_assert_msg(rom_bios[at + i] == tables[_i].bytes[i],
                          "F000:%04X: %02X, not %02X", at + i,
                          rom_bios[at + i], tables[_i].bytes[i]);
}
END_TEST

START_TEST(vector_offsets)
{
    const unsigned char *p = rom_bios + 0xfef3 + 2 * _i;

    if (vectors[_i])
        ck_assert_uint_eq(p[0] | p[1] << 8, vectors[_i]);
    ck_assert_uint_ne(p[0] | p[1] << 8, 0);
}
END_TEST

/* MM/DD/YY. MS-DOS, drivers and diagnostics compare the year's two digits
 * with those of IBM's BIOSes: from 11/15/85 on they expect INT 16h 10h. */
START_TEST(date)
{
    const char *d = (const char *)rom_bios + 0xfff5;

    for (int i = 0; i < 8; i++)
        ck_assert(i % 3 == 2 ? d[i] == '/' : isdigit((unsigned char)d[i]));
    ck_assert_int_ge(atoi(d), 1);
    ck_assert_int_le(atoi(d), 12);
    ck_assert_int_ge(atoi(d + 6), 86);
}
END_TEST

/* Compaq DOS 2 spoils the diskette table on a machine that says neither. */
START_TEST(maker)
{
    ck_assert(!memcmp(rom_bios + 0xe00e, "IBM COMPATIBLE", 14));
    ck_assert(holds(0xe001, 0xe020, "IBM"));
    ck_assert(!holds(0xffea, 0xfff0, "COMPAQ"));
    ck_assert(!memcmp(rom_vgabios + 0x1e, "IBM", 3));
}
END_TEST

/* CGA programs draw with the font at F000:FA6E. */
START_TEST(font)
{
    const unsigned char *f = rom_bios + 0xfa6e;
    static const unsigned char none[8];

    ck_assert(!memcmp(f, none, 8));
    ck_assert(!memcmp(f + 8 * ' ', none, 8));
    for (int c = '!'; c < 127; c++)
        ck_assert_msg(memcmp(f + 8 * c, none, 8) != 0, "%c is blank", c);
}
END_TEST

static unsigned sum(const unsigned char *rom, unsigned size)
{
    unsigned s = 0;

    for (unsigned i = 0; i < size; i++)
        s += rom[i];
    return s & 0xff;
}

START_TEST(sums)
{
    ck_assert_uint_eq(rom_bios_size, 0x10000);
    ck_assert_uint_eq(sum(rom_bios, rom_bios_size), 0);
    ck_assert(rom_vgabios[0] == 0x55 && rom_vgabios[1] == 0xaa);
    ck_assert_uint_eq(rom_vgabios[2] * 512u, rom_vgabios_size);
    ck_assert_uint_eq(sum(rom_vgabios, rom_vgabios_size), 0);
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof(a)[0]))

int main(void)
{
    TCase *tc = tcase_create("what programs read");

    tcase_add_loop_test(tc, entry_points, 0, COUNT(entries));
    tcase_add_loop_test(tc, fixed_tables, 0, COUNT(tables));
    tcase_add_loop_test(tc, vector_offsets, 0, COUNT(vectors));
    tcase_add_test(tc, date);
    tcase_add_test(tc, maker);
    tcase_add_test(tc, font);
    tcase_add_test(tc, sums);
    return chip_run_case("rom", tc);
}
