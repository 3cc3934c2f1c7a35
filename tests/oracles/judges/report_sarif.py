"""The findings of a report as SARIF, by the judge of all other SARIF."""

from judges.sarif import examine
from outputs import Tally

#: The files that it reads.
READS = ("report/report.sarif",)


def judge(packet):
    tally = Tally()
    for name in packet.wanted(tally, *READS):
        examine(tally, name, packet.path(name))
    return tally
