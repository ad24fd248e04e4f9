/* commands.h - what each command of the table in options.c does. */
#pragma once
#include "app/options.h"

int cmd_serve(const struct args *given);
int cmd_init(const struct args *given);
int cmd_restore(const struct args *given);
int cmd_openapi(const struct args *args);
int cmd_demo(const struct args *given);
int cmd_worker(const struct args *args);
int cmd_version(const struct args *args);
int cmd_help(const struct args *args);

enum err cmd_import(struct app *app, const struct args *args, struct buf *out, struct why *why);
enum err cmd_export(struct app *app, const struct args *args, struct buf *out, struct why *why);
enum err cmd_recount(struct app *app, const struct args *args, struct buf *out, struct why *why);
enum err cmd_backup(struct app *app, const struct args *args, struct buf *out, struct why *why);
enum err cmd_verify(struct app *app, const struct args *args, struct buf *out, struct why *why);
enum err cmd_user_add(struct app *app, const struct args *args, struct buf *out, struct why *why);
enum err cmd_user_password(struct app *app, const struct args *args, struct buf *out,
			   struct why *why);
enum err cmd_user_list(struct app *app, const struct args *args, struct buf *out, struct why *why);
enum err cmd_token_create(struct app *app, const struct args *args, struct buf *out,
			  struct why *why);
