/* fleet.h - the machines of this user that have a name. */
#ifndef FLEET_H
#define FLEET_H

#include <stdbool.h>

struct options;

/* A file in the runtime folder tells of a machine with -name as long as it
 * runs. Its path goes into `path`, empty when there is none. */
enum { FLEET_PATH = 300 };
bool fleet_enter(const struct options *o, char path[FLEET_PATH], char *why);
void fleet_leave(const char *path);

/* isabox list|stop NAME|status NAME */
int fleet_main(int argc, char **argv);

#endif
