/* damage.c - damaged states, damaged media and random port traffic.
 *
 * usage: damage [-seed N] KIND COUNT [ARG...]
 *   states COUNT [CARD..]  damaged state files; with these cards
 *   migrate COUNT          damaged migration streams, and senseless answers
 *   media COUNT [IMAGE..]  damaged media, made of the built-in disk and these
 *   ports COUNT            accesses through the CPU, for each chip and for all
 *
 * Cases run in a child process, so a crash or a hang is one failed case with
 * a number, which `-seed NUMBER KIND 1` runs again. */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE                 /* MAP_ANONYMOUS */
#endif
#include <sys/mman.h>
#include <sys/wait.h>

#include "tests/damage/damage.h"

enum { CASE_SECONDS = 120, MOST_FAILURES = 10 };

void damage_look(struct pc *pc, uint32_t *seed)
{
    struct pc_text *t = malloc(sizeof *t);
    struct pc_frame f = pc_screen(pc);
    uint32_t sum = 0;

    if (f.pixels && f.width && f.height)
        sum = f.pixels[(size_t)(f.height - 1) * f.stride + f.width - 1];
    if (t && pc_text(pc, t) && t->rows > 0 && t->columns > 0)
        sum += t->cell[t->rows - 1][t->columns - 1].ch;
    free(t);
    pc_key(pc, (uint16_t)dice(seed), sum & 1);
    pc_mouse(pc, (int)dice(seed) >> 20, (int)dice(seed) >> 20, 1, dice(seed));
    pc_receive(pc, (enum pc_channel)below(seed, 4), (uint8_t)sum);
    pc_leds(pc);
}

uint64_t damage_file_hash(const char *path)
{
    static const size_t most = 4 << 20;
    FILE *f = fopen(path, "rb");
    uint8_t *p = malloc(most);
    uint64_t h = 0;
    size_t n;

    if (f && p) {
        n = fread(p, 1, most, f);
        h = hash_bytes(n + 1, p, n);
    }
    if (f)
        fclose(f);
    free(p);
    return h;
}

static const struct damage *const kinds[] = {
    &damage_states, &damage_media, &damage_ports, &damage_migrate
};

/* What the child tells its parent as it goes. */
struct progress {
    uint32_t at, failed;
};

static int child(const struct damage *d, const char *dir, char **args,
                 uint32_t first, uint32_t end, volatile struct progress *p)
{
    const char *wrong;

    if (!d->begin(dir, args)) {
        fprintf(stderr, "damage: cannot begin\n");
        return 2;
    }
    for (uint32_t i = first; i < end; i++) {
        p->at = i;
        alarm(CASE_SECONDS);
        if ((wrong = d->run(i))) {
            printf("%s, case %u: %s\n", d->name, i, wrong);
            fflush(stdout);
            p->failed++;
        }
    }
    alarm(0);
    p->at = end;
    d->end();
    return 0;
}

static void say_death(const char *name, uint32_t at, int status)
{
    if (WIFSIGNALED(status))
        printf("%s, case %u: %s\n", name, at,
               WTERMSIG(status) == SIGALRM ? "hangs"
                                           : strsignal(WTERMSIG(status)));
    else
        printf("%s, case %u: ended with status %d\n", name, at,
               WEXITSTATUS(status));
    fflush(stdout);
}

static uint32_t supervise(const struct damage *d, const char *dir, char **args,
                          uint32_t first, uint32_t end)
{
    struct progress *p = mmap(NULL, sizeof *p, PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    uint32_t failed;
    int status;
    pid_t pid;

    if (p == MAP_FAILED)
        return 1;
    p->at = first;
    while (p->at < end && p->failed < MOST_FAILURES) {
        fflush(stdout);
        if ((pid = fork()) == 0)
            _exit(child(d, dir, args, p->at, end, p));
        if (pid < 0 || waitpid(pid, &status, 0) != pid)
            return 1;
        if (p->at < end || status) {
            say_death(d->name, p->at, status);
            p->failed++;
            p->at++;
        }
    }
    failed = p->failed;
    munmap(p, sizeof *p);
    return failed;
}

static const struct damage *find(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (!strcmp(kinds[i]->name, name))
            return kinds[i];
    return NULL;
}

int main(int argc, char **argv)
{
    uint32_t first = 1, count, failed;
    const struct damage *d;
    char dir[PATH], was[PATH * 2];

    if (argc > 3 && !strcmp(argv[1], "-seed")) {
        first = (uint32_t)strtoul(argv[2], NULL, 0);
        argc -= 2, argv += 2;
    }
    if (argc < 3 || !(d = find(argv[1])) || !folder_make(dir)) {
        fprintf(stderr, "usage: damage [-seed N] states|media|ports|migrate "
                "COUNT "
                        "[IMAGE...]\n");
        return 2;
    }
    count = (uint32_t)strtoul(argv[2], NULL, 0);
    snprintf(was, sizeof was, "%s/cwd", dir);
    if (mkdir(was, 0777) || chdir(was))  /* where stray files would land */
        return 2;
    failed = supervise(d, dir, argv + 3, first, first + count);
    if (folder_count(was)) {
        printf("%s: a file that nobody named was made\n", d->name);
        failed++;
    }
    folder_remove(was);
    folder_remove(dir);
    printf("%s %u to %u: %u failed\n", d->name, first, first + count - 1,
           failed);
    return failed != 0;
}
