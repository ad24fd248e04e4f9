/* live_clients PORT PATH TOKEN CLIENTS: many readers of one event stream in one thread.
 * Opens all, waits until each has had its first bytes, prints "ready"; counts from the line "go" on
 * standard input (answered "counting") until the line "stop", then prints one line of JSON.  Every event is one flat JSON
 * object, so its brace is the event; every 50th client also reads its times ("at") for the delay. */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CLIENTS_MAX 20000
#define SAMPLE 50 /* one client in so many reads the times */
#define DELAYS_MAX 4000000
#define BUFFER 65536

static int sockets[CLIENTS_MAX];
static bool greeted[CLIENTS_MAX];
static float delays[DELAYS_MAX];
static size_t n_delays, n_greeted, n_closed;
static uint64_t events, bytes;
static double first, last;
static bool counting;
static char buffer[BUFFER + 1];

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "live_clients: %s: %s\n", what, strerror(errno));
	exit(1);
}

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void open_client(int at, int epoll, int port, const char *path, const char *token)
{
	char request[1024];
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)port),
				 .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int n = snprintf(request, sizeof(request),
			 "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n"
			 "Authorization: Bearer %s\r\n\r\n",
			 path, token);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)))
		die("connect");
	if (write(fd, request, (size_t)n) != n)
		die("write");
	struct epoll_event e = {.events = EPOLLIN, .data.u32 = (uint32_t)at};
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e))
		die("epoll_ctl");
	sockets[at] = fd;
}

/* "at":"2026-11-22T03:51:03.123Z" → seconds since 1970 */
static double moment(const char *text)
{
	struct tm t = {0};
	double seconds = 0;
	if (sscanf(text, "%d-%d-%dT%d:%d:%lfZ", &t.tm_year, &t.tm_mon, &t.tm_mday, &t.tm_hour,
		   &t.tm_min, &seconds) != 6)
		return 0;
	t.tm_year -= 1900;
	t.tm_mon -= 1;
	return (double)timegm(&t) + seconds;
}

static void sample(double when)
{
	for (const char *p = buffer; (p = strstr(p, "\"at\":\"")); p++) {
		double at = strlen(p) > 32 ? moment(p + strlen("\"at\":\"")) : 0;
		if (at > 0 && n_delays < DELAYS_MAX)
			delays[n_delays++] = (float)(when - at);
	}
}

static void take(uint32_t at)
{
	ssize_t n = read(sockets[at], buffer, BUFFER);
	if (n <= 0) {
		close(sockets[at]);
		n_closed++;
		return;
	}
	if (!greeted[at]) {
		greeted[at] = true;
		n_greeted++;
		if (!memmem(buffer, (size_t)n, " 200 ", 5)) {
			fprintf(stderr, "live_clients: %.*s\n", (int)n, buffer);
			exit(1);
		}
	}
	if (!counting)
		return;
	uint64_t found = 0;
	for (ssize_t i = 0; i < n; i++)
		found += buffer[i] == '{';
	bytes += (uint64_t)n;
	if (found) {
		last = now();
		first = events ? first : last;
		events += found;
		buffer[n] = '\0';
		if (at % SAMPLE == 0)
			sample(last);
	}
}

static void turn(int epoll, int wait)
{
	struct epoll_event ready[512];
	int n = epoll_wait(epoll, ready, 512, wait);
	for (int i = 0; i < n; i++)
		take(ready[i].data.u32);
}

/* Serves the sockets until a line comes. */
static void until_line(int epoll)
{
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
	char line[16];
	while (poll(&in, 1, 0) == 0)
		turn(epoll, 20);
	if (read(STDIN_FILENO, line, sizeof(line)) <= 0)
		exit(1);
}

static int compare(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;
	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	if (argc != 5 || atoi(argv[4]) < 1 || atoi(argv[4]) > CLIENTS_MAX) {
		fprintf(stderr, "usage: live_clients PORT PATH TOKEN CLIENTS\n");
		return 2;
	}
	int n = atoi(argv[4]), epoll = epoll_create1(0);
	for (int i = 0; i < n; i++) {
		open_client(i, epoll, atoi(argv[1]), argv[2], argv[3]);
		turn(epoll, 0);
	}
	while (n_greeted < (size_t)n && !n_closed)
		turn(epoll, 100);
	puts("ready");
	fflush(stdout);
	until_line(epoll);
	counting = true;
	puts("counting");
	fflush(stdout);
	until_line(epoll);
	qsort(delays, n_delays, sizeof(*delays), compare);
	printf("{\"events\":%llu,\"bytes\":%llu,\"seconds\":%.6f,\"closed\":%zu,\"delays\":%zu,\"p50\":%.6f,\"p95\":%.6f}\n",
	       (unsigned long long)events, (unsigned long long)bytes, last - first, n_closed,
	       n_delays, n_delays ? (double)delays[n_delays / 2] : -1,
	       n_delays ? (double)delays[n_delays * 95 / 100] : -1);
	return 0;
}
