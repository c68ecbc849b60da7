/* image.h - `isabox image COMMAND ..`. */
#ifndef IMAGE_H
#define IMAGE_H

/* argv[0] is "image". Returns the exit status. */
int image_main(int argc, char **argv);

#endif
