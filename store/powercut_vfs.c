#include "store/powercut_vfs.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#define SECTOR 512
#define PATH_LEN_MAX 512

struct pending_write {
	struct pending_write *next;
	sqlite3_int64 at;
	char *bytes; /* NULL: a truncation to `at` */
	size_t len;
};

struct cut_file {
	struct cut_file *next;
	char path[PATH_LEN_MAX];
	char *durable; /* what the disk holds for certain */
	size_t len, cap;
	struct pending_write *first, **last;
};

struct powercut {
	sqlite3_vfs vfs, *real;
	pthread_mutex_t lock;
	struct cut_file *files;
	uint64_t random;
	int64_t countdown, syncs;
	bool dark;
	enum powercut_failure failure;
};

struct shim {
	sqlite3_file base;
	struct powercut *cut;
	struct cut_file *file; /* NULL: not of interest */
	sqlite3_file *real;
};

static struct shim *shim_of(sqlite3_file *f)
{
	return (struct shim *)f;
}

static uint64_t next_random(struct powercut *p)
{
	p->random ^= p->random << 13;
	p->random ^= p->random >> 7;
	p->random ^= p->random << 17;
	return p->random;
}

/* -- what the disk holds -- */

static void durable_resize(struct cut_file *f, size_t len)
{
	if (len > f->cap) {
		f->cap = 2 * len;
		f->durable = realloc(f->durable, f->cap);
		assert(f->durable);
	}
	if (len > f->len)
		memset(f->durable + f->len, 0, len - f->len);
	f->len = len;
}

static void durable_write(struct cut_file *f, size_t at, const char *bytes, size_t len)
{
	if (at + len > f->len)
		durable_resize(f, at + len);
	memcpy(f->durable + at, bytes, len);
}

static void pending_add(struct cut_file *f, sqlite3_int64 at, const void *bytes, size_t len)
{
	struct pending_write *w = calloc(1, sizeof(*w));
	assert(w);
	w->at = at;
	w->len = len;
	if (bytes) {
		w->bytes = malloc(len);
		assert(w->bytes);
		memcpy(w->bytes, bytes, len);
	}
	*f->last = w;
	f->last = &w->next;
}

static void pending_forget(struct cut_file *f)
{
	while (f->first) {
		struct pending_write *w = f->first;
		f->first = w->next;
		free(w->bytes);
		free(w);
	}
	f->last = &f->first;
}

static void pending_sync(struct cut_file *f)
{
	for (struct pending_write *w = f->first; w; w = w->next) {
		if (w->bytes)
			durable_write(f, (size_t)w->at, w->bytes, w->len);
		else
			durable_resize(f, (size_t)w->at);
	}
	pending_forget(f);
}

/* A disk writes sectors in any order it likes. */
static void pending_keep_half(struct powercut *p, struct cut_file *f)
{
	for (struct pending_write *w = f->first; w; w = w->next) {
		if (!w->bytes) {
			if (next_random(p) & 1)
				durable_resize(f, (size_t)w->at);
			continue;
		}
		for (size_t i = 0; i < w->len; i += SECTOR) {
			size_t n = w->len - i < SECTOR ? w->len - i : SECTOR;
			if (next_random(p) & 1)
				durable_write(f, (size_t)w->at + i, w->bytes + i, n);
		}
	}
	pending_forget(f);
}

/* -- files -- */

static struct cut_file *file_find(struct powercut *p, const char *path)
{
	struct cut_file *f = p->files;
	while (f && strcmp(f->path, path) != 0)
		f = f->next;
	return f;
}

/* A file seen for the first time lies on the disk as it is. */
static struct cut_file *file_get(struct powercut *p, const char *path)
{
	struct cut_file *f = file_find(p, path);
	if (f)
		return f;
	f = calloc(1, sizeof(*f));
	assert(f && strlen(path) < PATH_LEN_MAX);
	memcpy(f->path, path, strlen(path) + 1);
	f->last = &f->first;
	f->next = p->files;
	p->files = f;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	off_t size = fd >= 0 ? lseek(fd, 0, SEEK_END) : 0;
	if (size > 0) {
		durable_resize(f, (size_t)size);
		ssize_t n = pread(fd, f->durable, (size_t)size, 0);
		assert(n == size);
	}
	if (fd >= 0)
		close(fd);
	return f;
}

static void file_write_back(const struct cut_file *f)
{
	char shm[PATH_LEN_MAX + 8];
	snprintf(shm, sizeof(shm), "%s-shm", f->path);
	unlink(shm);
	int fd = open(f->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	assert(fd >= 0);
	ssize_t n = f->len > 0 ? pwrite(fd, f->durable, f->len, 0) : 0;
	assert(n == (ssize_t)f->len);
	close(fd);
}

/* -- SQLite's side -- */

/* Counts an operation that changes the disk; true: there is no power any more. */
static bool gone_dark(struct powercut *p)
{
	if (!p->dark && p->countdown > 0 && --p->countdown == 0)
		p->dark = true;
	return p->dark;
}

static int shim_close(sqlite3_file *f)
{
	sqlite3_file *real = shim_of(f)->real;
	return real->pMethods ? real->pMethods->xClose(real) : SQLITE_OK;
}

static int shim_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at)
{
	struct powercut *p = shim_of(f)->cut;
	pthread_mutex_lock(&p->lock);
	bool dark = p->dark;
	pthread_mutex_unlock(&p->lock);
	sqlite3_file *real = shim_of(f)->real;
	return dark ? SQLITE_IOERR_READ : real->pMethods->xRead(real, to, n, at);
}

static int write_failure(enum powercut_failure failure)
{
	switch (failure) {
	case POWERCUT_DISK_FULL:
		return SQLITE_FULL;
	case POWERCUT_WRITE_FAILS:
	case POWERCUT_SHORT_WRITE:
		return SQLITE_IOERR_WRITE;
	case POWERCUT_SOUND:
	case POWERCUT_SYNC_FAILS:
		break;
	}
	return SQLITE_OK;
}

static int shim_write(sqlite3_file *f, const void *from, int n, sqlite3_int64 at)
{
	struct powercut *p = shim_of(f)->cut;
	struct cut_file *file = shim_of(f)->file;
	sqlite3_file *real = shim_of(f)->real;
	pthread_mutex_lock(&p->lock);
	int rc = !file ? SQLITE_OK : gone_dark(p) ? SQLITE_IOERR_WRITE : write_failure(p->failure);
	if (p->failure == POWERCUT_SHORT_WRITE && !p->dark && file)
		n /= 2;
	if (rc == SQLITE_OK || (p->failure == POWERCUT_SHORT_WRITE && !p->dark && n > 0)) {
		int written = real->pMethods->xWrite(real, from, n, at);
		rc = rc == SQLITE_OK ? written : rc;
		if (file && written == SQLITE_OK)
			pending_add(file, at, from, (size_t)n);
	}
	pthread_mutex_unlock(&p->lock);
	return rc;
}

static int shim_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	struct powercut *p = shim_of(f)->cut;
	struct cut_file *file = shim_of(f)->file;
	sqlite3_file *real = shim_of(f)->real;
	pthread_mutex_lock(&p->lock);
	int rc = file && gone_dark(p) ? SQLITE_IOERR_TRUNCATE
				      : real->pMethods->xTruncate(real, size);
	if (rc == SQLITE_OK && file)
		pending_add(file, size, NULL, 0);
	pthread_mutex_unlock(&p->lock);
	return rc;
}

/* The machine's own disk is not asked to sync: what counts is kept here. */
static int shim_sync(sqlite3_file *f, int flags)
{
	(void)flags;
	struct powercut *p = shim_of(f)->cut;
	struct cut_file *file = shim_of(f)->file;
	if (!file)
		return SQLITE_OK;
	pthread_mutex_lock(&p->lock);
	int rc = SQLITE_OK;
	if (gone_dark(p)) {
		rc = SQLITE_IOERR_FSYNC;
	} else if (p->failure == POWERCUT_SYNC_FAILS) {
		pending_forget(file);
		rc = SQLITE_IOERR_FSYNC;
	} else {
		pending_sync(file);
		p->syncs++;
	}
	pthread_mutex_unlock(&p->lock);
	return rc;
}

static int shim_size(sqlite3_file *f, sqlite3_int64 *size)
{
	sqlite3_file *real = shim_of(f)->real;
	return real->pMethods->xFileSize(real, size);
}

static int shim_lock(sqlite3_file *f, int level)
{
	sqlite3_file *real = shim_of(f)->real;
	return real->pMethods->xLock(real, level);
}

static int shim_unlock(sqlite3_file *f, int level)
{
	sqlite3_file *real = shim_of(f)->real;
	return real->pMethods->xUnlock(real, level);
}

static int shim_reserved(sqlite3_file *f, int *held)
{
	sqlite3_file *real = shim_of(f)->real;
	return real->pMethods->xCheckReservedLock(real, held);
}

static int shim_control(sqlite3_file *f, int op, void *arg)
{
	sqlite3_file *real = shim_of(f)->real;
	return real->pMethods->xFileControl(real, op, arg);
}

static int shim_sector(sqlite3_file *f)
{
	sqlite3_file *real = shim_of(f)->real;
	return real->pMethods->xSectorSize(real);
}

static int shim_characteristics(sqlite3_file *f)
{
	sqlite3_file *real = shim_of(f)->real;
	return real->pMethods->xDeviceCharacteristics(real);
}

static int shim_shm_map(sqlite3_file *f, int region, int size, int extend, void volatile **ret)
{
	sqlite3_file *real = shim_of(f)->real;
	return real->pMethods->xShmMap(real, region, size, extend, ret);
}

static int shim_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
	sqlite3_file *real = shim_of(f)->real;
	return real->pMethods->xShmLock(real, offset, n, flags);
}

static void shim_shm_barrier(sqlite3_file *f)
{
	sqlite3_file *real = shim_of(f)->real;
	real->pMethods->xShmBarrier(real);
}

static int shim_shm_unmap(sqlite3_file *f, int remove)
{
	sqlite3_file *real = shim_of(f)->real;
	return real->pMethods->xShmUnmap(real, remove);
}

/* Version 2: without xFetch every page is read through xRead. */
static const sqlite3_io_methods methods = {
	.iVersion = 2,
	.xClose = shim_close,
	.xRead = shim_read,
	.xWrite = shim_write,
	.xTruncate = shim_truncate,
	.xSync = shim_sync,
	.xFileSize = shim_size,
	.xLock = shim_lock,
	.xUnlock = shim_unlock,
	.xCheckReservedLock = shim_reserved,
	.xFileControl = shim_control,
	.xSectorSize = shim_sector,
	.xDeviceCharacteristics = shim_characteristics,
	.xShmMap = shim_shm_map,
	.xShmLock = shim_shm_lock,
	.xShmBarrier = shim_shm_barrier,
	.xShmUnmap = shim_shm_unmap,
};

static struct powercut *cut_of(sqlite3_vfs *vfs)
{
	return vfs->pAppData;
}

static int vfs_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *f, int flags, int *out_flags)
{
	struct powercut *p = cut_of(vfs);
	struct shim *shim = shim_of(f);
	*shim = (struct shim){
		.base.pMethods = &methods, .cut = p, .real = (sqlite3_file *)(shim + 1)};
	pthread_mutex_lock(&p->lock);
	bool of_interest =
		path && flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL);
	if (of_interest)
		shim->file = file_get(p, path);
	bool dark = p->dark;
	pthread_mutex_unlock(&p->lock);
	int rc = dark ? SQLITE_CANTOPEN
		      : p->real->xOpen(p->real, path, shim->real, flags, out_flags);
	if (rc != SQLITE_OK)
		shim->base.pMethods = NULL; /* not to be closed */
	return rc;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int sync)
{
	struct powercut *p = cut_of(vfs);
	pthread_mutex_lock(&p->lock);
	struct cut_file *f = file_find(p, path);
	int rc = f && gone_dark(p) ? SQLITE_IOERR_DELETE : p->real->xDelete(p->real, path, sync);
	if (rc == SQLITE_OK && f) {
		pending_forget(f);
		f->len = 0;
	}
	pthread_mutex_unlock(&p->lock);
	return rc;
}

static int vfs_access(sqlite3_vfs *vfs, const char *path, int flags, int *ret)
{
	sqlite3_vfs *real = cut_of(vfs)->real;
	return real->xAccess(real, path, flags, ret);
}

static int vfs_full_path(sqlite3_vfs *vfs, const char *path, int n, char *ret)
{
	sqlite3_vfs *real = cut_of(vfs)->real;
	return real->xFullPathname(real, path, n, ret);
}

static int vfs_randomness(sqlite3_vfs *vfs, int n, char *ret)
{
	sqlite3_vfs *real = cut_of(vfs)->real;
	return real->xRandomness(real, n, ret);
}

static int vfs_sleep(sqlite3_vfs *vfs, int microseconds)
{
	sqlite3_vfs *real = cut_of(vfs)->real;
	return real->xSleep(real, microseconds);
}

static int vfs_time(sqlite3_vfs *vfs, double *ret)
{
	sqlite3_vfs *real = cut_of(vfs)->real;
	return real->xCurrentTime(real, ret);
}

static int vfs_last_error(sqlite3_vfs *vfs, int n, char *ret)
{
	sqlite3_vfs *real = cut_of(vfs)->real;
	return real->xGetLastError(real, n, ret);
}

/* -- what tests call -- */

struct powercut *powercut_install(uint64_t seed)
{
	struct powercut *p = calloc(1, sizeof(*p));
	assert(p);
	p->real = sqlite3_vfs_find(NULL);
	p->random = seed ? seed : 1;
	pthread_mutex_init(&p->lock, NULL);
	p->vfs = (sqlite3_vfs){
		.iVersion = 1,
		.szOsFile = (int)sizeof(struct shim) + p->real->szOsFile,
		.mxPathname = p->real->mxPathname,
		.zName = "powercut",
		.pAppData = p,
		.xOpen = vfs_open,
		.xDelete = vfs_delete,
		.xAccess = vfs_access,
		.xFullPathname = vfs_full_path,
		.xRandomness = vfs_randomness,
		.xSleep = vfs_sleep,
		.xCurrentTime = vfs_time,
		.xGetLastError = vfs_last_error,
	};
	int rc = sqlite3_vfs_register(&p->vfs, 1);
	assert(rc == SQLITE_OK);
	return p;
}

void powercut_remove(struct powercut *p)
{
	sqlite3_vfs_unregister(&p->vfs);
	while (p->files) {
		struct cut_file *f = p->files;
		p->files = f->next;
		pending_forget(f);
		free(f->durable);
		free(f);
	}
	pthread_mutex_destroy(&p->lock);
	free(p);
}

void powercut_after(struct powercut *p, int64_t n)
{
	pthread_mutex_lock(&p->lock);
	p->countdown = n;
	pthread_mutex_unlock(&p->lock);
}

bool powercut_is_dark(struct powercut *p)
{
	pthread_mutex_lock(&p->lock);
	bool dark = p->dark;
	pthread_mutex_unlock(&p->lock);
	return dark;
}

void powercut_restore(struct powercut *p, enum powercut_keep keep)
{
	pthread_mutex_lock(&p->lock);
	for (struct cut_file *f = p->files; f; f = f->next) {
		if (keep == POWERCUT_KEEP_HALF)
			pending_keep_half(p, f);
		pending_forget(f);
		if (f->len > 0 || access(f->path, F_OK) == 0)
			file_write_back(f);
	}
	p->dark = false;
	p->countdown = 0;
	p->failure = POWERCUT_SOUND;
	pthread_mutex_unlock(&p->lock);
}

void powercut_fail(struct powercut *p, enum powercut_failure what)
{
	pthread_mutex_lock(&p->lock);
	p->failure = what;
	pthread_mutex_unlock(&p->lock);
}

int64_t powercut_syncs(struct powercut *p)
{
	pthread_mutex_lock(&p->lock);
	int64_t n = p->syncs;
	p->syncs = 0;
	pthread_mutex_unlock(&p->lock);
	return n;
}
