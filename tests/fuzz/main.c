/* main.c - runs each input of a target once: files, and what folders hold. */
#include <dirent.h>
#include <sys/stat.h>

#include "tests/fuzz/fuzz.h"

enum { MOST = 1 << 20 };

static u32 runs;

static void run_file(const char *path)
{
    u8 *p = malloc(MOST), *exact;
    FILE *f = fopen(path, "rb");
    size_t n = f && p ? fread(p, 1, MOST, f) : 0;

    if (!f || !p) {
        fprintf(stderr, "%s: cannot be read\n", path);
        exit(2);
    }
    fclose(f);
    exact = realloc(p, n ? n : 1);      /* so that sanitizers see its end */
    fprintf(stderr, "%s\n", path);
    LLVMFuzzerTestOneInput(exact ? exact : p, n);
    free(exact ? exact : p);
    runs++;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void run_folder(const char *path, DIR *d)
{
    char *name[4096], whole[1024];
    const struct dirent *e;
    size_t n = 0;

    while ((e = readdir(d)) && n < COUNT_OF(name))
        if (e->d_name[0] != '.')
            name[n++] = strdup(e->d_name);
    qsort(name, n, sizeof *name, by_name);
    for (size_t i = 0; i < n; i++) {
        snprintf(whole, sizeof whole, "%s/%s", path, name[i]);
        run_file(whole);
        free(name[i]);
    }
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        DIR *d = opendir(argv[i]);

        if (d)
            run_folder(argv[i], d);
        else
            run_file(argv[i]);
        if (d)
            closedir(d);
    }
    printf("%u inputs\n", runs);
    return runs ? 0 : 2;
}
