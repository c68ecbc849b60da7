/* host.h - what the machine asks of the host: files, folders, whole files.
 *
 * This header and code.h are the only ways from below ui/ to the host; chips
 * and image formats know no system call. A file is a table of functions, so a
 * test can stand in for the host, and so can a program that brings its own
 * storage (pc_medium.storage in machine/pc.h). */
#ifndef HOST_H
#define HOST_H

#include "machine/core/core.h"

struct file;

/* Every function works on a range that file_read() and its kin have checked.
 * They return ERR_IO or ERR_FULL by file_failed(). */
struct file_ops {
    enum err (*read)(struct file *f, u64 at, void *to, size_t n);
    enum err (*write)(struct file *f, u64 at, const void *from, size_t n);
    enum err (*flush)(struct file *f);          /* onto the host's device */
    enum err (*resize)(struct file *f, u64 size);
    void (*close)(struct file *f);              /* frees f */
    /* False: another program holds a lock that excludes this one. */
    bool (*lock)(struct file *f, bool on);
    /* Notes what the host says of the file's contents, or says whether they
     * have changed since that note. NULL: nobody else can change them. */
    void (*note)(struct file *f);
    bool (*noted)(struct file *f);
    /* How many bytes from `at` on are a hole, zeros that take no room; if
     * none, *data is how many follow that are not one. */
    u64 (*hole)(struct file *f, u64 at, u64 *data);
    /* The next line for the user, which stays until the next call; NULL: there
     * is none. May be NULL itself. */
    const char *(*line)(struct file *f);
};

struct redo;

struct file {
    const struct file_ops *ops;
    struct redo *redo;                  /* writes that wait, or NULL: redo.h */
    u64 size;                           /* in bytes */
    bool readonly, dirty;               /* dirty: written since a flush */
    bool later;                         /* flushes are put off */
    bool fixed;                         /* a device: it can't grow */
    bool grows_only;                    /* it can't shrink */
    bool yielded;                       /* to another program, to write it */
    int error;                          /* errno of the last failure */
    u64 birth;                          /* which file, changed when; not 0 */
    char name[200];                     /* its path, for messages */
};

enum file_mode { FILE_READ, FILE_WRITE, FILE_NEW };

/* Opens a plain file or block device, without a lock; FILE_NEW makes one that
 * must not be there yet. On failure *out is NULL and why names the file. */
enum err file_open(struct file **out, const char *path, enum file_mode mode,
                   struct why *why);

/* Bytes behind the end read as zeros; ones that have gone missing since the
 * file was opened are an error. A write behind the end makes it grow. */
enum err file_read(struct file *f, u64 at, void *to, size_t n);
enum err file_write(struct file *f, u64 at, const void *from, size_t n);
enum err file_flush(struct file *f);    /* nothing to do unless dirty */
enum err file_resize(struct file *f, u64 size);
void file_close(struct file *f);        /* flushes; NULL is fine */
bool file_lock(struct file *f, bool on);

/* Leaves a file to another program: it is on the host's device, its lock is
 * given up, and all writes are refused. file_take_back() wants the lock, and
 * the contents as they were: ERR_BUSY says that another has or had the file,
 * and that it stays yielded. */
enum err file_yield(struct file *f);
enum err file_take_back(struct file *f, struct why *why);
u64 file_hole(struct file *f, u64 at, u64 *data);

/* Keeps the host's errno and says ERR_FULL or ERR_IO. */
enum err file_failed(struct file *f, int error);

/* The host's words for an errno. */
const char *host_words(int error);

/* Words for a failure of f, its name in front. */
enum err file_say(struct file *f, enum err e, struct why *why);

/* A file in memory that copies n bytes, and grows to 64 MB at most. */
enum err file_memory(struct file **out, const void *bytes, size_t n,
                     const char *name, struct why *why);

/* `path` as seen from the folder of `beside`: joined with it unless absolute.
 * To be freed; NULL: out of memory. */
char *host_path_beside(const char *beside, const char *path);
const char *path_base(const char *path);        /* behind the last slash */
bool host_remove(const char *path);
bool host_exists(const char *path);
bool host_is_folder(const char *path);
bool host_same_file(const char *a, const char *b);

/* The bytes of a file on the disk, without its holes; 0: not known. */
u64 host_disk_usage(const char *path);

/* ---- folders (folder.c) ---- */

/* Local time as DOS keeps it, in steps of two seconds from 1980 to 2107. */
struct dos_time { u16 date, time; };

struct host_info {
    bool folder, plain, readonly;
    u64 size;
    struct dos_time written;
};

/* False: there is nothing of that name. Links are followed. */
bool host_look(const char *path, struct host_info *info);

/* Calls each() for the names in a folder, in the order of their bytes, without
 * . and .. and until it returns an error. */
enum err host_list(const char *path,
                   enum err (*each)(void *ctx, const char *name,
                                    struct why *why),
                   void *ctx, struct why *why);

/* A folder that is there already is fine. */
enum err host_make_folder(const char *path, struct why *why);
void host_set_time(const char *path, struct dos_time t);
struct dos_time host_dos_time(s64 seconds);     /* since 1970 */

/* Local time, and how many minutes it is ahead of Greenwich. */
struct host_time { int year; u8 month, day, hour, minute, second; int offset; };
struct host_time host_local_time(s64 seconds);

/* The way back; false: it is no date. */
struct timespec;
bool host_seconds(struct dos_time t, struct timespec *to);

/* ---- files that are written whole or not at all ---- */

struct whole_file;
struct whole_file *whole_file_open(const char *path, struct why *why);
void whole_file_put(struct whole_file *p, const void *bytes, size_t size);

/* Drops what was put unless `keep`. */
enum err whole_file_close(struct whole_file *p, bool keep, struct why *why);

/* Reads a plain file in parts until its end or until take() says no. A pipe
 * is refused: nobody may ever write into it. */
enum err host_read_plain(const char *path,
                         bool (*take)(void *ctx, const u8 *p, size_t n),
                         void *ctx, struct why *why);

/* Up to `most` bytes of a file; *n is how many it has, at most one more than
 * that. make: an empty one is made where there is none. */
enum err host_read_small(const char *path, u8 *to, size_t most, size_t *n,
                         bool make, struct why *why);

#endif
