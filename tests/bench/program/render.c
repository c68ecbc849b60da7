/* render.c - a walk through a maze as games of 1993 draw it: rays, columns of
 * scaled walls, rows of floor and ceiling, scaled figures with holes, and the
 * figures' own steps. The sum is that of all frames. */
typedef unsigned char u8;
typedef unsigned u32;

enum { W = 320, H = 200, SIZE = 32, THINGS = 40, FRAMES = 280, WALLS = 8,
       ONE = 65536, SHADES = 16 };

void draw_column(u8 *to, const u8 *texture, const u8 *shade, u32 position,
                 u32 step, u32 count);
void draw_span(u8 *to, const u8 *texture, const u8 *shade, u32 position,
               u32 step, u32 count);
void copy_frame(const u8 *from);
u32 video_read(u32 at);
u32 poll_key(void);
int main(void);
void timer_tick(void);

/* The first bytes: a jump, and at 8 where the timer's handler is. */
__asm__(".pushsection .entry, \"ax\"\n"
        "jmp begin\n.p2align 3\n.long timer_entry\n"
        "begin: call main\nmov %eax, %ebx\nmov $0x4c00, %eax\nint $0x31\n"
        ".popsection\n");

struct thing { int x, y, dx, dy; u32 seed; };

static u8 map[SIZE][SIZE];
static u8 wall[WALLS][64][64];          /* by column */
static u8 flat[2][64 * 64];
static u8 figure[64][64];               /* by column; 0: a hole */
static u8 shade[SHADES][256];
static int sine[1024 + 256];
static int depth[W];
static struct thing thing[THINGS];
static volatile u32 ticks;
static u32 seed = 1;

void timer_tick(void)
{
    ticks++;
}

static u32 random_next(u32 *s)
{
    *s = *s * 1664525u + 1013904223u;
    return *s >> 8;
}

static int fixed_mul(int a, int b)
{
    return (int)((long long)a * b >> 16);
}

/* a / b in 16.16, or the largest where that has no place. */
static int fixed_div(int a, int b)
{
    int high = a >> 16, low = (int)((u32)a << 16), rest;
    u32 p = a < 0 ? -a : a, q = b < 0 ? -b : b;
    if (p >> 14 >= q)
        return (a ^ b) < 0 ? -0x7fffffff : 0x7fffffff;
    __asm__("idivl %3" : "=a"(low), "=d"(rest) : "0"(low), "r"(b), "1"(high));
    return low;
}

static inline void out_word(u32 port, u32 value)
{
    __asm__ volatile("outw %w0, %w1" : : "a"(value), "Nd"(port));
}

/* Bhaskara's approximation, in integers, of a turn of 1024. */
static void make_sine(void)
{
    for (int i = 0; i < 1024 + 256; i++) {
        int x = i & 511, p = x * (512 - x);
        int v = fixed_div(4 * p, 5 * 512 * 512 / 4 - p);
        sine[i] = i & 512 ? -v : v;
    }
}

static void make_world(void)
{
    for (int y = 0; y < SIZE; y++)
        for (int x = 0; x < SIZE; x++)
            map[y][x] = !x || !y || x == SIZE - 1 || y == SIZE - 1 ||
                        (x & y & 1 && random_next(&seed) % 3 == 0) ?
                        1 + random_next(&seed) % (WALLS - 1) : 0;
    for (int n = 0; n < WALLS; n++)
        for (int x = 0; x < 64; x++)
            for (int y = 0; y < 64; y++)
                wall[n][x][y] = (x ^ y * n) + (random_next(&seed) & 7);
    for (int n = 0; n < 64 * 64; n++) {
        flat[0][n] = (n >> 6 ^ n) * 3 + (random_next(&seed) & 3);
        flat[1][n] = (n >> 6 & n) * 5;
        figure[n >> 6][n & 63] = ((n >> 6) - 32) * ((n >> 6) - 32) +
            ((n & 63) - 32) * ((n & 63) - 32) < 900 ? 1 + n % 255 : 0;
    }
    for (int s = 0; s < SHADES; s++)
        for (int c = 0; c < 256; c++)
            shade[s][c] = c * (SHADES - s) / SHADES;
    for (int n = 0; n < THINGS; n++) {
        struct thing *t = &thing[n];
        t->seed = n;
        t->x = (2 * (random_next(&seed) % 15) + 2) * ONE + ONE / 2;
        t->y = (2 * (random_next(&seed) % 15) + 2) * ONE + ONE / 2;
        t->dx = (int)(random_next(&seed) % 9000) - 4500;
        t->dy = (int)(random_next(&seed) % 9000) - 4500;
    }
}

static void things_move(void)
{
    for (struct thing *t = thing; t < thing + THINGS; t++) {
        int x = t->x + t->dx, y = t->y + t->dy;
        if (map[t->y >> 16][x >> 16])
            t->dx = -t->dx;
        else
            t->x = x;
        if (map[y >> 16][t->x >> 16])
            t->dy = -t->dy;
        else
            t->y = y;
        for (struct thing *o = thing; o < t; o++) {
            int dx = o->x - t->x, dy = o->y - t->y;
            if (dx < ONE / 2 && dx > -ONE / 2 && dy < ONE / 2 && dy > -ONE / 2)
                t->dx = (int)(random_next(&t->seed) % 9000) - 4500;
        }
    }
}

#ifdef MODEX
static u32 page;                        /* what is drawn to */
#else
static u8 frame[W * H];
#endif

/* Where the pixel is; in Mode X the plane must have been chosen. */
static u8 *pixel(int x, int y)
{
#ifdef MODEX
    return (u8 *)(page + y * 80 + x / 4);
#else
    return frame + y * W + x;
#endif
}

static void plane(int x)
{
#ifdef MODEX
    out_word(0x3c4, 0x100 << (x & 3) | 2);
#else
    (void)x;
#endif
}

/* Rows of floor and ceiling; each plane by itself in Mode X. */
static void draw_flats(int px, int py, int angle)
{
#ifdef MODEX
    enum { EACH = 4 };
#else
    enum { EACH = 1 };
#endif
    int left_x = sine[(angle + 256 - 85) & 1023], left_y = sine[(angle - 85) & 1023];
    int right_x = sine[(angle + 256 + 85) & 1023], right_y = sine[(angle + 85) & 1023];
    for (int p = 0; p < EACH; p++) {
        plane(p);
        for (int y = H / 2 + 1; y < H; y++) {
            int far = fixed_div(H / 2 * ONE, (y - H / 2) * ONE);
            int dx = fixed_mul(far, right_x - left_x) / W;
            int dy = fixed_mul(far, right_y - left_y) / W;
            int x0 = px + fixed_mul(far, left_x) + dx * p;
            int y0 = py + fixed_mul(far, left_y) + dy * p;
            u32 at = (u32)x0 << 16 | ((u32)y0 & 0xffff);
            u32 step = (u32)(dx * EACH) << 16 | ((u32)(dy * EACH) & 0xffff);
            const u8 *s = shade[far >> 15 > 15 ? 15 : far >> 15];
            draw_span(pixel(p, y), flat[0], s, at, step, W / EACH);
            draw_span(pixel(p, H - 1 - y), flat[1], s, at, step, W / EACH);
        }
    }
}

/* Along a ray to the next wall, from border to border of the map's squares. */
static int ray(int px, int py, int dx, int dy, int *column, int *kind)
{
    int x = px >> 16, y = py >> 16, sx = dx < 0 ? -1 : 1, sy = dy < 0 ? -1 : 1;
    int each_x = fixed_div(ONE, dx < 0 ? -dx : dx + !dx);
    int each_y = fixed_div(ONE, dy < 0 ? -dy : dy + !dy);
    int part_x = dx < 0 ? px & 0xffff : ONE - (px & 0xffff);
    int part_y = dy < 0 ? py & 0xffff : ONE - (py & 0xffff);
    u32 next_x = fixed_mul(each_x, part_x), next_y = fixed_mul(each_y, part_y);
    u32 far = 0;
    int side = 0;
    while (!map[y][x]) {
        side = next_x > next_y;
        far = side ? next_y : next_x;
        if (side) {
            next_y += each_y;
            y += sy;
        } else {
            next_x += each_x;
            x += sx;
        }
    }
    int hit = side ? px + fixed_mul(far, dx) : py + fixed_mul(far, dy);
    *column = hit >> 10 & 63;
    *kind = (map[y][x] + side) % WALLS;
    return (int)far;
}

static void draw_scaled(int x, const u8 *texture, int far, int height)
{
    int top = H / 2 - height / 2, step = 64 * ONE / height, from = 0;
    int count = height, dark = far >> 15;
    if (top < 0) {
        from = -top * step;
        count = H;
        top = 0;
    }
    draw_column(pixel(x, top), texture, shade[dark > 15 ? 15 : dark], from,
                step, count);
}

static void draw_walls(int px, int py, int angle)
{
    for (int x = 0; x < W; x++) {
        int bend = (x - W / 2) * 171 / W, column, kind;
        int dx = sine[(angle + bend + 256) & 1023];
        int dy = sine[(angle + bend) & 1023];
        int far = ray(px, py, dx, dy, &column, &kind);
        far = fixed_mul(far, sine[(bend + 256) & 1023]);
        depth[x] = far < 2000 ? far = 2000 : far;
        int height = fixed_div(H, far) & ~1;
        plane(x);
        draw_scaled(x, wall[kind][column], far, height < 2 ? 2 : height);
    }
}

/* A figure's column has holes above and below what is drawn of it. */
static void draw_post(int x, int column, int far, int height)
{
    const u8 *texture = figure[column];
    int first = 0, last = 63;
    while (first < 64 && !texture[first])
        first++;
    while (last > first && !texture[last])
        last--;
    int step = 64 * ONE / height, top = H / 2 - height / 2;
    int y = top + first * height / 64, end = top + (last + 1) * height / 64;
    y = y < 0 ? 0 : y;
    end = end > H ? H : end;
    if (first < 64 && y < end)
        draw_column(pixel(x, y), texture, shade[far >> 15 > 15 ? 15 : far >> 15],
                    (y - top) * step, step, end - y);
}

static void draw_things(int px, int py, int angle)
{
    int c = sine[(angle + 256) & 1023], s = sine[angle & 1023];
    for (int n = 0; n < THINGS; n++) {
        int dx = thing[n].x - px, dy = thing[n].y - py;
        int far = fixed_mul(dx, c) + fixed_mul(dy, s);
        int side = fixed_mul(dy, c) - fixed_mul(dx, s);
        if (far < ONE / 2)
            continue;
        int height = fixed_div(H, far), middle = W / 2 +
            fixed_div(side, far) * 280 / ONE;
        for (int i = 0; i < height; i++) {
            int x = middle - height / 2 + i;
            if (x < 0 || x >= W || depth[x] < far)
                continue;
            plane(x);
            draw_post(x, i * 64 / height, far, height);
        }
    }
}

static u32 frame_sum(u32 sum)
{
    for (u32 i = 0; i < W * H / 4; i += 7) {
#ifdef MODEX
        if (i % 4 == 0)
            out_word(0x3ce, (i / 4 & 3) << 8 | 4);
        sum = (sum << 5 | sum >> 27) ^ video_read(page + i);
#else
        sum = (sum << 5 | sum >> 27) ^ frame[i * 4];
#endif
    }
    return sum;
}

static void show(void)
{
#ifdef MODEX
    out_word(0x3d4, (page & 0xff00) | 0x0c);
    page ^= 0x4000;
#else
    copy_frame(frame);
#endif
}

int main(void)
{
    u32 sum = 0;
    int x = 2 * ONE + ONE / 2, y = 2 * ONE + ONE / 2, angle = 100;
    make_sine();
    make_world();
    for (int n = 0; n < FRAMES; n++) {
        int nx = x + sine[(angle + 256) & 1023] / 8;
        int ny = y + sine[angle & 1023] / 8;
        if (map[y >> 16][nx >> 16] || map[ny >> 16][x >> 16])
            angle += 77;
        else
            x = nx, y = ny;
        angle += 5;
        things_move();
        draw_flats(x, y, angle);
        draw_walls(x, y, angle);
        draw_things(x, y, angle);
        sum = frame_sum(sum);
        show();
        poll_key();
    }
    return (int)sum;
}
