# What the benchmarks share: a release build, a place for inputs, and a fair clock.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
RUNS=${RUNS:-7}
OUT=target/bench
mkdir -p "$OUT"
# MTASTS=PROGRAM measures another build than this one.
if [ -z "${MTASTS:-}" ]; then
    cargo build --release --quiet
    MTASTS=$PWD/target/release/mtasts
fi

# The floor: read into memory and count lines.
FLOOR=$PWD/$OUT/floor
rustc -O -o "$FLOOR" bench/floor.rs

# once COMMAND...: the wall time of one run in microseconds; its output is thrown away, its exit status too. The shell's own clock: to
# start a program that tells the time would take as long as some of what is measured.
once() {
    local start=${EPOCHREALTIME/[.,]/}
    "$@" >/dev/null 2>&1 || true
    echo $((${EPOCHREALTIME/[.,]/} - start))
}

# compare NAME COMMAND...  adds a contender. run_all then takes turns, so that a slow moment hits all alike.
NAMES=()
COMMANDS=()
compare() {
    NAMES+=("$1")
    shift
    COMMANDS+=("$(printf '%q ' "$@")")
}

# run_all: warms up, runs all contenders in turn RUNS times, and prints medians and ratios to the first.
run_all() {
    local i r median base=""
    rm -f "$OUT"/times.*
    for ((i = 0; i < ${#NAMES[@]}; i++)); do eval "once ${COMMANDS[i]}" >/dev/null; done
    for ((r = 0; r < RUNS; r++)); do
        for ((i = 0; i < ${#NAMES[@]}; i++)); do eval "once ${COMMANDS[i]}" >>"$OUT/times.$i"; done
    done
    printf '%-34s %12s %10s\n' "" "median (ms)" "ratio"
    for ((i = 0; i < ${#NAMES[@]}; i++)); do
        median=$(sort -n "$OUT/times.$i" | sed -n "$((RUNS / 2 + 1))p")
        base=${base:-$median}
        awk -v n="${NAMES[i]}" -v m="$median" -v b="$base" 'BEGIN { printf "%-34s %12.1f %9.2fx\n", n, m / 1000, m / b }'
    done
    NAMES=()
    COMMANDS=()
}

# peer NAME PROGRAM ARG...: a contender, if the program is installed.
peer() {
    if command -v "$2" >/dev/null; then compare "$@"; else echo "not installed, left out: $2"; fi
}

# peak COMMAND...: peak memory in KiB, read from the kernel's own account of the finished process.
peak() {
    python3 - "$@" <<'PY'
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
PY
}
