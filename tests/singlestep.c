/* singlestep.c - runs files of results recorded from real processors.
 *
 * singlestep [-cpu MODEL] [-engine cache|nocache|fast] [-max N] [-strict]
 *            [-v] PATH...
 *
 * A line for each file with failures; -v shows the first failing case of
 * each, -strict compares flags that the manual leaves undefined as well. */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/moo_run.h"

struct run {
    struct rig rig;
    const char *model, *loaded;         /* asked for; what the rig is */
    enum rig_engine engine;
    bool strict, verbose;
    u32 max;
    u32 passed, failed, skipped;
};

static bool rig_for(struct run *r, const struct moo_file *f)
{
    const char *model = r->model ? r->model : rig_model_for(f);

    if (r->loaded && strcmp(model, r->loaded) == 0)
        return true;
    if (r->loaded)
        rig_free(&r->rig);
    r->loaded = rig_init(&r->rig, model, r->engine) ? model : NULL;
    r->rig.strict = r->strict;
    if (!r->loaded)
        fprintf(stderr, "singlestep: cannot make a %s\n", model);
    return r->loaded;
}

static void show_case(const struct moo_case *k, u32 n, const char *why)
{
    printf("    case %u: %.*s:", n, (int)k->name_len, k->name);
    for (u32 i = 0; i < k->nbytes; i++)
        printf(" %02x", k->bytes[i]);
    printf("\n     %s\n", why);
}

static void show_regs(const struct moo_regs *r)
{
    printf("     ");
    for (u32 n = 0; n < 32; n++)
        if (r->present >> n & 1)
            printf(" %u:%x", n, r->v[n]);
    printf("\n");
}

static void run_file(struct run *r, const char *path)
{
    u32 failed = 0, total = 0;
    struct moo_file f;

    if (!moo_load(&f, path)) {
        fprintf(stderr, "singlestep: cannot read %s\n", path);
        return;
    }
    if (!rig_for(r, &f))
        exit(2);
    for (u32 n = 0; n < f.n && n < r->max; n++) {
        char why[400] = "";
        enum moo_result e = rig_run(&r->rig, &f, &f.cases[n], why, sizeof why);

        total += e != MOO_SKIP;
        r->skipped += e == MOO_SKIP;
        failed += e == MOO_FAIL;
        if (e == MOO_FAIL && r->verbose && failed == 1) {
            show_case(&f.cases[n], n, why);
            show_regs(&f.cases[n].init);
            show_regs(&f.cases[n].final);
        }
    }
    r->passed += total - failed;
    r->failed += failed;
    if (failed)
        printf("%s: %u of %u failed\n", path, failed, total);
    if (rig_dirty(&r->rig)) {
        printf("%s: memory was written unseen\n", path);
        r->failed++;
        memcpy(r->rig.ram, r->rig.clean, r->rig.size);
    }
    moo_free(&f);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void run_path(struct run *r, const char *path);

static void run_folder(struct run *r, const char *path, DIR *d)
{
    char *names[4096];
    size_t n = 0;
    struct dirent *e;

    while ((e = readdir(d)) && n < COUNT_OF(names))
        if (strstr(e->d_name, ".MOO") || !strchr(e->d_name, '.'))
            names[n++] = strdup(e->d_name);
    closedir(d);
    qsort(names, n, sizeof *names, compare_names);
    for (size_t i = 0; i < n; i++) {
        char full[4096];

        snprintf(full, sizeof full, "%s/%s", path, names[i]);
        free(names[i]);
        run_path(r, full);
    }
}

static void run_path(struct run *r, const char *path)
{
    DIR *d = opendir(path);

    if (d)
        run_folder(r, path, d);
    else
        run_file(r, path);
}

static enum rig_engine engine_of(const char *name)
{
    return strcmp(name, "nocache") == 0 ? RIG_NOCACHE :
           strcmp(name, "fast") == 0 ? RIG_FAST :
           strcmp(name, "compiled") == 0 ? RIG_COMPILED : RIG_CACHE;
}

static int usage(void)
{
    fprintf(stderr, "usage: singlestep [-cpu MODEL] [-engine cache|nocache|"
                    "fast|compiled] [-max N] [-strict] [-v] FILE|FOLDER...\n");
    return 2;
}

int main(int argc, char **argv)
{
    static struct run r = { .max = ~0u };
    int i = 1;

    for (; i < argc && argv[i][0] == '-'; i++) {
        bool more = i + 1 < argc;

        if (strcmp(argv[i], "-cpu") == 0 && more)
            r.model = argv[++i];
        else if (strcmp(argv[i], "-engine") == 0 && more)
            r.engine = engine_of(argv[++i]);
        else if (strcmp(argv[i], "-max") == 0 && more)
            r.max = (u32)strtoul(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "-strict") == 0)
            r.strict = true;
        else if (strcmp(argv[i], "-v") == 0)
            r.verbose = true;
        else
            return usage();
    }
    if (i == argc)
        return usage();
    for (; i < argc; i++)
        run_path(&r, argv[i]);
    if (r.skipped)
        printf("%u skipped (page faults, unrecorded memory)\n", r.skipped);
    printf("%u passed, %u failed\n", r.passed, r.failed);
    return r.failed != 0;
}
