/* singlestep.c - runs files of results recorded from real processors.
 *
 * singlestep [-cpu MODEL] [-engine cache|nocache|fast|compiled]
 *            [-max N] [-strict] [-v] PATH...
 *
 * A line for each file with failures; -v shows the first failing case of
 * each, -strict compares flags that the manual leaves undefined as well. */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/lib/moo_run.h"

struct run {
    struct rig rig;
    const char *model;                  /* asked for, or NULL */
    const char *loaded;                 /* what the rig is, or NULL */
    enum rig_kind kind;
    enum rig_engine engine;
    bool strict, verbose;
    u32 max;
    u32 passed, failed, skipped;
};

/* What is wrong with a file counts as one failure. */
static void complain(struct run *r, const char *path, const char *words)
{
    printf("%s: %s\n", path, words);
    r->failed++;
}

/* Looks at all of the memory, which takes longer than the cases of a file: so
 * once for all files that the rig ran, `path` the last. */
static void rig_end(struct run *r, const char *path)
{
    if (!r->loaded)
        return;
    if (rig_dirty(&r->rig))
        complain(r, path, "memory was written unseen, here or before");
    rig_free(&r->rig);
    r->loaded = NULL;
}

static bool rig_for(struct run *r, const char *path, const struct moo_file *f)
{
    const char *model = r->model ? r->model : rig_model_for(f);
    enum rig_kind kind = rig_kind_for(f);

    if (r->loaded && r->kind == kind && strcmp(model, r->loaded) == 0)
        return true;
    rig_end(r, path);
    r->loaded = rig_init(&r->rig, model, r->engine, kind) ? model : NULL;
    r->kind = kind;
    r->rig.strict = r->strict;
    return r->loaded;
}

/* The file's own text, which may be anything. */
static void show_text(const char *text, u32 len)
{
    for (u32 n = 0; n < len; n++)
        putchar(text[n] < ' ' || text[n] > '~' ? '?' : text[n]);
}

static void show_case(const struct moo_case *k, u32 n, const char *why)
{
    printf("    case %u: ", n);
    show_text(k->name, k->name_len);
    putchar(':');
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

/* A case that cannot be read has failed; its words go to the caller. */
static enum moo_result run_case(struct run *r, const struct moo_file *f, u32 n,
                                bool show, struct why *why)
{
    char text[400] = "";
    struct moo_case k;
    enum moo_result e;

    if (moo_case(f, n, &k, why))
        return MOO_FAIL;
    e = rig_run(&r->rig, f, &k, text, sizeof text);
    if (e == MOO_FAIL && show && r->verbose) {
        show_case(&k, n, text);
        show_regs(&k.init);
        show_regs(&k.final);
    }
    return e;
}

static void run_cases(struct run *r, const char *path,
                      const struct moo_file *f)
{
    u32 failed = 0, total = 0;
    struct why why = { "" };

    for (u32 n = 0; n < f->n && n < r->max; n++) {
        enum moo_result e = run_case(r, f, n, !failed, &why);

        total += e != MOO_SKIP;
        r->skipped += e == MOO_SKIP;
        failed += e == MOO_FAIL;
    }
    r->passed += total - failed;
    r->failed += failed;
    if (failed)
        printf("%s: %u of %u failed%s%s\n", path, failed, total,
               why.text[0] ? ", the last for a " : "", why.text);
}

static void run_file(struct run *r, const char *path)
{
    struct moo_file f;
    struct why why;

    if (moo_load(&f, path, &why)) {
        complain(r, path, why.text);
        return;
    }
    if (!rig_for(r, path, &f)) {
        complain(r, path, "not for this model");
    } else {
        r->rig.vendor = rig_vendor_for(&f);
        run_cases(r, path, &f);
        if (f.damage.text[0])
            complain(r, path, f.damage.text);
    }
    moo_free(&f);
}

/* ---- folders ---- */

static void run_path(struct run *r, const char *path);

static int wanted(const struct dirent *e)
{
    return strstr(e->d_name, ".MOO") || strstr(e->d_name, ".moo") ||
           !strchr(e->d_name, '.');
}

static void run_folder(struct run *r, const char *path)
{
    struct dirent **names;
    int n = scandir(path, &names, wanted, alphasort);

    for (int i = 0; i < n; i++) {
        char full[4096];

        snprintf(full, sizeof full, "%s/%s", path, names[i]->d_name);
        free(names[i]);
        run_path(r, full);
    }
    if (n < 0)
        complain(r, path, "cannot be read");
    else
        free(names);
}

static void run_path(struct run *r, const char *path)
{
    struct stat st;

    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        run_folder(r, path);
    else
        run_file(r, path);
}

static bool set_engine(struct run *r, const char *name)
{
    if (rig_engine_named(name, &r->engine))
        return true;
    fprintf(stderr, "singlestep: no engine '%s'\n", name);
    return false;
}

static bool set_model(struct run *r, const char *name)
{
    r->model = name;
    if (!cpu_model_find(name))
        fprintf(stderr, "singlestep: no model '%s'\n", name);
    return cpu_model_find(name);
}

static int usage(void)
{
    fprintf(stderr, "usage: singlestep [-cpu MODEL] [-engine cache|nocache|"
                    "fast|compiled] [-max N] [-strict] [-v] FILE|FOLDER...\n");
    return 2;
}

/* The index of the first path, or 0 when an option is wrong. */
static int options(struct run *r, int argc, char **argv)
{
    int i = 1;

    for (; i < argc && argv[i][0] == '-'; i++) {
        bool more = i + 1 < argc, ok = true;

        if (strcmp(argv[i], "-cpu") == 0 && more)
            ok = set_model(r, argv[++i]);
        else if (strcmp(argv[i], "-engine") == 0 && more)
            ok = set_engine(r, argv[++i]);
        else if (strcmp(argv[i], "-max") == 0 && more)
            r->max = (u32)strtoul(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "-strict") == 0)
            r->strict = true;
        else if (strcmp(argv[i], "-v") == 0)
            r->verbose = true;
        else
            return 0;
        if (!ok)
            return 0;
    }
    return i < argc ? i : 0;
}

int main(int argc, char **argv)
{
    static struct run r = { .max = ~0u };
    int i = options(&r, argc, argv);

    if (!i)
        return usage();
    for (; i < argc; i++)
        run_path(&r, argv[i]);
    if (r.loaded && r.passed > 1000 && rig_slept(&r.rig))
        complain(&r, argv[argc - 1], "the engine's own form did not run");
    rig_end(&r, argv[argc - 1]);
    if (r.skipped)
        printf("%u skipped (memory that was not recorded, instructions that "
               "the model lacks)\n", r.skipped);
    printf("%u passed, %u failed\n", r.passed, r.failed);
    return r.failed != 0;
}
