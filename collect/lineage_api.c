/* lineage_api.c - where a figure comes from: a short story, newest first. */
#include "base/id.h"
#include "collect/collect.h"
#include "collect/sheet.h"

struct lineage {
	struct request *req;
	const struct view *view;
	struct figure figure;
	struct figure *revisions;
	size_t n;
	struct jw w;
};

static bool may_read(const struct lineage *l, const struct figure *f)
{
	return figure_may(l->req->app->access, l->req->who, VERB_READ, l->view, f->unit,
			  f->indicator);
}

/* Every revision of the figure's series and period, oldest first. */
static enum err revisions_of(struct lineage *l, struct why *why)
{
	const struct figure *f = &l->figure;
	struct figure_query how = {
		.reach = {.all = true}, /* the figure itself was found readable */
		.indicators = &f->indicator,
		.n_indicators = 1,
		.units = &f->unit,
		.n_units = 1,
		.period_kind = f->period.kind,
		.has_from = true,
		.has_to = true,
		.from = f->period.ordinal,
		.to = f->period.ordinal,
		.breakdown = f->breakdown,
		.revisions = true,
		.limit = 1000,
	};
	return figure_list(l->req->db, &how, l->req->arena, &l->revisions, &l->n, why);
}

static struct str name_of_account(struct request *req, int64_t account, enum err *rc,
				  struct why *why)
{
	if (*rc != OK || !account)
		return STR_NULL;
	AUTO(stmt_free) struct stmt *q =
		db_stmt(req->db, SQL("SELECT name FROM account WHERE id = $1"));
	stmt_bind_int(q, 1, account);
	struct str name = stmt_row(q) ? arena_str(req->arena, stmt_str(q, 0)) : STR_NULL;
	*rc = stmt_end(q, why);
	return name;
}

/* People's names are for those who may read the delivery, not for every reader of an open figure. */
static bool insider(const struct lineage *l)
{
	return access_may(l->req->app->access, l->req->who, VERB_READ, "delivery", l->figure.unit);
}

static void decision_json(struct lineage *l, const struct figure *f, struct str by)
{
	jw_object(&l->w);
	jw_m_cstr(&l->w, "what", figure_status_name(f->status));
	jw_m_time(&l->w, "at", f->decided);
	jw_m_str(&l->w, "by", by);
	jw_m_str(&l->w, "remark", f->decision_remark);
	jw_m_id(&l->w, "figure", f->id);
	jw_object_end(&l->w);
}

static void receipt_json(struct jw *w, const struct receipt *r)
{
	jw_name(w, "receipt");
	jw_object(w);
	jw_m_int(w, "server", r->server);
	jw_m_int(w, "seq", r->seq);
	jw_m_time(w, "at", r->at);
	jw_m_str(w, "hash", r->hash);
	jw_object_end(w);
}

static void place_json(struct lineage *l, const struct figure *f, const struct delivery *d)
{
	struct jw *w = &l->w;
	jw_m_cstr(w, "source", delivery_source_name(d->source));
	jw_m_str(w, "file", d->filename);
	jw_m_str(w, "sheet", f->sheet);
	struct buf cell;
	buf_init(&cell, 32);
	if (f->row > 0 && f->column > 0)
		sheet_cell_name(&cell, (uint32_t)(f->row - 1), (uint32_t)(f->column - 1));
	jw_m_str(w, "cell", cell.len ? buf_str(&cell) : STR_NULL);
	jw_m_int(w, "row", f->row);
	buf_release(&cell);
}

static enum err received_json(struct lineage *l, const struct figure *f, struct str by,
			      struct why *why)
{
	struct delivery d;
	enum err rc = delivery_get(l->req->db, f->delivery, l->req->arena, &d, why);
	if (rc != OK)
		return rc;
	struct jw *w = &l->w;
	jw_object(w);
	jw_m_cstr(w, "what", f->revision > 1 ? "corrected" : "received");
	jw_m_time(w, "at", f->received);
	jw_m_str(w, "by", by);
	jw_m_id(w, "figure", f->id);
	jw_name(w, "value");
	figure_json_value(w, f);
	jw_m_int(w, "revision", f->revision);
	jw_m_str(w, "remark", f->remark);
	jw_m_str(w, "reason", f->reason);
	jw_m_id(w, "delivery", d.id);
	if (insider(l))
		place_json(l, f, &d);
	receipt_json(w, &d.receipt);
	jw_object_end(w);
	return OK;
}

/* Computed by a formula: the figures it came from, those the asker may read by name. */
static enum err derived_json(struct lineage *l, const struct figure *f, struct why *why)
{
	int64_t *inputs = NULL;
	size_t n = 0, hidden = 0;
	enum err rc = figure_inputs(l->req->db, f, l->req->arena, &inputs, &n, why);
	struct jw *w = &l->w;
	jw_object(w);
	jw_m_cstr(w, "what", "derived");
	jw_m_time(w, "at", f->received);
	jw_m_id(w, "figure", f->id);
	jw_name(w, "value");
	figure_json_value(w, f);
	jw_m_int(w, "revision", f->revision);
	jw_m_str(w, "remark", f->remark);
	jw_name(w, "inputs");
	jw_array(w);
	for (size_t i = 0; i < n && rc == OK; i++) {
		struct figure input;
		rc = figure_get(l->req->db, inputs[i], l->req->arena, &input, why);
		bool seen = rc == OK && may_read(l, &input);
		hidden += rc == OK && !seen;
		if (!seen)
			continue;
		figure_veil(l->req->app->access, l->req->who, &input, 1);
		figure_json(w, l->view, &input);
	}
	jw_array_end(w);
	jw_m_int(w, "inputs_hidden", (int64_t)hidden);
	jw_object_end(w);
	return rc;
}

static enum err story_json(struct lineage *l, struct why *why)
{
	enum err rc = OK;
	bool names = insider(l);
	jw_name(&l->w, "story");
	jw_array(&l->w);
	for (size_t i = l->n; i-- > 0 && rc == OK;) {
		const struct figure *f = &l->revisions[i];
		struct str actor = name_of_account(l->req, names ? f->actor : 0, &rc, why);
		struct str decider = name_of_account(l->req, names ? f->decided_by : 0, &rc, why);
		if (rc == OK && f->decided)
			decision_json(l, f, decider);
		if (rc == OK && f->flags & FIGURE_DERIVED)
			rc = derived_json(l, f, why);
		else if (rc == OK)
			rc = received_json(l, f, actor, why);
	}
	jw_array_end(&l->w);
	return rc;
}

static enum err lineage_figure(struct lineage *l, struct why *why)
{
	int64_t id = 0;
	enum err rc = id_parse(http_path(l->req, "id"), &id, why);
	if (rc == OK)
		rc = registry_view(l->req->app->registry, l->req->db, l->req->arena, &l->view, why);
	if (rc == OK)
		rc = figure_get(l->req->db, id, l->req->arena, &l->figure, why);
	if (rc == OK && !may_read(l, &l->figure))
		rc = fail(why, ERR_NOT_FOUND, "this does not exist, or you may not see it");
	if (rc == OK)
		rc = revisions_of(l, why);
	if (rc != OK)
		return rc;
	figure_veil(l->req->app->access, l->req->who, &l->figure, 1);
	figure_veil(l->req->app->access, l->req->who, l->revisions, l->n);
	return OK;
}

static enum err get_lineage(struct request *req, struct why *why)
{
	struct lineage l = {.req = req};
	enum err rc = lineage_figure(&l, why);
	if (rc != OK)
		return rc;
	l.w = http_jw(req);
	jw_object(&l.w);
	jw_name(&l.w, "figure");
	figure_json(&l.w, l.view, &l.figure);
	rc = story_json(&l, why);
	jw_name(&l.w, "revisions");
	jw_array(&l.w);
	for (size_t i = l.n; i-- > 0;)
		figure_json(&l.w, l.view, &l.revisions[i]);
	jw_array_end(&l.w);
	jw_object_end(&l.w);
	return rc;
}

static const struct shape shapes[] = {
	{"story_step",
	 "{what:'derived'|'received'|'corrected'|'approved'|'returned'|'withdrawn'|'submitted' "
	 "at:time? by?:text? figure:id value?:text? revision?:int remark?:text? reason?:text? "
	 "delivery?:id source?:'form'|'file'|'api' file?:text? sheet?:text? cell?:text? row?:int "
	 "receipt?:receipt inputs?:figure[] inputs_hidden?:int}"},
	{NULL, NULL},
};
static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/v1/figures/{id}/lineage", PERMIT(VERB_READ, "figure"), get_lineage,
	      "Where a figure comes from: every revision, delivery, decision and receipt",
	      "Nguồn gốc của số liệu: các lần đính chính, lần gửi, quyết định và biên nhận",
	      .answer = "{figure:figure story:story_step[] revisions:figure[]}"),
};
const struct route_table lineage_routes = {routes, ARRAY_LEN(routes), shapes};
