/* wind.h - the picture runs backwards while a key is held, or forwards again.
 *
 *    the key goes down .. 0.4 s . . . . 1.4 s . . . . 2.4 s . . . .
 *    1 s at once          4 times       8 times       16 times      as fast
 *
 * Until it begins the machine stands. Nothing is heard meanwhile. Once the key is
 * up the machine goes on from where it is, as it went before until new input
 * comes. */
#ifndef WIND_H
#define WIND_H

#include <stdbool.h>
#include <stdint.h>

struct session;

struct wind {
    int way;                    /* -1: backwards; 1: forwards; 0: not at all */
    int64_t from;               /* host time from which on it winds */
    int64_t until;              /* host time at which it ends by itself */
    int64_t last;               /* host time of the last picture, or 0 */
    int64_t at;                 /* guest time that it shows */
};

/* The key of that way is down. It winds from one host time on up to another,
 * INT64_MAX: until wind_end(). A call with the way that it winds already can
 * only make it begin earlier. */
void wind_hold(struct session *s, int way, int64_t from, int64_t until);

/* The key is up. */
void wind_end(struct session *s);

/* The next picture, when it is time to; false: no such key is down. */
bool wind_turn(struct session *s);

/* How many times as fast as the guest it winds, so long behind its start. */
int64_t wind_speed(int64_t ns);

#endif
