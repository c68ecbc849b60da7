/* savefile.c - state files on the host. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "machine/board.h"

static bool say(char *words, const char *path, const char *text)
{
    struct why why;

    snprintf(why.text, sizeof why.text, "%.60s: %.175s", path, text);
    if (words)
        memcpy(words, why.text, sizeof why.text);
    return false;
}

bool pc_save(struct pc *pc, const char *path, char *words)
{
    size_t size;
    void *bytes = pc_save_bytes(pc, &size);
    struct pc_file *f;

    if (!bytes)
        return say(words, path, pc->config.give_up &&
                   pc->config.give_up(pc->config.ctx) ? "given up"
                                                      : "out of memory");
    f = pc_file_open(path, words);
    if (f)
        pc_file_put(f, bytes, size);
    free(bytes);
    return f && pc_file_close(f, true, words);
}

/* A pipe must not keep the machine waiting for somebody at its other end. */
static FILE *open_plain(const char *path, const char **why)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    struct stat st;
    FILE *f = NULL;

    if (fd >= 0 && fstat(fd, &st) == 0 && !S_ISREG(st.st_mode))
        *why = S_ISDIR(st.st_mode) ? strerror(EISDIR) : "not a plain file";
    else if (fd < 0 || !(f = fdopen(fd, "rb")))
        *why = strerror(errno);
    if (fd >= 0 && !f)
        close(fd);
    return f;
}

/* What does not even begin like a state - an image, /dev/zero - need not be
 * read to its end. */
static bool read_all(FILE *f, struct buf *b)
{
    static const char begin[] = "ISABOX";
    u8 part[16384];
    size_t n;

    while ((n = fread(part, 1, sizeof part, f)) > 0) {
        buf_put_bytes(b, part, n);
        if (b->len < 6 || memcmp(b->p, begin, 6))
            break;
    }
    return !ferror(f) && !b->failed;
}

static bool load_file(struct pc *pc, const char *path, bool force, char *words)
{
    const char *none = "cannot be read";
    FILE *f = open_plain(path, &none);
    struct buf b = { 0 };
    char why[PC_WHY] = "cannot be read";
    bool ok;

    if (!f)
        return say(words, path, none);
    ok = read_all(f, &b) &&
         (force ? pc_load_bytes_forced(pc, b.p, b.len, why)
                : pc_load_bytes(pc, b.p, b.len, why));
    fclose(f);
    buf_free(&b);
    return ok || say(words, path, why);
}

bool pc_load(struct pc *pc, const char *path, char *why)
{
    return load_file(pc, path, false, why);
}

bool pc_load_forced(struct pc *pc, const char *path, char *why)
{
    return load_file(pc, path, true, why);
}
