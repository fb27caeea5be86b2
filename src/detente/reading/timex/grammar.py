"""The grammar of time expressions, over the letters that `words` gives to tokens.

The first rule that fits at the leftmost place is tried, then those after it; `Reader.rule_NAME`
says what it means, or that it is no time after all.
"""

from __future__ import annotations

import re

DAY = r"(?:(?:W,?)?(?:M[do](?!U|-[uU])(?:,?y|,?f?[LHN]u)?|T?[do]f?M(?:,?y)?)|I|J)"
_ZONE = r"(?:\(Z\)|,?Z)?"
TIME = rf"(?:[tdc]m{_ZONE}|[tdc](?=iTP)|t(?:\(Z\)|,?Z)|[yn]Z|0{_ZONE}|(?<=[@R])t)"
_HALF = r"-?a-?A-?b"
_SOME = rf"(?:[cdny]{_HALF}|[cdny](?:[za-]|-z)[cdny]|[cdny]|AQf?|Q|A)"
RULES = {
    "proclaimed": r"[HT]?oufM(?:,?iTuf\.{1,3}c|,?y)?",
    "clock_date": rf"R?{TIME},?[jf]?T?(?:{DAY}|E?WP?|K)",
    "date_clock": rf"(?:{DAY}|WP?|K),?@?R?{TIME}",
    "clock": rf"R?{TIME}(?:iTP)?",
    "part_of": rf"T?P[fj](?:{DAY}|T?W|K)",
    "days": r"M[do](?:,[do]){0,3},?[az-][do](?!-?[uUq%n])(?:,?y)?|T?[do](?:[az-]T?[do])f?M(?:,?y)?",
    "dated": rf"{DAY}P?",
    "season": r"T?Sf?y|H?[LHN]S|T?S",
    "year_on": r"T?u-[eg](?:o-?[qb]|[quC])",
    "quarter": r"(?:[LHN]us|T?y)o-?q|T?o-?q(?:f?(?:G?u?y|T?[LHN]?[uG]u?))?|3(?:f?,?y)?",
    "half": r"(?:[LHN]us|T?y)o-?b|T?ob(?:f(?:G?u?y|T?u|[LHN]u|Mf?,?y|M))|o-b|3y",
    "fiscal": r"G-?u?y|[LHN]Gu|T?yGu|TGu",
    "month": r"Mf?,?y|M,?f?[LHN]u|[LHN]M|M",
    "first_of": r"T?o[cd]U(?:f(?:y|[LHNT]u))?",
    "week_of": r"T?[oL]uf(?:Mf?,?y|M|[LHN]u|Tu)",
    "week_day": r"Wf?[LHN]u",
    "weekday": r"H?[LHN]WP?|WP?|TFW",
    "ago": rf"R?(?:{_SOME}~?[uU6]|bAu|U|AuaAb)g",
    "later": rf"R?{_SOME}~?[uU6]e|Ue",
    "hence": rf"{_SOME}~?[uU]k[rK]",
    "span": r"[TH]?[LNFp]~?(?:[cdny]aAb|[cdny](?:[za-]|-z)[cdny]|[cdny]|A?Qf?)~?[uU6]|T[LN]u(?:aAb)?|[LN]U",
    "deictic": r"H[LN][u6]|T?H[uq6]|T?[LN]q|[LHN][uq6]|[eE]iT[uq]",
    "part": r"[LHN]P|XP|KP?|TP|E-?P",
    "times": r"V(?:[cdno]|Q)?~?[uUq6]|VW(?:P)?|V[PMS]|(?:Q|[cd])?v(?:A|V)u|Bu|Y|w",
    "anaphor": r"T[Fpx]~?[uq6P]|X[uq6]|Tuk",
    "weekend": r"T6",
    "decade": r"T?D",
    "century": r"T?o-?u",
    "years": r"y-d(?![-u])",
    "year": r"(?:T?u)?y",
    "duration": rf"R?(?:{_SOME}-?~?[uUq6](?:-O|O|aAb)?(?:,?a?[cd][uU])?|b-?A?u|Abu|1)|U(?:-O)?|u-O",
    "holiday": r"[LHN]?h(?:,?y)?",
    "reference": r"r|TL",
    "current": r"T~?[uq]|u-?l",
}
ONE = {name: re.compile(pattern) for name, pattern in RULES.items()}
ALL = re.compile(
    r"(?![-—.;¶,s()@azfkgijxlOmZ~_])(?:"
    + "|".join(f"(?P<{name}>{pattern})" for name, pattern in RULES.items())
    + ")"
)
AFTER = {name: list(RULES)[place:] for place, name in enumerate(RULES)}
