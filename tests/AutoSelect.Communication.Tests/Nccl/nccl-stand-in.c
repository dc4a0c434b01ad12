/* A stand-in for NCCL where there is no card: its C API for ranks that are threads of one process, whose device memory is the process's and whose
   streams do nothing. Collectives meet and really add up; one that waits for a rank ends when its communicator is aborted. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { SUCCESS = 0, INVALID_ARGUMENT = 4, REMOTE_ERROR = 6, FLOAT16 = 6, FLOAT32 = 7, BFLOAT16 = 9, MOST_RANKS = 16 };

typedef struct { char bytes[128]; } ncclUniqueId;

typedef struct world {
    ncclUniqueId id;
    int size, arrived, turn, aborted;
    const void *given[MOST_RANKS];
    struct world *next;
} world;

typedef struct { world *of; int rank; } comm;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static world *worlds;
static int ids, aborts, destroys;
static void *last_stream;

int stand_in_aborts(void) { return aborts; }
int stand_in_destroys(void) { return destroys; }
void *stand_in_last_stream(void) { return last_stream; }

const char *ncclGetErrorString(int result) { return result == INVALID_ARGUMENT ? "invalid argument" : result == REMOTE_ERROR ? "remote process exited" : "no error"; }

int ncclGetUniqueId(ncclUniqueId *id)
{
    pthread_mutex_lock(&lock);
    memset(id, ++ids, sizeof *id);
    pthread_mutex_unlock(&lock);
    return SUCCESS;
}

/* Called with the lock held. */
static int meet(world *w)
{
    int turn = w->turn;
    if (++w->arrived == w->size) {
        w->arrived = 0;
        w->turn++;
        pthread_cond_broadcast(&changed);
    }
    while (w->turn == turn && !w->aborted) pthread_cond_wait(&changed, &lock);
    return w->aborted ? REMOTE_ERROR : SUCCESS;
}

int ncclCommInitRank(void **out, int ranks, ncclUniqueId id, int rank)
{
    if (ranks < 1 || ranks > MOST_RANKS || rank < 0 || rank >= ranks) return INVALID_ARGUMENT;
    pthread_mutex_lock(&lock);
    world *w = worlds;
    while (w && memcmp(&w->id, &id, sizeof id)) w = w->next;
    if (!w) {
        w = calloc(1, sizeof *w);
        w->id = id;
        w->size = ranks;
        w->next = worlds;
        worlds = w;
    }
    comm *c = malloc(sizeof *c);
    c->of = w;
    c->rank = rank;
    *out = c;
    int result = meet(w);
    pthread_mutex_unlock(&lock);
    return result;
}

int ncclCommDestroy(comm *c) { pthread_mutex_lock(&lock); destroys++; pthread_mutex_unlock(&lock); free(c); return SUCCESS; }

int ncclCommAbort(comm *c)
{
    pthread_mutex_lock(&lock);
    aborts++;
    c->of->aborted = 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    return SUCCESS; /* not freed: a thread of the test may still be on its way out of a collective */
}

int ncclCommGetAsyncError(comm *c, int *result) { *result = c->of->aborted ? REMOTE_ERROR : SUCCESS; return SUCCESS; }

static float read_value(const void *from, size_t i, int type)
{
    if (type == FLOAT32) return ((const float *)from)[i];
    if (type == FLOAT16) return (float)((const _Float16 *)from)[i];
    unsigned bits = (unsigned)((const unsigned short *)from)[i] << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void write_value(void *to, size_t i, int type, float value)
{
    unsigned bits;
    if (type == FLOAT32) ((float *)to)[i] = value;
    else if (type == FLOAT16) ((_Float16 *)to)[i] = (_Float16)value;
    else memcpy(&bits, &value, sizeof bits), ((unsigned short *)to)[i] = bits >> 16; /* exact in tests */
}

static size_t bytes_of(int type) { return type == FLOAT32 ? 4 : 2; }

/* Sums values [first, first + count) of all ranks. */
static int sum(comm *c, const void *given, void *to, size_t first, size_t count, int type, int operation, void *stream)
{
    if (count > (size_t)1 << 40 || operation != 0 || (type != FLOAT16 && type != FLOAT32 && type != BFLOAT16)) return INVALID_ARGUMENT;
    pthread_mutex_lock(&lock);
    last_stream = stream;
    c->of->given[c->rank] = given;
    int result = meet(c->of);
    char *sums = malloc(count * bytes_of(type) + 1);
    for (size_t i = 0; result == SUCCESS && i < count; i++) {
        float value = 0;
        for (int rank = 0; rank < c->of->size; rank++) value += read_value(c->of->given[rank], first + i, type);
        write_value(sums, i, type, value);
    }
    if (result == SUCCESS) result = meet(c->of);
    if (result == SUCCESS) memcpy(to, sums, count * bytes_of(type));
    free(sums);
    pthread_mutex_unlock(&lock);
    return result;
}

int ncclAllReduce(const void *from, void *to, size_t count, int type, int operation, comm *c, void *stream) { return sum(c, from, to, 0, count, type, operation, stream); }

int ncclReduceScatter(const void *from, void *to, size_t count, int type, int operation, comm *c, void *stream) { return sum(c, from, to, c->rank * count, count, type, operation, stream); }

int ncclAllGather(const void *from, void *to, size_t count, int type, comm *c, void *stream)
{
    size_t bytes = count * bytes_of(type);
    pthread_mutex_lock(&lock);
    last_stream = stream;
    c->of->given[c->rank] = from;
    int result = meet(c->of);
    for (int rank = 0; result == SUCCESS && rank < c->of->size; rank++) memmove((char *)to + rank * bytes, c->of->given[rank], bytes);
    if (result == SUCCESS) result = meet(c->of);
    pthread_mutex_unlock(&lock);
    return result;
}

int ncclBroadcast(const void *from, void *to, size_t count, int type, int root, comm *c, void *stream)
{
    pthread_mutex_lock(&lock);
    last_stream = stream;
    c->of->given[c->rank] = from;
    int result = meet(c->of);
    if (result == SUCCESS && c->rank != root) memcpy(to, c->of->given[root], count * bytes_of(type));
    if (result == SUCCESS) result = meet(c->of);
    pthread_mutex_unlock(&lock);
    return result;
}
