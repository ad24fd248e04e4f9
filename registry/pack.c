/* pack.c - packs in and out. */
#include "registry/pack.h"
#include "base/crypt.h"
#include "base/embed.h"
#include "registry/records.h"

#define PACK_TEXT_MAX ((size_t)64 << 20)

/* "unit_changes.csv" → the kind with path "unit-changes". */
static const struct record *record_of_file(struct str name)
{
	if (!str_ends(name, STR(".csv")))
		return NULL;
	name.len -= 4;
	for (size_t i = 0; registry_records[i]; i++) {
		struct str path = str_of(registry_records[i]->path);
		bool same = path.len == name.len;
		for (size_t k = 0; same && k < name.len; k++)
			same = path.ptr[k] == (name.ptr[k] == '_' ? '-' : name.ptr[k]);
		if (same)
			return registry_records[i];
	}
	return NULL;
}

static struct str member(const struct json *json, const char *outer, const char *name)
{
	return json_get_str(json_get(json, outer), name);
}

static enum err head(struct arena *a, const struct json *json, struct pack *p, struct why *why)
{
	*p = (struct pack){
		.code = json_get_str(json, "code"),
		.edition = json_get_str(json, "version"),
		.name_vi = member(json, "name", "vi"),
		.name_en = member(json, "name", "en"),
		.description_vi = member(json, "description", "vi"),
		.description_en = member(json, "description", "en"),
	};
	const struct json *demonstration = json_get(json, "demonstration");
	p->demonstration =
		demonstration && demonstration->type == JSON_BOOL && demonstration->boolean;
	if (!p->code.len || !p->edition.len || !p->name_vi.len || !p->name_en.len)
		return fail_at(why, ERR_INVALID, "/code",
			       "a pack has a code, a version and a name in vi and en");
	const struct json *variant = json_get(json, "variant");
	p->variant = variant && variant->type == JSON_BOOL && variant->boolean;
	const struct json *needs = json_get(json, "requires");
	size_t n = needs && needs->type == JSON_ARRAY ? needs->n : 0;
	struct str *codes = ARENA_ARRAY(a, n, struct str);
	for (size_t i = 0; i < n; i++)
		codes[i] = needs->items[i].text;
	p->requires = codes;
	p->n_requires = n;
	return OK;
}

/* In the order of registry_records, whatever order the pack lists them in. */
static enum err take_files(struct arena *a, struct pack *p, struct pack_file *files, size_t n,
			   struct why *why)
{
	struct pack_file *sorted = ARENA_ARRAY(a, n, struct pack_file);
	for (size_t i = 0; i < n; i++) {
		files[i].record = record_of_file(files[i].name);
		if (!files[i].record)
			return fail_at(why, ERR_INVALID, "/files",
				       "\"" STR_FMT
				       "\" is no file of a pack: they are called units.csv, "
				       "indicators.csv and so on",
				       STR_ARG(files[i].name));
	}
	for (size_t r = 0; registry_records[r]; r++)
		for (size_t i = 0; i < n; i++)
			if (files[i].record == registry_records[r])
				sorted[p->n_files++] = files[i];
	p->files = sorted;
	return OK;
}

enum err pack_parse(struct arena *a, const struct json *json, struct pack *ret, struct why *why)
{
	struct pack p;
	const struct json *files = json_get(json, "files");
	enum err rc = head(a, json, &p, why);
	if (rc == OK && (!files || files->type != JSON_OBJECT))
		rc = fail_at(why, ERR_INVALID, "/files", "give the CSV texts by their file names");
	if (rc != OK)
		return rc;
	struct pack_file *list = ARENA_ARRAY(a, files->n, struct pack_file);
	for (size_t i = 0; i < files->n; i++)
		list[i] = (struct pack_file){NULL, files->names[i], files->items[i].text};
	rc = take_files(a, &p, list, files->n, why);
	if (rc == OK)
		*ret = p;
	return rc;
}

static enum err embedded_pack(struct arena *a, struct str folder, struct str text, struct pack *ret,
			      struct why *why)
{
	const struct json *json = NULL;
	enum err rc = json_parse(a, text, &json, why);
	if (rc == OK)
		rc = head(a, json, ret, why);
	const struct json *contents = rc == OK ? json_get(json, "contents") : NULL;
	size_t n = contents ? contents->n : 0;
	struct pack_file *files = ARENA_ARRAY(a, n, struct pack_file);
	for (size_t i = 0; i < n && rc == OK; i++) {
		struct str name = contents->items[i].text;
		const struct embedded *e =
			embedded_find(EMBED_PACK, arena_fmt(a, STR_FMT "/" STR_FMT, STR_ARG(folder),
							    STR_ARG(name)));
		if (!e)
			rc = fail(why, ERR_INTERNAL, "pack " STR_FMT " lacks its file " STR_FMT,
				  STR_ARG(folder), STR_ARG(name));
		else
			files[i] = (struct pack_file){NULL, name, e->plain};
	}
	return rc == OK ? take_files(a, ret, files, n, why) : rc;
}

static bool among(const struct pack *packs, size_t n, struct str code)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(packs[i].code, code))
			return true;
	return false;
}

/* Those whose needs are met first; what cannot be ordered keeps its place at the end. */
static void order(struct pack *packs, size_t n)
{
	for (size_t done = 0; done < n; done++) {
		size_t next = done;
		for (size_t i = n; i-- > done;) {
			bool ready = true;
			for (size_t k = 0; k < packs[i].n_requires; k++)
				ready = ready && among(packs, done, packs[i].requires[k]);
			if (ready)
				next = i;
		}
		struct pack first = packs[next];
		packs[next] = packs[done];
		packs[done] = first;
	}
}

enum err pack_embedded(struct arena *a, struct pack **ret, size_t *ret_n, struct why *why)
{
	size_t n = 0, count = 0;
	const struct embedded *files = embedded_list(EMBED_PACK, &count);
	struct pack *packs = ARENA_ARRAY(a, count, struct pack);
	for (size_t i = 0; i < count; i++) {
		if (!str_ends(files[i].path, STR("/pack.json")))
			continue;
		struct str folder = {files[i].path.ptr, files[i].path.len - strlen("/pack.json")};
		enum err rc = embedded_pack(a, folder, files[i].plain, &packs[n], why);
		if (rc != OK)
			return rc;
		n++;
	}
	order(packs, n);
	*ret = packs;
	*ret_n = n;
	return OK;
}

static enum err check_requires(struct db *tx, const struct pack *pack, struct why *why)
{
	for (size_t i = 0; i < pack->n_requires; i++) {
		int64_t id = 0;
		enum err rc = record_find(tx, &pack_record, pack->requires[i], &id, why);
		if (rc == ERR_NOT_FOUND)
			return fail(why, ERR_CONFLICT,
				    "pack " STR_FMT " rests on pack " STR_FMT
				    ", which is not installed yet: install that first",
				    STR_ARG(pack->code), STR_ARG(pack->requires[i]));
		if (rc != OK)
			return rc;
	}
	return OK;
}

static struct str pack_hash(const struct pack *pack, struct arena *a)
{
	struct hash_state *h = hash_new(a);
	for (size_t i = 0; i < pack->n_files; i++) {
		hash_add(h, pack->files[i].name);
		hash_add(h, pack->files[i].csv);
	}
	struct hash hash = hash_end(h);
	return hash_hex(a, &hash);
}

static void set_text(struct row *row, const char *name, struct str text)
{
	*row_value(&pack_record, row, name) = (struct value){.given = true, .text = text};
}

/* The pack's own record: which edition is installed. */
static enum err note_edition(struct db *tx, const struct pack *pack, struct author by,
			     struct problems *p, struct why *why)
{
	struct arena *a = p->arena;
	int64_t id = 0;
	struct row *old = NULL;
	enum err rc = record_find(tx, &pack_record, pack->code, &id, why);
	if (rc == OK)
		rc = record_get(tx, &pack_record, id, a, &old, why);
	if (rc != OK && rc != ERR_NOT_FOUND)
		return rc;
	struct row *row = ARENA_NEW(a, struct row);
	if (old)
		*row = *old;
	row->values = ARENA_ARRAY(a, pack_record.n_fields, struct value);
	set_text(row, "code", pack->code);
	set_text(row, "edition", pack->edition);
	set_text(row, "name_vi", pack->name_vi);
	set_text(row, "name_en", pack->name_en);
	set_text(row, "sha256", pack_hash(pack, a));
	*row_value(&pack_record, row, "demonstration") =
		(struct value){.given = true, .number = pack->demonstration};
	return old ? record_update(tx, &pack_record, old, row, by, p, why)
		   : record_create(tx, &pack_record, row, by, p, why);
}

enum err pack_install(struct db *tx, const struct pack *pack, struct author by,
		      struct import_result *ret, struct problems *p, struct why *why)
{
	enum err rc = check_requires(tx, pack, why);
	struct import_result sum = {0};
	for (size_t i = 0; i < pack->n_files && rc == OK; i++) {
		struct import_result one = {0};
		const struct pack_file *f = &pack->files[i];
		size_t before = p->n;
		rc = record_import_csv(tx, f->record, f->csv, by, &one, p, why);
		for (size_t k = before; k < p->n; k++)
			p->items[k].at = arena_fmt(p->arena, STR_FMT ", " STR_FMT, STR_ARG(f->name),
						   STR_ARG(p->items[k].at));
		sum.created += one.created;
		sum.changed += one.changed;
		sum.same += one.same;
	}
	if (rc == OK)
		rc = note_edition(tx, pack, by, p, why);
	if (rc == OK)
		*ret = sum;
	return rc;
}

static enum err write_kind(struct db *db, const struct record *r, struct buf *out, struct arena *a,
			   struct why *why)
{
	struct record_list how = {.limit = 500, .all_units = true};
	struct refs *refs = refs_new(db, a);
	record_csv_header(out, r);
	do {
		struct record_page page;
		enum err rc = record_list(db, r, &how, a, &page, why);
		if (rc != OK)
			return rc;
		for (size_t i = 0; i < page.n; i++)
			record_csv_row(out, refs, r, page.rows[i]);
		how.cursor = page.next;
	} while (how.cursor.ptr);
	enum err rc = refs_end(refs, why);
	return rc == OK ? buf_end(out, why) : rc;
}

static struct str file_of_record(struct arena *a, const struct record *r)
{
	char *name = arena_cstr(a, str_of(r->path));
	for (char *c = name; *c; c++)
		if (*c == '-')
			*c = '_';
	return arena_fmt(a, "%s.csv", name);
}

enum err pack_write_files(struct db *db, struct jw *w, struct arena *a, struct why *why)
{
	struct buf csv;
	enum err rc = OK;
	buf_init(&csv, PACK_TEXT_MAX);
	jw_object(w);
	for (size_t i = 0; registry_records[i] && rc == OK; i++) {
		buf_clear(&csv);
		rc = write_kind(db, registry_records[i], &csv, a, why);
		if (rc == OK) {
			jw_name(w, file_of_record(a, registry_records[i]).ptr);
			jw_str(w, buf_str(&csv));
		}
	}
	jw_object_end(w);
	buf_release(&csv);
	return rc;
}
