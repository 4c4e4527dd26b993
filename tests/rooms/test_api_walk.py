"""docs/api.md as it really answers: its curl commands, run by real curl against a real server, in their order.

When an answer has changed for a reason, write the page anew:  python -m tests.rooms.test_api_walk
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from werkzeug.serving import make_server

from tests.support.apps import House, example_app
from tests.support.services import find_program

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
STEP = re.compile(r"```sh\n(?P<command>.*?)```\n(?:```json\n(?P<answer>.*?)```\n)?", re.S)
RANDOM = {"token": "ygPljtIXeU-kLpmRhvloXw", "url": "/t/ygPljtIXeU-kLpmRhvloXw"}


@contextmanager
def serving(house: House) -> Iterator[str]:
    """The app on a free port of this machine."""
    server = make_server("127.0.0.1", 0, house.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def walk(folder: Path) -> Iterator[tuple[re.Match[str], Any]]:
    """Each step of the page with what curl printed."""
    find_program("curl", "curl")
    with example_app(folder) as house, serving(house) as address:
        known = {"PATH": os.environ["PATH"], "PTSP": address, "TOKEN": house.api().token, "NO_PROXY": "127.0.0.1"}
        for step in STEP.finditer(PAGE.read_text()):
            done = subprocess.run(["bash", "-c", step["command"]], env=known, capture_output=True, timeout=30)
            assert done.returncode == 0, (step["command"], done.stderr)
            answer = json.loads(done.stdout)
            if "token" in answer.get("ticket", {}):
                known["TICKET"] = answer["ticket"]["token"]
            yield step, without_chance(answer)


def without_chance(answer: Any) -> Any:
    """What is random, as the page has it."""
    if isinstance(answer, dict):
        return {name: RANDOM[name] if name in RANDOM else without_chance(value) for name, value in answer.items()}
    return [without_chance(one) for one in answer] if isinstance(answer, list) else answer


def test_the_page_says_what_really_happens(tmp_path: Path) -> None:
    steps = list(walk(tmp_path))
    names = [match[1] for step, _ in steps for match in re.finditer(r"/(?:commands/)?(\w+)\"", step["command"])]
    for needed in ("issue", "call_next", "start", "finish", "survey"):
        assert needed in names, f"docs/api.md no longer walks through {needed}"
    refused = [answer["error"]["code"] for _, answer in steps if answer.get("ok") is False]
    assert refused == ["still_serving", "survey_used"], "everything else on the page works"
    for step, answer in steps:
        if step["answer"] is not None:
            assert json.loads(step["answer"]) == answer, "docs/api.md is out of date: " + str(__doc__).splitlines()[-1]


def pretty(value: Any, indent: str = "") -> str:
    """JSON, one line for what fits."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) + len(indent) < 100 or not isinstance(value, (dict, list)):
        return flat
    more = indent + "  "
    if isinstance(value, list):
        return "[\n" + ",\n".join(more + pretty(one, more) for one in value) + f"\n{indent}]"
    inside = ",\n".join(f"{more}{json.dumps(name)}: {pretty(one, more)}" for name, one in value.items())
    return "{\n" + inside + "\n" + indent + "}"


def write() -> None:
    """Puts the real answers into the page."""
    text, page = PAGE.read_text(), ""
    end = 0
    with tempfile.TemporaryDirectory() as folder:
        for step, answer in walk(Path(folder)):
            page += text[end : step.end()]
            if step["answer"] is not None:
                page = page[: -len(step["answer"]) - 4] + pretty(answer) + "\n```\n"
            end = step.end()
    PAGE.write_text(page + text[end:])


if __name__ == "__main__":
    write()
