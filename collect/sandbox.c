#include "collect/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "collect/sandbox_wire.h"

#define CHILDREN_MAX 64

struct slot {
	pid_t helper; /* 0: not started */
	int control;
	bool busy;
};
struct sandbox {
	struct sandbox_options options;
	pthread_mutex_t
		mutex; /* guards busy and started; the rest of a busy slot is its thread's own */
	pthread_cond_t freed;
	unsigned n, started;
	struct slot slots[CHILDREN_MAX];
};
/* One job, as far as the parent knows. */
struct job {
	const struct sandbox *sandbox;
	struct slot *slot;
	struct buf *output;
	usec deadline; /* monotonic */
};

struct label sandbox_end_label(enum sandbox_end end)
{
#define X(code, vi, en) {vi, en},
	static const struct label labels[] = {SANDBOX_END_TABLE(X)};
#undef X
	assert(end < SANDBOX_ENDS);
	return labels[end];
}

struct sandbox *sandbox_new(const struct sandbox_options *options)
{
	struct sandbox *s = calloc(1, sizeof(*s));
	if (!s)
		abort();
	s->options = *options;
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	s->n = options->children ? options->children : cores > 0 ? (unsigned)cores : 1;
	if (s->n > CHILDREN_MAX)
		s->n = CHILDREN_MAX;
	if (!s->options.executable)
		s->options.executable = "/proc/self/exe";
	if (s->options.deadline == 0)
		s->options.deadline = SANDBOX_DEADLINE;
	if (s->options.memory == 0)
		s->options.memory = SANDBOX_MEMORY_MAX;
	pthread_mutex_init(&s->mutex, NULL);
	pthread_cond_init(&s->freed, NULL);
	return s;
}

/* The helper and whatever child it has form one process group. */
static void slot_kill(struct slot *slot)
{
	if (slot->helper == 0)
		return;
	kill(-slot->helper, SIGKILL);
	while (waitpid(slot->helper, NULL, 0) < 0 && errno == EINTR)
		;
	close(slot->control);
	slot->helper = 0;
}

void sandbox_free(struct sandbox *s)
{
	if (!s)
		return;
	for (unsigned i = 0; i < s->n; i++)
		slot_kill(&s->slots[i]);
	pthread_cond_destroy(&s->freed);
	pthread_mutex_destroy(&s->mutex);
	free(s);
}

unsigned sandbox_started(const struct sandbox *s)
{
	return __atomic_load_n(&s->started, __ATOMIC_RELAXED);
}

static struct slot *slot_take(struct sandbox *s)
{
	struct slot *best = NULL;
	pthread_mutex_lock(&s->mutex);
	while (!best) {
		for (unsigned i = 0; i < s->n; i++) {
			struct slot *slot = &s->slots[i];
			if (!slot->busy && (!best || (best->helper == 0 && slot->helper != 0)))
				best = slot;
		}
		if (!best)
			pthread_cond_wait(&s->freed, &s->mutex);
	}
	best->busy = true;
	pthread_mutex_unlock(&s->mutex);
	return best;
}

static void slot_give(struct sandbox *s, struct slot *slot)
{
	pthread_mutex_lock(&s->mutex);
	slot->busy = false;
	pthread_cond_signal(&s->freed);
	pthread_mutex_unlock(&s->mutex);
}

static int spawn_helper(const struct sandbox_options *o, int control, pid_t *ret_pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	if (posix_spawn_file_actions_init(&files) != 0 || posix_spawnattr_init(&attributes) != 0)
		return ENOMEM;
	sigset_t none, all;
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
						      POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	char name[] = "haidang", verb[] = "worker", kind[32] = "";
	size_t length = strlen(o->kind);
	assert(length < sizeof(kind));
	memcpy(kind, o->kind, length + 1);
	char *const argv[] = {name, verb, kind, NULL}, *const environment[] = {NULL};
	int rc = posix_spawn_file_actions_adddup2(&files, control, SANDBOX_CONTROL_FD);
	for (int fd = 0; rc == 0 && fd < SANDBOX_CONTROL_FD; fd++)
		rc = posix_spawn_file_actions_addopen(&files, fd, "/dev/null", O_RDWR, 0);
	if (rc == 0)
		rc = posix_spawn_file_actions_addclosefrom_np(&files, SANDBOX_CONTROL_FD + 1);
	if (rc == 0)
		rc = posix_spawn(ret_pid, o->executable, &files, &attributes, argv, environment);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	return rc;
}

static bool slot_start(struct sandbox *s, struct slot *slot)
{
	if (slot->helper != 0)
		return true;
	int pair[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return false;
	/* The helper's end must not be one of the numbers that the helper opens for itself. */
	int theirs = fcntl(pair[1], F_DUPFD_CLOEXEC, SANDBOX_CONTROL_FD);
	close(pair[1]);
	pid_t pid = 0;
	if (theirs < 0 || spawn_helper(&s->options, theirs, &pid) != 0) {
		if (theirs >= 0)
			close(theirs);
		close(pair[0]);
		return false;
	}
	close(theirs);
	slot->helper = pid;
	slot->control = pair[0];
	__atomic_add_fetch(&s->started, 1, __ATOMIC_RELAXED);
	return true;
}

/* A sealed copy of the input that the child can map but not change; -1 on failure. */
static int input_file(struct str input)
{
	int fd = memfd_create("input", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return -1;
	for (size_t done = 0; done < input.len;) {
		ssize_t n = write(fd, input.ptr + done, input.len - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			close(fd);
			return -1;
		}
		done += (size_t)n;
	}
	if (lseek(fd, 0, SEEK_SET) != 0 ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool send_order(const struct job *j, int input, int output)
{
	const struct sandbox_options *o = &j->sandbox->options;
	struct sandbox_order order = {.memory = o->memory,
				      .output = j->output->max,
				      .cpu_seconds = (uint32_t)(o->deadline / USEC_SECOND) + 1};
	struct iovec part = {.iov_base = &order, .iov_len = sizeof(order)};
	int fds[2] = {input, output};
	union {
		char bytes[CMSG_SPACE(sizeof(fds))];
		struct cmsghdr align;
	} control = {0};
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = control.bytes,
				 .msg_controllen = sizeof(control.bytes)};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(fds));
	memcpy(CMSG_DATA(header), fds, sizeof(fds));
	return sendmsg(j->slot->control, &message, MSG_NOSIGNAL) == (ssize_t)sizeof(order);
}

/* Waits until fd can be read; false when the deadline passed. */
static bool wait_readable(int fd, usec deadline)
{
	for (;;) {
		usec left = deadline - clock_monotonic();
		if (left <= 0)
			return false;
		struct pollfd p = {.fd = fd, .events = POLLIN};
		int n = poll(&p, 1, (int)(left / 1000) + 1);
		if (n > 0)
			return true;
		if (n < 0 && errno != EINTR)
			return false;
	}
}

static enum sandbox_end read_output(const struct job *j, int fd)
{
	for (;;) {
		if (!wait_readable(fd, j->deadline))
			return SANDBOX_TIMED_OUT;
		char piece[4096];
		ssize_t n = read(fd, piece, sizeof(piece));
		if (n == 0)
			return SANDBOX_DONE;
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return SANDBOX_CRASHED;
		if (n > 0)
			buf_add_bytes(j->output, piece, (size_t)n);
		if (j->output->error != OK)
			return SANDBOX_OUTPUT;
	}
}

static enum sandbox_end judge_signal(const struct sandbox *s, int signal, int64_t rss)
{
	switch (signal) {
	case SIGSYS:
		return SANDBOX_REFUSED;
	case SIGXCPU:
		return SANDBOX_TIMED_OUT;
	case SIGKILL: /* not by us: the machine ran out */
		return SANDBOX_MEMORY;
	case SIGABRT:
		return rss >= (int64_t)(s->options.memory / 5) ? SANDBOX_MEMORY : SANDBOX_CRASHED;
	default:
		return SANDBOX_CRASHED;
	}
}

static enum sandbox_end read_verdict(const struct job *j)
{
	if (!wait_readable(j->slot->control, j->deadline))
		return SANDBOX_TIMED_OUT;
	struct sandbox_done done;
	ssize_t n = recv(j->slot->control, &done, sizeof(done), 0);
	if (n != (ssize_t)sizeof(done)) {
		slot_kill(j->slot);
		return SANDBOX_CRASHED;
	}
	if (WIFSIGNALED(done.status))
		return judge_signal(j->sandbox, WTERMSIG(done.status), done.rss);
	switch (WEXITSTATUS(done.status)) {
	case 0:
		return SANDBOX_DONE;
	case SANDBOX_EXIT_OUTPUT:
		return SANDBOX_OUTPUT;
	case SANDBOX_EXIT_CONFINE:
		return SANDBOX_UNSTARTED;
	default:
		return SANDBOX_CRASHED;
	}
}

static enum sandbox_end run_job(const struct job *j, struct str input)
{
	int fd = input_file(input), ends[2];
	if (fd < 0)
		return SANDBOX_UNSTARTED;
	if (pipe2(ends, O_CLOEXEC) != 0) {
		close(fd);
		return SANDBOX_UNSTARTED;
	}
	bool sent = send_order(j, fd, ends[1]);
	close(fd);
	close(ends[1]);
	enum sandbox_end end = SANDBOX_UNSTARTED;
	if (sent)
		end = read_output(j, ends[0]);
	close(ends[0]);
	if (end == SANDBOX_DONE)
		end = read_verdict(j);
	else
		slot_kill(j->slot);
	if (end == SANDBOX_TIMED_OUT)
		slot_kill(j->slot);
	return end;
}

static enum err end_error(enum sandbox_end end)
{
	switch (end) {
	case SANDBOX_DONE:
		return OK;
	case SANDBOX_TIMED_OUT:
		return ERR_TIMEOUT;
	case SANDBOX_MEMORY:
	case SANDBOX_OUTPUT:
		return ERR_TOO_LARGE;
	case SANDBOX_CRASHED:
	case SANDBOX_REFUSED:
		return ERR_INVALID;
	case SANDBOX_UNSTARTED:
	case SANDBOX_ENDS:
		break;
	}
	return ERR_UNAVAILABLE;
}

enum err sandbox_run(struct sandbox *s, struct str input, struct buf *output,
		     enum sandbox_end *ret_end, struct why *why)
{
	struct slot *slot = slot_take(s);
	enum sandbox_end end = SANDBOX_UNSTARTED;
	struct job job = {.sandbox = s, .slot = slot, .output = output};
	/* A helper that died between two jobs shows only when the order cannot be sent. */
	for (int attempt = 0; attempt < 2 && end == SANDBOX_UNSTARTED; attempt++) {
		job.deadline = clock_monotonic() + s->options.deadline;
		if (slot_start(s, slot))
			end = run_job(&job, input);
	}
	slot_give(s, slot);
	*ret_end = end;
	enum err rc = end_error(end);
	if (rc != OK)
		return fail(why, rc, "worker %s: " BOTH_FMT, s->options.kind,
			    LABEL_ARG(sandbox_end_label(end)));
	return OK;
}
