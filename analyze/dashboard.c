/* dashboard.c - a dashboard: tiles on a grid, each a question to the cube (or words) and how its answer is shown.
 * One tile alone is a saved table.  Whoever may see the dashboard sees in it what he may see anyway. */
#include "analyze/analyze.h"
#include "registry/records.h"
#include "registry/registry.h"

#define TILES_MAX 40
#define TILES_BYTES_MAX 65536
#define GRID_COLUMNS 12
#define GRID_ROWS_MAX 200
#define TILE_HEIGHT_MAX 24
#define TILE_TEXT_MAX 4000 /* bytes of a title, a question or words */

static const struct choice opennesses[] = {
	{"internal", {"Nội bộ", "Internal"}},
	{"open", {"Công khai", "Open"}},
	{NULL, {NULL, NULL}},
};

static const struct field dashboard_fields[] = {
	{.name = NAME("code"),
	 .type = FIELD_CODE,
	 .flags = FIELD_REQUIRED | FIELD_UNIQUE | FIELD_FIXED | FIELD_SEARCH | FIELD_MAIN,
	 .label = LABEL("Mã", "Code")},
	{.name = NAME("name_vi"),
	 .type = FIELD_TEXT,
	 .flags = FIELD_REQUIRED | FIELD_SEARCH | FIELD_MAIN,
	 .min = 1,
	 .max = 200,
	 .label = LABEL("Tên", "Name (Vietnamese)")},
	{.name = NAME("name_en"),
	 .type = FIELD_TEXT,
	 .flags = FIELD_SEARCH,
	 .max = 200,
	 .label = LABEL("Tên tiếng Anh", "Name (English)")},
	{.name = NAME("unit"),
	 .type = FIELD_REF,
	 .flags = FIELD_MAIN,
	 .ref = &unit_record,
	 .label = LABEL("Của đơn vị", "Of the unit"),
	 .help = LABEL("Để trống: của cả trung tâm", "Empty: of the whole centre")},
	{.name = NAME("openness"),
	 .type = FIELD_CHOICE,
	 .flags = FIELD_REQUIRED | FIELD_MAIN,
	 .choices = opennesses,
	 .label = LABEL("Phạm vi xem", "Openness")},
	{.name = NAME("tiles"),
	 .type = FIELD_JSON,
	 .flags = FIELD_REQUIRED,
	 .max = TILES_BYTES_MAX,
	 .label = LABEL("Các ô", "Tiles")},
};

static const char *const tile_kinds[] = {"number", "line", "ranking", "table", "text"};

struct box { /* of the grid */
	int64_t x, y, w, h;
};

static bool whole(const struct json *tile, const char *name, int64_t min, int64_t max, int64_t *ret)
{
	const struct json *v = json_get(tile, name);
	if (!v || v->type != JSON_INT || v->integer < min || v->integer > max)
		return false;
	*ret = v->integer;
	return true;
}

static bool overlap(const struct box *a, const struct box *b)
{
	return a->x < b->x + b->w && b->x < a->x + a->w && a->y < b->y + b->h && b->y < a->y + a->h;
}

static bool text_fits(const struct json *tile, const char *name)
{
	const struct json *v = json_get(tile, name);
	return json_is_null(v) || (v->type == JSON_STRING && v->text.len <= TILE_TEXT_MAX);
}

static bool kind_known(struct str kind)
{
	for (size_t i = 0; i < ARRAY_LEN(tile_kinds); i++)
		if (str_is(kind, tile_kinds[i]))
			return true;
	return false;
}

/* false: its place is none, so others cannot be compared with it. */
static bool tile_check(const struct json *tile, struct str at, struct box *ret, struct problems *p)
{
	struct str kind = json_get_str(tile, "kind");
	if (!kind_known(kind))
		problem_add(p, at, "kind must be number, line, ranking, table or text");
	if (!text_fits(tile, "title_vi") || !text_fits(tile, "title_en") ||
	    !text_fits(tile, "query") || !text_fits(tile, "text"))
		problem_add(p, at, "titles, query and text are texts of at most %d bytes",
			    TILE_TEXT_MAX);
	if (!str_is(kind, "text") && !json_get_str(tile, "query").len)
		problem_add(p, at,
			    "query is needed: what is asked of /api/v1/pivot, such as "
			    "indicator=D01.05&rows=unit");
	bool placed = whole(tile, "x", 0, GRID_COLUMNS - 1, &ret->x) &&
		      whole(tile, "y", 0, GRID_ROWS_MAX, &ret->y) &&
		      whole(tile, "w", 1, GRID_COLUMNS, &ret->w) &&
		      whole(tile, "h", 1, TILE_HEIGHT_MAX, &ret->h) &&
		      ret->x + ret->w <= GRID_COLUMNS;
	if (!placed)
		problem_add(
			p, at,
			"x, y, w and h must place it within %d columns, %d rows, at most %d high",
			GRID_COLUMNS, GRID_ROWS_MAX, TILE_HEIGHT_MAX);
	return placed;
}

static void tiles_check(const struct json *tiles, struct problems *p)
{
	struct box boxes[TILES_MAX];
	size_t n = 0;
	if (tiles->type != JSON_ARRAY || tiles->n > TILES_MAX) {
		problem_add(p, STR("/tiles"), "is a list of at most %d tiles", TILES_MAX);
		return;
	}
	for (size_t i = 0; i < tiles->n; i++) {
		struct str at = arena_fmt(p->arena, "/tiles/%zu", i);
		if (!tile_check(&tiles->items[i], at, &boxes[n], p))
			continue;
		for (size_t k = 0; k < n; k++)
			if (overlap(&boxes[k], &boxes[n])) {
				problem_add(p, at, "lies over another tile: move it");
				break;
			}
		n++;
	}
}

static void dashboard_check(struct db *tx, const struct row *old, const struct row *now,
			    struct problems *p)
{
	(void)tx;
	(void)old;
	if (!now)
		return;
	const struct json *tiles = NULL;
	struct row *row = (struct row *)(uintptr_t)now;
	struct why why;
	if (json_parse(p->arena, row_value(&dashboard_record, row, "tiles")->text, &tiles, &why) !=
	    OK)
		problem_add(p, STR("/tiles"), BOTH_FMT, WHY_ARG(why));
	else
		tiles_check(tiles, p);
}

const struct record dashboard_record = {
	.after = registry_touch, /* search knows its name */
	.table = NAME("dashboard"),
	.path = "dashboards",
	.label = LABEL("Bảng theo dõi", "Dashboard"),
	.plural = LABEL("Bảng theo dõi", "Dashboards"),
	RECORD_FIELDS(dashboard_fields),
	.unit_field = "unit",
	.open_field = "openness",
	.sort = "name_vi",
	.check = dashboard_check,
};
