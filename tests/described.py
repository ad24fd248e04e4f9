"""Answers held to what /openapi.json says of them: every member described, every described one there, of its type."""
import re


class Description:
    def __init__(self, document):
        self.schemas = document["components"]["schemas"]
        paths = sorted(document["paths"].items(), key=lambda p: p[0].count("{"))
        self.paths = [(re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))), path, operations) for path, operations in paths]

    def faults(self, method, path, body):
        """Where the body of a good answer is not as described."""
        found = next(((name, o) for pattern, name, o in self.paths if pattern.fullmatch(path.partition("?")[0]) and method.lower() in o), None)
        if found is None:
            return [f"{method} {path} is not described"]
        name, operations = found
        answer = next(a for status, a in operations[method.lower()]["responses"].items() if status != "default")
        return [f"{method} {name}: {fault}" for fault in self.of(answer["content"]["application/json"]["schema"], body, "")]

    def of(self, schema, value, at):
        if "$ref" in schema:
            return self.of(self.schemas[schema["$ref"].rpartition("/")[2]], value, at)
        if "anyOf" in schema:
            tried = [self.of(one, value, at) for one in schema["anyOf"]]
            return [] if [] in tried else min(tried, key=len)
        types = schema.get("type", [])
        types = [types] if isinstance(types, str) else types
        if types and not any(is_a(t, value) for t in types):
            return [f"{at or '/'} is {value!r:.60}, not {' or '.join(types)}"]
        if value is None:
            return []
        if "enum" in schema and value not in schema["enum"]:
            return [f"{at} is {value!r}, none of {schema['enum']}"]
        if "pattern" in schema and not re.search(schema["pattern"], value):
            return [f"{at} is {value!r}, not as {schema['pattern']}"]
        if isinstance(value, list):
            return [fault for i, item in enumerate(value) for fault in self.of(schema.get("items", {}), item, f"{at}/{i}")]
        return self.of_object(schema, value, at) if isinstance(value, dict) and "properties" in schema else []

    def of_object(self, schema, value, at):
        faults = [f"{at}/{name} is missing" for name in schema["required"] if name not in value]
        for name, member in value.items():
            described = schema["properties"].get(name, schema.get("additionalProperties"))
            faults += [f"{at}/{name} is not described"] if described is None else self.of(described, member, f"{at}/{name}")
        return faults


def is_a(name, value):
    kinds = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict, "null": type(None)}
    return isinstance(value, kinds[name]) and (name == "boolean" or not isinstance(value, bool))
