# To be sourced. venv DIRECTORY [PACKAGE...]: a Python environment with what PyPI has of these, only from wheels.
venv() {
    if ! command -v python3 >/dev/null || ! python3 -c 'import ensurepip' 2>/dev/null; then
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
    fi
    python3 -m venv "$1"
    [ $# -eq 1 ] || "$1/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: "${@:2}"
}
