#include "http/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 1024

static enum err listen_unix(struct http *h, const char *path, struct why *why)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof(a.sun_path))
		return fail(why, ERR_INVALID, "the socket's path %s is too long", path);
	memcpy(a.sun_path, path, strlen(path));
	unlink(path); /* left by a server that was killed; the data directory's lock keeps two apart */
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) || chmod(path, 0660) ||
	    listen(fd, BACKLOG)) {
		int code = errno;
		if (fd >= 0)
			close(fd);
		return fail(why, ERR_UNAVAILABLE, "cannot listen on %s: %s", path, strerror(code));
	}
	h->listen_fd = fd;
	h->local = true;
	h->unix_path = arena_cstr(h->arena, str_of(path));
	return OK;
}

static int bind_first(const struct addrinfo *list)
{
	int code = EADDRNOTAVAIL;
	for (const struct addrinfo *a = list; a; a = a->ai_next) {
		int on = 1;
		int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		if (fd >= 0 && !setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) &&
		    !bind(fd, a->ai_addr, a->ai_addrlen) && !listen(fd, BACKLOG))
			return fd;
		code = errno;
		if (fd >= 0)
			close(fd);
	}
	errno = code;
	return -1;
}

static int port_of(int fd)
{
	struct sockaddr_storage a = {0};
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	socklen_t size = sizeof(a);
	if (getsockname(fd, (struct sockaddr *)&a, &size))
		return 0;
	memcpy(&v4, &a, sizeof(v4));
	memcpy(&v6, &a, sizeof(v6));
	return ntohs(a.ss_family == AF_INET6 ? v6.sin6_port : v4.sin_port);
}

enum err listen_open(struct http *h, struct why *why)
{
	const char *where = h->options.listen ? h->options.listen : "127.0.0.1";
	struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV,
				 .ai_socktype = SOCK_STREAM};
	struct addrinfo *list = NULL;
	char port[16];
	if (str_starts(str_of(where), STR("unix:")))
		return listen_unix(h, where + strlen("unix:"), why);
	snprintf(port, sizeof(port), "%d", h->options.port);
	int code = getaddrinfo(where, port, &hints, &list);
	if (code)
		return fail(why, ERR_INVALID, "cannot listen on \"%s\": %s", where,
			    gai_strerror(code));
	h->listen_fd = bind_first(list);
	int error = errno;
	freeaddrinfo(list);
	if (h->listen_fd < 0)
		return fail(
			why, ERR_UNAVAILABLE, "cannot listen on %s port %s: %s" BOTH_FMT, where,
			port, strerror(error),
			WORDS_ARG(error == EADDRINUSE
					  ? WORDS("; another program has it, choose another port")
					  : ""));
	h->port = port_of(h->listen_fd);
	return OK;
}

enum err file_text(const char *path, size_t max, struct arena *a, char **ret, struct why *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *text = arena_alloc(a, max + 1);
	size_t n = 0;
	ssize_t got = fd < 0 ? -1 : 1;
	while (got > 0 && n < max) {
		got = read(fd, text + n, max - n);
		n += got > 0 ? (size_t)got : 0;
	}
	int code = errno;
	if (fd >= 0)
		close(fd);
	if (got < 0)
		return fail(why, ERR_NOT_FOUND, "cannot read %s: %s", path, strerror(code));
	if (n == max)
		return fail(why, ERR_TOO_LARGE, "%s is too large", path);
	*ret = text;
	return OK;
}
