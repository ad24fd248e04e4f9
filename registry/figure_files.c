/* figure_files.c - figures as CSV and XLSX, the same question as the list, without its pages. */
#include "base/csv.h"
#include "paper/xlsx.h"
#include "registry/figure_ask.h"
#include "registry/registry_routes.h"

#define EXPORT_MAX 500000 /* figures; beyond it the question must be narrowed */
#define EXPORT_PAGE 5000

enum column {
	INDICATOR,
	INDICATOR_NAME,
	UNIT,
	UNIT_NAME,
	PERIOD,
	BREAKDOWN,
	VALUE,
	MEASURE,
	STATUS,
	REVISION,
	RECEIVED,
	REMARK,
	COLUMNS
};
static const char *const heads[COLUMNS] = {"indicator", "indicator_name", "unit",     "unit_name",
					   "period",	"breakdown",	  "value",    "measure",
					   "status",	"revision",	  "received", "remark"};

/* The texts of one figure's cells, in the arena; STR_NULL leaves one empty. */
static void cells_of(const struct request *req, const struct view *v, const struct figure *f,
		     struct str cells[COLUMNS])
{
	const struct indicator *i = view_indicator_id(v, f->indicator);
	const struct unit *u = view_unit_id(v, f->unit);
	bool english = http_english(req);
	struct buf at;
	buf_init(&at, 64);
	time_write(&at, f->received);
	cells[INDICATOR] = i ? i->code : STR_NULL;
	cells[INDICATOR_NAME] = !i ? STR_NULL : english ? i->name_en : i->name_vi;
	cells[UNIT] = u ? u->code : STR_NULL;
	cells[UNIT_NAME] = !u ? STR_NULL : english ? u->name_en : u->name_vi;
	cells[PERIOD] = period_str(req->arena, f->period);
	cells[BREAKDOWN] = f->breakdown;
	cells[VALUE] = f->empty ? STR_NULL : decimal_str(req->arena, f->value);
	cells[MEASURE] = !i ? STR_NULL : english ? i->measure_en : i->measure_vi;
	cells[STATUS] = str_of(figure_status_name(f->status));
	cells[REVISION] = arena_fmt(req->arena, "%lld", (long long)f->revision);
	cells[RECEIVED] = arena_str(req->arena, buf_str(&at));
	cells[REMARK] = f->remark;
	buf_release(&at);
}

/* Where the rows go: a CSV text or a sheet. */
struct file {
	struct buf *csv;
	struct xlsx *xlsx;
};

static void write_row(struct file *file, const struct figure *f, const struct str cells[COLUMNS])
{
	if (file->xlsx)
		xlsx_row(file->xlsx);
	for (int c = 0; c < COLUMNS; c++) {
		if (!file->xlsx)
			csv_write(file->csv, c == 0, cells[c]);
		else if (c == VALUE && !f->empty)
			xlsx_decimal(file->xlsx, f->value);
		else
			xlsx_str(file->xlsx, cells[c]);
	}
	if (!file->xlsx)
		buf_add(file->csv, STR("\r\n"));
}

static enum err write_rows(struct request *req, struct file *file, struct why *why)
{
	const struct view *v = NULL;
	struct figure_query how = {.limit = EXPORT_PAGE};
	enum err rc = figure_ask(req, &v, &how, why);
	size_t total = 0, n = EXPORT_PAGE;
	while (rc == OK && n == EXPORT_PAGE) {
		AUTO(arena_free) struct arena *page = arena_new();
		struct figure *found = NULL;
		struct request paged = *req;
		paged.arena = page;
		rc = figure_list(req->db, &how, page, &found, &n, why);
		if (rc == OK)
			figure_veil(req->app->access, req->who, found, n);
		for (size_t i = 0; rc == OK && i < n; i++) {
			struct str cells[COLUMNS];
			cells_of(&paged, v, &found[i], cells);
			write_row(file, &found[i], cells);
		}
		if (rc == OK && n)
			how.after = found[n - 1].id;
		total += n;
		if (rc == OK && total > EXPORT_MAX)
			rc = fail(
				why, ERR_TOO_LARGE,
				"more than %d figures: narrow the question by indicator, unit or period",
				EXPORT_MAX);
	}
	return rc;
}

static enum err get_csv(struct request *req, struct why *why)
{
	struct file file = {.csv = &req->out};
	http_answer_file(req, STR("text/csv; charset=utf-8"), STR("so-lieu.csv"));
	buf_add(&req->out, STR("\xEF\xBB\xBF")); /* spreadsheets then read it as UTF-8 */
	for (int c = 0; c < COLUMNS; c++)
		csv_write(&req->out, c == 0, str_of(heads[c]));
	buf_add(&req->out, STR("\r\n"));
	return write_rows(req, &file, why);
}

static enum err get_xlsx(struct request *req, struct why *why)
{
	AUTO(xlsx_free) struct xlsx *x = NULL;
	http_answer_file(req, STR(XLSX_TYPE), STR("so-lieu.xlsx"));
	enum err rc = xlsx_new(STR("Số liệu"), &x, why);
	if (rc != OK)
		return rc;
	struct file file = {.xlsx = x};
	for (int c = 0; c < COLUMNS; c++)
		xlsx_head(x, str_of(heads[c]), c == INDICATOR_NAME ? 50 : c == UNIT_NAME ? 28 : 0);
	rc = write_rows(req, &file, why);
	return rc == OK ? xlsx_end(x, &req->out, why) : rc;
}

static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/v1/figures.csv", PERMIT(VERB_READ, "figure"), get_csv,
	      "Figures as CSV, all pages", "Số liệu dạng CSV, đầy đủ", .flags = HTTP_SLOW,
	      .params = figure_params),
	ROUTE(HTTP_GET, "/api/v1/figures.xlsx", PERMIT(VERB_READ, "figure"), get_xlsx,
	      "Figures as a spreadsheet, all pages", "Số liệu dạng bảng tính, đầy đủ",
	      .flags = HTTP_SLOW, .params = figure_params),
};
const struct route_table figure_file_routes = {routes, ARRAY_LEN(routes), NULL};
