/* filmlook.c - what is in AVI files of ours.
 *
 * filmlook FILE.avi..: for each a line: size, shape, rate, frames that are
 * there and that its headers tell of, samples likewise, rows of the index.
 * filmlook -sound OUT.s16 FILE.avi..: their sound, one behind the other.
 * filmlook -frame N OUT.ppm FILE.avi: its frame N; -1 is the last.
 * filmlook -raw OUT FILE.avi..: all frames' pixels, as blue, green, red, 0. */
#include "tests/lib/film.h"

static int bad(const char *path, const char *what)
{
    fprintf(stderr, "filmlook: %s: %s\n", path, what);
    return 1;
}

static void write_ppm(const struct film *f, const char *path)
{
    FILE *out = fopen(path, "wb");

    if (!out)
        return;
    fprintf(out, "P6\n%u %u\n255\n", f->width, f->height);
    for (size_t i = 0; i < (size_t)f->width * f->height; i++)
        for (int c = 2; c >= 0; c--)
            putc(f->picture[4 * i + (size_t)c], out);
    fclose(out);
}

struct wish { FILE *sound, *raw; const char *ppm; long frame; };

static void tell(const struct film *f, const char *path, uint32_t frames,
                 size_t samples)
{
    printf("%s %ux%u shape %u:%u rate %u/%u frames %u/%u samples %zu/%u "
           "hz %u index %u bad %u\n", path, f->width, f->height, f->aspect_w,
           f->aspect_h, f->rate, f->scale, frames, f->frames, samples,
           f->samples, f->hz, f->index_rows, f->bad_rows);
}

static int look_at(const char *path, const struct wish *w)
{
    struct film f;
    const uint8_t *p;
    uint32_t frames = 0;
    size_t n, samples = 0;
    int kind;

    if (!film_open(&f, path))
        return bad(path, "no such film");
    while ((kind = film_next(&f, &p, &n)) > 0) {
        if (kind == 's') {
            samples += n / 4;
            if (w->sound)
                fwrite(p, 1, n, w->sound);
            continue;
        }
        if (w->raw)
            fwrite(f.picture, 4, (size_t)f.width * f.height, w->raw);
        if (w->ppm && (w->frame < 0 || (uint32_t)w->frame == frames))
            write_ppm(&f, w->ppm);
        frames++;
    }
    if (!w->sound && !w->ppm && !w->raw)
        tell(&f, path, frames, samples);
    film_close(&f);
    return kind < 0 ? bad(path, "a damaged frame") : 0;
}

int main(int argc, char **argv)
{
    struct wish w = { NULL, NULL, NULL, 0 };
    int n = 1, status = 0;

    if (argc > 3 && !strcmp(argv[1], "-sound")) {
        w.sound = fopen(argv[2], "wb");
        n = 3;
    } else if (argc > 4 && !strcmp(argv[1], "-frame")) {
        w.frame = strtol(argv[2], NULL, 0);
        w.ppm = argv[3];
        n = 4;
    } else if (argc > 3 && !strcmp(argv[1], "-raw")) {
        w.raw = fopen(argv[2], "wb");
        n = 3;
    }
    for (; n < argc; n++)
        status |= look_at(argv[n], &w);
    if (w.sound)
        fclose(w.sound);
    if (w.raw)
        fclose(w.raw);
    return status;
}
