/* delivery.c - deliveries in the store. */
#include "collect/delivery.h"
#include "base/id.h"
#include "collect/draft.h"
#include "core/duty.h"
#include "core/journal.h"
#include <stdlib.h>

static const char *const source_names[] = {"form", "file", "api"};

const char *delivery_source_name(enum delivery_source s)
{
	return source_names[s];
}

/* The unit that all cells share and that the sender may send for, else the one he works for. */
static int64_t unit_of(const struct check_context *c, const struct checked *cells, size_t n)
{
	int64_t own = c->who->n_grants ? c->who->grants[0].unit : 0;
	const struct unit *shared = n ? cells[0].unit : NULL;
	for (size_t i = 1; i < n; i++)
		if (cells[i].unit != shared)
			return own;
	bool his = shared && access_may(c->access, c->who, VERB_SUBMIT, "figure", shared->id);
	return his ? shared->id : own;
}

static void count_states(struct delivery *d, const struct checked *cells, size_t n)
{
	memset(d->counts, 0, sizeof(d->counts));
	for (size_t i = 0; i < n; i++)
		d->counts[cells[i].state]++;
}

void delivery_prepare(struct delivery *d, const struct check_context *c, struct id_source *ids,
		      const struct checked *cells, size_t n)
{
	if (!d->unit && !d->id) /* a file that was held keeps the unit it was held for */
		d->unit = unit_of(c, cells, n);
	if (!d->id)
		d->id = id_next(ids, c->now);
	d->actor = c->who->user;
	d->received = c->now;
	d->waiting = false; /* a file that was held until its mapping was known is delivered now */
	if (!d->content_hash.ptr) {
		struct hash content = crypt_sha256(d->content);
		d->content_hash = hash_hex(c->arena, &content);
		d->bytes = (int64_t)d->content.len;
	}
	count_states(d, cells, n);
}

static void doubt(struct checked *k, struct finding *f)
{
	f->next = k->findings;
	k->findings = f;
	k->state = CELL_DOUBTFUL;
	k->overtaken = true;
}

/* Somebody else sent another value since the cell was checked: whoever corrects must have seen it. */
static void doubt_overtaken(struct checked *k, const struct figure *now, struct arena *a)
{
	struct str value = now->empty ? STR("-") : decimal_str(a, now->value);
	struct str vi = now->empty ? STR("-") : decimal_vi(a, now->value);
	struct finding *f = ARENA_NEW(a, struct finding);
	*f = (struct finding){
		.check = "correction",
		.vi = arena_fmt(a,
				"cùng lúc này đã có người gửi số khác (" STR_FMT
				"): kiểm tra lại, nếu cần thì gửi lại kèm lý do đính chính",
				STR_ARG(vi)),
		.en = arena_fmt(a,
				"somebody else sent another value meanwhile (" STR_FMT
				"): check it; if yours is right, send it again with the reason",
				STR_ARG(value)),
	};
	doubt(k, f);
}

static struct finding *finding_copy(const struct finding *of, struct arena *a)
{
	struct finding *f = ARENA_NEW(a, struct finding);
	*f = *of;
	return f;
}

/* The change may have been run before and undone: what it settled then holds no more. */
static void undo_overtaken(struct checked *cells, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct checked *k = &cells[i];
		if (!k->overtaken)
			continue;
		if (k->state == CELL_DOUBTFUL)
			k->findings = k->findings->next;
		k->state = k->twin ? CELL_SAME : CELL_ACCEPTED;
		k->overtaken = false;
	}
}

/* Between checking and the writer somebody may have sent the same figure, or another. */
static enum err store_figure(struct db *tx, struct delivery *d, struct checked *k, struct arena *a,
			     struct why *why)
{
	struct figure now;
	enum err rc = figure_current(tx, &k->figure, a, &now, why);
	k->figure.id = 0;
	if (rc == OK && now.empty == k->figure.empty &&
	    decimal_cmp(now.value, k->figure.value) == 0) {
		k->state = CELL_SAME;
		k->overtaken = true;
		k->figure.id = now.id;
		return OK;
	}
	if (rc == OK && now.id != k->before.id) {
		doubt_overtaken(k, &now, a);
		return OK;
	}
	if (rc != OK && rc != ERR_NOT_FOUND)
		return rc;
	k->figure.delivery = d->id;
	k->figure.flags |= d->flags;
	return figure_put(tx, &k->figure, why);
}

static enum err store_cell(struct db *tx, const struct delivery *d, const struct checked *k,
			   size_t n, struct why *why)
{
	struct buf findings;
	buf_init(&findings, 1 << 16);
	struct jw w;
	jw_init(&w, &findings);
	findings_json(&w, k->findings);
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("INSERT INTO delivery_cell (unit, delivery, n, sheet, row_no, column_no, state, "
		    "indicator, of_unit, period, breakdown, value, remark, findings) "
		    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"));
	const struct cell *c = k->cell;
	stmt_bind_int(q, 1, d->unit);
	stmt_bind_int(q, 2, d->id);
	stmt_bind_int(q, 3, (int64_t)n);
	stmt_bind(q, 4, c->sheet);
	stmt_bind_int(q, 5, c->row);
	stmt_bind_int(q, 6, c->column);
	stmt_bind(q, 7, str_of(cell_state_name(k->state)));
	stmt_bind(q, 8, c->indicator);
	stmt_bind(q, 9, c->unit);
	stmt_bind(q, 10, c->period);
	stmt_bind(q, 11, c->breakdown);
	stmt_bind(q, 12, c->value);
	stmt_bind(q, 13, c->remark);
	stmt_bind(q, 14, buf_str(&findings));
	enum err rc = buf_end(&findings, why);
	enum err stored = stmt_end(q, rc == OK ? why : NULL);
	buf_release(&findings);
	return rc == OK ? stored : rc;
}

static enum err store_cells(struct db *tx, struct delivery *d, struct checked *cells, size_t n,
			    struct arena *a, struct why *why)
{
	for (size_t i = 0; i < n; i++) {
		struct checked *k = &cells[i];
		enum err rc = OK;
		if (k->state == CELL_ACCEPTED)
			rc = store_figure(tx, d, k, a, why);
		else if (k->state == CELL_SAME && k->twin && k->twin->state == CELL_DOUBTFUL)
			doubt(k, finding_copy(k->twin->findings, a));
		if (rc == OK && (k->state == CELL_ACCEPTED || k->state == CELL_SAME))
			draft_forget(tx, &k->figure);
		else if (rc == OK)
			rc = store_cell(tx, d, k, i, why);
		if (rc != OK)
			return rc;
	}
	return OK;
}

static int code_order(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* Codes of the indicators with something new, each once: what readers of the journal recompute. */
static void journal_indicators(struct jw *w, const struct checked *cells, size_t n, struct arena *a)
{
	struct str *codes = ARENA_ARRAY(a, n, struct str);
	size_t count = 0;
	for (size_t i = 0; i < n; i++)
		if (cells[i].state == CELL_ACCEPTED)
			codes[count++] = cells[i].indicator->code;
	if (count)
		qsort(codes, count, sizeof(*codes), code_order);
	jw_name(w, "indicators");
	jw_array(w);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || !str_eq(codes[i], codes[i - 1]))
			jw_str(w, codes[i]);
	jw_array_end(w);
}

/* What was accepted, hashed: unit, indicator, period, breakdown, value of each, one a line. */
static struct str accepted_hash(const struct checked *cells, size_t n, struct arena *a)
{
	struct hash_state *h = hash_new(a);
	struct buf line;
	buf_init(&line, 4096);
	for (size_t i = 0; i < n; i++) {
		const struct checked *k = &cells[i];
		if (k->state != CELL_ACCEPTED)
			continue;
		buf_clear(&line);
		buf_printf(&line, STR_FMT "\t" STR_FMT "\t", STR_ARG(k->unit->code),
			   STR_ARG(k->indicator->code));
		period_write(&line, k->figure.period);
		buf_printf(&line, "\t" STR_FMT "\t", STR_ARG(k->figure.breakdown));
		if (!k->figure.empty)
			decimal_write(&line, k->figure.value);
		buf_add_char(&line, '\n');
		hash_add(h, buf_str(&line));
	}
	buf_release(&line);
	struct hash hash = hash_end(h);
	return hash_hex(a, &hash);
}

static enum err journal_delivery(struct db *tx, struct delivery *d, const struct checked *cells,
				 size_t n, struct arena *a, struct why *why)
{
	struct buf data;
	buf_init(&data, 1 << 20);
	struct jw w;
	jw_init(&w, &data);
	jw_object(&w);
	jw_m_cstr(&w, "source", source_names[d->source]);
	jw_m_str(&w, "content", d->content_hash);
	jw_m_str(&w, "figures", accepted_hash(cells, n, a));
	jw_m_int(&w, "accepted", d->counts[CELL_ACCEPTED]);
	jw_m_int(&w, "same", d->counts[CELL_SAME]);
	jw_m_int(&w, "doubtful", d->counts[CELL_DOUBTFUL]);
	jw_m_int(&w, "refused", d->counts[CELL_REFUSED]);
	journal_indicators(&w, cells, n, a);
	jw_object_end(&w);
	struct journal_entry e = {
		.at = d->received,
		.kind = STR("delivery.received"),
		.actor = d->actor,
		.unit = d->unit,
		.subject = STR("delivery"),
		.subject_id = d->id,
		.data = buf_str(&data),
	};
	enum err rc = buf_end(&data, why);
	if (rc == OK)
		rc = journal_append(tx, &e, why);
	buf_release(&data);
	if (rc == OK)
		d->receipt = (struct receipt){e.server, e.seq, e.at, hash_hex(a, &e.hash)};
	return rc;
}

static enum err insert_row(struct db *tx, const struct delivery *d, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("INSERT INTO delivery (unit, id, status, source, filename, media_type, bytes, "
		    "content_hash, note, actor, received, accepted, same, doubtful, refused, server, seq, "
		    "entry_hash, mapping, flags, spent, pasted) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, "
		    "$12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22) ON CONFLICT (unit, id) DO UPDATE SET "
		    "status = excluded.status, received = excluded.received, accepted = excluded.accepted, "
		    "same = excluded.same, doubtful = excluded.doubtful, refused = excluded.refused, "
		    "server = excluded.server, seq = excluded.seq, entry_hash = excluded.entry_hash, "
		    "mapping = excluded.mapping, spent = excluded.spent, pasted = excluded.pasted WHERE delivery.status = 'waiting'"));
	stmt_bind_int(q, 1, d->unit);
	stmt_bind_int(q, 2, d->id);
	stmt_bind(q, 3, d->waiting ? STR("waiting") : STR("done"));
	stmt_bind(q, 4, str_of(source_names[d->source]));
	stmt_bind(q, 5, d->filename);
	stmt_bind(q, 6, d->media_type);
	stmt_bind_int(q, 7, d->bytes);
	stmt_bind(q, 8, d->content_hash);
	stmt_bind(q, 9, d->note);
	stmt_bind_int(q, 10, d->actor);
	stmt_bind_int(q, 11, d->received);
	for (int s = 0; s < CELL_STATES; s++) /* accepted, same, doubtful, refused */
		stmt_bind_int(q, 12 + s, d->counts[s]);
	stmt_bind_int(q, 16, d->receipt.server);
	stmt_bind_int(q, 17, d->receipt.seq);
	stmt_bind(q, 18, d->receipt.hash.ptr ? d->receipt.hash : STR(""));
	stmt_bind(q, 19, d->mapping);
	stmt_bind_int(q, 20, d->flags);
	stmt_bind_id(q, 21, d->spent);
	stmt_bind_int(q, 22, d->pasted);
	enum err rc = stmt_end(q, why);
	if (rc == OK && stmt_changed(q) == 0)
		return fail(why, ERR_CONFLICT,
			    "this file was delivered already: look at its result");
	return rc;
}

static enum err insert_content(struct db *tx, const struct delivery *d, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx, SQL("INSERT INTO delivery_file (unit, delivery, content) VALUES ($1, $2, $3) "
			"ON CONFLICT (unit, delivery) DO NOTHING"));
	stmt_bind_int(q, 1, d->unit);
	stmt_bind_int(q, 2, d->id);
	stmt_bind_bytes(q, 3, d->content);
	return stmt_end(q, why);
}

#define READ_AT_ONCE                                                                               \
	USEC_MINUTE /* from receipt to acceptance; else a judgement may have come between */

/* What was owed and has come; the receipt's place in the journal is the evidence. */
static void meet_duties(struct db *tx, const struct delivery *d, const struct checked *cells,
			size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct figure *f = &cells[i].figure;
		if (cells[i].state != CELL_ACCEPTED)
			continue;
		struct duty_key key = {f->unit, STR(DUTY_FIGURE), f->indicator, f->period};
		struct settlement s = {f->received, f->id, d->receipt.server, d->receipt.seq};
		duty_meet(tx, &key, &s);
	}
	if (clock_now(store_clock(db_store(tx))) - d->received > READ_AT_ONCE)
		duty_touch(tx);
}

enum err delivery_store(struct db *tx, struct delivery *d, struct checked *cells, size_t n,
			struct arena *a, struct why *why)
{
	undo_overtaken(cells, n);
	enum err rc = figure_turn(tx, why);
	if (rc == OK)
		rc = store_cells(tx, d, cells, n, a, why);
	count_states(d, cells, n);
	if (rc == OK)
		rc = journal_delivery(tx, d, cells, n, a, why);
	if (rc == OK)
		meet_duties(tx, d, cells, n);
	if (rc == OK)
		rc = insert_row(tx, d, why);
	if (rc == OK && d->source == DELIVERY_FILE)
		rc = insert_content(tx, d, why);
	return rc;
}

enum err delivery_store_waiting(struct db *tx, const struct delivery *d, struct why *why)
{
	enum err rc = insert_row(tx, d, why);
	return rc == OK ? insert_content(tx, d, why) : rc;
}
