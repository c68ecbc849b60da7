/* script.h - -script FILE: a user who types, waits and looks. */
#ifndef SCRIPT_H
#define SCRIPT_H

#include "ui/session/session.h"

struct script;

/* Reads and checks all of it first. NULL with words (file:line) in why. */
struct script *script_read(const char *path, char *why);
void script_free(struct script *sc);

/* Runs it to its end. Returns the exit status: 0, quit's number, 1 when an
 * expectation fails, 2 for media, or the guest's own; words go to stderr. */
int script_run(struct script *sc, struct session *s);

/* Shared by script.c and scriptread.c. */
enum { SCRIPT_ARGS = 16, SCRIPT_FAILED = 1, SCRIPT_MEDIA = 2 };

struct command {
    const struct verb *verb;
    int line;
    int64_t ns;                         /* a time, or the usual one */
    int args;
    char *arg[SCRIPT_ARGS];             /* the rest, without the time */
};

struct verb {
    const char *name;
    /* Of its words, one letter each: t time, T time or none, s text, y text
     * that keys can type, f file, i number, d floppy drive, b button, k keys
     * (as many as there are), a address, x hex bytes; after '?' the rest may
     * be missing. */
    const char *words;
    int (*run)(struct session *s, const struct command *c,
               const char *where);      /* a status, or SCRIPT_GO_ON */
};
enum { SCRIPT_GO_ON = -1 };
extern const struct verb script_verbs[];

struct script {
    char *path, *text;
    struct command *command;
    int commands;
};

/* Memory as "0x7c00", "7c00" or "40:17", all hexadecimal. */
bool script_address(const char *text, uint32_t *addr);
/* Two hex digits for each byte; the number of bytes, or -1. */
int script_bytes(const char *text, uint8_t *bytes, int room);
int script_button(const char *text);    /* bit of pc_mouse(), 0: none */

#endif
