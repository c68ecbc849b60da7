/* core.h - types, errors and logging shared by every layer. */
#ifndef CORE_H
#define CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t  u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t   s8;
typedef int16_t  s16;
typedef int32_t  s32;
typedef int64_t  s64;
typedef int64_t  ns_t;                  /* virtual nanoseconds since power on */

#define COUNT_OF(a) (sizeof(a) / sizeof *(a))

/* One list: the enum, the text and the manual all come from it. */
#define ERR_LIST(X)                                       \
    X(OK,      "no error")                                \
    X(NOMEM,   "out of memory")                           \
    X(IO,      "host input/output error")                 \
    X(FORMAT,  "file is not in the expected format")      \
    X(VERSION, "format version is not supported")         \
    X(RANGE,   "value out of range")                      \
    X(BUSY,    "file is in use by another program")       \
    X(MISSING, "no such file or medium")                  \
    X(RDONLY,  "medium is read-only")                     \
    X(FULL,    "no space left on device")                 \
    X(AGAIN,   "to be tried again")

#define X(name, text) ERR_##name,
enum err { ERR_LIST(X) ERR_COUNT };
#undef X

/* What went wrong, in words, for whoever asked. Owned by the caller. */
struct why { char text[240]; };

const char *err_text(enum err e);

/* Writes the words into `why` (when given) and returns `e`. */
enum err err_say(struct why *why, enum err e, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

enum log_level {
    LOG_ERROR,          /* the host failed us */
    LOG_GUEST,          /* the guest did what hardware leaves undefined */
    LOG_TODO,           /* the guest used what we do not implement */
    LOG_INFO,
    LOG_TRACE,
};

/* Where lines go. The core never prints; the front end installs a sink. */
struct log {
    void (*sink)(void *ctx, ns_t now, enum log_level l, const char *who,
                 const char *text);
    /* Asked before a line's text is made; NULL: all are wanted. */
    bool (*wants)(void *ctx, enum log_level l, const char *who);
    void *ctx;
    const ns_t *now;
    enum log_level max;
    u32 quota;          /* guest-caused lines left; the clock refills it */
    u32 dropped;        /* lines not written since the quota ran out */
};

void log_line(struct log *g, enum log_level l, const char *who,
              const char *fmt, ...) __attribute__((format(printf, 4, 5)));

#define LOG(g, level, who, ...)                                   \
    do {                                                          \
        if ((g) && LOG_##level <= (g)->max)                       \
            log_line((g), LOG_##level, (who), __VA_ARGS__);       \
    } while (0)

#endif
