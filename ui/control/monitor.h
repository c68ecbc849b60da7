/* monitor.h - the command interpreter, in QEMU's spelling. */
#ifndef MONITOR_H
#define MONITOR_H

#include <stdint.h>

#include "ui/session/session.h"
#include "ui/host/strbuf.h"

/* Runs one line and returns what it printed, to be freed; NULL when memory is
 * short. Errors are part of the text. */
char *monitor_command(struct session *s, const char *line);

/* Names that the last word of `line` may become, each with \n behind it. */
void monitor_complete(struct session *s, const char *line,
                      struct strbuf *names);

/* ---- between monitor*.c ---- */

enum { MON_ARGS = 6, MON_WORD = 300 };

struct mon_arg {
    bool given;
    int64_t n;
    char text[MON_WORD];
};

struct mon_format {                     /* of x, xp, print, i, o */
    int count;
    char format, size;                  /* 0: not given */
};

struct mon {
    struct session *s;
    const struct mon_command *command;
    struct strbuf out;
    struct mon_format format;
    struct mon_arg arg[MON_ARGS];
    bool bad;                           /* an error has been printed */
};

/* args: one word for each argument, "name:type", in order of place:
 *   s word   S rest of the line   n number   e expression
 *   d drive   k keys   i topic of info   c command   f file
 *   /  a format behind the command's name
 *   -x:name a flag with a value; -x: a flag without
 * with a ? behind it when it may be left out. */
struct mon_command {
    const char *name, *alias;
    const char *args, *params, *help;
    void (*run)(struct mon *m);
};
extern const struct mon_command mon_commands[]; /* ends with a NULL name */

void mon_print(struct mon *m, const char *format, ...)
#ifdef __GNUC__
    __attribute__((format(printf, 2, 3)))
#endif
    ;

/* "Error: command: ..."; later ones are not shown. */
void mon_error(struct mon *m, const char *format, ...)
#ifdef __GNUC__
    __attribute__((format(printf, 2, 3)))
#endif
    ;

/* monexpr.c: takes an expression off *p; false with words in why. */
bool mon_expression(struct session *s, const char **p, int64_t *v, char *why);

/* monmem.c */
void mon_x(struct mon *m);
void mon_xp(struct mon *m);
void mon_unassemble(struct mon *m);
void mon_print_value(struct mon *m);
void mon_in(struct mon *m);
void mon_out(struct mon *m);
void mon_memsave(struct mon *m);
void mon_pmemsave(struct mon *m);
void mon_step(struct mon *m);

/* monparse.c: the line's words into m->arg. */
bool mon_parse(struct mon *m, const char *line);
const struct mon_command *mon_find(const char *name, size_t n);

/* Drives by QEMU's names and by ours; PC_DRIVES: none. */
enum pc_drive drive_by_name(const char *name);
const char *drive_name(enum pc_drive d);        /* floppy0, ide0-hd0 */

/* machine control that the monitor and QMP share (driving.c) */
bool drive_change(struct session *s, enum pc_drive d, const char *path,
                  const char *format,           /* NULL: by signature */
                  int readonly, char *why);     /* -1: as it was */
void drive_eject(struct session *s, enum pc_drive d);
bool screen_dump(struct session *s, const char *path, const char *format,
                 char *why);
bool memory_save(struct session *s, const char *path, uint32_t addr,
                 uint64_t size, bool virt, char *why);

#endif
