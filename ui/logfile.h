/* logfile.h - -d and -D: which log lines go where. */
#ifndef LOGFILE_H
#define LOGFILE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "machine/pc.h"

enum { LOG_UNITS = 32 };

struct logfile {
    FILE *file;
    enum pc_log_level level;            /* of units not named */
    struct { const char *unit; enum pc_log_level level; } only[LOG_UNITS];
    int units;
};

/* topics: a comma list as -d takes it, NULL for none. */
bool logfile_open(struct logfile *l, const char *topics, const char *path,
                  char *why);
void logfile_close(struct logfile *l);

/* The highest level that anything asks for: pc_config.log_max. */
enum pc_log_level logfile_max(const struct logfile *l);

void logfile_line(struct logfile *l, int64_t ns, enum pc_log_level level,
                  const char *who, const char *text);

/* What "-d help" prints. */
void logfile_help(void);

#endif
