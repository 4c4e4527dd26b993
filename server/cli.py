"""The `ptsp` command: everything an operator does, in one place."""

from __future__ import annotations

import click

from server.console import office, people, printer, serving, survey, survey_report, upkeep
from server.console.common import PlainGroup, umask


@click.group(cls=PlainGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.pass_context
def main(ctx: click.Context) -> None:
    """The service hall: run it, set it up, look after it.

    To try it: `ptsp run`. Settings come from the environment (PTSP_DATA_DIR, PTSP_DATABASE_URL, PTSP_HOST, PTSP_PORT,
    PTSP_THREADS, PTSP_PUBLIC_URL, PTSP_REDIS_URL); see deploy/etc/ptsp.env.
    """
    ctx.obj = ctx.with_resource(umask(0o077))  # the database and all beside it are for this user alone


for command in (
    serving.run,
    serving.serve,
    office.office,
    office.hall_group,
    people.person,
    people.invite,
    people.device,
    people.token,
    printer.printer,
    survey.survey,
    upkeep.check,
    upkeep.make_backup,
    upkeep.put_back,
    upkeep.replay,
    upkeep.bring_up_to_date,
    upkeep.openapi,
):
    main.add_command(command)
survey.survey.add_command(survey_report.report)
main.add_command(upkeep.check, "check")  # the same as doctor, for whoever looks for it under this name

if __name__ == "__main__":
    main()
