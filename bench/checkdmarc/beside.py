"""mtasts beside checkdmarc in one laboratory: what each finds, and the time for 200 good domains.

To be run in namespaces of its own, by checkdmarc.sh: beside.py MTASTS CHECKDMARC RUNS
"""

import collections
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

from faults import table
from laboratory import PROVIDERS, Domain, Laboratory

COUNT = int(os.environ.get("COUNT", 200))
# What of checkdmarc's answer is about the transport of mail; the rest is SPF, DMARC, BIMI, SOA and NS.
PARTS = ("mta_sts", "mx", "smtp_tls_reporting")
ALL_BUT_BIMI = (*PARTS, "spf", "dmarc", "soa", "ns")


class Tools:
    """Both tools, and what each has to say of a list of domains."""

    def __init__(self, directory, mtasts, checkdmarc):
        self.directory, self.program, self.checkdmarc = directory, mtasts, checkdmarc
        # requests and Python's ssl are told what to trust; mtasts has a flag for it.
        self.environment = os.environ | {
            "SSL_CERT_FILE": f"{directory}/ca.pem",
            "REQUESTS_CA_BUNDLE": f"{directory}/ca.pem",
            "NO_COLOR": "1",
        }

    def list(self, name, domains):
        path = self.directory / name
        path.write_text("".join(f"{domain.zone}\n" for domain in domains))
        return path

    def start(self, name, command):
        """Starts a tool; what it says goes to two files."""
        command = [str(word) for word in command]
        output, errors = (open(self.directory / f"{name}.{end}", "w") for end in ("out", "err"))
        return subprocess.Popen(command, env=self.environment, cwd=self.directory, stdout=output, stderr=errors)

    def text(self, name):
        return (self.directory / name).read_text()

    def mtasts(self, path, *more):
        trust = ["--ca-file", self.directory / "ca.pem", "--trust-anchor", self.directory / "anchor"]
        return [self.program, "lint", "--domains", path, "--lab", "127.0.0.0/8,::1", *trust, "--format", "jsonl", *more]

    def whole(self, path, output):
        return [self.checkdmarc, "--check-mx-tls", path, "-o", output]

    def part(self, path, output, threads):
        return [sys.executable, pathlib.Path(__file__).with_name("part.py"), path, output, threads]


def said(result, parts=PARTS):
    """The errors and warnings in checkdmarc's answer for a domain."""
    words = []
    for part in parts:
        answer = result[part]
        words += [answer["error"]] if "error" in answer else []
        words += answer.get("warnings", [])
    return words


def shortened(words):
    """What checkdmarc says without the names of Python's exceptions, 90 characters at most."""
    if found := re.search(r"CERTIFICATE_VERIFY_FAILED\] (.*?) \(_ssl", words):
        words = found[1]
    words = re.sub(r"HTTPSConnectionPool.*\(Caused by (\w+)\(.*?: ", r"\1: ", words)
    words = " ".join(words.split()).replace("|", "\\|")
    return words if len(words) <= 90 else words[:89] + "…"


def read(path):
    """The answers of checkdmarc by domain; for one domain it makes no list."""
    results = json.loads(path.read_text())
    return {result["domain"]: result for result in (results if isinstance(results, list) else [results])}


def found_by_mtasts(tools, domains):
    """By domain: the rules, and `?` with the words for what was not answered."""
    found = {domain.zone: [] for domain in domains}
    for finding in map(json.loads, tools.text("mtasts.out").splitlines()):
        rule = f"`{finding['rule']}`"
        found[finding["domain"]] += [rule] if rule not in found[finding["domain"]] else []
    for line in tools.text("mtasts.err").splitlines():
        if "not checked" in line:
            for zone in found:
                found[zone] += [f"? {line}"] if re.search(rf"(?<![\w-]){re.escape(zone)}", line) else []
    return found


def compare(tools, domains):
    """Prints the table of what each finds."""
    path, answers = tools.list("faults", domains), tools.directory / "faults.json"
    started = tools.start("mtasts", tools.mtasts(path)), tools.start("checkdmarc", tools.whole(path, answers))
    for tool in started:
        tool.wait()
    ours, theirs = found_by_mtasts(tools, domains), read(answers)
    print("| the domain | mtasts | checkdmarc |\n| --- | --- | --- |")
    for domain in domains:
        words = [shortened(words) for words in said(theirs[domain.zone])]
        print(f"| {domain.words} | {', '.join(ours[domain.zone]) or 'nothing'} | {'; '.join(words) or 'nothing'} |")
    for kind, is_good in (("faults", False), ("good domains", True)):
        zones = [domain.zone for domain in domains if domain.is_good == is_good]
        counts = sum(bool(ours[zone]) for zone in zones), sum(bool(said(theirs[zone])) for zone in zones)
        print(f"of {len(zones)} {kind} mtasts says something of {counts[0]}, checkdmarc of {counts[1]}")
    require(not ours["good.test"], f"mtasts has something against `good`: {ours['good.test']}")
    against = said(theirs["good.test"], ALL_BUT_BIMI)
    require(not against, f"checkdmarc has something against `good`: {against}")


class Race:
    """The contenders over the good domains: each run is timed, and must have answered for every domain."""

    def __init__(self, tools, domains, runs):
        self.tools, self.domains, self.runs = tools, domains, runs
        self.path = tools.list("many", domains)
        cores = os.cpu_count()
        self.parts = [tools.list(f"many.{core}", domains[core::cores]) for core in range(cores)]
        self.times = {}

    def run(self):
        self.look()
        contenders = {
            "mtasts": lambda: self.ours(),
            "mtasts --jobs 1": lambda: self.ours("--jobs", "1"),
            "checkdmarc": lambda: self.theirs(self.tools.whole, [self.path]),
            f"checkdmarc, {len(self.parts)} processes": lambda: self.theirs(self.tools.whole, self.parts),
            "its same checks alone": lambda: self.theirs(self.tools.part, [self.path], 1),
            "its same checks alone, 32 threads": lambda: self.theirs(self.tools.part, [self.path], 32),
        }
        for _ in range(self.runs):
            for name, contender in contenders.items():
                self.times.setdefault(name, []).append(contender())
        base = statistics.median(self.times["mtasts"])
        print(f"\n{len(self.domains)} good domains, median of {self.runs} runs in turn:")
        for name, times in self.times.items():
            print(f"{name:<34} {statistics.median(times):8.2f} s {statistics.median(times) / base:8.1f}x")

    def look(self):
        """Makes sure, by what mtasts has observed, that it got every policy and every MX host's certificate."""
        self.ours("--resume", "journal")
        observed = [json.loads(line) for line in self.tools.text("journal").splitlines()]
        hosts = [host for domain in observed for host in domain["hosts"]]
        seen = [fetch["outcome"]["answered"] for domain in observed for fetch in domain["policy"]]
        probes = [probe["outcome"]["handshake"] for host in hosts for probe in host["probes"]]
        require(len(observed) == len(seen) == len(self.domains), "mtasts has not fetched every policy once")
        require(all(fetch["status"] == 200 and fetch["end"] == "whole" for fetch in seen), "a policy is not whole")
        require(len(probes) == len(hosts) == 2 * len(self.domains), "mtasts has not seen every MX host")
        require(all(tls["chain"] and not tls["failure"] and not tls["faults"] for tls in probes), "a handshake failed")

    def ours(self, *more):
        fetched = self.fetched()
        seconds, [status] = self.clock([self.tools.mtasts(self.path, *more)])
        said = self.tools.text("0.out"), self.tools.text("0.err")
        clean = f"{len(self.domains)} domains checked as deployed: 0 findings, 0 questions without an answer"
        require(status == 0 and not said[0] and clean in said[1], f"mtasts: {said}")
        require(self.fetched() - fetched == len(self.domains), "the web server was not asked for every policy")
        return seconds

    def theirs(self, command, paths, *more):
        fetched = self.fetched()
        outputs = [self.tools.directory / f"answer.{number}.json" for number in range(len(paths))]
        seconds, statuses = self.clock([command(*work, *more) for work in zip(paths, outputs)])
        require(not any(statuses), f"checkdmarc: {self.tools.text('0.err')}")
        answers = {}
        for output in outputs:
            answers |= read(output)
            output.unlink()
        require(sorted(answers) == sorted(domain.zone for domain in self.domains), "checkdmarc left a domain out")
        for answer in answers.values():
            hosts = answer["mx"]["hosts"]
            tls = [host["tls"] and host["starttls"] for host in hosts]
            require(answer["mta_sts"]["valid"] and tls == [True, True] and not said(answer), f"checkdmarc: {answer}")
        require(self.fetched() - fetched == len(self.domains), "the web server was not asked for every policy")
        return seconds

    def clock(self, commands):
        """The seconds until all of them, started together, have ended; their exit statuses."""
        start = time.monotonic()
        started = [self.tools.start(number, command) for number, command in enumerate(commands)]
        statuses = [tool.wait() for tool in started]
        return time.monotonic() - start, statuses

    def fetched(self):
        """How many policies of the good domains the web server has given out so far."""
        return sum('mta-sts.txt HTTP/1.1" 200 ' in line for line in self.tools.text("access.log").splitlines())


def require(is_so, words):
    if not is_so:
        raise SystemExit(f"no ratio: {words}")


def main(mtasts, checkdmarc, runs):
    domains = table()
    many = [Domain(f"d{number}", "good", True, provider=number % PROVIDERS) for number in range(COUNT)]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
        directory = pathlib.Path(directory)
        Laboratory(directory, domains + many)
        tools = Tools(directory, mtasts, checkdmarc)
        compare(tools, domains)
        Race(tools, many, runs).run()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
