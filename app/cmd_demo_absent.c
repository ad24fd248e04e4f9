#include "app/app.h"
#include "app/commands.h"

int cmd_demo(const struct args *args)
{
	(void)args;
	struct why why = {0};
	return app_complain(fail(&why, ERR_UNAVAILABLE, "this build has no demonstration"), &why);
}
