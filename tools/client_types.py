#!/usr/bin/env python3
"""The description of the interface that the front end's types are made of, kept as ui/openapi.json: what the binary says, without the addresses that
every kind of record has, one line an address and a shape.

	tools/client_types.py BINARY          writes it anew
	tools/client_types.py --check BINARY  tells whether the kept one is what the binary says"""
import json
import os
import subprocess
import sys

KEPT = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "ui", "openapi.json")


def described(binary):
    document = json.loads(subprocess.run([binary, "openapi"], capture_output=True, check=True).stdout)
    own = {path: operations for path, operations in document["paths"].items() if not all("x-record" in o for o in operations.values())}
    lines = [f'"openapi":{json.dumps(document["openapi"])},"info":{json.dumps(document["info"], ensure_ascii=False)}']
    lines.append('"paths":{\n' + ",\n".join(line(item) for item in own.items()) + "\n}")
    components = dict(document["components"])
    schemas = ",\n".join(line(item) for item in components.pop("schemas").items())
    lines.append('"components":{' + ",".join(line(item) for item in components.items()) + ',"schemas":{\n' + schemas + "\n}}")
    return "{" + ",\n".join(lines) + "}\n"


def line(item):
    return json.dumps(item[0]) + ":" + json.dumps(item[1], ensure_ascii=False, separators=(",", ":"))


def main():
    check, binary = sys.argv[1] == "--check", sys.argv[-1]
    text = described(binary)
    if not check:
        with open(KEPT, "w", encoding="utf-8") as out:
            out.write(text)
    elif open(KEPT, encoding="utf-8").read() != text:
        print(f"ui/openapi.json is not what {binary} says; mend: tools/client_types.py {binary}")
        sys.exit(1)


main()
