/* logfile.h - -d and -D: which log lines go where. */
#ifndef LOGFILE_H
#define LOGFILE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "machine/pc.h"

enum { LOG_RULES = 40, LOG_KINDS = 32 };

/* Lines of a unit up to a level, perhaps only some. */
struct log_rule {
    char unit[8];                       /* "*": all */
    enum pc_log_level level;
    enum { FILTER_NONE, FILTER_RANGE, FILTER_WORD } filter;
    uint64_t first, last;
    char word[40];
};

struct log_kind {                       /* lines of a unit at a level */
    char who[12];
    enum pc_log_level level;
    uint32_t lines;                     /* in this second of guest time */
};

struct logfile {
    FILE *file;
    const char *path;                   /* its name; NULL: standard error */
    uint64_t written, most;             /* bytes; most 0: any */
    bool full;                          /* and that was told */
    struct log_kind kind[LOG_KINDS];    /* the last is for all others */
    int64_t second;                     /* of guest time, that they count */
    bool failed;                        /* lines are lost; that was told */
    struct log_rule rule[LOG_RULES];
    int rules;
};

/* topics: a comma list as -d takes it, NULL for none. */
bool logfile_open(struct logfile *l, const char *topics, const char *path,
                  char *why);

/* Other topics from now on; on an error the old ones stay. */
bool logfile_set(struct logfile *l, const char *topics, char *why);
bool logfile_close(struct logfile *l);    /* false: lines are lost */

/* The highest level that anything asks for: pc_config.log_max. */
enum pc_log_level logfile_max(const struct logfile *l);

/* Whether lines of this kind may be written: asked before they are made. */
bool logfile_wants(const struct logfile *l, enum pc_log_level level,
                   const char *who);

void logfile_line(struct logfile *l, int64_t ns, enum pc_log_level level,
                  const char *who, const char *text);

/* What "-d help" prints. */
void logfile_help(void);

#endif
