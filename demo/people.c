/* people.c - accounts of the demonstration. */
#include "demo/people.h"
#include "core/identity.h"
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static const struct person {
	const char *login, *name;
	enum role role;
	const char *unit; /* "" the whole centre */
} persons[] = {
	{"quantri", "Nguyễn Quản Trị", ROLE_ADMINISTRATOR, ""},
	{"vanhanh", "Trần Vận Hành", ROLE_OPERATOR, ""},
	{"lanhdao", "Lê Lãnh Đạo", ROLE_LEADER, "56"},
	{"canbo", "Phạm Thị Báo Cáo", ROLE_REPORTING_OFFICER, "22366"},
	{"duyet", "Võ Duyệt Số Liệu", ROLE_APPROVER, "56"},
	{"phantich", "Hoàng Phân Tích", ROLE_ANALYST, ""},
	{"kiemtra", "Đặng Kiểm Tra", ROLE_AUDITOR, ""},
};

struct making {
	const struct view *view;
	usec now;
	struct arena *a;
	struct str passwords[ARRAY_LEN(persons)], hashes[ARRAY_LEN(persons)];
	struct people *people;
};

static enum err account(struct db *tx, const struct making *m, struct str login, struct str name,
			struct grant grant, int64_t *ret, struct why *why)
{
	struct row *row = ARENA_NEW(m->a, struct row);
	struct problems problems;
	struct author by = {access_centre(m->a), m->now};
	problems_init(&problems, m->a);
	row->values = ARENA_ARRAY(m->a, account_record.n_fields, struct value);
	*row_value(&account_record, row, "login") = (struct value){.given = true, .text = login};
	*row_value(&account_record, row, "name") = (struct value){.given = true, .text = name};
	enum err rc = record_create(tx, &account_record, row, by, &problems, why);
	if (rc == OK)
		rc = access_grants_set(tx, row->id, &grant, 1, by, why);
	if (rc == OK)
		*ret = row->id;
	return rc;
}

static enum err token(struct db *tx, const struct making *m, int64_t account, struct str whose,
		      struct str *ret, struct why *why)
{
	struct str name = arena_fmt(m->a, "Dữ liệu mẫu: " STR_FMT, STR_ARG(whose));
	struct token_wish wish = {
		.account = account,
		.name = name,
		.verbs = VERB_BIT(VERB_READ) | VERB_BIT(VERB_SUBMIT) | VERB_BIT(VERB_APPROVE) |
			 VERB_BIT(VERB_CREATE) | VERB_BIT(VERB_CHANGE),
	};
	int64_t id = 0;
	return access_token_create(tx, &wish, m->now, m->a, ret, &id, why);
}

static enum err make_person(struct db *tx, const struct making *m, size_t i, struct why *why)
{
	const struct person *p = &persons[i];
	const struct unit *u = p->unit[0] ? view_unit(m->view, str_of(p->unit)) : NULL;
	int64_t id = 0;
	struct author by = {access_centre(m->a), m->now};
	enum err rc = account(tx, m, str_of(p->login), str_of(p->name),
			      (struct grant){p->role, u ? u->id : 0}, &id, why);
	if (rc == OK)
		rc = access_password_set(tx, id, m->hashes[i], 0, by, why);
	if (rc == OK && p->role == ROLE_APPROVER)
		rc = token(tx, m, id, str_of(p->name), &m->people->approver, why);
	if (rc == OK && p->role == ROLE_OPERATOR)
		rc = token(tx, m, id, str_of(p->name), &m->people->operator_, why);
	if (rc == OK && p->role == ROLE_LEADER)
		rc = token(tx, m, id, str_of(p->name), &m->people->leader, why);
	return rc;
}

static enum err make_all(struct db *tx, void *arg, struct why *why)
{
	const struct making *m = arg;
	enum err rc = OK;
	for (size_t i = 0; i < ARRAY_LEN(persons) && rc == OK; i++)
		rc = make_person(tx, m, i, why);
	for (size_t i = 0; i < m->people->n && rc == OK; i++) {
		const struct unit *u = m->people->units[i];
		int64_t id = 0;
		char lower[65];
		size_t len = 0;
		for (; len < u->code.len && len < sizeof(lower) - 1; len++) {
			char c = u->code.ptr[len];
			lower[len] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
		}
		struct str login = arena_fmt(m->a, "bc.%.*s", (int)len, lower);
		rc = account(tx, m, login,
			     arena_fmt(m->a, "Cán bộ báo cáo " STR_FMT, STR_ARG(u->name_vi)),
			     (struct grant){ROLE_REPORTING_OFFICER, u->id}, &id, why);
		if (rc == OK)
			rc = token(tx, m, id,
				   arena_fmt(m->a, STR_FMT " (" STR_FMT ")", STR_ARG(u->name_vi),
					     STR_ARG(u->code)),
				   &m->people->tokens[i], why);
	}
	return rc;
}

static enum err write_logins(const char *path, const struct making *m, struct why *why)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail(why, ERR_FULL, "%s could not be written: is it there already?", path);
	struct buf text;
	buf_init(&text, 4096);
	for (size_t i = 0; i < ARRAY_LEN(persons); i++)
		buf_printf(&text, "%-18s %-10s " STR_FMT "\n", access_role_name(persons[i].role),
			   persons[i].login, STR_ARG(m->passwords[i]));
	bool good = write(fd, text.ptr, text.len) == (ssize_t)text.len && fsync(fd) == 0;
	buf_release(&text);
	close(fd);
	return good ? OK : fail(why, ERR_FULL, "%s could not be written", path);
}

enum err people_create(const struct demo_options *o, const struct view *v, usec now,
		       struct arena *a, struct people *ret, struct why *why)
{
	struct making m = {.view = v, .now = now, .a = a, .people = ret};
	const struct unit *units;
	size_t n = view_units(v, &units);
	ret->units = ARENA_ARRAY(a, n, const struct unit *);
	for (size_t i = 0; i < n; i++)
		ret->units[ret->n++] =
			&units[i]; /* also those dissolved since: they sent their own */
	ret->tokens = ARENA_ARRAY(a, ret->n, struct str);
	for (size_t i = 0; i < ARRAY_LEN(persons); i++) {
		m.passwords[i] = access_password_make(a);
		enum err rc =
			crypt_password_hash(a, (struct secret){m.passwords[i]}, &m.hashes[i], why);
		if (rc != OK)
			return rc;
	}
	enum err rc = store_write(o->app->store, make_all, &m, why);
	return rc == OK ? write_logins(o->logins, &m, why) : rc;
}

struct str people_token(const struct people *p, const struct unit *u)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->units[i] == u)
			return p->tokens[i];
	return STR_NULL;
}
