/* pack.c - makes what unpack.asm unpacks.
 *
 * usage: pack KEY < code > packed
 *
 * Each word of the code is combined with KEY. Then of each position the longest
 * repetition within 4096 bytes: see unpack() there. */
#include <stdio.h>
#include <stdlib.h>

enum { MOST = 60000, LEAST = 3, LONGEST = 18, WINDOW = 4096 };

static unsigned char code[MOST + 1];

static int match(int at, int from, int size)
{
    int n = 0;
    while (n < LONGEST && at + n < size && code[at + n] == code[from + n])
        n++;
    return n;
}

static int longest(int at, int size, int *from)
{
    int best = 0;
    for (int f = at < WINDOW ? 0 : at - WINDOW; f < at; f++) {
        int n = match(at, f, size);
        if (n > best) {
            best = n;
            *from = f;
        }
    }
    return best;
}

/* Up to eight items behind their flags; where the next one begins. */
static int group(int at, int size)
{
    unsigned char out[17] = { 0 };
    int n = 1;
    for (int bit = 0; bit < 8 && at < size; bit++) {
        int from = 0, length = longest(at, size, &from);
        if (length < LEAST) {
            out[n++] = code[at++];
            continue;
        }
        int word = (length - LEAST) << 12 | (at - from - 1);
        out[0] |= 1 << bit;
        out[n++] = word;
        out[n++] = word >> 8;
        at += length;
    }
    fwrite(out, 1, n, stdout);
    return at;
}

int main(int argc, char **argv)
{
    int key = argc > 1 ? strtol(argv[1], NULL, 0) : 0;
    int size = fread(code, 1, MOST, stdin);
    for (int n = 0; n < size; n++)
        code[n] ^= n & 1 ? key >> 8 : key;
    for (int at = 0; at < size;)
        at = group(at, size);
    return 0;
}
