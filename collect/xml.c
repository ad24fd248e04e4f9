#include "collect/xml.h"

#include <expat.h>

struct state {
	const struct xml_handlers *handlers;
	void *context;
	struct sink *sink;
	XML_Parser parser;
	int depth;
};

static const struct label damaged = {"Tệp bị hỏng: nội dung bên trong không đọc được.",
				     "The file is damaged: a part of it cannot be read."};

static const char *local(const char *name)
{
	const char *colon = strrchr(name, ':');
	return colon ? colon + 1 : name;
}

static void stop(struct state *s, struct label why)
{
	sink_refuse(s->sink, ERR_INVALID, why);
	XML_StopParser(s->parser, XML_FALSE);
}

static void XMLCALL on_start(void *user, const XML_Char *name, const XML_Char **attributes)
{
	struct state *s = user;
	if (++s->depth > XML_DEPTH_MAX) {
		stop(s, damaged);
		return;
	}
	s->handlers->start(s->context, local(name), attributes);
	if (s->sink->error != OK)
		XML_StopParser(s->parser, XML_FALSE);
}

static void XMLCALL on_end(void *user, const XML_Char *name)
{
	struct state *s = user;
	s->depth--;
	s->handlers->end(s->context, local(name));
	if (s->sink->error != OK)
		XML_StopParser(s->parser, XML_FALSE);
}

static void XMLCALL on_text(void *user, const XML_Char *text, int len)
{
	struct state *s = user;
	s->handlers->text(s->context, (struct str){text, (size_t)len});
}

static void XMLCALL on_doctype(void *user, const XML_Char *name, const XML_Char *system,
			       const XML_Char *public, int internal)
{
	(void)name;
	(void)system;
	(void)public;
	(void)internal;
	stop(user, (struct label){"Tệp chứa khai báo DOCTYPE, không được chấp nhận.",
				  "The file contains a DOCTYPE declaration, which is refused."});
}

static bool feed(void *context, const char *piece, size_t len, bool last)
{
	struct state *s = context;
	/* A stored part may be longer than what the parser takes at once. */
	while (len > 65536 && s->sink->error == OK) {
		if (XML_Parse(s->parser, piece, 65536, 0) != XML_STATUS_OK)
			sink_refuse(s->sink, ERR_INVALID, damaged);
		piece += 65536;
		len -= 65536;
	}
	if (s->sink->error == OK && XML_Parse(s->parser, piece, (int)len, last) != XML_STATUS_OK)
		sink_refuse(s->sink, ERR_INVALID, damaged);
	return s->sink->error == OK;
}

void xml_read(struct zip *z, const struct zip_entry *e, const struct xml_handlers *handlers,
	      void *context, struct sink *k)
{
	if (k->error != OK)
		return;
	struct state s = {.handlers = handlers,
			  .context = context,
			  .sink = k,
			  .parser = XML_ParserCreate(NULL)};
	if (!s.parser)
		abort();
	XML_SetUserData(s.parser, &s);
	XML_SetElementHandler(s.parser, on_start, on_end);
	if (handlers->text)
		XML_SetCharacterDataHandler(s.parser, on_text);
	XML_SetStartDoctypeDeclHandler(s.parser, on_doctype);
	enum err rc = zip_unpack(z, e, feed, &s, NULL);
	XML_ParserFree(s.parser);
	if (rc == ERR_TOO_LARGE)
		sink_refuse(k, rc,
			    (struct label){"Tệp quá lớn sau khi giải nén.",
					   "The file is too large when unpacked."});
	else if (rc != OK)
		sink_refuse(k, ERR_INVALID, damaged);
}

const char *xml_attribute(const char **attributes, const char *name)
{
	for (; attributes[0]; attributes += 2)
		if (strcmp(local(attributes[0]), name) == 0)
			return attributes[1];
	return NULL;
}

uint32_t xml_number(const char **attributes, const char *name, uint32_t max, uint32_t otherwise)
{
	int64_t v;
	const char *text = xml_attribute(attributes, name);
	return text && str_int(str_of(text), 0, max, &v, NULL) == OK ? (uint32_t)v : otherwise;
}
