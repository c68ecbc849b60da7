/* replay.h - isabox replay FILE. */
#ifndef REPLAY_H
#define REPLAY_H

int replay_main(int argc, char **argv);

#endif
