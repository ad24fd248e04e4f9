#include "app/app.h"
#include "app/commands.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX ((size_t)256 << 20)
#define PAGE 500

static enum err find_kind(const char *name, const struct record **ret, struct why *why)
{
	*ret = wiring_record(str_of(name));
	if (*ret)
		return OK;
	return fail(why, ERR_INVALID, "there is no kind of record \"%s\"", name);
}

static enum err read_file(const char *path, struct buf *out, struct why *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : 1;
	while (got > 0) {
		char *room = buf_room(out, 65536);
		got = room ? read(fd, room, 65536) : 0;
		buf_grew(out, got > 0 ? (size_t)got : 0);
	}
	int code = errno;
	if (fd >= 0)
		close(fd);
	if (got < 0)
		return fail(why, ERR_NOT_FOUND, "cannot read %s: %s", path, strerror(code));
	return buf_end(out, why);
}

struct import {
	struct app *app;
	const struct record *kind;
	struct str csv;
	struct import_result result;
	struct problems problems;
};

static enum err import_run(struct db *tx, void *arg, struct why *why)
{
	struct import *in = arg;
	AUTO(arena_free) struct arena *a = arena_new();
	struct author by = {access_centre(a), clock_now(in->app->clock)};
	problems_init(&in->problems, in->problems.arena);
	return record_import_csv(tx, in->kind, in->csv, by, &in->result, &in->problems, why);
}

enum err cmd_import(struct app *app, const struct args *args, struct buf *out, struct why *why)
{
	AUTO(buf_release) struct buf text;
	struct import in = {.app = app, .problems = {.arena = args->arena}};
	buf_init(&text, FILE_MAX);
	enum err rc = find_kind(args->arguments[0], &in.kind, why);
	if (rc == OK)
		rc = read_file(args->arguments[1], &text, why);
	if (rc != OK)
		return rc;
	in.csv = buf_str(&text);
	rc = store_write(app->store, import_run, &in, why);
	if (rc != OK)
		return rc;
	buf_printf(out, args_words(args, WORDS("%lld created, %lld changed, %lld the same\n")),
		   (long long)in.result.created, (long long)in.result.changed,
		   (long long)in.result.same);
	return OK;
}

static enum err export_page(struct db *db, const struct record *kind, struct str *cursor,
			    struct arena *keep, struct buf *out, struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct record_list how = {.cursor = *cursor, .limit = PAGE, .all_units = true};
	struct record_page page = {0};
	struct refs *refs = refs_new(db, a);
	enum err rc = record_list(db, kind, &how, a, &page, why);
	for (size_t i = 0; rc == OK && i < page.n; i++)
		record_csv_row(out, refs, kind, page.rows[i]);
	*cursor = rc == OK ? arena_str(keep, page.next) : STR_NULL;
	return rc == OK ? refs_end(refs, why) : rc;
}

enum err cmd_export(struct app *app, const struct args *args, struct buf *out, struct why *why)
{
	AUTO(store_give) struct db *db = NULL;
	const struct record *kind = NULL;
	struct str cursor = STR_NULL;
	enum err rc = find_kind(args->arguments[0], &kind, why);
	if (rc == OK)
		rc = store_take(app->store, &db, why);
	if (rc == OK)
		rc = db_snapshot(db, why);
	if (rc != OK)
		return rc;
	record_csv_header(out, kind);
	do
		rc = export_page(db, kind, &cursor, args->arena, out, why);
	while (rc == OK && cursor.ptr);
	db_snapshot_end(db);
	return rc;
}
