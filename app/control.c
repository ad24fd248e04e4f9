#include "app/app.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define REQUEST_MAX 65536
#define ANSWER_MAX ((size_t)256 << 20)
#define PATIENCE 10  /* seconds for the peer to say what it wants */
#define PAUSE_MS 100 /* between two tries to let somebody in */

struct control {
	struct app *app;
	pthread_t thread;
	bool answers; /* the thread is there */
	int fd, stop[2];
	char *path;
};

static bool address(const char *dir, struct sockaddr_un *ret)
{
	*ret = (struct sockaddr_un){.sun_family = AF_UNIX};
	int n = snprintf(ret->sun_path, sizeof(ret->sun_path), "%s/control.sock", dir);
	return n > 0 && (size_t)n < sizeof(ret->sun_path);
}

static void send_all(int fd, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t sent = send(fd, bytes, n, MSG_NOSIGNAL);
		if (sent <= 0 && errno != EINTR)
			return; /* the peer left: nobody to tell */
		bytes += sent > 0 ? sent : 0;
		n -= sent > 0 ? (size_t)sent : 0;
	}
}

static size_t read_all(int fd, void *into, size_t max)
{
	char *bytes = into;
	size_t n = 0;
	ssize_t got = 1;
	while (n < max && (got > 0 || errno == EINTR)) {
		got = recv(fd, bytes + n, max - n, 0);
		if (got == 0)
			break;
		n += got > 0 ? (size_t)got : 0;
	}
	return n;
}

static void answer(int fd, int code, struct str text)
{
	char first = (char)code;
	send_all(fd, &first, 1);
	send_all(fd, text.ptr, text.len);
}

static void run_command(struct app *app, int fd, bool vietnamese, int argc, char **argv)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf out;
	struct args args;
	struct why why = {0};
	bool done = false;
	buf_init(&out, ANSWER_MAX);
	enum err rc = args_parse(argc, argv, a, &args, &done, &why);
	args.vietnamese = vietnamese;
	if (rc == OK && (done || !args.command->act))
		rc = fail(&why, ERR_INVALID, "the running server does not do this");
	if (rc == OK)
		rc = args.command->act(app, &args, &out, &why);
	if (rc == OK)
		rc = buf_end(&out, &why);
	if (rc != OK) {
		buf_clear(&out);
		buf_printf(&out, "haidang: %s\n", vietnamese ? why.vi : why.text);
	}
	answer(fd, app_exit_code(rc), buf_str(&out));
}

static bool same_user(int fd)
{
	struct ucred peer = {0};
	socklen_t size = sizeof(peer);
	return !getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) &&
	       (peer.uid == geteuid() || peer.uid == 0);
}

static void serve_one(struct app *app, int fd)
{
	char name[] = "haidang", *argv[ARGUMENTS_MAX + 1] = {name};
	char *request = malloc(REQUEST_MAX + 1);
	struct timeval patience = {PATIENCE, 0};
	int argc = 1;
	if (!request || !same_user(fd)) {
		free(request);
		return;
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	size_t n = read_all(fd, request, REQUEST_MAX);
	request[n] = '\0';
	for (size_t at = strlen(request) + 1; at < n && argc < ARGUMENTS_MAX;
	     at += strlen(request + at) + 1)
		argv[argc++] = request + at;
	run_command(app, fd, strcmp(request, "vi") == 0, argc, argv);
	free(request);
}

static void *control_main(void *arg)
{
	struct control *c = arg;
	struct pollfd wait[2] = {{c->fd, POLLIN, 0}, {c->stop[0], POLLIN, 0}};
	while (poll(wait, 2, -1) >= 0 || errno == EINTR) {
		if (wait[1].revents)
			break;
		if (!wait[0].revents)
			continue;
		int fd = accept4(c->fd, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0) { /* no descriptor is free: who asks waits, and so do we */
			poll(&wait[1], 1, PAUSE_MS);
			continue;
		}
		serve_one(c->app, fd);
		close(fd);
	}
	return NULL;
}

static void release(struct control *c)
{
	if (c->fd >= 0)
		close(c->fd);
	if (c->stop[0] >= 0)
		close(c->stop[0]);
	if (c->stop[1] >= 0)
		close(c->stop[1]);
	free(c->path);
	free(c);
}

enum err control_open(struct app *app, struct control **ret, struct why *why)
{
	struct sockaddr_un where;
	struct control *c = calloc(1, sizeof(*c));
	if (!c)
		return fail(why, ERR_FULL, "out of memory");
	*c = (struct control){.app = app, .fd = -1, .stop = {-1, -1}};
	bool good = address(app->dir, &where);
	if (good) {
		c->path = strdup(where.sun_path);
		unlink(where.sun_path); /* the store's lock says that no other server lives here */
		c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		mode_t before = umask(0177);
		good = c->path && c->fd >= 0 &&
		       !bind(c->fd, (struct sockaddr *)&where, sizeof(where));
		umask(before);
		good = good && !listen(c->fd, 8) && !pipe2(c->stop, O_CLOEXEC);
	}
	if (!good) {
		enum err rc = fail(
			why, ERR_UNAVAILABLE, "cannot make %s/control.sock: " BOTH_FMT, app->dir,
			WORDS_ARG(c->path ? strerror(errno) : WORDS("the path is too long")));
		release(c);
		return rc;
	}
	*ret = c;
	return OK;
}

enum err control_start(struct control *c, struct why *why)
{
	c->answers = !pthread_create(&c->thread, NULL, control_main, c);
	return c->answers ? OK : fail(why, ERR_FULL, "the machine gives no more threads");
}

void control_stop(struct control *c)
{
	if (!c)
		return;
	ssize_t told = write(c->stop[1], "", 1);
	assert(told == 1);
	if (c->answers)
		pthread_join(c->thread, NULL);
	unlink(c->path);
	release(c);
}

static int connect_to(const char *dir)
{
	struct sockaddr_un where;
	if (!address(dir, &where))
		return -1;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&where, sizeof(where))) {
		close(fd);
		return -1;
	}
	return fd;
}

bool control_ask(const struct args *args, struct buf *out, int *ret_code)
{
	char code = 0;
	int fd = connect_to(app_dir(args));
	if (fd < 0)
		return false;
	send_all(fd, args->vietnamese ? "vi" : "en", 3);
	for (int i = 1; i < args->argc; i++)
		send_all(fd, args->argv[i], strlen(args->argv[i]) + 1);
	shutdown(fd, SHUT_WR);
	bool answered = read_all(fd, &code, 1) == 1;
	for (size_t got = 1; answered && got > 0;) {
		char *room = buf_room(out, 65536);
		got = room ? read_all(fd, room, 65536) : 0;
		buf_grew(out, got);
	}
	close(fd);
	*ret_code = (unsigned char)code;
	return answered;
}
