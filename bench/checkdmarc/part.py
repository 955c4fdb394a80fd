"""Those of checkdmarc's checks that mtasts makes, too, and no others: part.py LIST OUTPUT THREADS

MTA-STS, the MX hosts with their TLS, and TLSRPT of each domain in a file, through checkdmarc's library.
"""

import concurrent.futures
import json
import pathlib
import sys

from checkdmarc import mta_sts, smtp, smtp_tls_reporting


def check(domain):
    """The parts of `checkdmarc.check_domains` for one domain."""
    found = mta_sts.check_mta_sts(domain)
    patterns = found["policy"]["mx"] if found["valid"] else None
    mx = smtp.check_mx(domain, check_mx_tls=True, mta_sts_mx_patterns=patterns)
    reporting = smtp_tls_reporting.check_smtp_tls_reporting(domain)
    return {"domain": domain, "mta_sts": found, "mx": mx, "smtp_tls_reporting": reporting}


if __name__ == "__main__":
    domains = pathlib.Path(sys.argv[1]).read_text().split()
    with concurrent.futures.ThreadPoolExecutor(int(sys.argv[3])) as pool:
        pathlib.Path(sys.argv[2]).write_text(json.dumps(list(pool.map(check, domains))))
