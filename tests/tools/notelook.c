/* notelook.c - whether two WAV files play the same notes.
 *
 * notelook A.wav B.wav [+MS] BEGIN:LENGTH:HZ..: times in ms from the first
 * sound on, with +MS so much later in A.
 * For each note the levels of eight harmonics in both, by a window that leaves
 * out the first and last tenth; prints the largest difference in dB among those
 * within 25 dB of the note's strongest, and fails where that is more than one
 * and a half. A note of 0 Hz has no harmonics: its whole level counts. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979323846
enum { HEADER = 44, FRAME = 4, LOUD = 200, HARMONICS = 8 };

struct tune { short *p; long n, first; int hz; };

static int load_tune(const char *path, struct tune *t)
{
    unsigned char head[HEADER];
    FILE *f = fopen(path, "rb");
    long size;

    if (!f || fread(head, 1, HEADER, f) != HEADER)
        return 0;
    fseek(f, 0, SEEK_END);
    size = ftell(f) - HEADER;
    fseek(f, HEADER, SEEK_SET);
    t->hz = head[24] | head[25] << 8 | head[26] << 16;
    t->p = malloc((size_t)size + FRAME);
    t->n = (long)fread(t->p, FRAME, (size_t)size / FRAME, f);
    fclose(f);
    while (t->first < t->n && abs(t->p[2 * t->first]) < LOUD)
        t->first++;
    return t->first < t->n;
}

/* Energy at a frequency under a Hann window; 0 Hz: of all. */
static double energy(const struct tune *t, double begin, double length,
                     double hz)
{
    long from = t->first + (long)((begin + length / 10) * t->hz / 1000);
    long n = (long)(length * 0.8 * t->hz / 1000);
    double re = 0, im = 0, sum = 0;

    for (long i = 0; i < n && from + i < t->n; i++) {
        double v = t->p[2 * (from + i)] + t->p[2 * (from + i) + 1];
        double w = 1 - cos(2 * PI * (double)i / (double)n);

        re += v * w * cos(2 * PI * hz * (double)i / t->hz);
        im += v * w * sin(2 * PI * hz * (double)i / t->hz);
        sum += v * v;
    }
    return hz > 0 ? re * re + im * im : sum;
}

static double apart(const struct tune *a, const struct tune *b, double begin,
                    double length, double hz)
{
    double of_a[HARMONICS], of_b[HARMONICS], most = 0, worst = 0;

    for (int k = 0; k < HARMONICS; k++) {
        of_a[k] = energy(a, begin, length, hz * (k + 1));
        of_b[k] = energy(b, begin, length, hz * (k + 1));
        most = fmax(most, fmax(of_a[k], of_b[k]));
    }
    for (int k = 0; k < HARMONICS; k++)
        if (10 * log10(fmax(of_a[k], of_b[k]) / most + 1e-30) > -25)
            worst = fmax(worst, fabs(10 * log10((of_a[k] + 1e-9) /
                                                (of_b[k] + 1e-9))));
    return most > 0 ? worst : INFINITY;
}

int main(int argc, char **argv)
{
    struct tune a = { 0 }, b = { 0 };
    double begin, length, hz;
    int bad = 0;

    if (argc < 4 || !load_tune(argv[1], &a) || !load_tune(argv[2], &b)) {
        fprintf(stderr, "notelook: no sound in one of them\n");
        return 2;
    }
    for (int n = 3; n < argc; n++) {
        double d;

        if (*argv[n] == '+') {
            a.first += (long)(strtod(argv[n], NULL) * a.hz / 1000);
            continue;
        }
        if (sscanf(argv[n], "%lf:%lf:%lf", &begin, &length, &hz) != 3)
            return 2;
        d = apart(&a, &b, begin, length, hz);
        printf("%s %.2f dB\n", argv[n], d);
        bad |= !(d <= 1.5);
    }
    return bad;
}
