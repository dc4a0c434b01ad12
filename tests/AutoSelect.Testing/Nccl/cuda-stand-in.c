#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "stand-in.h"

enum { SUCCESS = 0, INVALID_VALUE = 1, INVALID_DEVICE = 101, INVALID_CONTEXT = 201, DEVICES = 16, MOST_CALLS = 4096, NON_BLOCKING = 1, WITHOUT_TIMING = 2 };

typedef struct task { int (*run)(void *); void *argument; struct task *next; } task;
typedef struct { pthread_t thread; task *first, **end; int unfinished, closing; } stream;
typedef struct { long recorded, reached; } event;
typedef struct { event *of; long turn; } point;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static __thread void *context;
static __thread char calls[MOST_CALLS];

/* This thread's calls since it last asked, "name(0)" on the default stream and "name(1)" on others, with a space after each. */
const char *stand_in_calls(void)
{
    static __thread char taken[MOST_CALLS];
    strcpy(taken, calls);
    *calls = 0;
    return taken;
}

void stand_in_note(const char *call, const void *on)
{
    size_t length = strlen(calls);
    snprintf(calls + length, sizeof calls - length, "%s(%d) ", call, on != NULL);
}

static void *work(void *argument)
{
    stream *s = argument;
    pthread_mutex_lock(&lock);
    for (;;) {
        while (!s->first && !s->closing) pthread_cond_wait(&changed, &lock);
        task *next = s->first;
        if (!next) break;
        if (!(s->first = next->next)) s->end = &s->first;
        pthread_mutex_unlock(&lock);
        usleep(100); /* late, so that who does not wait finds nothing done */
        next->run(next->argument);
        free(next);
        pthread_mutex_lock(&lock);
        s->unfinished--;
        pthread_cond_broadcast(&changed);
    }
    pthread_mutex_unlock(&lock);
    return NULL;
}

int stand_in_put(void *to, int (*run)(void *), void *argument)
{
    stream *s = to;
    if (!s) return run(argument);
    task *t = malloc(sizeof *t);
    *t = (task){ run, argument, NULL };
    pthread_mutex_lock(&lock);
    *s->end = t;
    s->end = &t->next;
    s->unfinished++;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    return SUCCESS;
}

static point *point_of(event *e)
{
    point *p = malloc(sizeof *p);
    *p = (point){ e, e->recorded };
    return p;
}

static int reach(void *argument)
{
    point *p = argument;
    pthread_mutex_lock(&lock);
    p->of->reached = p->turn;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    free(p);
    return SUCCESS;
}

static int await(void *argument)
{
    point *p = argument;
    pthread_mutex_lock(&lock);
    while (p->of->reached < p->turn) pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    free(p);
    return SUCCESS;
}

int cuGetErrorString(int error, const char **text)
{
    *text = error == INVALID_DEVICE ? "invalid device ordinal" : error == INVALID_CONTEXT ? "invalid device context" : "invalid argument";
    return SUCCESS;
}

int cuInit(unsigned flags) { return flags ? INVALID_VALUE : SUCCESS; }

int cuDeviceGet(int *device, int index) { *device = index; return index >= 0 && index < DEVICES ? SUCCESS : INVALID_DEVICE; }

int cuDeviceGetUuid(char uuid[16], int device) { memset(uuid, 1 + device, 16); return SUCCESS; }

int cuDevicePrimaryCtxRetain(void **out, int device)
{
    static char contexts[DEVICES];
    *out = &contexts[device];
    return SUCCESS;
}

int cuCtxSetCurrent(void *own) { context = own; return SUCCESS; }

int cuStreamCreate(stream **out, unsigned flags)
{
    if (flags != NON_BLOCKING) return INVALID_VALUE;
    if (!context) return INVALID_CONTEXT;
    stream *s = calloc(1, sizeof *s);
    s->end = &s->first;
    pthread_create(&s->thread, NULL, work, s);
    *out = s;
    return SUCCESS;
}

int cuStreamSynchronize(stream *s)
{
    if (!context) return INVALID_CONTEXT;
    pthread_mutex_lock(&lock);
    while (s && s->unfinished) pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    return SUCCESS;
}

int cuStreamDestroy_v2(stream *s)
{
    pthread_mutex_lock(&lock);
    s->closing = 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    pthread_join(s->thread, NULL);
    free(s);
    return SUCCESS;
}

int cuEventCreate(event **out, unsigned flags)
{
    if (flags != WITHOUT_TIMING) return INVALID_VALUE;
    if (!context) return INVALID_CONTEXT;
    *out = calloc(1, sizeof **out);
    return SUCCESS;
}

int cuEventRecord(event *e, void *on)
{
    if (!context) return INVALID_CONTEXT;
    stand_in_note("record", on);
    e->recorded++;
    return stand_in_put(on, reach, point_of(e));
}

int cuStreamWaitEvent(void *on, event *e, unsigned flags)
{
    if (!context) return INVALID_CONTEXT;
    stand_in_note("wait", on);
    return flags ? INVALID_VALUE : stand_in_put(on, await, point_of(e));
}

int cuEventDestroy_v2(event *e) { free(e); return SUCCESS; }
