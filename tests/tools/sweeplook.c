/* sweeplook.c - how clean a sweep in a WAV file is.
 *
 * sweeplook FILE.wav: looks for the sine of sweep.asm, 32,767 frames at 44.1
 * kHz which rise from 1 to 20 kHz, as the first sound in the file. In each
 * piece of 256 samples the sweep that fits best is taken away, whose level and
 * phase may move evenly within the piece, for the output's capacitor turns low
 * frequencies. One line: pieces, level of the first and of the last in dB of
 * full scale, and what is left in dB below the sweep, of the worst piece and on
 * average, for left and right. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/lib/wavfile.h"

#define PI 3.14159265358979323846
#define RATE 44100.0
#define FRAMES 32767
enum { PIECE = 256, TERMS = 6, LEAST = 300, EDGE = 2 };

struct piece { double level, rest; };

/* The sweep's phase at frame n. */
static double phase(double n)
{
    return 2 * PI * n * (1000 / RATE + n * (19000 / RATE / FRAMES / 2));
}

/* Gauss's way, with the sums of products on the left and y's in column
 * TERMS. */
static void solve(double m[TERMS][TERMS + 1])
{
    for (int i = 0; i < TERMS; i++)
        for (int k = 0; k < TERMS; k++) {
            double f = m[k][i] / m[i][i];

            for (int j = i; j <= TERMS && k != i; j++)
                m[k][j] -= f * m[i][j];
        }
}

static void terms(double t[TERMS], double at, double n)
{
    double x = (double)n / PIECE - 0.5;

    t[0] = sin(phase(at)), t[1] = cos(phase(at)), t[2] = 1;
    for (int i = 0; i < 3; i++)
        t[3 + i] = t[i] * x;
}

/* The piece at sample `from`, when the sweep began at sample `begin`. */
static struct piece look(const struct wav *w, int side, long from, double begin)
{
    double m[TERMS][TERMS + 1] = { { 0 } }, t[TERMS], sum = 0, step;

    step = RATE / w->hz;
    for (int n = 0; n < PIECE; n++) {
        terms(t, ((double)(from + n) - begin) * step, n);
        for (int i = 0; i < TERMS; i++) {
            for (int j = 0; j < TERMS; j++)
                m[i][j] += t[i] * t[j];
            m[i][TERMS] += t[i] * w->p[2 * (from + n) + side];
        }
    }
    solve(m);
    for (int n = 0; n < PIECE; n++) {
        double e = w->p[2 * (from + n) + side];

        terms(t, ((double)(from + n) - begin) * step, n);
        for (int i = 0; i < TERMS; i++)
            e -= t[i] * m[i][TERMS] / m[i][i];
        sum += e * e;
    }
    return (struct piece){ hypot(m[0][TERMS] / m[0][0], m[1][TERMS] / m[1][1]),
                           sqrt(sum / PIECE) };
}

/* Where the sweep began, by what is left of three pieces. */
static double find_begin(const struct wav *w, int side, long first, long length)
{
    double best = 0, least = 1e30;

    for (double d = -30; d < 30; d += 0.05) {
        double left = 0;

        for (int n = 1; n < 4; n++)
            left += look(w, side, first + length * n / 4, first + d).rest;
        if (left < least) {
            least = left;
            best = first + d;
        }
    }
    return best;
}

static double decibels(double v)
{
    return 20 * log10(v + 1e-9);
}

static void sweep_show(const struct wav *w, int side, long first)
{
    long length = (long)((double)FRAMES / RATE * w->hz);
    double begin = find_begin(w, side, first, length);
    double worst = 0, sum = 0, low = 0, high = 0;
    int n = 0;

    for (long at = (long)begin + EDGE * PIECE;
         at < (long)begin + length - EDGE * PIECE; at += PIECE, n++) {
        struct piece p = look(w, side, at, begin);
        double rest = p.rest * sqrt(2) / (p.level + 1e-9);

        worst = rest > worst ? rest : worst;
        sum += rest * rest;
        low = n ? low : p.level;
        high = p.level;
    }
    printf(" %d %.2f %.2f %.1f %.1f", n, decibels(low / 32768),
           decibels(high / 32768), decibels(worst), decibels(sqrt(sum / n)));
}

int main(int argc, char **argv)
{
    long length, first = 0;
    struct wav w;

    if (argc != 2 || !wav_load(argv[1], &w)) {
        fputs("usage: sweeplook FILE.wav (16 bits, stereo)\n", stderr);
        return 2;
    }
    length = (long)((double)FRAMES / RATE * w.hz);
    while (first < w.n && abs(w.p[2 * first]) < LEAST)
        first++;
    if (first + length > w.n) {
        fputs("no sweep\n", stderr);
        return 1;
    }
    for (int side = 0; side < 2; side++)
        sweep_show(&w, side, first);
    putchar('\n');
    free(w.p);
    return 0;
}
