"""Runs the steps of the GitHub Action as a runner would, for what its inputs may be: see action.sh."""

import json
import os
import pathlib
import re
import subprocess
import tempfile

import yaml

HERE = pathlib.Path(__file__).parent.parent
ACTION = yaml.safe_load((HERE / ".ci/action/action.yml").read_text())
VERSION = re.search(r'^version = "(.*)"', (HERE / "Cargo.toml").read_text(), re.M)[1]
STEPS = ACTION["runs"]["steps"]


class Runner:
    """A place to which the action has installed mtasts."""

    def __init__(self, temporary: str):
        self.temporary = pathlib.Path(temporary)

    def run(self, step: dict, root: str, **inputs: str) -> subprocess.CompletedProcess:
        """A step, in the fixture `root`, with the inputs that are given and the defaults of the others."""
        unknown = inputs.keys() - ACTION["inputs"].keys()
        assert not unknown, unknown
        values = {name: inputs.get(name, one["default"]) for name, one in ACTION["inputs"].items()}
        assert "${{" not in step["run"], "text that is put into a script is run"
        assert step["shell"] == "bash"
        given = {
            name: re.sub(r"\$\{\{ inputs\.([a-z-]+) \}\}", lambda match: values[match[1]], value)
            for name, value in step["env"].items()
        }
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.temporary),
            "RUNNER_TEMP": str(self.temporary),
            "GITHUB_STEP_SUMMARY": str(self.temporary / "summary"),
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(HERE / "target/wheels"),
            **given,
        }
        command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]]
        return subprocess.run(command, cwd=HERE / "fixtures" / root, env=environment, capture_output=True, text=True)


def check(runner: Runner) -> None:
    install, lint = STEPS
    for version in ["$(touch pwned)", f"{VERSION}; touch pwned", "--help", f"{VERSION} --index-url=x"]:
        assert runner.run(install, "clean", version=version).returncode == 2, version
    done = runner.run(install, "clean", version=VERSION)
    assert done.returncode == 0, done.stderr

    # No revision of this repository has to do with a fixture: what changes is not what is checked here.
    alone = "--no-base"
    done = runner.run(lint, "clean", args=alone)
    assert done.returncode == 0, done
    done = runner.run(lint, "mistakes", args=alone)
    assert done.returncode == 1 and re.search("^::error file=", done.stdout, re.M), done
    assert "mx-not-covered" in (runner.temporary / "summary").read_text()
    done = runner.run(lint, ".", root="clean", args=f"{alone}\n\n--domain\nno such domain")
    assert done.returncode == 2 and "::error title=mtasts::" in done.stderr, done
    done = runner.run(lint, ".", root="clean", base="no such revision")
    assert done.returncode == 2 and "`no such revision` names no commit" in done.stderr, done

    output = runner.temporary / "a file.sarif"
    done = runner.run(lint, "mistakes", args=f"{alone}\n--exit-zero", format="sarif", output=str(output))
    assert done.returncode == 0 and json.loads(output.read_text())["version"] == "2.1.0", done

    # What would be run, expanded or split, if a script had it otherwise than as a value.
    harm = "$(touch pwned) `touch pwned`; touch pwned # * '\" ${{ inputs.args }}"
    for name in ["root", "base", "format", "args"]:
        done = runner.run(lint, "clean", **{name: harm})
        assert done.returncode == 2, (name, done)
    assert not list(HERE.rglob("fixtures/**/pwned"))


with tempfile.TemporaryDirectory() as temporary:
    check(Runner(temporary))
print("action: installs, lints, and runs nothing that its inputs say")
