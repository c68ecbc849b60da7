/* wavlook.c - the tones in a WAV file, one after the other.
 *
 * wavlook FILE.wav: for each stretch of sound between two of silence (30 ms
 * or more) a line: begin and length in ms, then for left and right the frequency
 * in Hz, the level in dB of full scale, and what is left when the sine that
 * fits best is taken away, in dB below it. The ends of a stretch, 100 ms each,
 * are not looked at. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/lib/wavfile.h"

#define PI 3.14159265358979323846
enum { LEAST = 600, GAP_MS = 30, END_MS = 100, PIECE = 1024 };

struct tone { double hz, level, rest; };

struct wave { double sine, cosine, turn_sine, turn_cosine; };

static struct wave wave(const struct wav *w, double hz)
{
    double step = 2 * PI * hz / w->hz;

    return (struct wave){ 0, 1, sin(step), cos(step) };
}

static void turn(struct wave *v)
{
    double s = v->sine * v->turn_cosine + v->cosine * v->turn_sine;

    v->cosine = v->cosine * v->turn_cosine - v->sine * v->turn_sine;
    v->sine = s;
}

static double mean_of(const struct wav *w, int side, long from, long to)
{
    double sum = 0;

    for (long i = from; i < to; i++)
        sum += w->p[2 * i + side];
    return sum / (double)(to - from);
}

/* Amplitude of the sine of hz that fits best, and the RMS of the rest. */
static double fit(const struct wav *w, int side, long from, long to, double hz,
                  double *rest)
{
    double ss = 0, cc = 0, sc = 0, ys = 0, yc = 0, sum = 0, a, b, det;
    double mean = mean_of(w, side, from, to);
    struct wave v = wave(w, hz);

    for (long i = from; i < to; i++, turn(&v)) {
        double y = w->p[2 * i + side] - mean;

        ss += v.sine * v.sine, cc += v.cosine * v.cosine;
        sc += v.sine * v.cosine, ys += y * v.sine, yc += y * v.cosine;
    }
    det = ss * cc - sc * sc;
    a = (ys * cc - yc * sc) / det;
    b = (yc * ss - ys * sc) / det;
    v = wave(w, hz);
    for (long i = from; i < to && rest; i++, turn(&v)) {
        double e = w->p[2 * i + side] - mean - a * v.sine - b * v.cosine;

        sum += e * e;
    }
    if (rest)
        *rest = sqrt(sum / (double)(to - from));
    return hypot(a, b);
}

/* A first guess: the loudest of many frequencies in a short piece. */
static double guess(const struct wav *w, int side, long from, long to)
{
    long end = from + PIECE < to ? from + PIECE : to;
    double most = 0, at = 0;

    for (double hz = 50; hz < 15000; hz += w->hz / 4.0 / PIECE) {
        double a = fit(w, side, from, end, hz, NULL);

        if (a > most) {
            most = a;
            at = hz;
        }
    }
    return most < 10 ? 0 : at;
}

static double left(const struct wav *w, int side, long from, long to, double hz)
{
    double rest;

    fit(w, side, from, to, hz, &rest);
    return rest;
}

/* The one near hz that leaves least. */
static double refine(const struct wav *w, int side, long from, long to,
                     double hz)
{
    double width = w->hz / 3.0 / (double)(to - from);

    for (int n = 0; n < 24; n++, width *= 0.6) {
        double low = left(w, side, from, to, hz - width);
        double here = left(w, side, from, to, hz);
        double high = left(w, side, from, to, hz + width);

        if (low < here && low < high)
            hz -= width;
        else if (high < here)
            hz += width;
    }
    return hz;
}

static struct tone look(const struct wav *w, int side, long from, long to)
{
    struct tone t = { guess(w, side, from, to), -99, 0 };
    double amplitude;

    if (!t.hz)
        return t;
    for (long n = PIECE; n < to - from; n *= 4)
        t.hz = refine(w, side, from, from + n, t.hz);
    t.hz = refine(w, side, from, to, t.hz);
    amplitude = fit(w, side, from, to, t.hz, &t.rest);
    t.level = 20 * log10(amplitude / 32768 + 1e-9);
    t.rest = 20 * log10(t.rest * sqrt(2) / (amplitude + 1e-9) + 1e-9);
    return t;
}

static int loud(const struct wav *w, long i)
{
    return abs(w->p[2 * i]) > LEAST || abs(w->p[2 * i + 1]) > LEAST;
}

static void show(const struct wav *w, long from, long to)
{
    long end = (long)w->hz * END_MS / 1000;

    if (to - from < 3 * end)
        return;
    printf("%ld %ld", from * 1000 / w->hz, (to - from) * 1000 / w->hz);
    for (int side = 0; side < 2; side++) {
        struct tone t = look(w, side, from + end, to - end);

        printf(" %.2f %.2f %.1f", t.hz, t.level, t.rest);
    }
    putchar('\n');
}

int main(int argc, char **argv)
{
    struct wav w;
    long from = -1, last = 0, gap;

    if (argc != 2 || !wav_load(argv[1], &w)) {
        fprintf(stderr, "usage: wavlook FILE.wav (16 bits, stereo)\n");
        return 2;
    }
    gap = (long)w.hz * GAP_MS / 1000;
    for (long i = 0; i < w.n; i++) {
        if (loud(&w, i)) {
            from = from < 0 ? i : from;
            last = i;
        } else if (from >= 0 && i - last > gap) {
            show(&w, from, last);
            from = -1;
        }
    }
    if (from >= 0)
        show(&w, from, last);
    free(w.p);
    return 0;
}
