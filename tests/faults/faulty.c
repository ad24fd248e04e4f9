/* faulty.c - preloaded into a server under test: what a machine does on a bad day, switched on and off while it runs.
 * FAULTY names a file of eight 64-bit words that the test writes and the server's process maps:
 *   0 errno with which changes of files fail (pwrite, ftruncate; 0: they work)
 *   1 errno with which fsync and fdatasync fail
 *   2 seconds by which the wall clock is off; timers are not
 *   3 counts what the libraries named below allocate
 *   4 the allocation with that number fails (0: none); our own code is spared, its arenas abort by design
 * A process without FAULTY is left alone. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum word { WRITE_ERRNO, SYNC_ERRNO, CLOCK_SHIFT, ALLOCATED, ALLOCATION_FAILS, WORDS = 8 };
#define CODE_MAX 32

/* Made by glibc for whoever replaces its malloc. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t size);

static _Atomic(int64_t) none[WORDS];
static _Atomic(int64_t) *words = none;
static const char *const libraries[] = {"/libsqlite3.so", "/libmicrohttpd.so", "/libpq.so",
					"/libcurl", "/libical.so"};
static struct code {
	uintptr_t from, to;
} code[CODE_MAX];
static int n_code;

static int note_code(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size;
	(void)arg;
	int ours = 0;
	for (size_t i = 0; i < sizeof(libraries) / sizeof(libraries[0]); i++)
		ours |= strstr(info->dlpi_name, libraries[i]) != NULL;
	for (int i = 0; ours && i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &info->dlpi_phdr[i];
		uintptr_t from = info->dlpi_addr + part->p_vaddr;
		if (part->p_type == PT_LOAD && (part->p_flags & PF_X) && n_code < CODE_MAX)
			code[n_code++] = (struct code){from, from + part->p_memsz};
	}
	return 0;
}

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("FAULTY");
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	if (fd < 0)
		return;
	void *map = mmap(NULL, WORDS * sizeof(int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	dl_iterate_phdr(note_code, NULL);
	if (map != MAP_FAILED)
		words = map;
}

static void *next(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

static int fails(enum word which)
{
	int number = (int)words[which];
	if (number)
		errno = number;
	return number;
}

/* -- files -- */

ssize_t pwrite(int fd, const void *data, size_t n, off_t at)
{
	ssize_t (*real)(int, const void *, size_t, off_t) = next("pwrite");
	return fails(WRITE_ERRNO) ? -1 : real(fd, data, n, at);
}

ssize_t pwrite64(int fd, const void *data, size_t n, off64_t at)
{
	return pwrite(fd, data, n, at);
}

int ftruncate(int fd, off_t size)
{
	int (*real)(int, off_t) = next("ftruncate");
	return fails(WRITE_ERRNO) ? -1 : real(fd, size);
}

int ftruncate64(int fd, off64_t size)
{
	return ftruncate(fd, size);
}

int fsync(int fd)
{
	int (*real)(int) = next("fsync");
	return fails(SYNC_ERRNO) ? -1 : real(fd);
}

int fdatasync(int fd)
{
	int (*real)(int) = next("fdatasync");
	return fails(SYNC_ERRNO) ? -1 : real(fd);
}

/* -- the wall clock -- */

int clock_gettime(clockid_t id, struct timespec *ret)
{
	static int (*real)(clockid_t, struct timespec *);
	if (!real)
		real = next("clock_gettime");
	int rc = real(id, ret);
	if (rc == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
		ret->tv_sec += words[CLOCK_SHIFT];
	return rc;
}

int gettimeofday(struct timeval *ret, void *zone)
{
	struct timespec t;
	(void)zone;
	if (clock_gettime(CLOCK_REALTIME, &t) < 0)
		return -1;
	*ret = (struct timeval){t.tv_sec, t.tv_nsec / 1000};
	return 0;
}

time_t time(time_t *ret)
{
	struct timespec t;
	if (clock_gettime(CLOCK_REALTIME, &t) < 0)
		return -1;
	if (ret)
		*ret = t.tv_sec;
	return t.tv_sec;
}

/* -- memory -- */

#ifndef SANITIZED /* which brings a malloc of its own */
static int starved(const void *caller)
{
	uintptr_t at = (uintptr_t)caller;
	for (int i = 0; i < n_code; i++)
		if (at >= code[i].from && at < code[i].to)
			return atomic_fetch_add(&words[ALLOCATED], 1) + 1 ==
			       words[ALLOCATION_FAILS];
	return 0;
}

void *malloc(size_t size)
{
	return starved(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	return starved(__builtin_return_address(0)) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t size)
{
	return starved(__builtin_return_address(0)) ? NULL : __libc_realloc(p, size);
}
#endif
