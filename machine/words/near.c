/* near.c - edit distance, for "did you mean". */
#include "machine/words/near.h"

#include <string.h>
#include <strings.h>

enum { LONGEST = 40 };

static int min3(int a, int b, int c)
{
    int m = a < b ? a : b;

    return m < c ? m : c;
}

int near_distance(const char *a, const char *b)
{
    int row[3][LONGEST + 1];
    size_t n = strlen(a), m = strlen(b);

    if (n > LONGEST || m > LONGEST)
        return LONGEST;
    for (size_t j = 0; j <= m; j++)
        row[1][j] = (int)j;
    for (size_t i = 1; i <= n; i++) {
        row[2][0] = (int)i;
        for (size_t j = 1; j <= m; j++) {
            row[2][j] = min3(row[1][j] + 1, row[2][j - 1] + 1,
                             row[1][j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
                a[i - 2] == b[j - 1] && row[0][j - 2] + 1 < row[2][j])
                row[2][j] = row[0][j - 2] + 1;
        }
        memcpy(row[0], row[1], sizeof row[0]);
        memcpy(row[1], row[2], sizeof row[1]);
    }
    return row[1][m];
}

/* Half of a word may be wrong at most; a name that begins with the word (or
 * the word with it) is nearer than its length tells. */
void near_try(struct near *n, const char *name)
{
    size_t word = strlen(n->word), len = strlen(name);
    size_t least = word < len ? word : len;
    int d = near_distance(n->word, name);

    if (least >= 2 && !strncasecmp(n->word, name, least) && d > 1)
        d = 2;
    if (d * 2 > (int)(word > len ? word : len))
        return;
    if (!n->best || d < n->distance) {
        n->best = name;
        n->distance = d;
    }
}
