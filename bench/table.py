"""The table of `make bench`, a row as soon as it is measured."""

from collections.abc import Sequence

from bench.measuring import Bound, Found, Measure

WIDTH = 44  # of what is measured


def print_head(peers: Sequence[str]) -> None:
    columns = f"{'what':<{WIDTH}}{'unit':>9}{'beside':>14}{'/s':>9}{'ours/s':>9}{'ratio':>8}"
    columns += f"{'floor':>8}{'goal':>8}{'p99 ms':>8}"
    for peer in peers:
        columns += f"{peer + '/s':>20}{'ours/it':>9}"
    print(columns, flush=True)


def print_row(measure: Measure, found: Found, peers: Sequence[str]) -> None:
    judged = measure.judge(found)
    row = f"{measure.what:<{WIDTH}}{measure.unit:>9}{measure.beside:>14}"
    row += f"{_rate(found.beside):>9}{_rate(found.ours):>9}"
    row += f"{_figure(judged if measure.beside else None):>8}"
    row += f"{_figure(measure.floor):>8}{_figure(measure.goal):>8}"
    row += f"{_figure(found.p99 * 1000 if found.p99 is not None else None):>8}"
    for peer in peers:
        rate = found.peers.get(peer)
        row += f"{_rate(rate):>20}{_figure(found.ours / rate if rate else None):>9}"
    print(row + _verdict(measure, judged), flush=True)
    for bound in found.bounds:
        _print_bound(bound)
    for remark in found.remarks:
        print(f"  {remark}", flush=True)


def _print_bound(bound: Bound) -> None:
    what = f"  {bound.what}, at most"
    row = f"{what:<{WIDTH}}{bound.unit:>9}{'':>23}{'':>9}{_figure(bound.found):>8}"
    row += f"{_figure(bound.floor):>8}{_figure(bound.goal):>8}"
    print(row + ("" if bound.holds else "   TOO MUCH"), flush=True)


def _verdict(measure: Measure, judged: float | None) -> str:
    if measure.floor is None:
        return ""
    if judged is None:
        return f"   not judged: {measure.beside} is not there"
    return "" if judged >= measure.floor else "   BELOW THE FLOOR"


def _rate(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}"


def _figure(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.2f}"
