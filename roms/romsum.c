/* romsum.c - pads a ROM image and makes its bytes add up to zero.
 *
 * romsum FILE SIZE: FILE grows to SIZE bytes, FFh in the new ones, and the
 * last byte is set so that the sum of all is 0 modulo 256. */
#include <stdio.h>
#include <stdlib.h>

static int fail(const char *file, const char *what)
{
    fprintf(stderr, "romsum: %s: %s\n", file, what);
    return 1;
}

static int save(const char *file, const unsigned char *rom, size_t size)
{
    FILE *f = fopen(file, "wb");

    if (!f)
        return fail(file, "cannot be written");
    if (fwrite(rom, 1, size, f) != size) {
        fclose(f);
        return fail(file, "cannot be written");
    }
    return fclose(f) ? fail(file, "cannot be written") : 0;
}

/* Fills ROM from the file; the last byte must be free. */
static int load(const char *file, unsigned char *rom, size_t size)
{
    FILE *f = fopen(file, "rb");
    size_t n;

    if (!f)
        return fail(file, "cannot be read");
    for (n = 0; n < size; n++)
        rom[n] = 0xFF;
    n = fread(rom, 1, size, f);
    fclose(f);
    if (n == size)
        return fail(file, "leaves no byte for the sum");
    return n ? 0 : fail(file, "is empty");
}

static void set_sum(unsigned char *rom, size_t size)
{
    unsigned sum = 0;
    size_t i;

    for (i = 0; i + 1 < size; i++)
        sum += rom[i];
    rom[size - 1] = (unsigned char)(0x100 - (sum & 0xFF));
}

int main(int argc, char **argv)
{
    unsigned char *rom;
    long size;
    int err;

    size = argc == 3 ? strtol(argv[2], NULL, 0) : 0;
    if (size <= 0 || size > 0x1000000) {
        fprintf(stderr, "usage: romsum FILE SIZE\n");
        return 2;
    }
    rom = malloc((size_t)size);
    if (!rom)
        return fail(argv[1], "out of memory");
    err = load(argv[1], rom, (size_t)size);
    if (!err) {
        set_sum(rom, (size_t)size);
        err = save(argv[1], rom, (size_t)size);
    }
    free(rom);
    return err;
}
