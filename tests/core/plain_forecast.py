"""The method of the forecast once more, written down as plainly as it reads, to hold the program's own against."""

from __future__ import annotations

from math import exp, log, sqrt
from statistics import NormalDist

HALF_LIVES = (3.5, 10, 30)


def plain_forecast(
    hours: list[float | None], cycle_hours: int, used: float, ceiling: float, hours_left: int
) -> tuple[float, float, float, float]:
    """Give P10, P50 and P90 of the total and the announced chance, at the end of the last hour; lists go back in time.

    All hours of the cycle are among `hours`, and `used` is as of the end of the last one.
    """
    back = hours[::-1]
    known = [hour for hour in back[:cycle_hours] if hour is not None]
    fill = max(0.0, used - sum(known)) / max(1, cycle_hours - len(known))
    filled = [fill if hour is None and age < cycle_hours else hour for age, hour in enumerate(back)]
    days = range(-(-len(back) // 24))
    x = [sum(hour or 0.0 for hour in filled[24 * j : 24 * j + 24]) for j in days]
    o = [sum(hour is not None for hour in filled[24 * j : 24 * j + 24]) / 24 for j in days]
    q = [sum(hour is not None for hour in back[24 * j : 24 * j + 24]) / 24 for j in days]
    for block in range(0, len(x), 28):
        seen = [j for j in days if block <= j < block + 28 and q[j] > 0.5]
        if len(seen) >= 3:
            by_size = sorted(seen, key=lambda j: x[j])
            if 0 < 3 * x[by_size[-2]] < x[by_size[-1]]:
                x[by_size[-1]] = 3 * x[by_size[-2]]
    f = weekday_factors(x, o, q)
    level = {h: [pace(x, o, f, h, g) for g in days] for h in (*HALF_LIVES, 20)}
    l0 = level[20][0]
    weights, growth, strayed, fortnights = backtest(x, o, q, f, level)
    paces = [level[h][0] for h in HALF_LIVES]
    n_eff = [
        sum(0.5 ** (j / h) * o[j] for j in days) ** 2 / sum(0.5 ** (2 * j / h) * o[j] for j in days) for h in HALF_LIVES
    ]
    seen = [j for j in days if q[j] > 0.5]
    new = [x[j] / (o[j] * f[j % 7]) for j in (0, 1, 2)]
    old = [x[j] / (o[j] * f[j % 7]) for j in seen if 3 <= j <= 27]
    mean, spread = sum(old) / len(old), sqrt(sum((each - sum(old) / len(old)) ** 2 for each in old) / len(old))
    if (sum(new) / 3 - mean) / (spread / sqrt(3) + 0.1 * mean) > 4 and sorted(new)[1] > 1.25 * mean + spread:
        weights, paces, n_eff = [*(w / 4 for w in weights), 0.75], [*paces, sum(new) / 3], [*n_eff, 3]
    middle = sum(w * log(p + 0.03 * l0) for w, p in zip(weights, paces, strict=True))
    split = sum(w * (log(p + 0.03 * l0) - middle) ** 2 for w, p in zip(weights, paces, strict=True))
    latest = seen[:35]
    c2 = (sum((x[j] / (o[j] * f[j % 7] * l0) - 1) ** 2 for j in latest) + 0.1) / (len(latest) + 0.5)
    rests_on = sum(w * n for w, n in zip(weights, n_eff, strict=True))
    own = 2.7 * c2**0.75
    trust = fortnights / (fortnights + 1) * min(1, 0.2 / c2)
    own *= min(1, max(0.1, (strayed / (own * (1 / 14 + 1 / rests_on))) ** trust))
    d = hours_left / 24
    v = min(6, own * (1 / d + 1 / rests_on) + 0.1 / sum(o) + split * min(1, d / 7))
    ours = (exp(middle) - 0.03 * l0) * (1 + growth * max(0, 1 - c2 / 0.1))
    root = 1 - max(0, v - 0.12) / 9
    g = hour_factors(back)
    m = sum(ours / 24 * f[(6 - h // 24) % 7] * g[h % 24] for h in range(hours_left))
    low, likely, high = (used + m * max(0, root + z * sqrt(v) / 3) ** 3 for z in (-1.2815516, 0, 1.2815516))
    chance = 1 - NormalDist().cdf((((ceiling - used) / m) ** (1 / 3) - root) * 3 / sqrt(v))
    k = min(1, d / 7)
    return low, likely, high, min(1 - 0.01 * k, max(k * (0.02 + 0.2 * exp(-sum(o) / 6)), chance))


def weekday_factors(x: list[float], o: list[float], q: list[float]) -> list[float]:
    """Give the factor of day j at j mod 7."""
    w = [0.5 ** (j / 60) for j in range(len(x))]
    b = sum(w[j] * x[j] for j in range(len(x))) / sum(w[j] * o[j] for j in range(len(x)))
    f = []
    for p in range(7):
        same = [j for j in range(len(x)) if j % 7 == p and q[j] > 0.5]
        f.append((sum(w[j] * x[j] for j in same) + b) / (b * sum(w[j] * o[j] for j in same) + b))
    return [each * 7 / sum(f) for each in f]


def hour_factors(back: list[float | None]) -> list[float]:
    """Give the factor of the hour h from now at h mod 24."""
    spent, share = [0.0] * 24, [0.0] * 24
    for age, hour in enumerate(back):
        if hour is not None:
            spent[23 - age % 24] += 0.5 ** (age // 24 / 14) * hour
            share[23 - age % 24] += 0.5 ** (age // 24 / 14)
    b = sum(spent) / sum(share)
    g = [(one + b) / (b * other + b) for one, other in zip(spent, share, strict=True)]
    return [each * 24 / sum(g) for each in g]


def pace(x: list[float], o: list[float], f: list[float], half_life: float, origin: int) -> float:
    """Give the pace with a half-life as it stood `origin` days ago."""
    ages = range(origin, len(x))
    share = sum(0.5 ** ((j - origin) / half_life) * o[j] * f[j % 7] for j in ages)
    return sum(0.5 ** ((j - origin) / half_life) * x[j] for j in ages) / share if share else 0.0


def backtest(
    x: list[float], o: list[float], q: list[float], f: list[float], level: dict[float, list[float]]
) -> tuple[list[float], float, float, float]:
    """Give the half-lives' weights, the growth, the squares that fortnights strayed, and how many of these tell."""
    l0 = level[20][0]
    origins, came = outcomes(x, o, q, f, 7)
    n = sum(0.98 ** (g - 7) for g in origins)
    errors = [sum(0.98 ** (g - 7) * abs(level[h][g] - came[g]) for g in origins) for h in HALF_LIVES]
    scores = [((e + 0.3 * l0) / ((n + 1) * l0) + 0.02) ** -8 for e in errors]
    weights = [score / sum(scores) for score in scores]
    above: dict[bool, list[float]] = {True: [], False: []}
    for g in origins:
        blend = exp(sum(w * log(level[h][g] / l0 + 0.03) for w, h in zip(weights, HALF_LIVES, strict=True))) - 0.03
        above[g <= 38].append((came[g] / l0 - blend) / max(blend, 0.03))
    growth = 0.0
    if len(above[True]) >= 14 and len(above[False]) >= 14:
        growth = min(0.1, max(0.0, min(sum(each) / len(each) for each in above.values())))
    origins, came = outcomes(x, o, q, f, 14)
    n = sum(0.98 ** (g - 14) for g in origins)
    drift = strayed = 0.0
    for g in origins:
        blend = exp(sum(w * log(level[h][g] / l0 + 0.03) for w, h in zip(weights, HALF_LIVES, strict=True))) - 0.03
        drift += 0.98 ** (g - 14) / n * (came[g] / l0 - blend)
        strayed += 0.98 ** (g - 14) / n * (came[g] / l0 - blend) ** 2
    return weights, growth, strayed + 3 * drift**2, n / 14


def outcomes(
    x: list[float], o: list[float], q: list[float], f: list[float], length: int
) -> tuple[list[int], dict[int, float]]:
    """Give the days after which, and before which, enough was seen, and the pace of so many days after each."""
    origins = [
        g
        for g in range(length, min(78, len(x)))
        if sum(each > 0.5 for each in q[g:]) > 3 and sum(q[g - length : g]) > 0.6 * length
    ]
    return origins, {g: sum(x[g - length : g]) / sum(o[j] * f[j % 7] for j in range(g - length, g)) for g in origins}
