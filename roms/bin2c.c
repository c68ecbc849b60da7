/* bin2c.c - turns ROM images into a C file with one array for each. */
#include <stdio.h>
#include <string.h>

/* Trailing zeros are left out; whoever uses an image pads it. */
static int convert(const char *path)
{
    const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    int n = (int)strcspn(base, "."), c;
    long size = 0;
    FILE *f = fopen(path, "rb");

    if (!f) {
        perror(path);
        return 1;
    }
    printf("const unsigned char rom_%.*s[] = {", n, base);
    while ((c = getc(f)) != EOF)
        printf("%s%d,", size++ % 20 ? "" : "\n", c);
    printf("\n};\nconst unsigned rom_%.*s_size = %ld;\n", n, base, size);
    fclose(f);
    return size == 0;
}

int main(int argc, char **argv)
{
    int bad = 0;

    printf("/* roms.c - made by bin2c from roms/images. */\n"
           "#include \"roms/roms.h\"\n");
    for (int i = 1; i < argc; i++)
        bad |= convert(argv[i]);
    return bad;
}
